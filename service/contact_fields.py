"""A contact as somebody at the desk types it: read and checked, all of it or nothing."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.contact import Contact, Contacts
from models.site import KEY
from moderation.draft import is_address
from service.errors import _

# What a contact may be said to read; the codes of ISO 639-1.
LANGUAGES = ("de", "en", "fr", "tr", "uk", "ar", "pl", "ru", "es", "it")
FIELDS = ("name", "function", "key", "address", "absent_from", "absent_until", "substitute")
_LONGEST = {"name": 80, "function": 120, "key": 63, "address": 254}
_FORMER = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, and what is wrong with it: source texts by field."""

    values: Mapping[str, Any]
    faults: Mapping[str, str]


def read_contact(form: Mapping[str, str], known: Contacts, own: Contact | None) -> Typed:
    """The columns of a contact; `own` is the one that is changed, None for a new one."""
    given = {name: " ".join(form.get(name, "").split()) for name in FIELDS}
    given["key"] = given["key"] or (own.key if own else key_of(given["name"]))
    faults = {name: _("This is too long.") for name, longest in _LONGEST.items() if len(given[name]) > longest}
    faults |= _missing(given) | _wrong_key(given["key"], known, own)
    since, until = _day(given["absent_from"]), _day(given["absent_until"])
    if given["absent_from"] and since is None:
        faults["absent_from"] = _("This is no day.")
    if given["absent_until"] and (until is None or since is None or until < since):
        faults["absent_until"] = _("An absence needs its first day, and its last one cannot come before it.")
    substitute = given["substitute"] or None
    if substitute and (substitute not in known.by_id or (own and substitute == own.id)):
        faults["substitute"] = _("Somebody else of this site must stand in.")
    values = {
        "name": given["name"],
        "function": given["function"],
        "key": given["key"],
        "address": given["address"],
        "languages": [each for each in LANGUAGES if form.get(f"language-{each}")],
        "absent_from": since,
        "absent_until": until,
        "substitute_id": substitute,
        "active": bool(form.get("active")),
    }
    return Typed(values, faults)


def key_of(name: str) -> str:
    """A key made of a name: `Anna Müller` is `anna-mueller`; empty where nothing can be made of it."""
    spelled = "".join(_FORMER.get(each, each) for each in name.casefold())
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:63].rstrip("-")


def _missing(given: Mapping[str, str]) -> dict[str, str]:
    faults = {}
    if not given["name"]:
        faults["name"] = _("Please fill in this field.")
    elif not given["name"].isprintable():
        faults["name"] = _("This value is not possible here.")
    if not is_address(given["address"]):
        faults["address"] = _("This does not look like an e-mail address.")
    return faults


def _wrong_key(key: str, known: Contacts, own: Contact | None) -> dict[str, str]:
    if not KEY.fullmatch(key):
        return {"key": _("Lower-case letters, digits and hyphens are possible here.")}
    if any(each.key == key and each is not own for each in known.by_id.values()):
        return {"key": _("Another contact has this key.")}
    return {}


def _day(told: str) -> date | None:
    try:
        return date.fromisoformat(told) if told else None
    except ValueError:
        return None
