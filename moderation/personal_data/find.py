"""Personal data in a text: what it is and where it stands."""

import re
from dataclasses import dataclass
from typing import Literal

from moderation.personal_data.address import postal_addresses
from moderation.personal_data.email import addresses
from moderation.personal_data.iban import accounts
from moderation.personal_data.phone import phones
from moderation.personal_data.plate import plates

_DIGIT = re.compile(r"\d")

Kind = Literal["email", "phone", "address", "iban", "plate"]


@dataclass(frozen=True, slots=True)
class Datum:
    """One piece of personal data with its offsets in the text. `iban` stands for every account or card number."""

    kind: Kind
    start: int
    end: int


def find_personal_data(text: str, country: str = "DE") -> tuple[Datum, ...]:
    """Every piece of personal data in `text`, in order and apart from one another.

    `country` (ISO 3166) tells how local telephone numbers are read. What offices and helplines publish is left out.
    """
    found = [Datum("email", start, end) for start, end in addresses(text)]
    if _DIGIT.search(text):
        found += [Datum("iban", start, end) for start, end in accounts(text)]
        found += [Datum("address", start, end) for start, end in postal_addresses(text)]
        found += [Datum("plate", start, end) for start, end in plates(text)]
    found += [Datum("phone", start, end) for start, end in phones(text, country)]
    return _apart(found, len(text))


def _apart(found: list[Datum], length: int) -> tuple[Datum, ...]:
    """Where two overlap, the one that was looked for first stays: an IBAN is no telephone number."""
    taken = bytearray(length)
    kept: list[Datum] = []
    for datum in found:
        if not any(taken[datum.start : datum.end]):
            taken[datum.start : datum.end] = b"\1" * (datum.end - datum.start)
            kept.append(datum)
    return tuple(sorted(kept, key=lambda datum: datum.start))
