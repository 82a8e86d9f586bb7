"""Quotes without names: who wrote them, whom they address and whom they speak of stands there under another name."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from moderation.fold import Span
from moderation.netiquette.persons import persons_in
from moderation.netiquette.wordlist import tokens_of
from moderation.personal_data import find_personal_data

_SHORTEST = 3
_TITLE = re.compile(r"(?:Herrn?|Frau|Familie|Mr|Mrs|Ms)\s+")
# What stands before a name that could as well be a word: “@Linde”, “Liebe Linde”, “Frau Linde”.
_ADDRESSED = r"(?:@|(?:Herrn?|Frau|Familie|Liebe[rs]?|Hallo|Hi|Moin|Danke|Dank|Dear|Hello|Thanks)\s+)"
_GROUP = re.compile(
    r"eltern|verein|initiative|gruppe|bund|rat$|amt|büro|stadt|dorf|gemeinde|kreis|kita|schul|familie|team|bürger|bewohner|"
    r"nachbar|mutter|vater|oma$|opa$|lehr|erzieher|redaktion|stiftung|kirch|pfarr|freund|tisch|netzwerk|forum|haus|partei|"
    r"verband|leser|gast|club|school|parent|council|resident|neighbo|teacher|friends|^(?:der|die|das|ein|eine|für|the)$",
    re.IGNORECASE,
)
# “Henrikes Idee” is Henrike's, too.
_END = r"(?=(?:['’]?s)?(?!\w))"


@dataclass(frozen=True)
class Pseudonyms:
    """`others`: by display name, under which other name its bearer goes. `nobody` stands for people who are only named,
    `data` for telephone numbers, postal addresses and the like.
    """

    others: Mapping[str, str]
    nobody: str
    data: str

    def hide(self, text: str) -> str:
        """The text with other names in it. A person's name counts anywhere, what may be a word when addressed."""
        spans = [((each.start, each.end), self.data) for each in find_personal_data(text)]
        spans += [*self._authors(text), *self._named(text)]
        told, end = [], 0
        for (start, stop), other in sorted(_apart(spans)):
            told += [text[end:start], other]
            end = stop
        return "".join([*told, text[end:]])

    def _authors(self, text: str) -> Iterator[tuple[Span, str]]:
        for pattern, others in (self._whole, self._parts, self._words):
            for found in pattern.finditer(text) if others else ():
                yield found.span(1), others[_key(found[1])]

    def _named(self, text: str) -> Iterator[tuple[Span, str]]:
        for start, end in persons_in(text):
            title = _TITLE.match(text, start, end)
            yield (title.end() if title else start, end), self.nobody

    @cached_property
    def _whole(self) -> "_Known":
        """Names of several words, however they are written."""
        return _known(
            [(name, other) for name, other in self.others.items() if len(name.split()) > 1], "", re.IGNORECASE
        )

    @cached_property
    def _parts(self) -> "_Known":
        """First names and surnames of people."""
        return _known(self._single(people=True), "")

    @cached_property
    def _words(self) -> "_Known":
        """What people call themselves, where it may be a word."""
        return _known(self._single(people=False), _ADDRESSED)

    def _single(self, *, people: bool) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for name, other in self.others.items():
            parts = [each[:1].upper() + each[1:] for each in name.split()]
            if parts and _is_person(parts) is people:
                found += [(part, other) for part in dict.fromkeys((parts[0], parts[-1])) if len(part) >= _SHORTEST]
        return found


def _is_person(parts: Sequence[str]) -> bool:
    """Whether these words are a person's name and not what a group, an office or a role is called."""
    if parts[0] in tokens_of("vornamen"):
        return True
    return len(parts) > 1 and not any(_GROUP.search(each) for each in parts)


_Known = tuple[re.Pattern[str], Mapping[str, str]]


def _known(names: Sequence[tuple[str, str]], before: str, flags: int = 0) -> _Known:
    """What finds these names, the longest first. Of two with the same name the first is meant."""
    others = {_key(name): other for name, other in reversed(names)}
    spelled = sorted({" ".join(name.split()) for name, _other in names}, key=lambda each: (-len(each), each))
    either = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in spelled)
    return re.compile(rf"(?<!\w){before}({either}){_END}", flags), others


def _key(name: str) -> str:
    return " ".join(name.lower().split())


def _apart(spans: list[tuple[Span, str]]) -> list[tuple[Span, str]]:
    """Where two overlap, the one that was found first stays."""
    kept: list[tuple[Span, str]] = []
    for (start, end), other in spans:
        if all(end <= first or last <= start for (first, last), _other in kept):
            kept.append(((start, end), other))
    return kept
