"""Reads a netiquette from its TOML file and makes its detectors, or says in one sentence what is wrong."""

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import cast

from moderation.netiquette.detectors import detectors_of
from moderation.netiquette.likeness import DamagedLikeness, Likeness, read_likeness
from moderation.netiquette.params import MAY_REFUSE, RULES, BadValue, check_params, is_date
from moderation.netiquette.rules import LANGUAGES, Detector, Netiquette, Rule, Text
from moderation.netiquette.wordlist import BadWordlist
from moderation.verdict import Priority, Severity

_SEVERITIES = ("note", "hold", "refuse")
_FINDERS = ("deterministic", "classifier", "person")
_SUFFIXES = {language: language.replace("-", "_") for language in LANGUAGES}
_NEXT_BEST = {"de": "en", "de-du": "de", "de-leicht": "de", "en": "de"}
_RULE_KEY = re.compile(r"(title|explanation|advice)(?:_[a-z]+)*")
_LARGEST = 1 << 20


class BadNetiquette(ValueError):
    """The file is no netiquette; the message is one sentence that names what is wrong and where."""


def load_netiquette(path: Path | None = None) -> Netiquette:
    """The netiquette of a TOML file, or the one that ships; `BadNetiquette` when it cannot be used.

    Only rules that are neutral to opinion may refuse. A rule that the file leaves out is not in force.
    """
    if path is None:
        return _default()
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST + 1)
        if len(text) > _LARGEST:
            raise BadNetiquette(f"{path.name} is larger than 1 MB")
        return read_netiquette(text.decode("utf-8"), path.name)
    except OSError as error:
        raise BadNetiquette(f"{path.name} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise BadNetiquette(f"{path.name} is not a text in UTF-8") from None


def read_netiquette(text: str, name: str = "netiquette") -> Netiquette:
    """The netiquette of a text in TOML, or `BadNetiquette` whose message names the file as `name`."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadNetiquette(f"{name} is not valid TOML: {error}") from None
    return netiquette_from(data, name)


def netiquette_from(data: Mapping[str, object], name: str) -> Netiquette:
    """The netiquette of what was read from TOML, or `BadNetiquette`."""
    try:
        return _netiquette(data)
    except (BadValue, DamagedLikeness) as error:
        raise BadNetiquette(f"{name}: {error}") from None


def text_of_netiquette(path: str) -> str:
    """The TOML text of a file, or with an empty path of the netiquette that ships."""
    place = Path(path) if path else resources.files(__package__) / "default.toml"
    return place.read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _default() -> Netiquette:
    return read_netiquette((resources.files(__package__) / "default.toml").read_text(encoding="utf-8"), "default.toml")


def _netiquette(data: Mapping[str, object]) -> Netiquette:
    head = _table(data, "ruleset", "the file")
    rules = tuple(_rule(name, table) for name, table in _table(data, "rules", "the file").items())
    if not rules:
        raise BadValue("[rules] holds no rule")
    for key in set(data) - {"ruleset", "messages", "rules"}:
        raise BadValue(f"[{key}] is not a part of a netiquette")
    if not is_date(head.get("date", "2025-01-01")):
        raise BadValue("[ruleset] date must be a date such as 2026-01-31")
    return Netiquette(
        id=_text(head, "id", "[ruleset]"),
        version=_text(head, "version", "[ruleset]"),
        date=str(head.get("date", "")),
        language=_text(head, "language", "[ruleset]"),
        premoderation=_yes_or_no(head, "premoderation", "[ruleset]", otherwise=True),
        messages=_messages(_table(data, "messages", "the file")),
        rules=rules,
        detectors=tuple((rule, detect) for rule in rules if rule.enabled for detect in _detectors(rule)),
    )


def _detectors(rule: Rule) -> list[Detector]:
    try:
        return list(detectors_of(rule, _likeness()))
    except BadWordlist as error:
        raise BadValue(f"[rules.{rule.id}] params.words or params.lists: {error}") from None
    except BadValue as error:
        raise BadValue(f"[rules.{rule.id}] {error}") from None


@lru_cache(maxsize=1)
def _likeness() -> Likeness:
    return read_likeness()


def _messages(table: Mapping[str, object]) -> dict[Severity, dict[str, str]]:
    return {cast(Severity, severity): _in_languages(table, severity, "[messages]") for severity in _SEVERITIES}


def _rule(name: str, table: object) -> Rule:
    place = f"[rules.{name}]"
    if name not in RULES:
        raise BadValue(f"{place} is not a rule; the rules are {', '.join(RULES)}")
    if not isinstance(table, dict):
        raise BadValue(f"{place} must be a table")
    _known_keys(table, place)
    params = _table(table, "params", place, otherwise={})
    try:
        check_params(name, params)
    except BadValue as error:
        raise BadValue(f"{place} {error}") from None
    return Rule(
        id=name,
        severity=_severity(table, name, place),
        priority=cast(Priority, params.get("priority", "normal")),
        found_by=_finders(table, place),
        seen_in=_seen_in(table, place),
        enabled=_yes_or_no(table, "enabled", place, otherwise=True),
        texts=_texts(table, place),
        params=params,
    )


def _known_keys(table: Mapping[str, object], place: str) -> None:
    known = {"seen_in", "found_by", "severity", "enabled", "params"}
    for key in table:
        if key not in known and not _RULE_KEY.fullmatch(key):
            raise BadValue(f"{place} {key} is not a part of a rule")


def _severity(table: Mapping[str, object], name: str, place: str) -> Severity:
    severity = _text(table, "severity", place)
    if severity not in _SEVERITIES:
        raise BadValue(f"{place} severity must be note, hold or refuse")
    if severity == "refuse" and name not in MAY_REFUSE:
        raise BadValue(f"{place} may not refuse: only {', '.join(sorted(MAY_REFUSE))} are neutral to opinion")
    return cast(Severity, severity)


def _finders(table: Mapping[str, object], place: str) -> tuple[str, ...]:
    finders = table.get("found_by", [])
    if not isinstance(finders, list) or not finders or not all(each in _FINDERS for each in finders):
        raise BadValue(f"{place} found_by must be a list of {', '.join(_FINDERS)}")
    return tuple(finders)


def _seen_in(table: Mapping[str, object], place: str) -> int:
    seen = table.get("seen_in", 0)
    if not isinstance(seen, int) or isinstance(seen, bool) or seen < 0:
        raise BadValue(f"{place} seen_in must be a whole number of at least 0")
    return seen


def _texts(table: Mapping[str, object], place: str) -> dict[str, Text]:
    titles = _in_languages(table, "title", place)
    explanations = _in_languages(table, "explanation", place)
    advices = _in_languages(table, "advice", place) if any(key.startswith("advice") for key in table) else explanations
    titled, advised = _special(table, "title", place), _special(table, "advice", place)
    return {
        each: Text(
            titles[each],
            explanations[each],
            advices[each],
            {case: texts[each] for case, texts in titled.items()},
            {case: texts[each] for case, texts in advised.items()},
        )
        for each in LANGUAGES
    }


def _special(table: Mapping[str, object], name: str, place: str) -> dict[str, dict[str, str]]:
    """A text's wordings for special cases, by case and language: `advice_help_de` is one for the case `help`."""
    keys = (re.match(rf"{name}_([a-z]{{3,}})_(?:de|en)", key) for key in table)
    return {case: _in_languages(table, f"{name}_{case}", place) for case in sorted({key[1] for key in keys if key})}


def _in_languages(table: Mapping[str, object], name: str, place: str) -> dict[str, str]:
    """A text in every language; where one is missing, the next best takes its place."""
    found = {each: table.get(f"{name}_{suffix}") for each, suffix in _SUFFIXES.items()}
    for language, text in found.items():
        if text is not None and (not isinstance(text, str) or not text.strip()):
            raise BadValue(f"{place} {name}_{_SUFFIXES[language]} must be a text")
    if found["de"] is None and found["en"] is None:
        raise BadValue(f"{place} {name}_de is missing")
    return {each: str(found[each] or found[_NEXT_BEST[each]] or found["de"] or found["en"]) for each in LANGUAGES}


def _table(
    data: Mapping[str, object], name: str, place: str, otherwise: Mapping[str, object] | None = None
) -> Mapping[str, object]:
    table = data.get(name, otherwise)
    if not isinstance(table, dict):
        raise BadValue(f"{place} {'has no' if table is None else 'must hold a table'} [{name}]")
    return table


def _text(table: Mapping[str, object], name: str, place: str) -> str:
    text = table.get(name)
    if not isinstance(text, str) or not text.strip():
        raise BadValue(f"{place} {name} must be a text")
    return text


def _yes_or_no(table: Mapping[str, object], name: str, place: str, *, otherwise: bool) -> bool:
    value = table.get(name, otherwise)
    if not isinstance(value, bool):
        raise BadValue(f"{place} {name} must be true or false")
    return value
