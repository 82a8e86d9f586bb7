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
_LISTS: tuple[tuple[Kind, str], ...] = (
    ("person", "fall-person"), ("age", "fall-alter"), ("trade", "fall-beruf"), ("only", "fall-merkmal"),
    ("told", "fall-geschehen"),
)  # fmt: skip
_CAPITAL = r"[A-ZÄÖÜ][a-zäöüß]+"
_PLACE = re.compile(
    rf"\b(?:[Ii]n|[Aa]us|[Nn]ach|[Bb]ei|[Vv]on|[Ff]rom|[Aa]t|[Nn]ear|above .{{1,25}} in|[Aa]m|[Ii]m)\s+(?P<place>(?:(?:Bad|Alt|Alten|Neu|"
    rf"Groß|Klein|Sankt|St\.?|Wendisch|Markt|Ober|Unter|Nieder|Old|New|Great|Little|Upper|Lower|North|South|East|West)\s+)?"
    rf"{_CAPITAL}(?:(?:-|\s)(?:{_CAPITAL}))?)"
)
_NAME = re.compile(
    rf"\b(?P<first>{_CAPITAL}) ?\((?:\d{{1,2}}|[a-zäöü]{{3,8}})(?: (?:Jahre|Monate|J\.))?\)"
    rf"|\b(?P<second>{_CAPITAL}),? (?:gerade |knapp |now |just |is |aged )?(?:\d{{1,2}}),"
    rf"|\b(?:[Mm]eine?[mnrs]?|[Uu]nsere?[mnrs]?|[Dd](?:er|ie|em|en) kleinen?|[Ll]ittle|[Mm]y|[Oo]ur)\s+(?:\w+\s+)?"
    rf"(?:Sohn|Tochter|Enkel(?:in|sohn|tochter)?|Neffe|Nichte|Bruder|Schwester|Jüngste[rn]?|Älteste[rn]?|Töchter|Söhne|Kinder|son|daughter|"
    rf"nephew|niece|grandson|granddaughter|brother|sister|boy|girl)?,?\s*(?P<third>{_CAPITAL})\b"
    rf"|\b(?:heißt|namens|Namens|called|named)\s+(?P<fourth>{_CAPITAL})"
)
_FOLLOWS_NAME = re.compile(r"\s*(?:[,(]|(?:ist|hat|war|wird|wurde|geht|kam|durfte|darf|und|is|was|has|bekommt|leidet|lebt|sitzt)\b)")
_SCHOOL = re.compile(
    rf"\b(?:Kita|Kindergarten|Krippe|Hort|Kinderhaus|(?:\w{{1,20}})?[Ss]chule|Gymnasium|Internat|Klinik(?:um)?|Haus|Heim|Stift|Pfarrei|"
    rf"Gestüt|Wohngruppe|Frauenhaus|Jugendamt|Amtsgericht|Familiengericht|Gericht|Studio|Reitstall|IGS|KGS|OGS|SV|TSV|FC|TuS|VfL)"
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
    Abend Morgen Nachmittag Anfang Wochenende Telefon Tisch Schalter Anger Sonntagen
    """.split()
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
    Straße Dorf Kirche Leben Zeit Kindheit Ausbildung Einrichtung Ältestes Jüngstes Schulzeit Eingewöhnung Pflegekind Pflegetochter Pflegesohn Schüler Schülerin""".split()
)


def marks_of(comment: Comment) -> list[Mark]:
    """Every mark in the text; none when no particular person is meant."""
    marks = [Mark("person", *span) for span in _phrases("fall-person").find(comment.folded)]
    if not marks:
        return []
    for kind, name in _LISTS[1:]:
        marks += (Mark(kind, *span) for span in _phrases(name).find(comment.folded))
    marks += _places(comment.text)
    marks += _schools(comment.text)
    marks += _names(comment.text)
    return marks


def weight_of(marks: Iterable[Mark]) -> int:
    """The points of all kinds together, each kind once; 0 when nothing in the text helps to find the person."""
    kinds = {each.kind for each in marks}
    if "person" not in kinds or kinds.isdisjoint(_FINDABLE):
        return 0
    return sum(_POINTS[kind] for kind in kinds)


@cache
def _phrases(name: str) -> Phrases:
    return Phrases(patterns_of(name))


def _places(text: str) -> Iterator[Mark]:
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
        group = found.lastgroup or "first"
        if found[group] not in _NO_NAMES and found[group] not in _COMMON:
            if group != "third" or _FOLLOWS_NAME.match(text, found.end()):
                yield Mark("name", found.start(group), found.end(group))
