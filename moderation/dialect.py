"""Dialect read as standard German: „I hob des net gmacht“ as „ich habe das nicht gemacht“.

Only the commonest words of the dialects that people write in comments, and how they shorten words; all from general
knowledge.
"""

import re
from collections.abc import Sequence


def _pairs(text: str) -> dict[str, str]:
    return dict(each.split("=") for each in text.split())


# Words of no standard German: two of them in a text tell dialect. Folded spelling.
_SIGNS = _pairs("""
amoi=mal oamoi=einmal moi=mal desmoi=diesmal bisch=bist isch=ist hasch=hast hosch=hast hosd=hast hosst=hast kosch=kannst
kannsch=kannst weisch=weisst muesch=musst chunnt=kommt goht=geht hend=haben hamm=haben hamse=haben hamma=haben
dahoam=daheim hoam=heim daad=wuerde dat=das det=das dees=das doss=dass derf=darf derfst=darfst eahm=ihm eam=ihm
eahna=ihnen eich=euch eire=eure eiern=euren eierm=eurem ghert=gehoert gheat=gehoert ghern=gehoeren griag=kriege
griagst=kriegst griagt=kriegt griang=kriegen kriag=kriege kriagst=kriegst kriagt=kriegt kriagts=kriegt kriang=kriegen
kriagn=kriegen hoasst=heisst iatz=jetzt jetz=jetzt jetza=jetzt ick=ich icke=ich jeht=geht jut=gut keen=kein keene=keine
kimm=komm kimmt=kommt kimmst=kommst koa=kein koan=keinen koane=keine koana=keiner koi=kein koine=keine koiner=keiner
mia=wir miass=muesse miassn=muessen miasst=muesst miassts=muesst muass=muss ned=nicht net=nicht noed=nicht
nit=nicht nua=nur nimma=nimmer oana=einer oane=eine oans=eins ois=alles ooch=auch aa=auch ruaf=ruf ruafts=ruft
schaugt=schaut schaug=schau schaugts=schaut schee=schoen scho=schon soi=soll sois=soll soit=soll tuat=tut duat=tut
unsa=unser unsan=unseren onser=unser ons=uns wia=wie wos=was woas=weiss woass=weiss zruck=zurueck oba=aber owa=aber
weida=weiter wieda=wieder wida=wieder imma=immer aba=aber odr=oder gscheit=gescheit dawisch=erwische derwisch=erwische
vui=viel fia=fuer guad=gut guat=gut leit=leute leid=leute buam=buben deandl=maedchen madl=maedchen wuist=willst
mecht=moechte mechat=moechte daat=wuerde dad=wuerde gwesn=gewesen gwest=gewesen worn=worden ghabt=gehabt habts=habt
seids=seid gehts=geht machts=macht kemmts=kommt wissts=wisst sagts=sagt schreibts=schreibt waehlts=waehlt
haend=haben hends=haben haendmer=haben hoet=hat hod=hat chasch=kannst chame=kann choemed=kommt chom=komm chumm=komm
chunsch=kommst chind=kind chinder=kinder mues=muss muend=muessen bruuch=brauche bruuched=brauchen bruucht=braucht
alli=alle zaeme=zusammen zsamme=zusammen zsaum=zusammen gaege=gegen eifach=einfach oifach=einfach schriib=schreib
schriibe=schreiben schriibt=schreibt schriibed=schreibt waeg=weg gsi=gewesen gsii=gewesen nid=nicht noid=nicht
oeppis=etwas oeppe=etwa oeber=jemand niemer=niemand gmeind=gemeinde gmoa=gemeinde gmoand=gemeinde
gmeinderot=gemeinderat gemeinderot=gemeinderat gmeindrat=gemeinderat gmeindschriiber=gemeindeschreiber
gmeindspresident=gemeindepraesident lueged=schaut gaht=geht gohsch=gehst gaend=gebt soet=sollte
soetsch=solltest soell=soll soeled=sollen wott=will wottsch=willst gschiid=gescheit gschiids=gescheites huus=haus
huit=heute hinecht=heute zyt=zeit ziit=zeit wyt=weit wiiter=weiter wiib=weib luet=leute duetsch=deutsch
duetschi=deutsche ausse=raus ussi=raus zrugg=zurueck zruegg=zurueck schlog=schlage schlogt=schlaegt oine=eine oin=ein
oiner=einer nimmi=nimmer uffstoht=aufsteht schwaetzt=redet schwaetz=rede kreuzle=kreuz zom=zum beschta=besten
beschd=beste nimmsch=nimmst gwiagt=gewuergt gwuergt=gewuergt gseng=gesehen gsehn=gesehen gsaed=gesehen woats=wisst
woast=weisst vorbestroft=vorbestraft strofe=strafe foisch=falsch schwoaz=schwarz nadiali=natuerlich
natierlich=natuerlich haund=hand suach=suche suacht=sucht kummts=kommt kimmts=kommt losst=lasst hintan=hinterm
hobe=habe hobi=habe eana=ihnen eahn=ihnen fesche=huebsche schnaxln=schnackseln deppate=deppert deppata=deppert
""")
# These are words of other languages or meanings, too, and are read so only beside signs.
_BESIDE = _pairs("""
a=ein an=einen da=der de=die des=das di=dich enk=euch ham=haben hab=habe i=ich is=ist ma=wir mi=mich no=noch o=an
san=sind se=sie en=ein ana=einer zua=zu mei=mein meim=meinem dei=dein deim=deinem sei=sein han=habe hob=habe sand=sind
werd=wird eier=euer olle=alle do=da uf=auf us=aus wat=was hon=habe
het=hat hots=hat chan=kann blase=blasen lueg=schau gang=geh wend=wollen wet=wollte huet=heute hued=heute heit=heute
heid=heute morn=morgen usse=raus aussi=raus uff=auf strof=strafe hond=hand kumm=komm loss=lass
""")
_LEAST = 2
# Alemannic kept the long vowels, and writes them twice: schriibe, Huus, Stüür.
_LONG = re.compile("ii|uu|ueue|oeoe|aeae")
_LONG_AS = {"ii": "ei", "uu": "au", "ueue": "eu", "oeoe": "oe", "aeae": "ae"}
# jedn, morgn, machn, betrogn, waehln: an e is gone before the n; gstorbn, gsagt: one behind the g.
_SHORT_ENDING = re.compile(r"(?<=[bcdfghkmpstvwz])n$|(?<=[^e][lr])n$")
_SHORTENED = re.compile(r"[a-z](?:[bdfkpstvz]|ch|[aeo]rg)n$")
_SHORT_BEGINNING = re.compile(r"^g(?=[bdfhkpstwz][a-z]{2})")


def is_dialect(words: Sequence[str]) -> bool:
    """Whether folded words are dialect."""
    shortened = [word for word in words if word.endswith("n") and _SHORTENED.search(word)]
    return len(shortened) + len(_SIGNS.keys() & set(words)) >= _LEAST


def _long(vowel: re.Match[str]) -> str:
    return _LONG_AS[vowel.group()]


def standard(word: str) -> str:
    """A folded word of a text in dialect as standard German, folded; itself where it is the same."""
    known = _SIGNS.get(word) or _BESIDE.get(word)
    if known:
        return known
    if len(word) < 4:
        return word
    return _SHORT_BEGINNING.sub("ge", _SHORT_ENDING.sub("en", _LONG.sub(_long, word)))
