"""The rules as values: what pages show and what detectors are made from."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from moderation.draft import LONGEST_JUDGED
from moderation.netiquette.comment import Comment, Hit
from moderation.verdict import Priority, Severity

Detector = Callable[[Comment], Iterable[Hit]]
LANGUAGES = ("de", "de-du", "de-leicht", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """What people are told of a rule in one language.

    `advice` speaks to the writer of a text that the rule concerns. `titles` and `advices` hold the same for special
    cases.
    """

    title: str
    explanation: str
    advice: str
    titles: Mapping[str, str]
    advices: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: `found_by` names who can find a breach, `seen_in` how many of 48 German netiquettes have the rule."""

    id: str
    severity: Severity
    priority: Priority
    found_by: tuple[str, ...]
    seen_in: int
    enabled: bool
    texts: Mapping[str, Text]
    params: Mapping[str, object]

    def text(self, language: str) -> Text:
        """The rule's texts in the nearest language there is."""
        return self.texts[nearest(language)]

    def advice(self, language: str, case: str = "") -> str:
        """What to tell a writer, for a special case where there is a text for it."""
        text = self.text(language)
        advice = text.advices.get(case, text.advice)
        if "{" not in advice:
            return advice
        for name, value in self.params.items():
            advice = advice.replace(f"{{{name}}}", "; ".join(value) if isinstance(value, list) else str(value))
        return advice

    def number(self, name: str, otherwise: float) -> float:
        """A parameter that is a number; its type was checked when the file was read."""
        return cast(float, self.params.get(name, otherwise))

    def whole(self, name: str, otherwise: int) -> int:
        return cast(int, self.params.get(name, otherwise))

    def flag(self, name: str, otherwise: bool = True) -> bool:
        return cast(bool, self.params.get(name, otherwise))

    def names(self, name: str, otherwise: Iterable[str] = ()) -> tuple[str, ...]:
        """A parameter that is a list of texts; `list` is a list of one, as older files have it."""
        if name == "lists" and "lists" not in self.params and "list" in self.params:
            return (str(self.params["list"]),)
        return tuple(cast(list[str], self.params.get(name, otherwise)))


@dataclass(frozen=True, slots=True)
class Netiquette:
    """A site's rules in force, in the order in which they are shown, with the detectors that enforce them."""

    id: str
    version: str
    date: str
    language: str
    premoderation: bool
    messages: Mapping[Severity, Mapping[str, str]]
    rules: tuple[Rule, ...]
    detectors: tuple[tuple[Rule, Detector], ...] = field(repr=False)

    def rule(self, name: str) -> Rule:
        """The rule of that id, or KeyError when the netiquette has none."""
        for each in self.rules:
            if each.id == name:
                return each
        raise KeyError(name)

    @property
    def max_length(self) -> int:
        """The longest text that is taken, in characters."""
        limits = [each.whole("max", LONGEST_JUDGED) for each in self.rules if each.id == "length" and each.enabled]
        return limits[0] if limits else LONGEST_JUDGED

    def as_json(self, language: str | None = None) -> dict[str, object]:
        """Everything a page or machine needs to show the rules, ready for JSON; one language, or all of them."""
        languages = LANGUAGES if language is None else (nearest(language),)
        return {
            "id": self.id,
            "version": self.version,
            "date": self.date,
            "language": self.language,
            "premoderation": self.premoderation,
            "messages": {severity: _pick(texts, languages) for severity, texts in self.messages.items()},
            "rules": [_rule_json(each, languages) for each in self.rules],
        }


def text_of(netiquette: Netiquette | None, rule: str | None, language: str) -> Text | None:
    """What the netiquette says of a rule; None where it has changed since."""
    if netiquette is None or rule is None:
        return None
    try:
        return netiquette.rule(rule).text(language)
    except KeyError:
        return None


def title_of(netiquette: Netiquette | None, rule: str, language: str, case: str = "") -> str:
    """A rule's title, in a special case the one for that; its id where the netiquette has changed since."""
    text = text_of(netiquette, rule, language)
    return text.titles.get(case, text.title) if text else rule


def nearest(language: str) -> str:
    """The language of texts that serves a reader: itself, German for any German, English for all others."""
    if language in LANGUAGES:
        return language
    return "de" if language.lower().split("-")[0] == "de" else "en"


def _rule_json(rule: Rule, languages: tuple[str, ...]) -> dict[str, object]:
    return {
        "id": rule.id,
        "severity": rule.severity,
        "priority": rule.priority,
        "found_by": list(rule.found_by),
        "title": _pick({each: rule.texts[each].title for each in languages}, languages),
        "explanation": _pick({each: rule.texts[each].explanation for each in languages}, languages),
        "advice": _pick({each: rule.texts[each].advice for each in languages}, languages),
        "params": {name: value for name, value in rule.params.items() if name not in _KEPT_BACK},
    }


# Published, these would show how to get round the rule.
_KEPT_BACK = frozenset({"words", "patterns", "min_seconds"})


def _pick(texts: Mapping[str, str], languages: tuple[str, ...]) -> object:
    return texts[languages[0]] if len(languages) == 1 else {each: texts[each] for each in languages}
