"""Bank accounts, payment cards, and the numbers by which an office knows a person."""

import re
from collections.abc import Iterator

from stdnum import iban, luhn

Span = tuple[int, int]

_GAP = r"[\s.–-]{0,3}"
_IBAN = re.compile(rf"(?<![^\W_])[A-Z]{_GAP}[A-Z]{_GAP}\d{_GAP}\d(?:{_GAP}[A-Z0-9]){{11,30}}", re.IGNORECASE)
_TWO_DIGITS = re.compile(rf"\d{_GAP}\d")
_BEFORE_DIGITS = 8  # two letters, and what may stand behind each
_NAMED = re.compile(r"iban|konto|bankverbindung|account", re.IGNORECASE)
_NAMED_WITHIN = 40
# Lengths by country, of the SWIFT registry, for numbers whose check digits are wrong but that are named as one.
_LENGTHS = {
    "DE": 22, "AT": 20, "CH": 21, "LI": 21, "LU": 20, "NL": 18, "BE": 16, "FR": 27, "IT": 27, "ES": 24, "PL": 28,
    "GB": 22, "DK": 18, "CZ": 24, "TR": 26, "UA": 29, "RO": 24,
}  # fmt: skip
_OLD = re.compile(
    r"\b(?:konto|kto)(?:nummer|nr)?[.: -]{0,3}\d(?:\s?\d){4,9}"
    r"(?:\W{1,3}(?:blz|bankleitzahl)[.: -]{0,3}\d{3}\s?\d{3}\s?\d{2})?"
    r"|\b(?:blz|bankleitzahl)[.: -]{0,3}\d{3}\s?\d{3}\s?\d{2}\b"
    r"|\bsort code[: ]{0,2}\d\d-?\d\d-?\d\d(?:\W{1,3}account(?: number| no\.?)?[: ]{0,2}\d{6,8})?"
    r"|\baccount (?:number|no\.?)[: ]{0,2}\d{6,10}\b",
    re.IGNORECASE,
)
_OFFICIAL = re.compile(
    r"\b(?:steuer-?id|steuernummer|steuer-?nr|identifikationsnummer|(?:personal)?ausweis(?:nummer)?|passnummer|reisepass"
    r"|(?:kranken|renten|sozial)?versicher(?:ten|ungs)(?:nummer|-?nr)|passport number|national insurance number)\W{1,3}"
    r"(?:(?:ist|lautet|hat die nummer|is|nr|nummer)\W{1,2}){0,2}"
    r"(?-i:(?P<number>[A-Z]{0,3}\d[A-Z0-9/ -]{4,16}[A-Z0-9]))",
    re.IGNORECASE,
)
# One of these stands in whatever the two above find.
_OLD_NAMES = ("konto", "kto", "blz", "bankleitzahl", "sort code", "account")
_OFFICIAL_NAMES = (
    "steuer", "identifikationsnummer", "ausweis", "passnummer", "reisepass", "versicher", "passport",
    "national insurance",
)  # fmt: skip
_CARD = re.compile(r"(?<![\d.,-])\d{4}(?:[ -]?\d{4}){3}(?![\d.,-]?\d)")


def accounts(text: str) -> list[Span]:
    """Offsets of IBANs with right check digits or named as one, older account, card and official numbers."""
    small = text.casefold()
    found = [span for each in _ibans(text) if (span := _account(text, each))]
    if any(map(small.__contains__, _OLD_NAMES)):
        found += [each.span() for each in _OLD.finditer(text)]
    if any(map(small.__contains__, _OFFICIAL_NAMES)):
        found += [each.span("number") for each in _OFFICIAL.finditer(text)]
    return found + [each.span() for each in _CARD.finditer(text) if _is_card(each[0])]


def _ibans(text: str) -> Iterator[re.Match[str]]:
    """What looks like an IBAN: tried before each two digits only, where its letters would stand."""
    done = 0
    for digits in _TWO_DIGITS.finditer(text):
        first = digits.start()
        for start in range(max(done, first - _BEFORE_DIGITS), first):
            if found := _IBAN.match(text, start):
                done = found.end()
                yield found
                break


def _account(text: str, found: re.Match[str]) -> Span | None:
    places = [at for at in range(found.start(), found.end()) if text[at].isascii() and text[at].isalnum()]
    compact = "".join(text[at] for at in places).upper()
    length = _LENGTHS.get(compact[:2])
    for size in [length] if length else range(len(compact), 14, -1):
        if size and size <= len(compact) and iban.is_valid(compact[:size]):
            return found.start(), places[size - 1] + 1
    named = _NAMED.search(text[max(0, found.start() - _NAMED_WITHIN) : found.start()])
    if named and length and len(compact) >= length and compact[2:4].isdigit():
        return found.start(), places[length - 1] + 1
    return None


def _is_card(raw: str) -> bool:
    digits = "".join(character for character in raw if character.isdigit())
    return digits[0] in "3456" and bool(luhn.is_valid(digits))
