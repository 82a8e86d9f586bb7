"""What a phrase cannot do without: a look at the words of a text tells which of thousands of phrases may stand in it.

An anchor is a whole word, or the first or last letters of one: `wort`, `wort*`, `*wort`.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from moderation.netiquette.wordlist import tokens_of

# Of each group a text must hold one, or it holds no such phrase; the rarest group stands first.
Anchors = tuple[frozenset[str], ...]
_SHORTEST, _LONGEST = 3, 8  # first or last letters of a word
_COMMON = tokens_of("haeufig-de") | tokens_of("haeufig-en")


def whole(word: str) -> Anchors:
    """What this word alone has."""
    return (frozenset((word,)),)


def beginning(letters: str) -> Anchors:
    """What words that begin so have."""
    return (frozenset((letters[:_LONGEST] + "*",)),) if len(letters) >= _SHORTEST else ()


def ending(letters: str) -> Anchors:
    """What words that end so have."""
    return (frozenset(("*" + letters[-_LONGEST:],)),) if len(letters) >= _SHORTEST else ()


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


def all_of(parts: Sequence[Anchors]) -> Anchors:
    """What parts that all must stand cannot do without."""
    if len(parts) == 1:
        return parts[0]
    groups = dict.fromkeys(group for part in parts for group in part)
    return tuple(sorted(groups, key=lambda group: (_likely(group), sorted(group))))


def one_of(alternatives: Sequence[Anchors]) -> Anchors:
    """What one of several alternatives cannot do without: of each its rarest group."""
    if not all(alternatives):
        return ()
    return (_same(frozenset[str]().union(*(each[0] for each in alternatives))),)


@lru_cache(maxsize=200)
def _same(group: frozenset[str]) -> frozenset[str]:
    """One and the same for all who name it: a list names the same alternatives in many phrases, one after the other."""
    return group


def _likely(group: frozenset[str]) -> float:
    """How likely a text holds one of the group, roughly: short words are common, and many are more likely than one."""
    return sum(1.0 if each in _COMMON else 0.5 ** len(each.strip("*")) for each in group)
