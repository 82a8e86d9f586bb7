"""Contacts as a line of our own export, and back: by their keys, since ids mean nothing elsewhere."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from models.contact import ArrivingContact, Contact, Contacts
from models.site import Site
from moderation.personal_data import mask_text
from moderation.tidy import tidy
from service.contact_fields import LANGUAGES, read_contact
from service.exchange.preparing import NotTaken

_TEXTS = ("key", "name", "function", "address", "created_at")
_DAYS = ("absent_from", "absent_until")
_FIELDS = frozenset([*_TEXTS, *_DAYS, "languages", "substitute", "active", "last_resort", "private"])


def pack_contacts(contacts: Contacts, site: Site) -> list[dict[str, Any]]:
    """Each contact as JSON has it, by key: with the address, so for operators' own eyes."""
    return [_pack(each, contacts, site) for each in sorted(contacts.by_id.values(), key=lambda each: each.key)]


def prepare_contact(packed: Mapping[str, Any], site: Site) -> ArrivingContact:
    """The contact of our own export, checked as if it was typed at the desk; or `NotTaken`."""
    if packed.keys() != _FIELDS or not _has_shape(packed):
        raise NotTaken("a contact that is not what it should be")
    form = {name: packed[name] or "" for name in ("key", "address", *_DAYS)}
    form |= {name: _clean(packed[name], site) for name in ("name", "function")}
    form |= {f"language-{each}": "on" for each in packed["languages"]}
    typed = read_contact(form, Contacts({}), None)
    try:
        created = datetime.fromisoformat(packed["created_at"])
    except ValueError:
        created = None
    if typed.faults or created is None or created.tzinfo is None:
        raise NotTaken(f"a contact whose “{min(typed.faults, default='created_at')}” is not what it should be")
    columns = {**typed.values, "active": packed["active"], "created_at": created}
    columns.pop("substitute_id")
    return ArrivingContact(columns, packed["substitute"], last_resort=packed["last_resort"], private=packed["private"])


def _pack(contact: Contact, contacts: Contacts, site: Site) -> dict[str, Any]:
    substitute = contacts.by_id.get(contact.substitute_id or "")
    return {
        "key": contact.key,
        "name": contact.name,
        "function": contact.function,
        "address": contact.address,
        "languages": contact.languages,
        "absent_from": contact.absent_from.isoformat() if contact.absent_from else None,
        "absent_until": contact.absent_until.isoformat() if contact.absent_until else None,
        "substitute": substitute.key if substitute else None,
        "active": contact.active,
        "last_resort": site.last_resort_id == contact.id,
        "private": site.private_contact_id == contact.id,
        "created_at": contact.created_at.isoformat(),
    }


def _has_shape(packed: Mapping[str, Any]) -> bool:
    languages = packed["languages"]
    return (
        all(isinstance(packed[name], str) and "\0" not in packed[name] for name in _TEXTS)
        and all(packed[name] is None or isinstance(packed[name], str) for name in (*_DAYS, "substitute"))
        and isinstance(languages, list)
        and all(each in LANGUAGES for each in languages)
        and all(isinstance(packed[name], bool) for name in ("active", "last_resort", "private"))
    )


def _clean(text: str, site: Site) -> str:
    return mask_text(" ".join(tidy(text).split()), site.language).text
