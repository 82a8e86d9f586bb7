"""What a site changes in the netiquette of its installation: rule by rule, few fields, kept as data.

Only what differs is kept, so a site follows along when the installation's rules are mended.
"""

import tomllib
from collections.abc import Mapping
from typing import Any

from moderation.netiquette.load import BadNetiquette, netiquette_from
from moderation.netiquette.rules import Netiquette

FIELDS = (
    "enabled", "severity", "title_de", "explanation_de", "advice_de", "title_en", "explanation_en", "advice_en",
)  # fmt: skip
LONGEST_FIELD = 1000

Changes = Mapping[str, Mapping[str, Any]]


def changed_netiquette(base: str, changes: Changes, version: str, date: str) -> Netiquette:
    """The netiquette of a TOML text with a site's changes in it, or `BadNetiquette`."""
    data = _parsed(base)
    rules = data.get("rules", {})
    for name, fields in changes.items():
        if name not in rules:
            continue  # the installation has dropped the rule: there is nothing left to change
        own = {field: fields[field] for field in FIELDS if field in fields}
        # In its other tones a text says what the installation says; a changed one speaks for them all.
        spoken = {f"{field}_{tone}" for field in own for tone in ("du", "leicht")}
        rules[name] = {key: value for key, value in rules[name].items() if key not in spoken} | own
    data["ruleset"] = {**data.get("ruleset", {}), "version": version, "date": date}
    return netiquette_from(data, "netiquette")


def fields_of(base: str, changes: Changes, rule: str) -> dict[str, Any] | None:
    """The fields of a rule that a site may change, as they are with its changes; None for an unknown rule."""
    table = _parsed(base).get("rules", {}).get(rule)
    if table is None:
        return None
    present = {"enabled": True, **dict.fromkeys(FIELDS[1:], ""), **table, **changes.get(rule, {})}
    return {field: present[field] for field in FIELDS}


def with_change(base: str, changes: Changes, rule: str, fields: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The changes with those of one rule anew: what is as in the installation, or empty, is no change."""
    original = fields_of(base, {}, rule) or {}
    kept = {name: value for name, value in fields.items() if value != original.get(name) and value != ""}
    rest = {name: dict(values) for name, values in changes.items() if name != rule}
    return {**rest, rule: kept} if kept else rest


def differences(base: str, before: Changes, after: Changes) -> list[tuple[str, str, Any, Any]]:
    """What differs between two states: rule, field, before, after."""
    names = list(dict.fromkeys((*before, *after)))
    found = []
    for rule in names:
        old, new = fields_of(base, before, rule), fields_of(base, after, rule)
        if old and new:
            found += [(rule, field, old[field], new[field]) for field in FIELDS if old[field] != new[field]]
    return found


def _parsed(base: str) -> dict[str, Any]:
    try:
        return tomllib.loads(base)
    except tomllib.TOMLDecodeError as error:
        raise BadNetiquette(f"netiquette is not valid TOML: {error}") from None
