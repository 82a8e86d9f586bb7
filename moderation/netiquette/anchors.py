"""What a phrase cannot do without: a look at the words of a text tells which of thousands of phrases may stand in it.

An anchor is a whole word, the first or last letters of one, or two words side by side: `wort`, `wort*`, `*wort`,
`zwei worte`.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from moderation.netiquette.wordlist import tokens_of

# Of each group a text must hold one, or it holds no such phrase; the rarest group stands first.
Anchors = tuple[frozenset[str], ...]
_SHORTEST, _LONGEST = 3, 8  # first or last letters of a word
_MOST_PAIRS = 24  # of one place in a phrase: more take more memory than they spare looks
_COMMON = tokens_of("haeufig-de") | tokens_of("haeufig-en")


class Part(NamedTuple):
    """A part of a phrase: what it `needs`, and the words of which one is its `first` and one its `last`, if known.

    A part that may be `empty` needs nothing; its words are those that it has if it is there.
    """

    needs: Anchors = ()
    first: frozenset[str] | None = None
    last: frozenset[str] | None = None
    empty: bool = False


def whole(word: str) -> Part:
    """This word and no other."""
    one = frozenset((word,))
    return Part((one,), one, one)


def beginning(letters: str) -> Part:
    """Words that begin so."""
    return Part((frozenset((letters[:_LONGEST] + "*",)),) if len(letters) >= _SHORTEST else ())


def ending(letters: str) -> Part:
    """Words that end so."""
    return Part((frozenset(("*" + letters[-_LONGEST:],)),) if len(letters) >= _SHORTEST else ())


def held(words: Iterable[str]) -> set[str]:
    """Every anchor that these folded words hold."""
    found = set(words)
    # A sign that no letter stands for ends a word, as far as patterns are concerned.
    found.update([tail for word in words if "^" in word for tail in word.split("^")])
    whole = list(found)
    for word in whole:
        sizes = range(_SHORTEST, min(len(word), _LONGEST) + 1)
        found.update([word[:size] + "*" for size in sizes], ["*" + word[-size:] for size in sizes])
    return found


def pairs(words: Sequence[str]) -> list[str]:
    """Every two words that stand side by side."""
    found = [f"{one} {other}" for one, other in pairwise(words)]
    found += [f"{tail} {other}" for one, other in pairwise(words) if "^" in one for tail in one.split("^")[1:]]
    return found


def all_of(parts: Sequence[Part]) -> Part:
    """Parts that follow each other."""
    if len(parts) == 1:
        return parts[0]
    groups = dict.fromkeys(group for part in parts for group in part.needs)
    before: frozenset[str] | None = None
    for part in parts:
        if before and part.first and not part.empty and len(before) * len(part.first) <= _MOST_PAIRS:
            # Who holds the pair holds both words.
            groups.pop(before, None)
            groups.pop(part.first, None)
            groups[_same(frozenset(f"{one} {other}" for one in before for other in part.first))] = None
        before = _known((before, part.last)) if part.empty else part.last
    needs = tuple(sorted(groups, key=lambda group: (_likely(group), sorted(group))))
    first, last = _edge(parts, "first"), _edge(parts[::-1], "last")
    return Part(needs, first, last, all(part.empty for part in parts))


def one_of(alternatives: Sequence[Part]) -> Part:
    """One of several alternatives: of each its rarest group is needed."""
    if len(alternatives) == 1:
        return alternatives[0]
    rarest = [each.needs[0] for each in alternatives if each.needs]
    return Part(
        (_joined(rarest),) if len(rarest) == len(alternatives) else (),
        _known([each.first for each in alternatives]),
        _known([each.last for each in alternatives]),
        any(each.empty for each in alternatives),
    )


def spared(part: Part) -> Part:
    """A part where it may be missing."""
    return part._replace(needs=(), empty=True)


def _edge(parts: Sequence[Part], side: Literal["first", "last"]) -> frozenset[str] | None:
    """The words on this side of parts that begin there."""
    words = []
    for part in parts:
        words.append(part.first if side == "first" else part.last)
        if not part.empty:
            break
    return _known(words)


def _known(words: Sequence[frozenset[str] | None]) -> frozenset[str] | None:
    """All of these words, unless some are not known."""
    known = [each for each in words if each is not None]
    return _joined(known) if known and len(known) == len(words) else None


def _joined(groups: Sequence[frozenset[str]]) -> frozenset[str]:
    return groups[0] if len(groups) == 1 else _same(frozenset[str]().union(*groups))


@lru_cache(maxsize=200)
def _same(group: frozenset[str]) -> frozenset[str]:
    """One and the same for all who name it: a list names the same alternatives in many phrases, one after the other."""
    return group


def _likely(group: frozenset[str]) -> float:
    """How likely a text holds one of the group, roughly: short words are common, and many are more likely than one."""
    return sum(1.0 if each in _COMMON else 0.5 ** len(each.strip("*")) for each in group)
