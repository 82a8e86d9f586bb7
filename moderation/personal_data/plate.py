"""Number plates of cars."""

import re
from pathlib import Path

Span = tuple[int, int]

_DISTRICTS = frozenset(
    word
    for line in Path(__file__).with_name("districts.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
)
_GERMAN = re.compile(
    r"(?<![\w./-])(?P<district>[A-ZÄÖÜ]{1,3})(?P<joint>\s?[-–:]\s?|\s)(?P<letters>[A-Z]{1,2})[ -]?"
    r"(?P<number>[1-9]\d{0,3})\s?[EH]?(?![\w/%]|[.,]\d)"
)
_BRITISH = re.compile(r"(?<![\w-])[A-Z]{2}\d{2}\s?[A-Z]{3}(?![\w-])")
_SMALL = re.compile(
    r"(?:kennzeichen|nummernschild|kfz)\W{1,3}(?:ist |lautet |war )?"
    r"([a-zäöü]{1,3}[ -][a-z]{1,2}[ -]?[1-9]\d{0,3})(?!\w)",
    re.IGNORECASE,
)
# Standards, laws and motorways are written like plates.
_NOT_DISTRICTS = frozenset(["DIN", "ISO", "EN", "VDE", "IEC", "BGB", "SGB", "GG", "EU", "AT", "NR", "PR"])
_NOT_LETTERS = frozenset(["EN", "DM", "EC", "IC", "RE", "RB", "US", "KM", "KG", "UHR", "WG"])
_CAR = re.compile(
    r"kennzeichen|nummernschild|\bauto|wagen\b|\bpkw|\blkw|\bsuv\b|kombi|limousine|cabrio|transporter|laster|roller|motorrad"
    r"|\bbus\b|bus,|kleinbus|anhänger|taxi|halter\b|fahrer|parkt|parken|geparkt|\bfährt|fuhr\b|raser|rast\b|gerast|abgedrängt"
    r"|angefahren|falschpark|zugeparkt|ladesäule|bei rot|\bblech|car\b|van\b|plate|driver|parked|hatchback|estate|driv",
    re.IGNORECASE,
)
_NEAR = 120


def plates(text: str) -> list[Span]:
    """Offsets of German and British number plates."""
    found = [each.span() for each in _GERMAN.finditer(text) if _is_plate(text, each)]
    found += [each.span(1) for each in _SMALL.finditer(text)]
    return found + [each.span() for each in _BRITISH.finditer(text)]


def _is_plate(text: str, found: re.Match[str]) -> bool:
    if found["district"] not in _DISTRICTS or found["district"] in _NOT_DISTRICTS or found["letters"] in _NOT_LETTERS:
        return False
    if found["joint"].strip() and len(found["district"] + found["letters"]) > 2:
        return True
    return bool(_CAR.search(text[max(0, found.start() - _NEAR) : found.end() + _NEAR]))
