"""Word lists as text files, read once.

A list of words holds one word a line with its endings: `Idiot -en -in -innen`; `dumm ~` takes every adjective ending.
A line that starts with `+` also counts behind each prefix of the list's line `prefixes = Voll Ober`. A line that starts
with `# ` is a comment. Lists of phrases have a grammar of their own (`grammar.py`).
"""

import re
from collections.abc import Iterable, Iterator, KeysView
from functools import cache, cached_property, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable

from moderation.fold import Folded, Span, fold_word
from moderation.remembered import Remembered

_ENDINGS = ("", "e", "er", "es", "en", "em", "ere", "eren", "erer", "eres", "ste", "sten", "ster", "stes")
_LEAST_JOINED = 7  # shorter words turn up by chance where two others meet: „los er“
_LEAST_COVERED = 4
_LEAST_SOUNDED = 5
_MOST_SOUNDS = 4_000
_DOUBLE = re.compile(r"(ae|oe|ue|[a-z])\1+")
# Spellings that sound the same in German, and words that sound like a listed one and are none.
_SAME_SOUND = {
    "ae": "e", "oe": "o", "ue": "u", "ph": "f", "dt": "t", "tz": "z", "ck": "k", "qu": "kw", "ie": "i", "ai": "ei",
    "ay": "ei", "ey": "ei", "y": "i", "v": "f", "chs": "ks", "x": "ks",
}  # fmt: skip
_SILENT_H = re.compile("(?<=[aeiou])h(?=[^aeiou]|$)")
_REPEATED = re.compile(r"([a-z])\1+")
_SOUND_HARMLESS = frozenset({
    "sauber", "saubere", "sauberer", "niger", "dusel", "harzer", "erlos", "erlose", "erlosen", "erloser", "erloses",
    "segel", "segeln", "schis", "schisen", "beschisen", "ferschisen", "droge", "fetel", "schein",
})  # fmt: skip
_WORDS = resources.files("moderation.netiquette") / "words"
_USUALLY_COVERED = frozenset(
    {"arsch", "arschloch", "fuck", "shit", "fick", "hure", "idiot", "idioten", "scheisse", "bitch"}
)


class BadWordlist(ValueError):
    """A word list that cannot be read; the message names the line."""


class Lexicon:
    """Words that count, however they are disguised: `words`, and those of lists by name, read when first asked for."""

    def __init__(self, words: Iterable[str] = (), *lists: str) -> None:
        self._given = tuple(words)
        self._lists = lists

    @cached_property
    def words(self) -> KeysView[str]:
        """Every form of every word."""
        return self._as_read[0]

    @cached_property
    def _undoubled(self) -> KeysView[str]:
        return _tight({_DOUBLE.sub(r"\1", each) for each in self.words if len(each) > _LEAST_COVERED})

    @property
    def _sounds(self) -> KeysView[str]:
        return self._as_read[1]

    @cached_property
    def _as_read(self) -> tuple[KeysView[str], KeysView[str]]:
        """The words, and what those of German lists sound like: each list is read once and not kept."""
        words, sounds = set(self._given), set[str]()
        for name in self._lists:
            read = words_of(name)
            words |= read
            if name.endswith("-de"):
                sounds |= {_sound(each) for each in read if len(each) >= _LEAST_SOUNDED}
        heard = {each for each in sounds - _SOUND_HARMLESS if len(each) >= _LEAST_SOUNDED}
        return _tight(words), _tight(heard)

    @cached_property
    def _by_first(self) -> dict[str, list[str]]:
        by_first: dict[str, list[str]] = {}
        for each in sorted(self.words):
            if len(each) >= _LEAST_COVERED:
                by_first.setdefault(each[0], []).append(each)
        return by_first

    def find(self, folded: Folded) -> Iterator[tuple[Span, str]]:
        """Each place in the text with the word that was meant there."""
        for listed, least, places in (
            (self.words, 0, folded.forms),
            (self.words, _LEAST_COVERED, folded.evaded),
            (self._undoubled, 0, folded.unrepeated),
            (self.words, _LEAST_JOINED, folded.joined),
        ):
            if listed.isdisjoint(places):
                continue
            for word in places:  # the text is shorter than the list
                if len(word) >= least and word in listed:
                    for span in places[word]:
                        yield span, word
        yield from self._by_sound(folded)
        for each in folded.covered:
            likely = self._by_first.get(each.first, ()) if each.letters > 1 else _USUALLY_COVERED & self.words
            meant = next((word for word in likely if each.shape.fullmatch(word)), None)
            if meant:
                yield each.span, meant

    def _by_sound(self, folded: Folded) -> Iterator[tuple[Span, str]]:
        if self._sounds.isdisjoint(_sounds_in(folded.line.words)):
            return
        words = [word for word in folded.forms if len(word) >= _LEAST_SOUNDED and word not in self.words]
        for word, sound in zip(words, _SOUNDS.of(words), strict=True):
            if sound in self._sounds:
                for span in folded.forms[word]:
                    yield span, word


def _tight(words: set[str]) -> KeysView[str]:
    """The same words in half of the room: a set of thirty thousand leaves three quarters of its table empty."""
    return dict.fromkeys(words).keys()


@lru_cache(maxsize=8)
def _sounds_in(words: tuple[str, ...]) -> frozenset[str]:
    """For all lists that are asked for the same text."""
    return frozenset(_SOUNDS.of([word for word in words if len(word) >= _LEAST_SOUNDED]))


def _sound(word: str) -> str:
    """What a folded word sounds like in German, so that one written by ear is known: Spasstis, Ahrschgeige."""
    for written, spoken in _SAME_SOUND.items():
        if written in word:
            word = word.replace(written, spoken)
    return _REPEATED.sub(r"\1", _SILENT_H.sub("", word))


_SOUNDS = Remembered(_MOST_SOUNDS, _sound)


def lines_of(name: str) -> list[str]:
    """The lines of `words/<name>.txt` without comments."""
    return [line.strip() for line in _read(name).splitlines() if line.strip() and not line.startswith("# ")]


@cache
def tokens_of(name: str) -> frozenset[str]:
    """The words of a list that holds many in a line, as they are written."""
    return frozenset(word for line in lines_of(name) for word in line.split())


def words_of(name: str) -> set[str]:
    """The folded words of `words/<name>.txt`."""
    prefixes: list[str] = []
    words: set[str] = set()
    for line in lines_of(name):
        if line.startswith("prefixes ="):
            prefixes = [fold_word(each) for each in line.removeprefix("prefixes =").split()]
            continue
        forms = {fold_word(each) for each in _written(line.removeprefix("+"))}
        words |= forms
        if line.startswith("+"):
            words |= {prefix + form for prefix in prefixes for form in forms}
    return words


def is_list(name: str) -> bool:
    """Whether `words/<name>.txt` is there."""
    return bool(re.fullmatch(r"[a-z-]+", name)) and _path(name).is_file()


def require_list(name: str) -> None:
    """`BadWordlist` unless it is there."""
    if not is_list(name):
        raise BadWordlist(f"there is no word list {name}")


def _read(name: str) -> str:
    require_list(name)
    return _path(name).read_text(encoding="utf-8")


def _path(name: str) -> Traversable:
    return _WORDS / f"{name}.txt"


def _written(line: str) -> list[str]:
    stem, *endings = line.split()
    written = [stem] if "~" not in endings else [stem + each for each in _ENDINGS]
    return written + [stem + each.removeprefix("-") for each in endings if each != "~"]
