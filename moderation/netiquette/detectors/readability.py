"""Shouting: capitals and repeated signs. An acronym does not shout."""

import re
from collections.abc import Iterator

from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.rules import Detector, Rule
from moderation.netiquette.wordlist import tokens_of

_FOURFOLD = re.compile(r"([^\s])\1\1\1|[!?]{4}|[.…]{6}")
_MIXED = frozenset("?…")
_LOUD = re.compile(r"[A-ZÄÖÜẞ]{2}")
_CAPITALS = re.compile(r"\b[A-ZÄÖÜẞ][A-ZÄÖÜẞß'’-]*(?:[\W\d]{1,3}[A-ZÄÖÜẞ][A-ZÄÖÜẞß'’-]*)*\b")
# The same without its end: as far as a run could reach at most.
_REACH = re.compile(r"\b[A-ZÄÖÜẞ][A-ZÄÖÜẞß'’-]*+(?:[\W\d]{1,3}[A-ZÄÖÜẞ][A-ZÄÖÜẞß'’-]*+)*+")
_WORD = re.compile(r"[A-ZÄÖÜẞ][A-ZÄÖÜẞß'’]+")
_LONGEST_ACRONYM = 5
_LEAST_SHOUTED = 3
_LEAST_IN_RUN = 18
# Words that no acronym is made of: where they stand in capitals, somebody shouts.
_SMALL = tokens_of("kein-akronym")


def detector(rule: Rule) -> Detector:
    """A run of words in capitals, a text that is mostly capitals, or signs and letters many times in a row."""
    ratio, least = rule.number("caps_ratio", 0.7), rule.whole("caps_min_letters", 40)
    repeated = _repeats(rule.whole("repeat_punct", 3))

    def detect(comment: Comment) -> Iterator[Hit]:
        span = _shouted(comment.text, ratio, least)
        if span:
            yield Hit(*span, case="capitals")
        found = _may_repeat(comment.text) and repeated.search(comment.text)
        if found:
            yield Hit(found.start(), found.end(), case="repeated")

    return detect


def _may_repeat(text: str) -> bool:
    """Whether a sign stands four times in a row, or many of a kind: to look for each of its own is fastest."""
    own = set(text)
    mixed = not _MIXED.isdisjoint(own) and any(map(text.__contains__, ("!?", "?!", ".…", "….")))
    return (mixed or any(map(text.__contains__, [each * 4 for each in own]))) and _FOURFOLD.search(text) is not None


def _repeats(punctuation: int) -> re.Pattern[str]:
    most = max(2, punctuation)
    return re.compile(
        rf"[!?]{{{most + 1},}}|[.…]{{{most + 3},}}|([^\W\d_])\1{{3,}}|([^\w\s!-/:-@\[-`{{-~…–—])\2{{{most + 2},}}",
        re.IGNORECASE,
    )


def _runs(text: str) -> Iterator[re.Match[str]]:
    """Where `_CAPITALS` match. A run that ends nowhere, as in DE12 DE12, is not tried again from each of its words."""
    at = 0
    while reach := _REACH.search(text, at):
        run = _CAPITALS.match(text, reach.start())
        at = run.end() if run else reach.end()
        if run:
            yield run


def _shouted(text: str, ratio: float, least: int) -> tuple[int, int] | None:
    if len(_LOUD.findall(text)) <= _LEAST_SHOUTED:
        return None
    for run in _runs(text):
        words = _WORD.findall(run.group())
        letters = sum(map(len, words))
        loud = any(each in _SMALL for each in words) or any(len(each) > _LONGEST_ACRONYM for each in words)
        if len(words) > _LEAST_SHOUTED and letters >= _LEAST_IN_RUN and loud:
            return run.span()
    letters_seen = [each for each in text if each.isalpha()]
    if len(letters_seen) >= least and sum(map(str.isupper, letters_seen)) >= ratio * len(letters_seen):
        return 0, len(text)
    return None
