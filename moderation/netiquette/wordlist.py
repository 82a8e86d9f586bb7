"""Word lists as text files, compiled once.

A list of words holds one word a line with its endings: `Idiot -en -in -innen`; `dumm ~` takes every adjective ending.
A line that starts with `+` also counts behind each prefix of the list's line `prefixes = Voll Ober`.

A list of phrases holds one phrase a line, in plain spelling, matched without regard to case, umlauts and commas:
`(a|b)` one of several, `(a)?` may be missing, `(a)*` up to three times, `..` up to three words, `...` up to six,
`word*` any ending, `*word` any beginning, `*` any word, `#` a number, `^` the start of a sentence, `$` its end,
`<name>` the alternatives of a line `name = a|b`. A line that starts with `# ` is a comment.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable

import re2

from moderation.fold import Folded, Span, fold_word

_ENDINGS = ("", "e", "er", "es", "en", "em", "ere", "eren", "erer", "eres", "ste", "sten", "ster", "stes")
_LEAST_JOINED = 7  # shorter words turn up by chance where two others meet: „los er“
_LEAST_COVERED = 4
_DOUBLE = re.compile(r"(ae|oe|ue|[a-z])\1+")
_WORDS = resources.files("moderation.netiquette") / "words"
_USUALLY_COVERED = frozenset(
    {"arsch", "arschloch", "fuck", "shit", "fick", "hure", "idiot", "idioten", "scheisse", "bitch"}
)
_MOST_MEMORY = 64 << 20


class BadWordlist(ValueError):
    """A word list that cannot be read; the message names the line."""


class Lexicon:
    """Words that count, however they are disguised: `words`, and those of lists by name, read when first asked for."""

    def __init__(self, words: Iterable[str] = (), *lists: str) -> None:
        self._given = tuple(words)
        self._lists = lists

    @cached_property
    def words(self) -> frozenset[str]:
        """Every form of every word."""
        return frozenset(self._given).union(*map(words_of, self._lists))

    @cached_property
    def _strong(self) -> frozenset[str]:
        return frozenset(each for each in self.words if len(each) >= _LEAST_COVERED)

    @cached_property
    def _joined(self) -> frozenset[str]:
        return frozenset(each for each in self._strong if len(each) >= _LEAST_JOINED)

    @cached_property
    def _undoubled(self) -> frozenset[str]:
        return frozenset(_DOUBLE.sub(r"\1", each) for each in self._strong if len(each) > _LEAST_COVERED)

    @cached_property
    def _by_first(self) -> dict[str, list[str]]:
        by_first: dict[str, list[str]] = {}
        for each in sorted(self._strong):
            by_first.setdefault(each[0], []).append(each)
        return by_first

    def find(self, folded: Folded) -> Iterator[tuple[Span, str]]:
        """Each place in the text with the word that was meant there."""
        for listed, places in (
            (self.words, folded.forms),
            (self._strong, folded.evaded),
            (self._undoubled, folded.unrepeated),
            (self._joined, folded.joined),
        ):
            for word in places:  # the text is shorter than the list
                if word in listed:
                    for span in places[word]:
                        yield span, word
        for each in folded.covered:
            likely = self._by_first.get(each.first, ()) if each.letters > 1 else _USUALLY_COVERED & self._strong
            meant = next((word for word in likely if each.shape.fullmatch(word)), None)
            if meant:
                yield each.span, meant


class Phrases:
    """Phrases as one pattern over `Folded.data`, in time proportional to the text (RE2).

    `lists` names lists of ours, which are read when a text is first searched: that keeps the start of a program short.
    """

    def __init__(self, *lists: str, patterns: Iterable[str] = ()) -> None:
        self._lists = lists
        self._given = tuple(patterns)

    @cached_property
    def _pattern(self) -> "re2._Regexp[bytes] | None":
        options = re2.Options()
        options.max_mem = _MOST_MEMORY
        options.log_errors = False
        options.encoding = re2.Options.Encoding.LATIN1
        together = "|".join([*self._given, *(each for name in self._lists for each in patterns_of(name))])
        return re2.compile(together.encode(), options) if together else None

    def find(self, folded: Folded) -> Iterator[Span]:
        """Each place in the text where a phrase stands."""
        if self._pattern is None:
            return
        for line in (folded.line, folded.meant):
            if line is not None and line.words:
                for found in self._pattern.finditer(line.data):
                    yield line.span(found.start(), found.end() - 1)

    def near(self, folded: Folded, start: int, end: int, reach: int = 100) -> bool:
        """Whether a phrase stands in the text from `reach` characters before a passage to `reach` behind it."""
        return any(first < end + reach and last > start - reach for first, last in self.find(folded))


def lists_of(names: Iterable[str]) -> tuple[Lexicon, Phrases]:
    """The words and the phrases of lists by name. `x-de` has its phrases in `x-saetze-de`, or holds nothing else."""
    words: list[str] = []
    phrases: list[str] = []
    for name in names:
        beside = name.replace("-", "-saetze-", 1)
        if (_WORDS / f"{beside}.txt").is_file():
            words.append(name)
            phrases.append(beside)
        else:
            phrases.append(name)
    for name in (*words, *phrases):
        _path(name)
    return Lexicon((), *words), Phrases(*phrases)


def lines_of(name: str) -> list[str]:
    """The lines of `words/<name>.txt` without comments."""
    return [line.strip() for line in _read(name).splitlines() if line.strip() and not line.startswith("# ")]


@cache
def tokens_of(name: str) -> frozenset[str]:
    """The words of a list that holds many in a line, as they are written."""
    return frozenset(word for line in lines_of(name) for word in line.split())


@cache
def words_of(name: str) -> frozenset[str]:
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
    return frozenset(words)


@cache
def patterns_of(name: str) -> tuple[str, ...]:
    """The phrases of `words/<name>.txt`, each as a pattern over a folded line."""
    return tuple(compile_phrases(lines_of(name)))


def compile_phrases(lines: Iterable[str]) -> Iterator[str]:
    """Each phrase as a pattern over a folded line, or `BadWordlist`."""
    named: dict[str, str] = {}
    for line in lines:
        name, equals, alternatives = line.partition(" = ")
        if equals and re.fullmatch(r"[a-z_]+", name):
            named[name] = _fill(alternatives, named)
        else:
            yield _pattern(_fill(line, named), line)


def _read(name: str) -> str:
    return _path(name).read_text(encoding="utf-8")


def _path(name: str) -> Traversable:
    path = _WORDS / f"{name}.txt"
    if not re.fullmatch(r"[a-z-]+", name) or not path.is_file():
        raise BadWordlist(f"there is no word list {name}")
    return path


def _written(line: str) -> list[str]:
    stem, *endings = line.split()
    written = [stem] if "~" not in endings else [stem + each for each in _ENDINGS]
    return written + [stem + each.removeprefix("-") for each in endings if each != "~"]


def _fill(line: str, named: dict[str, str]) -> str:
    def fill(found: re.Match[str]) -> str:
        if found.group(1) not in named:
            raise BadWordlist(f"nothing is named <{found.group(1)}>: {line}")
        return f"({named[found.group(1)]})"

    return re.sub(r"<([a-z_]+)>", fill, line)


_PART = re.compile(
    r"(?P<open>\()|(?P<close>\)[?*]?)|(?P<or>\|)|(?P<gap>\.{2,3})|(?P<edge>[\^$])|(?P<number>#)"
    r"|(?P<word>[^\s()|.^$#]+)|\s+|(?P<bad>.)"
)


def _pattern(phrase: str, line: str) -> str:
    parts = []
    # For each bracket that is open: whether one of its alternatives, and the present one, may match nothing.
    empty = [[False, True]]
    for found in _PART.finditer(phrase):
        kind, token = found.lastgroup, found.group()
        if kind == "bad" or (kind == "close" and len(empty) == 1):
            raise BadWordlist(f"{token} cannot stand here: {line}")
        if kind:
            parts.append(_PIECES[kind](token))
            _track_emptiness(empty, kind, token)
    if len(empty) > 1:
        raise BadWordlist(f"a bracket stays open: {line}")
    if any(empty[0]):
        raise BadWordlist(f"every word may be missing: {line}")
    edge = "" if phrase.startswith("^") else r"\b"
    return f"{edge}(?:{''.join(parts)})"


def _track_emptiness(empty: list[list[bool]], kind: str, token: str) -> None:
    if kind == "open":
        empty.append([False, True])
    elif kind == "or":
        empty[-1] = [any(empty[-1]), True]
    elif kind == "close":
        inner = any(empty.pop())
        empty[-1][1] &= inner or len(token) > 1
    elif kind in ("word", "number"):
        empty[-1][1] = False


def _word(part: str) -> str:
    if part == "*":
        return "[a-z0-9^]+ "
    bare = part.strip("*")
    bare = bare.lower() if bare.isascii() and bare.isalnum() else fold_word(bare)
    if not bare:
        raise BadWordlist(f"nothing to match: {part}")
    start = "[a-z0-9]*" if part.startswith("*") else ""
    return start + re.escape(bare).replace(r"\ ", " ") + ("[a-z0-9^]* " if part.endswith("*") else " ")


def _gap(dots: str) -> str:
    return f"(?:[a-z0-9^]+ ){{0,{3 if len(dots) == 2 else 6}}}"


_PIECES: dict[str, Callable[[str], str]] = {
    "open": {"(": "(?:"}.__getitem__,
    "close": {")": ")", ")?": ")?", ")*": "){0,3}"}.__getitem__,
    "or": {"|": "|"}.__getitem__,
    "gap": _gap,
    "edge": {"^": "(?:^|[.!?] )", "$": "(?:[.!?] |$)"}.__getitem__,
    "number": {"#": "[0-9]+ "}.__getitem__,
    "word": _word,
}
