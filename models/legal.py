"""What a site says about itself in law: who is responsible, on which basis, and how long what is kept.

Retention defaults and profiles follow the duties they serve: GDPR Art. 5(1)(e), 6, 7(1); DSA Art. 16, 17, 20; UWG § 7.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, get_args

Basis = Literal["f", "e", "a"]
Profile = Literal["hosting", "platform", "off"]
DataClass = Literal[
    "pending", "rejected", "spam", "address", "unconfirmed", "proof", "sender", "reporter", "audit", "mail", "session",
    "message",
]  # fmt: skip

# Days after which each class of data goes; what starts the period is said in service/retention.py and in the papers.
RETENTION: Mapping[DataClass, int] = {
    "pending": 90,
    "rejected": 30,
    "spam": 30,
    "address": 30,
    "unconfirmed": 7,
    "proof": 3 * 365 + 1,
    "sender": 1,
    "reporter": 30,
    "audit": 365,
    "mail": 30,
    "session": 30,
    "message": 7,
}
# Complaints against a decision stay possible for six months (DSA Art. 20(1)).
PLATFORM_ADDRESS_DAYS = 180
LONGEST_DAYS = 3660
_BASES: tuple[Basis, ...] = get_args(Basis)
_PROFILES: tuple[Profile, ...] = get_args(Profile)


class BadLegal(ValueError):
    """A legal setting that cannot be; the message is one sentence that names it."""


@dataclass(frozen=True, slots=True)
class Legal:
    """`controller` and `address` name who is responsible (GDPR Art. 13); `officer` how the data protection officer is
    reached; `youth` the youth protection officer, if there is one. `days` holds the periods that differ from
    `RETENTION`.
    """

    controller: str = ""
    address: str = ""
    contact: str = ""
    officer: str = ""
    youth: str = ""
    basis: Basis = "f"
    profile: Profile = "hosting"
    public_body: bool = False
    days: Mapping[str, int] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether readers can be told who is responsible."""
        return bool(self.controller and self.address)

    def keeps(self, what: DataClass) -> int:
        """Days for which a class of data is kept."""
        if what in self.days:
            return self.days[what]
        if what == "address" and self.profile == "platform":
            return PLATFORM_ADDRESS_DAYS
        return RETENTION[what]

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"days": dict(self.days)}


def read_legal(stored: Mapping[str, Any]) -> Legal:
    """What a site has stored, or `BadLegal`."""
    known = {each.name for each in fields(Legal)}
    legal = Legal(**{name: value for name, value in stored.items() if name in known})
    if legal.basis not in _BASES:
        raise BadLegal(f"The legal basis “{legal.basis}” is not one of {', '.join(_BASES)} (GDPR Art. 6(1)).")
    if legal.profile not in _PROFILES:
        raise BadLegal(f"The profile “{legal.profile}” is not one of {', '.join(_PROFILES)}.")
    if legal.public_body and legal.basis == "f":
        raise BadLegal("A public body cannot rest on a legitimate interest (GDPR Art. 6(1)): set the basis e.")
    for what, days in legal.days.items():
        if what not in RETENTION:
            raise BadLegal(f"There is no class of data “{what}”; there are {', '.join(RETENTION)}.")
        if not 1 <= days <= LONGEST_DAYS:
            raise BadLegal(f"“{what}” must be kept for 1 to {LONGEST_DAYS} days.")
    for name in ("controller", "address", "contact", "officer", "youth"):
        if len(getattr(legal, name)) > 500:
            raise BadLegal(f"“{name}” may have 500 characters at most.")
    return legal
