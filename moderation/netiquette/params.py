"""Which parameters a rule of the netiquette takes, and of what type."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, get_args

import re2

from moderation.draft import LONGEST_JUDGED
from moderation.reading import MOST_RECENT

Kind = Literal["yes/no", "whole number", "number", "share", "text", "list of texts", "action"]

# Only these are neutral to opinion: they see form and number, never content. All others are decided by people.
MAY_REFUSE = frozenset({"length", "empty", "duplicate", "flooding"})
RULES = (
    "respect", "discrimination", "threat", "illegal", "vulgar", "off_topic", "advertising", "personal_data",
    "case_description", "copyright", "links", "election_advertising", "campaign", "unsourced", "duplicate",
    "impersonation", "language", "readability", "private_matter", "length", "automation", "empty", "flooding",
)  # fmt: skip
_EVERY: dict[str, Kind] = {
    "presubmit_hint": "yes/no", "likeness": "yes/no", "priority": "text", "score_min": "share", "list": "text",
    "lists": "list of texts", "words": "list of texts", "patterns": "list of texts",
}  # fmt: skip
_OWN: dict[str, dict[str, Kind]] = {
    "threat": {"escalate": "text", "help": "list of texts"},
    "off_topic": {"sort_by_similarity": "yes/no"},
    "advertising": {"shorteners": "yes/no", "domains": "list of texts"},
    "personal_data": {
        "email": "yes/no", "phone_de": "yes/no", "iban_checksum": "yes/no", "street_plz": "yes/no", "plate": "yes/no",
        "private_facts": "yes/no",
        "country": "text",
    },
    "case_description": {"art9_terms": "text", "points": "whole number"},
    "copyright": {"quote_max_chars": "whole number"},
    "links": {"max": "whole number", "rel": "text"},
    "election_advertising": {"strict_weeks_before_election": "whole number", "parties": "list of texts"},
    "campaign": {"domains": "list of texts"},
    "duplicate": {
        "exact_window_h": "whole number", "exact_min_letters": "whole number", "near_similarity": "share",
        "near_action": "action", "per_10_min": "whole number",
    },
    "impersonation": {"reserved": "list of texts", "homoglyphs": "yes/no"},
    "language": {"min_chars": "whole number"},
    "readability": {"caps_ratio": "share", "caps_min_letters": "whole number", "repeat_punct": "whole number"},
    "private_matter": {"offer_relay": "yes/no"},
    "length": {"min": "whole number", "max": "whole number", "counter": "yes/no"},
    "automation": {"honeypot": "yes/no", "min_seconds": "number", "captcha": "yes/no"},
    "flooding": {"per_10_min": "whole number", "repeats": "whole number"},
}  # fmt: skip
# Of each pattern; twice that once it was matched. Beyond, RE2 refuses the pattern, or reads more slowly.
_MOST_PATTERN_MEMORY = 128 << 10
_LONGEST_PATTERN = 2_000
_MOST_OWN = 500
_SHOWN = 100  # of a pattern in a sentence about it
# Steps of all patterns of a rule together. The worst take each of them for every letter: 0.1 s for the longest text.
_MOST_STEPS = 6_000


class BadValue(ValueError):
    """A value that the netiquette cannot hold; the message says what is expected."""


def check_params(rule: str, params: Mapping[str, object]) -> None:
    """Every parameter known and of its type, or `BadValue` naming it."""
    known = _EVERY | _OWN.get(rule, {})
    for name, value in params.items():
        if name not in known:
            raise BadValue(f"params.{name} is not a parameter of this rule; known are {', '.join(sorted(known))}")
        if not _fits(value, known[name]):
            raise BadValue(f"params.{name} must be {_EXPECTED[known[name]]}")
    if params.get("priority", "normal") not in ("normal", "high", "urgent"):
        raise BadValue("params.priority must be normal, high or urgent")
    most = params.get("max")
    if rule == "length" and isinstance(most, int) and most > LONGEST_JUDGED:
        raise BadValue(f"params.max must be at most {LONGEST_JUDGED}: what is longer is read by nobody")
    often = params.get("per_10_min")
    if rule == "flooding" and isinstance(often, int) and often > MOST_RECENT:
        raise BadValue(f"params.per_10_min must be at most {MOST_RECENT}: more comments of one sender are not counted")
    for name in ("words", "patterns"):
        own = params.get(name, [])
        if own and rule in MAY_REFUSE:
            raise BadValue(f"params.{name} cannot stand in a rule that refuses, which must be neutral to opinion")
        if isinstance(own, list) and len(own) > _MOST_OWN:
            raise BadValue(f"params.{name} holds more than {_MOST_OWN} entries")


def compile_patterns(patterns: Sequence[str]) -> "list[re2._Regexp[str]]":
    """An operator's patterns, which run in time proportional to the text, or `BadValue`. Case does not count."""
    compiled, steps = [], 0
    for each in patterns:
        compiled.append(_compiled(each))
        steps += compiled[-1].programsize
        if steps > _MOST_STEPS:
            raise BadValue(f"params.patterns: {_short(each)} and those before it are too much work together; use words")
    return compiled


def _compiled(pattern: str) -> "re2._Regexp[str]":
    if len(pattern) > _LONGEST_PATTERN:
        raise BadValue(f"params.patterns: {_short(pattern)} is longer than {_LONGEST_PATTERN} characters")
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.never_capture = True  # nobody asks for groups, and to keep track of them takes longer than to match
    options.max_mem = _MOST_PATTERN_MEMORY
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        said = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        told = f"{_short(pattern)} cannot be used: {_short(said)} (RE2 knows no look-around)"
        raise BadValue(f"params.patterns: {told}") from None
    if compiled.search("") is not None:
        raise BadValue(f"params.patterns: {_short(pattern)} matches an empty text, so it would match every comment")
    return compiled


def _short(told: str) -> str:
    return repr(told if len(told) <= _SHOWN else f"{told[:_SHOWN]}…")


def is_date(text: object) -> bool:
    if isinstance(text, date):
        return True
    try:
        date.fromisoformat(str(text))
    except ValueError:
        return False
    return True


def _fits(value: object, kind: Kind) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match kind:
        case "yes/no":
            return isinstance(value, bool)
        case "whole number":
            return isinstance(value, int) and number and value >= 0
        case "number":
            return number and float(value) >= 0  # type: ignore[arg-type]  # number says that it is one
        case "share":
            return number and 0 <= float(value) <= 1  # type: ignore[arg-type]
        case "text":
            return isinstance(value, str)
        case "action":
            return value in ("note", "hold")
        case "list of texts":
            return isinstance(value, list) and all(isinstance(each, str) and each.strip() for each in value)


_EXPECTED: dict[Kind, str] = dict.fromkeys(get_args(Kind), "") | {
    "yes/no": "true or false",
    "whole number": "a whole number of at least 0",
    "number": "a number of at least 0",
    "share": "a number from 0 to 1",
    "text": "a text",
    "action": '"note" or "hold"',
    "list of texts": "a list of texts that are not empty",
}
