"""Postal addresses of persons. Where an office or a museum stands may be named."""

import re

from moderation.personal_data.context import speaks_of_home, speaks_of_office, speaks_of_person

Span = tuple[int, int]

_KINDS = (
    "straße|strasse|str\\.|weg|allee|gasse|gässchen|platz|ring|damm|ufer|steg|stieg|pfad|chaussee|promenade|zeile|hof|berg"
    "|graben|wall|park|siedlung|markt|brücke|schlag|plan|twiete|redder|kamp|winkel|acker|anger|feld|grund|hang|höhe|blick"
    "|tor|eck|ecke|bogen|leite|kehre|wiese|wiesen|garten|gärten|halde|rain|aue|stiege|reihe|brook|dorn|holz"
)
# "Tulpenweg 3", "Berliner Str. 7 b", "Am Alten Markt 12", "Haus Nr. 12, Mühlenplan"
_NUMBER = r"\d{1,4}\s?(?:[a-zA-Z](?![\w]))?(?:\s?[-–/+]\s?\d{1,4}\s?[a-zA-Z]?(?![\w]))?"
_STREET = re.compile(
    rf"\b(?:(?:[A-ZÄÖÜ][\wäöüß.-]{{1,30}}\s){{0,2}}(?P<name>[A-ZÄÖÜ][\wäöüß-]{{1,40}}?(?:{_KINDS})|Straße|Str\.|Gasse|Allee|Weg|Platz|Ring|Markt)"
    rf"|(?P<at>(?:Am|Im|An\sder|An\sden|Auf\sdem|Auf\sder|In\sder|In\sden|Zum|Zur|Unter\sden|Hinter\sde[mrn]|Vor\sde[mrn]|Beim)\s[A-ZÄÖÜ][\wäöüß-]{{2,30}}"
    rf"(?:\s[A-ZÄÖÜ][\wäöüß-]{{2,30}})?))\s{{1,2}}(?P<number>{_NUMBER})(?!\w|[.,]\d|\s?(?:%|€|Uhr|Euro|Prozent|Meter|km|Jahre))"
)
_TOWN = re.compile(
    r"(?<![\d.,-])(?:D-)?\d{5}\s[A-ZÄÖÜ][\wäöüß-]{1,40}(?:[ -](?:am|an der|im|bei|ob der|[A-ZÄÖÜ][\wäöüß-]{2,30})){0,3}"
)
_HOUSE = re.compile(r"\bHaus(?:nummer|nr\.?|\s?Nr\.?)\s?\d{1,4}\s?[a-z]?\b")
# What no German and what no British address lacks, found much faster: "Weg 3", and "3 Mill Lane" or a postcode.
_NUMBERED = re.compile(r"[\w.-]\s{1,2}\d{1,4}(?!\d)")
_NUMBERED_BEFORE = re.compile(r"\d[a-z]?\s|[A-Z]\d")
_TOWN_WITHIN = 60
_YEARS = range(1900, 2100)
# Compounds that end like streets.
_NOT_STREETS = re.compile(
    r"(?:spiel|arbeits|park|sitz|steh|stell|sport|bolz|studien|kita|betreuungs|schul|heim|rück|hin|um|ab|aus|fuß|rad|fahrrad|lebens"
    r"|bahn|bauern|fried|schul|hinter|innen|bau|camping|zelt|flug|dreh|super|wochen|weihnachts|floh|arbeits|bio|boden|ein|an"
    r"|vor|her|unter|jahr|auf|boxen|kinder|bücher|lehr|speise|stadt|haupt|kreis|bereichs|berufs|tabellen|rang|mittel|hallen"
    r"|spielplatz|schwer|brenn|stand|halte|treff|wohn)"
    r"(?:platz|weg|hof|park|markt|ring|feld|berg|garten|punkt|grund|straße|tor|ecke|plan|reihe)$",
    re.IGNORECASE,
)
# "30 Kinder", "3 von 12": the number counts something and is no house's.
_COUNTS = re.compile(r"\s(?:[A-ZÄÖÜ]|von\b|neue|weitere|mal\b|bis\b|oder\b|und\s\d)")
_COUNTS_PERHAPS = re.compile(r"\s(?!in\b|im\b|bei\b|am\b|an\b|und\b|ist\b|wohn|steh|zu\b|oder\b|\d{5})[a-zäöüA-ZÄÖÜ]")
_POSTCODE = r"[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}"
_WAYS = (
    "Street|St\\.?|Road|Rd\\.?|Lane|Avenue|Ave\\.?|Row|Bank|Close|Drive|Way|Court|Crescent|Terrace|Place|Parade|Hill|Gardens"
    "|Square|Grove|Mews|Walk|Rise|Green|Yard|Cottages?"
)
_BRITISH = re.compile(
    rf"\b(?P<number>\d{{1,4}}[a-z]?\s)?(?:[A-Z][\w'-]{{1,30}}\s){{1,3}}(?:{_WAYS})\b"
    rf"(?P<rest>[^.!?\n]{{0,60}}?\b{_POSTCODE}\b)?"
)


def postal_addresses(text: str) -> list[Span]:
    """Offsets of German and British addresses at which persons live, as far as the text says so."""
    found = []
    if _NUMBERED.search(text):
        found += [span for each in _STREET.finditer(text) if (span := _german(text, each))]
    found += [span for each in _HOUSE.finditer(text) if (span := _with_town(text, each.start(), each.end()))]
    if _NUMBERED_BEFORE.search(text):
        found += [each.span() for each in _BRITISH.finditer(text) if _is_british(text, each)]
    return found


def _german(text: str, found: re.Match[str]) -> Span | None:
    start, end = found.start(), found.end("number")
    while text[end - 1].isspace():
        end -= 1
    whole = _with_town(text, start, end)
    if whole:
        return whole if not speaks_of_office(text, *whole) else None
    speaks, counts = (speaks_of_home, _COUNTS_PERHAPS) if found["at"] else (speaks_of_person, _COUNTS)
    if not speaks(text, start, end) or counts.match(text, end):
        return None
    if int(re.match(r"\d+", found["number"])[0]) in _YEARS:  # type: ignore[index]  # a number begins with a digit
        return None
    name = found["name"] or ""
    bare = not name or name[0] + name[1:] in ("Straße", "Str.", "Gasse", "Allee", "Weg", "Platz", "Ring", "Markt")
    if (bare and " " not in text[start : found.start("number")].strip()) or _NOT_STREETS.search(name):
        return None
    return start, end


def _with_town(text: str, start: int, end: int) -> Span | None:
    """The span as far as the postcode and town that follow within a few words, or None without them."""
    town = _TOWN.search(text, end, end + _TOWN_WITHIN + 40)
    if not town or town.start() - end > _TOWN_WITHIN or "\n\n" in text[end : town.start()]:
        return None
    return start, town.end()


def _is_british(text: str, found: re.Match[str]) -> bool:
    if found["rest"]:
        return not speaks_of_office(text, *found.span())
    return bool(found["number"]) and speaks_of_person(text, *found.span())
