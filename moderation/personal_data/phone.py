"""Telephone numbers of persons. Those of offices, helplines and emergency services may be named."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from moderation.personal_data.context import speaks_of_office

Span = tuple[int, int]

_NUMBER = re.compile(r"(?<![\w/.,-])(?:\+|\(\+|\(?0)(?:[\s()/.–-]{0,3}\d){6,16}(?![\d]|[.,/]\d)")
_AFTER_CUE = re.compile(
    r"\b(?:tel(?:efon)?|fon|handy|mobil|phone|whatsapp|ruf)(?:nummer|nr|number)?[.: -]{0,3}(?:ist|lautet|is)?[: ]{0,2}"
    r"(\d(?:[ /.–-]{0,2}\d){4,14})",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_DATE = re.compile(r"\b\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b")
_DIGITS = {
    "null": "0", "eins": "1", "ein": "1", "zwei": "2", "zwo": "2", "drei": "3", "vier": "4", "fünf": "5",
    "fuenf": "5", "sechs": "6", "sieben": "7", "acht": "8", "neun": "9",
    "zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "plus": "+",
}  # fmt: skip
_WORD = "|".join(sorted(_DIGITS, key=len, reverse=True))
_FIRST_SPOKEN = ("null", "zero", "oh", "plus")
_SPOKEN = re.compile(
    rf"\b(?:{'|'.join(_FIRST_SPOKEN)})(?:[\s,;.–-]{{1,3}}(?:dann\s|und\s|then\s|and\s)?(?:(?:{_WORD})\b|\d{{1,8}}(?!\d))){{3,24}}",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"(?:vorgang|aktenzeichen|\baz|zeichen|rechnung|kunden|bestell|auftrag|artikel|antrag|inventar|drucksache|mitglieds|steuer|vertrag"
    r"|matrikel|isbn|order|invoice|ref|case)(?:s?nummer|s?-?nr|number|\sno)?[.:\s#]{0,3}$",
    re.IGNORECASE,
)
_FEWEST, _MOST = 7, 15  # digits; E.164 allows 15
# Free and shared-cost numbers, and the number ranges of helplines: they belong to nobody in person.
_SERVICE = re.compile(r"(?:\+49|0049|0)\s?(?:800|180\d?|137|900|700|115|116)|00800|\+44\s?(?:800|808)")
# Helplines in Britain; of these ranges only two are nobody's in Germany, where 0341 is Leipzig and 0871 Landshut.
_BRITISH_SERVICE = re.compile(r"0808|03\d\d\b|084[345]|087[01]")
_BRITISH_SERVICE_ABROAD = re.compile(r"0808 \d{3} \d{4}$|0300\b")
_PERSONAL = (PhoneNumberType.MOBILE, PhoneNumberType.PERSONAL_NUMBER)


def phones(text: str, country: str) -> list[Span]:
    """Offsets of telephone numbers of persons, in digits or in words; local numbers are read as in `country`."""
    written = _written(text, country) if _DIGIT.search(text) else []
    small = text.casefold()
    if not any(map(small.__contains__, _FIRST_SPOKEN)):
        return written
    return written + [each.span() for each in _SPOKEN.finditer(text) if _FEWEST <= _spoken_digits(each[0]) <= _MOST]


def _written(text: str, country: str) -> list[Span]:
    found = [each.span() for each in _NUMBER.finditer(text) if _is_number(each[0], country)]
    found += [each.span(1) for each in _AFTER_CUE.finditer(text) if _FEWEST - 1 <= _count(each[1]) <= _MOST]
    return [
        (start, end)
        for start, end in found
        if not _DATE.search(text[start:end]) and not _is_public(text, start, end, country)
    ]


def _is_number(raw: str, country: str) -> bool:
    if not _FEWEST <= _count(raw) <= _MOST + 2:
        return False
    number = _parsed(raw, country)
    if number is not None and phonenumbers.is_possible_number(number):
        return True
    british = _parsed(raw, "GB")
    return british is not None and phonenumbers.is_possible_number(british)


def _is_public(text: str, start: int, end: int, country: str) -> bool:
    raw = text[start:end].lstrip("(")
    if _SERVICE.match(raw) or _REFERENCE.search(text[max(0, start - 30) : start]):
        return True
    if (_BRITISH_SERVICE if country == "GB" else _BRITISH_SERVICE_ABROAD).match(raw):
        return True
    number = _parsed(raw, country)
    mobile = number is not None and phonenumbers.number_type(number) in _PERSONAL
    return not mobile and speaks_of_office(text, start, end)


def _parsed(raw: str, country: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(raw.replace("(0)", "") if "+" in raw else raw, country)
    except NumberParseException:
        return None


def _count(raw: str) -> int:
    return sum(character.isdigit() for character in raw)


def _spoken_digits(raw: str) -> int:
    words = re.findall(rf"{_WORD}|\d+", raw.lower())
    return sum(len(word) if word.isdigit() else 1 for word in words)
