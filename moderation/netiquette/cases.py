"""The marks by which a child or a family can be recognised in a text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from moderation.netiquette.comment import Comment
from moderation.netiquette.phrases import Phrases
from moderation.netiquette.wordlist import tokens_of
from moderation.remembered import remembered

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
_TELLING = frozenset({"told", "age", "school", "only"})
_STRETCH = 360  # one case is told in two or three sentences; marks farther apart belong to different things
_MOST_MARKS = 60
_LISTS: tuple[tuple[Kind, str], ...] = (
    ("person", "fall-person"), ("age", "fall-alter"), ("trade", "fall-beruf"), ("only", "fall-merkmal"),
    ("told", "fall-geschehen"),
)  # fmt: skip
_CAPITAL = r"[A-ZÄÖÜ][a-zäöüß]+"
_SITE = (
    r"(?:am|im|der|dem|beim|vom|des) (?:Bahnhof|Bahnübergang|Ferienpark|Gasthof|Stadtteil|Ortsteil|Campingplatz|Kloster"
    r"|Schloss|Gestüt|Landkreis|Kreis|Weiler|Stadion|Freibad)|[Rr]eihenhaussiedlung|Siedlung"
)
_BEFORE_PLACE = (
    r"Bad|Alt|Alten|Neu|Groß|Klein|Sankt|St\.?|Wendisch|Markt|Ober|Unter|Nieder|Old|New|Great|Little|Upper|Lower|North"
    r"|South|East|West"
)
_PLACE = re.compile(
    rf"\b(?:[Ii]n|[Aa]us|[Nn]ach|[Ff]rom|[Aa]t|[Nn]ear|{_SITE})\s+"
    rf"(?P<place>(?:(?:{_BEFORE_PLACE})\s+)?{_CAPITAL}(?:(?:-|\s)(?:{_CAPITAL}))?)"
)
_HOUSE = re.compile(
    r"\b[A-ZÄÖÜ][\wäöüß-]{2,24}"
    r"(?:weg|straße|strasse|gasse|grund|ring|platz|allee|hof|berg|ufer|winkel|stieg|damm|siedlung) \d{1,3}[a-z]?\b"
    r"|\b[AaIi][mn] [A-ZÄÖÜ][a-zäöüß]{2,18}"
    r"(?:berg|bach|hang|anger|ring|graben|rain|teich|weiher|hügel|winkel|acker|wehr|grund)\b"
    r"|\b\d{1,3} [A-Z][a-z]{2,20} (?:Road|Street|Lane|Close|Avenue|Drive|Row|Terrace|Crescent)\b"
)
_KIN = (
    r"(?:(?:Enkel|Stief|Pflege|Adoptiv|Paten|Groß|Halb|Ur|Klavier|Geigen|Nachbars|Schwieger)?"
    r"(?:[Ss]ohn|[Tt]ochter|[Kk]ind|[Nn]effen?|[Nn]ichte|[Bb]ruder|[Ss]chwester|[Tt]öchter|[Ss]öhne|[Bb]rüder"
    r"|[Ss]chwestern|[Ss]chüler(?:in)?)"
    r"|Enkel(?:in|s)?|Jüngste[rn]?|Älteste[rn]?|Kinder|Kleine[rn]?|Junge|Bub|Mädchen|Azubi|Mündel|Zwillinge|Cousine?|Ex"
    r"|son|daughter|nephew|niece|grandson|granddaughter|brother|sister|boy|girl|twins|grandsons|lad|ward|godson"
    r"|goddaughter|pupil|student|sons|daughters)"
)
_OWN = r"[Mm]eine?[mnrs]?|[Uu]nsere?[mnrs]?|[Mm]y|[Oo]ur"
_SMALL_ONE = r"[Dd](?:er|ie|em|en) kleinen?|[Ll]ittle"
_ANY = r"[Ii]hre?[mnrs]?|[Ss]eine?[mnrs]?|[Dd](?:er|ie|em|en)|[Hh]er|[Hh]is"
_AGE = (
    r"(?:1[0-8]|[1-9]|ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|dreizehn|vierzehn|fünfzehn|sechzehn"
    r"|siebzehn|anderthalb|(?:zwei|drei|vier|fünf)einhalb|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|thirteen|fourteen|fifteen|sixteen|seventeen)"
)
_YEAR = r"erste|zweite|dritte|vierte|fünfte|sechste|siebte|achte|neunte|zehnte|[1-9] ?[a-e]\b"
_NAME = re.compile(
    rf"\b(?P<aged>{_CAPITAL}) ?\({_AGE}(?: (?:Jahre|Monate|J\.))?\)"
    rf"|\b(?P<listed>{_CAPITAL}), (?:gerade |knapp |erst |now |just |only |aged )?{_AGE}(?: (?:Jahre|years old))?[,.]"
    rf"|\b(?:{_OWN}|{_ANY})\s+(?:[a-zäöü]+\s+){{0,2}}{_KIN},?\s(?P<kin>{_CAPITAL})\b(?![.!?])"
    rf"|\b(?:{_OWN}|{_SMALL_ONE})\s+(?P<own>{_CAPITAL})(?=,? \({_AGE}[ ,)]|, (?:{_AGE}[ ,.]|{_YEAR}))"
    rf"|\b[Dd](?:er|ie|em|en) kleinen? (?P<small>{_CAPITAL})\b"
    rf"|\b(?:Familie|Fam\.) (?P<family>{_CAPITAL})\b"
    rf"|\b(?:heißt|namens|Namens|called|named)\s+(?P<called>{_CAPITAL})"
)
# What no name stands without, told much faster: its words, an age in brackets or behind a comma, or a relative.
_BESIDE_NAME = ("(", "klein", "Famil", "Fam.", "heißt", "amens", "called", "named")
_AGE_BEHIND = re.compile(rf", (?:gerade |knapp |erst |now |just |only |aged )?(?:{_AGE}(?:$|[ ,.])|{_YEAR})")
_KIN_ALONE = re.compile(rf"{_KIN},?")
_LONGEST_KIN = 24
_HOUSES = (
    r"Kita|Kindergarten|Krippe|Hort|Kinderhaus|(?:\w{1,20})?[Ss]chule|Gymnasium|Internat|Klinik(?:um)?|Haus|Heim|Stift"
    r"|Pfarrei|Gestüt|(?:\w{1,20})?[Vv]ereins?|Wohngruppe|Frauenhaus|Jugendamt|Amtsgericht|Familiengericht|Gericht"
    r"|Studio|Reitstall|IGS|KGS|OGS|SV|TSV|FC|TuS|VfL"
)
_KINDS_OF_SCHOOL = (
    "Grund|Haupt|Real|Ober|Förder|Sonder|Musik|Hoch|Berufs|Fach|Volks|Gesamt|Ganztags|Waldorf|Montessori|Privat|Abend|Tanz"
    "|Fahr|Ski|Reit|Surf|Segel|Kunst|Mal|Vor|Mittel|Stadtteil|Dorf|Wald|Sommer|Sprach|Pflege|Regel|Gemeinschafts|Stadt"
    "|Nachbar|Schwimm|Baum|Online|Eliten?|Elite|Polizei|Kloster|Mädchen|Jungen|Kinder|Grundschul|Zwerg|Sport|Bibel|Partner"
)
_SCHOOL = re.compile(
    rf"\b(?:{_HOUSES})\s+(?:am |an der |im |in |St\.? |Bad |Alt |Sankt )?(?P<eigen>{_CAPITAL})"
    rf"|\b{_CAPITAL}(?: {_CAPITAL})? (?:Primary|High|Academy|Grammar|Infants?|Juniors?|Nursery|Comprehensive|School)\b"
    rf"|\b(?:{_CAPITAL}gruppe|Klasse \d{{1,2}}[a-e]?)\b|\b(?:[Ii]n|[Aa]us) der \d{{1,2}}[a-e]\b"
    rf"|\b(?!{_KINDS_OF_SCHOOL})[A-ZÄÖÜ][a-zäöüß]{{2,14}}(?:schule|gymnasium)\b"
)
_COMMON = tokens_of("fall-kein-ort")
_SMALL_WORD = re.compile(r"[a-zäöüß]{3,}")
_FUNCTION_WORDS = tokens_of("fall-klein")
_COMMON_ENDINGS = tuple(sorted(tokens_of("fall-endung")))
_NO_NAMES = tokens_of("fall-kein-name")


def marks_of(comment: Comment) -> Sequence[Mark]:
    """Every mark in the text; none when no particular person is meant."""
    return comment.once(_marks)


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


def _marks(comment: Comment) -> list[Mark]:
    names = list(_names(comment.text))
    marks = [Mark("person", *span) for span in _phrases("fall-person").find(comment.folded)]
    if not marks and not names:
        return []
    text = _capitalised(comment.text)
    for kind, name in _LISTS[1:]:
        marks += (Mark(kind, *span) for span in _phrases(name).find(comment.folded))
    taken = {each.start for each in names}
    return [*marks, *names, *(each for each in _places(text) if each.start not in taken), *_schools(text)]


def _points(kinds: set[Kind]) -> int:
    """0 when nothing helps to find the person, or nothing is said but who they are and where they live."""
    return 0 if kinds.isdisjoint(_FINDABLE) or kinds.isdisjoint(_TELLING) else sum(_POINTS[kind] for kind in kinds)


def _capitalised(text: str) -> str:
    """A text all in small letters with a capital wherever a name might stand, since places are known by theirs."""
    if text != text.lower():
        return text
    return _SMALL_WORD.sub(lambda found: found[0] if found[0] in _FUNCTION_WORDS else found[0].capitalize(), text)


@cache
def _phrases(name: str) -> Phrases:
    return Phrases(name)


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
    if not _may_name(text):
        return
    for found in _NAME.finditer(text):
        group = found.lastgroup or ""
        if found[group] in _NO_NAMES or found[group] in _COMMON or found[group].lower().endswith(_COMMON_ENDINGS):
            continue
        yield Mark("name", found.start(group), found.end(group))
        if group in ("aged", "listed", "own"):
            yield Mark("age", found.end(group), found.end())


def _may_name(text: str) -> bool:
    return (
        any(map(text.__contains__, _BESIDE_NAME))
        or _AGE_BEHIND.search(text) is not None
        or any(map(_is_kin, [word for word in text.split() if len(word) <= _LONGEST_KIN]))
    )


@remembered(5_000)
def _is_kin(word: str) -> bool:
    return _KIN_ALONE.fullmatch(word) is not None
