"""What a visitor sent, checked for shape and nothing else."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal

Notify = Literal["none", "replies", "thread"]
Fault = Literal["required", "not_text", "too_long", "unknown_field", "not_allowed", "not_an_address", "not_an_object"]

LONGEST = {
    "page": 2000,
    "text": 65_536,  # the netiquette's own limit is far lower and answers with advice
    "name": 80,
    "email": 254,  # RFC 5321, section 4.5.3.1.3 (256 octets with the angle brackets)
    "url": 500,
    "parent": 64,
    "title": 300,
    "question": 64,
    "form_token": 500,
    "id": 64,
    "homepage": 500,
    "token": 4000,
}
# Judging costs time in proportion to the text, hostile ones most. What is longer is refused for its length, for which
# its beginning is enough; no netiquette may allow more, or the end of a text would be read by nobody.
LONGEST_JUDGED = 10_000
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@[^\s@<>\"(),:;\\\[\]]{1,190}\.[^\s@<>\"(),:;.\\\[\]]{2,63}")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_SINGLE_LINE = ("page", "name", "email", "url", "title")


@dataclass(frozen=True, slots=True)
class Draft:
    """A comment as the visitor wrote it. It has no field that a visitor may not set.

    `homepage` is the honeypot: people never see it, so whatever fills it is not a person.
    `token` is what the host's site signed about its reader (service/sign_on.py); nobody believes it unread.
    """

    page: str
    text: str
    name: str = ""
    email: str = ""
    url: str = ""
    parent: str | None = None
    title: str = ""
    question: str | None = None
    notify: Notify = "none"
    consent: bool = False
    form_token: str = ""
    id: str | None = None
    homepage: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One field that cannot be read; `limit` is the longest length allowed, in characters."""

    field: str
    fault: Fault
    limit: int | None = None


class BadDraft(Exception):
    """The payload is not a draft; `faults` names every field that is wrong, not only the first."""

    def __init__(self, faults: tuple[FieldFault, ...]) -> None:
        super().__init__(", ".join(f"{each.field}: {each.fault}" for each in faults))
        self.faults = faults


def parse_draft(payload: object) -> Draft:
    """Read a decoded JSON object or form into a `Draft`, or raise `BadDraft`.

    Types are strict: a number is no text, an object is no string. Text must be valid Unicode without NUL,
    because PostgreSQL stores neither NUL nor lone surrogates.
    """
    if not isinstance(payload, Mapping):
        raise BadDraft((FieldFault("", "not_an_object"),))
    known = {each.name for each in fields(Draft)}
    faults = [FieldFault(str(name)[:64], "unknown_field") for name in payload if name not in known]
    values: dict[str, object] = {}
    for name, value in payload.items():
        if name not in known or value is None:
            continue
        fault = _fault_of(name, value)
        if fault:
            faults.append(FieldFault(name, fault, LONGEST.get(name)))
        else:
            values[name] = value.strip() if name in _SINGLE_LINE else value
    faults += [FieldFault(name, "required") for name in ("page", "text") if payload.get(name) in (None, "")]
    if faults:
        raise BadDraft(tuple(faults))
    return Draft(**values)  # type: ignore[arg-type]  # each value was checked by _fault_of


def _fault_of(name: str, value: object) -> Fault | None:
    if name == "consent":
        return None if isinstance(value, bool) else "not_allowed"
    if not isinstance(value, str) or not _storable(value):
        return "not_text"
    if len(value) > LONGEST.get(name, 64):
        return "too_long"
    if name == "notify" and value not in ("none", "replies", "thread"):
        return "not_allowed"
    if name == "id" and not _ID.fullmatch(value):
        return "not_allowed"
    if name in _SINGLE_LINE and ("\n" in value.strip() or "\r" in value.strip()):
        return "not_allowed"
    if name == "email" and value.strip() and not is_address(value.strip()):
        return "not_an_address"
    return None


def is_address(text: str) -> bool:
    """Whether `text` has the shape of one e-mail address; whether it exists, only a mail can tell."""
    return bool(_EMAIL.fullmatch(text)) and ".." not in text and text.isprintable()


def _storable(text: str) -> bool:
    return not _UNSTORABLE.search(text)
