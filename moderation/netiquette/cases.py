"""The marks by which a child or a family can be recognised in a text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from moderation.netiquette.comment import Comment
from moderation.netiquette.wordlist import Phrases, patterns_of

Kind = Literal["person", "name", "age", "place", "school", "trade", "only", "told"]


@dataclass(frozen=True, slots=True)
class Mark:
    kind: Kind
    start: int
    end: int


# How far each kind helps to find one particular child; set on our own rows, checked on the half that was not read.
_POINTS: dict[Kind, int] = {
    "person": 2, "name": 2, "age": 2, "place": 2, "school": 2, "trade": 1, "only": 2, "told": 2,
}  # fmt: skip
_FINDABLE = frozenset({"name", "place", "school", "only", "trade"})
_STRETCH = 360  # one case is told in two or three sentences; marks farther apart belong to different things
_MOST_MARKS = 60
_LISTS: tuple[tuple[Kind, str], ...] = (
    ("person", "fall-person"), ("age", "fall-alter"), ("trade", "fall-beruf"), ("only", "fall-merkmal"),
    ("told", "fall-geschehen"),
)  # fmt: skip
_CAPITAL = r"[A-ZÄÖÜ][a-zäöüß]+"
_PLACE = re.compile(
    rf"\b(?:[Ii]n|[Aa]us|[Nn]ach|[Ff]rom|[Aa]t|[Nn]ear|(?:am|im|der|dem|im|beim|vom|des) (?:Bahnhof|Bahnübergang|Ferienpark|"
    rf"Gasthof|Stadtteil|Ortsteil|Campingplatz|Kloster|Schloss|Gestüt|Landkreis|Kreis|Weiler|Stadion|Freibad)|[Rr]eihenhaussiedlung|Siedlung)\s+(?P<place>(?:(?:Bad|Alt|Alten|Neu|"
    rf"Groß|Klein|Sankt|St\.?|Wendisch|Markt|Ober|Unter|Nieder|Old|New|Great|Little|Upper|Lower|North|South|East|West)\s+)?"
    rf"{_CAPITAL}(?:(?:-|\s)(?:{_CAPITAL}))?)"
)
_HOUSE = re.compile(
    r"\b[A-ZÄÖÜ][\wäöüß-]{2,24}(?:weg|straße|strasse|gasse|grund|ring|platz|allee|hof|berg|ufer|winkel|stieg|damm|siedlung) \d{1,3}[a-z]?\b"
    r"|\b[AaIi][mn] [A-ZÄÖÜ][a-zäöüß]{2,18}(?:berg|bach|hang|anger|ring|graben|rain|teich|weiher|hügel|winkel|acker|wehr|grund)\b"
    r"|\b\d{1,3} [A-Z][a-z]{2,20} (?:Road|Street|Lane|Close|Avenue|Drive|Row|Terrace|Crescent)\b"
)
_KIN = (
    r"(?:(?:Enkel|Stief|Pflege|Adoptiv|Paten|Groß|Halb|Ur|Klavier|Geigen|Nachbars|Schwieger)?"
    r"(?:[Ss]ohn|[Tt]ochter|[Kk]ind|[Nn]effen?|[Nn]ichte|[Bb]ruder|[Ss]chwester|[Tt]öchter|[Ss]öhne|[Bb]rüder|[Ss]chwestern|[Ss]chüler(?:in)?)"
    r"|Enkel(?:in|s)?|Jüngste[rn]?|Älteste[rn]?|Kinder|Kleine[rn]?|Junge|Bub|Mädchen|Azubi|Mündel|Zwillinge|Cousine?|Ex"
    r"|son|daughter|nephew|niece|grandson|granddaughter|brother|sister|boy|girl|twins|grandsons|lad|ward|godson|goddaughter|pupil|student|sons|daughters)"
)
_AGE = (
    r"(?:1[0-8]|[1-9]|ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|dreizehn|vierzehn|fünfzehn|sechzehn|siebzehn|anderthalb"
    r"|(?:zwei|drei|vier|fünf)einhalb|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen)"
)
_NAME = re.compile(
    rf"\b(?P<aged>{_CAPITAL}) ?\({_AGE}(?: (?:Jahre|Monate|J\.))?\)"
    rf"|\b(?P<listed>{_CAPITAL}), (?:gerade |knapp |erst |now |just |only |aged )?{_AGE}(?: (?:Jahre|years old))?[,.]"
    rf"|\b(?:[Mm]eine?[mnrs]?|[Uu]nsere?[mnrs]?|[Ii]hre?[mnrs]?|[Ss]eine?[mnrs]?|[Dd](?:er|ie|em|en)|[Mm]y|[Oo]ur|[Hh]er|[Hh]is)\s+(?:[a-zäöü]+\s+){{0,2}}"
    rf"{_KIN},?\s(?P<kin>{_CAPITAL})\b(?![.!?])"
    rf"|\b(?:[Mm]eine?[mnrs]?|[Uu]nsere?[mnrs]?|[Dd](?:er|ie|em|en) kleinen?|[Ll]ittle|[Mm]y|[Oo]ur)\s+(?P<own>{_CAPITAL})"
    rf"(?=,? \({_AGE}[ ,)]|, (?:{_AGE}[ ,.]|erste|zweite|dritte|vierte|fünfte|sechste|siebte|achte|neunte|zehnte|[1-9] ?[a-e]\b))"
    rf"|\b[Dd](?:er|ie|em|en) kleinen? (?P<small>{_CAPITAL})\b"
    rf"|\b(?:heißt|namens|Namens|called|named)\s+(?P<called>{_CAPITAL})"
)
_SCHOOL = re.compile(
    rf"\b(?:Kita|Kindergarten|Krippe|Hort|Kinderhaus|(?:\w{{1,20}})?[Ss]chule|Gymnasium|Internat|Klinik(?:um)?|Haus|Heim|Stift|Pfarrei|"
    rf"Gestüt|(?:\w{{1,20}})?[Vv]ereins?|Wohngruppe|Frauenhaus|Jugendamt|Amtsgericht|Familiengericht|Gericht|Studio|Reitstall|IGS|KGS|OGS|SV|TSV|FC|TuS|VfL)"
    rf"\s+(?:am |an der |im |in |St\.? |Bad |Alt |Sankt )?(?P<eigen>{_CAPITAL})"
    rf"|\b(?P<english>{_CAPITAL}(?: {_CAPITAL})? (?:Primary|High|Academy|Grammar|Infants?|Juniors?|Nursery|Comprehensive|School))\b"
    rf"|\b(?P<group>{_CAPITAL}gruppe|Klasse \d{{1,2}}[a-e]?)\b"
)
_COMMON = frozenset(
    """
    Absatz Abschnitt Akten Alltag Anführungszeichen Angst Anlage Anspruch Ansätzen Arbeit Armut Artikel Aussicht Bedarf Begleitung
    Behandlung Behörden Bayern Beratung Berlin Betreuung Beziehungen Bezug Blick Brandenburg Bremen Bund Bundesländern Büros
    Corona Deutsch Deutschland Dörfern Einrichtungen Eltern Elternabenden Elternhäusern Elternzeit Ende England Englisch Erfahrung
    Erinnerung Erziehung Europa Fachhände Fachkreisen Fahrt Fällen Familien Familie Ferien Film Form Frage Frankreich Frankfurt Freiheit
    Freundschaft Fußnote Gang Gebieten Gefahr Gegenden Gemeinden Gerichten Gesprächen Gewalt Großbritannien Grundschulen
    Gruppen Grund Gründen Haft Hamburg Handarbeit Hand Haus Hause Heimen Heimerziehung Herbst Hessen Hilfe Hinsicht Hoffnung Horten Indien
    Innenstädten Institutionen Internaten Italien Jahren Januar Februar März April Mai Juni Juli August September Oktober
    November Dezember Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag Jahr Jugendämtern Jugendhilfe Jugendlichen
    Kindergärten Kinderheimen Kindern Kindertagesstätten Kindheit Kirchen Kita Kitas Klasse Klassen Kliniken Kommunen Konflikten Köln
    Kooperation Kraft Krankenhäusern Kreisen Krisen Krippen Kurse Kursen Kürze Ländern Landkreisen Leben Leipzig Liebe Mathe Mathematik
    Mecklenburg Menschen Minuten München Musik Nachbarn Netzwerken Niedersachsen Nordrhein Not Notfällen Obhut Ordnung Ostern
    Österreich Paketen Panik Papier Partnerschaften Pension Pfingsten Pflege Pflegefamilien Pflegefamilie Phasen Physik Polen Praxis Projekten
    Prozent Prüfung Rahmen Regel Regionen Rente Richtung Ruhe Ruhestand Runden Russland Sachen Sachsen Scham Schichten Schleswig Schulen Schule Schulden
    Schulzeit Schweden Seminaren Sicherheit Sicht Situationen Sitzungen Sommer Sorge Spanien Sport Sprache Sprachen Städten Stille Stufen
    Stuttgart Stunden Syrien Afghanistan Eritrea Ukraine Rumänien Bulgarien Iran Irak Somalia Türkei Tabelle Tagen Tagespflege Tausend Teamsitzungen Teams Teilen Teilzeit
    Texten Therapie Thüringen Trauer Trennungen Überforderung Umfragen Umgang Unterricht Untersuchungshaft Ungarn Urlaub Verbindung Verdacht
    Vereinen Verfahren Vergangenheit Vergleich Verträgen Vertretung Vollzeit Vorbereitung Wahrheit Weihnachten Weise Wellen Wien Winter
    Wirklichkeit Wirtschaft Wochen Wohngruppen Wohnungen Worten Würde Zahlen Zeiten Zeit Zukunft Zusammenarbeit Zweifel
    Schweiz Großstädten Frühjahr Frühling Schnitt Durchschnitt Moment Grunde Prinzip Netz Internet Amt Jugendamt Gericht Team Landkreis Kreis
    Bundesland Land Dorf Ort Stadt Gegenteil Anschluss Vorfeld Nachhinein Heim Kindergarten Kindergartenalter Wald Bett Krankenhaus Flur Raum Beitrag Text Interview Bereich Jugendzentrum
    Unterschied Streit Kopf Stadtteil Viertel Quartier Ganztag Hort Gegensatz Januar Elternbeirat Verein Kontakt Fall Einzelfall Zweifelsfall Notfall Ausland Osten Westen Norden Süden Wechselmodell Callcenter
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March May June July October December
    Germany German English Europe British England Britain France Christmas Easter Year Section I My The Our It
    Abenteuer Geschwindigkeitskontrollen Autos Kopfsteinpflaster Asphalt Schotter Tempo Talkshows Berufen Entwurf Auftrag Regen Schnee Englische Gebärdensprache Moscheen Tafeln Supermärkten Foren Chats Medien Büchern Märchen Filmen
    Abend Morgen Nachmittag Anfang Wochenende Telefon Tisch Schalter Anger Sonntagen
    """.split()
)
_SMALL_WORD = re.compile(r"[a-zäöüß]{3,}")
_FUNCTION_WORDS = frozenset(
    "der die das den dem des ein eine einen einem einer und oder aber mit von aus nach bei zum zur auf für ist hat war wird nicht auch "
    "dass weil wenn noch nur schon sehr mehr ich sie wir ihr mein meine unser unsere the and for from with was has had her his our "
    "they she him not but are you who jeden jede seit vor laut jetzt immer gerade heute".split()
)
_COMMON_ENDINGS = (
    "ung", "ungen", "heit", "heiten", "keit", "keiten", "schaft", "schaften", "tion", "tionen", "tät", "ismus", "nis", "nisse",
    "nissen", "tum", "alter", "zeiten", "klassen", "gruppen", "gruppe", "familien", "heimen", "schulen", "kinder", "kindern", "innen", "eltern", "hilfe",
    "hilfen", "arbeit", "amt", "ämtern", "stellen", "lagen", "haft", "zeit", "dienst", "diensten", "gericht", "recht", "konflikt", "konflikten",
)  # fmt: skip
_NO_NAMES = frozenset(
    """Kind Kinder Sohn Tochter Töchter Söhne Mann Frau Mutter Vater Eltern Familie Oma Opa Enkel Enkelin Schwester Bruder Schule Kita Klasse
    Lehrerin Lehrer Erzieherin Gruppe Stadt Gemeinde Meinung Erfahrung Arbeit Ansicht Freundin Freund Nachbarin Nachbar Kollegin Kollegen
    Kollege Wohnung Haus Sicht Großmutter Großvater Tante Onkel Nichte Neffe Anliegen Antrag Verein Team Problem Arzt Ärztin Jahre Monate Wochen Tage
    Absatz Seite Tabelle Artikel Januar Februar März April Mai Juni Juli August September Oktober November Dezember Nr Punkt Platz Euro Uhr
    Jugendamt Therapeutin Therapie Schwiegermutter Ex Jüngste Älteste Jüngster Ältester Kleine Kleiner Kleinen Großen Große Zwillinge Hebamme Chefin Chef
    Fragen Frage Kinderarzt Mutter Generation Dank Heimat Praxis Paragraf Section Year Route Figure Table In On At And The But So Since Das Die Der Und Aber
    Privatinsolvenz Insolvenz Klassenfahrt Buch Hund Katze Straße Dorf Kirche Leben Zeit Kindheit Ausbildung Einrichtung Ältestes Jüngstes Schulzeit Eingewöhnung Pflegekind Pflegetochter Pflegesohn Schüler Schülerin""".split()
)


def marks_of(comment: Comment) -> list[Mark]:
    """Every mark in the text; none when no particular person is meant."""
    names = list(_names(comment.text))
    marks = [Mark("person", *span) for span in _phrases("fall-person").find(comment.folded)]
    if not marks and not names:
        return []
    text = _capitalised(comment.text)
    for kind, name in _LISTS[1:]:
        marks += (Mark(kind, *span) for span in _phrases(name).find(comment.folded))
    taken = {each.start for each in names}
    return [*marks, *names, *(each for each in _places(text) if each.start not in taken), *_schools(text)]


def heaviest(marks: Iterable[Mark]) -> tuple[int, list[Mark]]:
    """The stretch of the text whose marks tell most: its points, each kind once, and its marks."""
    ordered = sorted(marks, key=lambda mark: mark.start)
    best: tuple[int, list[Mark]] = (0, [])
    first = 0
    for last, mark in enumerate(ordered):
        while mark.end - ordered[first].start > _STRETCH:
            first += 1
        window = ordered[first : last + 1][-_MOST_MARKS:]
        points = _points({each.kind for each in window})
        if points >= best[0]:
            best = points, window
    return best


def _points(kinds: set[Kind]) -> int:
    """0 when nothing helps to find the person."""
    return 0 if kinds.isdisjoint(_FINDABLE) else sum(_POINTS[kind] for kind in kinds)


def _capitalised(text: str) -> str:
    """A text all in small letters with a capital wherever a name might stand, since places are known by theirs."""
    if text != text.lower():
        return text
    return _SMALL_WORD.sub(lambda found: found[0] if found[0] in _FUNCTION_WORDS else found[0].capitalize(), text)


@cache
def _phrases(name: str) -> Phrases:
    return Phrases(patterns_of(name))


def _places(text: str) -> Iterator[Mark]:
    yield from (Mark("place", *found.span()) for found in _HOUSE.finditer(text))
    for found in _PLACE.finditer(text):
        first = found["place"].split()[0]
        if first not in _COMMON and not first.lower().endswith(_COMMON_ENDINGS):
            yield Mark("place", found.start("place"), found.end("place"))


def _schools(text: str) -> Iterator[Mark]:
    for found in _SCHOOL.finditer(text):
        own = found["eigen"]
        if own is None or (own not in _COMMON and not own.lower().endswith(_COMMON_ENDINGS)):
            yield Mark("school", found.start(), found.end())


def _names(text: str) -> Iterator[Mark]:
    for found in _NAME.finditer(text):
        group = found.lastgroup or ""
        if found[group] in _NO_NAMES or found[group] in _COMMON or found[group].lower().endswith(_COMMON_ENDINGS):
            continue
        yield Mark("name", found.start(group), found.end(group))
        if group in ("aged", "listed", "own"):
            yield Mark("age", found.end(group), found.end())
