"""Who speaks: words that are quoted, reported, denied, or said of oneself are no insult."""

import re

from moderation.fold import Line, Span
from moderation.netiquette.wordlist import tokens_of

_QUOTES = re.compile(
    r"„[^„“”\"]{1,600}[“”\"]|“[^“”]{1,600}”|»[^»«]{1,600}«|«[^»«]{1,600}»|‚[^‚‘’]{1,600}[‘’](?!\w)"
    r"|‹[^‹›]{1,600}›|›[^‹›]{1,600}‹"
    r"|(?<!\w)\"[^\"\n]{1,600}\"|(?<!\w)['‘](?:[^'‘’\n]|(?<=\w)['’](?=\w)){1,600}['’](?!\w)"
)
_QUOTED_LINE = re.compile(r"^[ ]{0,3}>[^\n]*", re.MULTILINE)
_HYPHENS = "-‐‑–"

_REPORTING = tokens_of("bericht")
# Of these, a person who insults makes use too, so they count only with quotation marks around the insult.
_WEAK_REPORTING = tokens_of("bericht-schwach")
_MENTIONING = frozenset(["wort", "begriff", "ausdruck", "vokabel", "schimpfwort", "unwort", "word", "term"])
_NEGATIONS = tokens_of("verneinung")
_NOBODY = frozenset({"niemand", "nobody"})
_INTO = frozenset({"zu", "zum", "zur"})
_BEING = frozenset({"ist", "is", "war", "waere", "was"})
_SELF = tokens_of("selbst")
_SELF_FILLERS = tokens_of("selbst-fuellwort")
_OTHERS = tokens_of("angeredet")


def quotations(text: str) -> tuple[Span, ...]:
    """The stretches of a text in quotation marks or in quoted lines, each with its marks."""
    return tuple(found.span() for pattern in (_QUOTES, _QUOTED_LINE) for found in pattern.finditer(text))


def is_compound(text: str, end: int) -> bool:
    """Whether the word that ends here opens a compound with a hyphen: Idioten-Test, „Arschloch“-Debatte."""
    rest = text[end : end + 3].lstrip("\"'“”’‘«»)")
    return rest[:1] in _HYPHENS and rest[1:2].isalnum() if rest[:1] else False


def is_reported(line: Line, start: int, end: int, *, quoted: bool) -> bool:
    """Whether the words around report that somebody said this."""
    if not _MENTIONING.isdisjoint(line.before(start, 1)):
        return True
    around = {*line.before(start, 7), *line.after(end, 6)}
    return not around.isdisjoint(_REPORTING if quoted else _REPORTING - _WEAK_REPORTING)


def is_denied(line: Line, start: int) -> bool:
    """Whether the words just before deny it: kein Idiot, nicht dumm, nicht gleich zu Idioten, niemand ist ein Idiot."""
    before = line.before(start, 4)
    nobody = not _NOBODY.isdisjoint(before) and not _BEING.isdisjoint(before)
    reach = 2 if _INTO.isdisjoint(before[-1:]) else 3
    return nobody or not _NEGATIONS.isdisjoint(before[-reach:])


def is_own(line: Line, start: int, end: int) -> bool:
    """Whether the writer says it of themselves: ich Trottel, an old fool
    like me."""
    for word in reversed(line.before(start, 6)):
        if word in _SELF:
            return True
        if word not in _SELF_FILLERS:
            break
    after = line.after(end, 2)
    return len(after) == 2 and after[0] in ("wie", "wia", "like") and after[1] in _SELF


def is_addressed(line: Line, start: int) -> bool:
    """Whether somebody is spoken to or of just before: Sie „Experte“, du bist ein „Held“."""
    return not _OTHERS.isdisjoint(line.before(start, 4))


def long_quotations(text: str, most: int) -> tuple[Span, ...]:
    """The quotations of a text that are longer than `most` characters, without pairing marks more than once."""
    found = [span.span() for span in _QUOTED_BLOCK.finditer(text) if span.end() - span.start() > most]
    for opening, closing in (("„", '“”"'), ("»", "«"), ("“", "”"), ("«", "»"), ('"', '"')):
        found += _pairs(text, opening, closing, most)
    return tuple(sorted(set(found)))


def _pairs(text: str, opening: str, closing: str, most: int) -> list[Span]:
    spans: list[Span] = []
    start = text.find(opening)
    while start >= 0:
        ends = [at for mark in closing if (at := text.find(mark, start + 1)) >= 0]
        if not ends:
            break
        end = min(ends) + 1
        if end - start > most:
            spans.append((start, end))
        start = text.find(opening, end)
    return spans


_QUOTED_BLOCK = re.compile(r"(?:^[ ]{0,3}>[^\n]*\n?)+", re.MULTILINE)
