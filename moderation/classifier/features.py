"""What the classifier looks at in a comment, the same code in training and in judging.

A comment becomes named numbers (links, money, the host of the website …) and four blocks of hashed words: those of the
text, pairs of neighbours, those of the author's name, those of hosts. A word stands for itself and for its parts of
three to five letters, so that unknown compounds and misspellings still say something. Each block is divided by the
square root of its number of different words: long comments must not score higher only because they are long.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import log1p, sqrt

import mmh3

from moderation.classifier.links import Link, link_of, links_in
from moderation.classifier.normalise import Words, join_spaced, words_of
from moderation.reading import Reading

MOST_CHUNKS = 3000
MOST_NAME_WORDS = 12

# The order is the order of the weights in the artifact: append, never insert, and train anew.
NAMED = (
    "links", "link_share", "markup", "host_tld", "host_hyphens", "host_digits", "host_length", "url_path", "host_is_name",
    "name_digits", "name_words", "name_host", "name_capitals", "money", "percent", "phone", "messenger", "masked",
    "capitals", "exclamations", "questions", "emoji", "disguise", "starred", "hashtags", "digits", "length", "brief",
    "addressed",
)  # fmt: skip

_CHUNK = re.compile(r"\S+")
_PHONE = re.compile(r"(?<![\w.,-])(?:\+|00?)[1-9][\d ()/.-]{6,20}\d(?!\w)")
_MONEY = re.compile(
    r"[€$£¥₿₽]\s?\d|\d\s?(?:[€$£¥₿₽]|k\b)|\d\s?(?:,-|euro|eur|usd|usdt|dollars?|chf|franken|btc|eth|pounds?|gbp|bucks)\b",
    re.IGNORECASE,
)
_MESSENGER = re.compile(r"whats?\s?app|telegram|t\.me/|\bsignal\b|wa\.me/|discord\.gg|snapchat|\bkik\b|wechat|viber|\bdm me\b|\btg\b", re.IGNORECASE)
_MARKUP = re.compile(r"</?(?:a|b|i|u|p|br|div|img|h\d|font|strong|span|script|iframe)\b|\[/?(?:url|link|b|img)\b|href\s?=", re.IGNORECASE)
_EMOJI = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")
_HASHTAG = re.compile(r"(?<!\w)#\w{2,}")
_YOU = frozenset("du dich dir dein deine deinen deiner ihr euch euer eure euren you your u ur yours dein's".split())


@dataclass(frozen=True, slots=True)
class Hashing:
    """How words become places in the table of weights: MurmurHash3, 32 bits, of the UTF-8 bytes, cut to `bits`."""

    bits: int = 18
    seed: int = 20
    shortest: int = 3
    longest: int = 5

    def places(self, block: str, word: str) -> tuple[int, tuple[int, ...]]:
        """The place of the word itself, and those of its parts; a pair of words has no parts."""
        mask = (1 << self.bits) - 1
        whole = mmh3.hash(f"{block}={word}", self.seed, signed=False) & mask
        if block == "2":
            return whole, ()
        padded = f"^{word}$"
        return whole, tuple(
            mmh3.hash(block + padded[start : start + size], self.seed, signed=False) & mask
            for size in range(self.shortest, min(self.longest, len(padded)) + 1)
            for start in range(len(padded) - size + 1)
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """One word of the text, with the offsets of the stretch that it stands in."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Traits:
    """What was read from a comment. `named` follows `NAMED`; `name` and `hosts` are words."""

    pieces: tuple[Piece, ...]
    name: tuple[str, ...]
    hosts: tuple[str, ...]
    named: tuple[float, ...]

    def blocks(self) -> Iterator[tuple[str, list[str]]]:
        """The four blocks of hashed words, each word once."""
        words = [each.word for each in self.pieces]
        yield "t", list(dict.fromkeys(words))
        yield "2", list(dict.fromkeys(map(" ".join, zip(["^", *words], [*words, "$"], strict=True))))
        yield "n", list(dict.fromkeys(self.name))
        yield "h", list(dict.fromkeys(self.hosts))


def share(block: list[str]) -> float:
    """What one word of a block counts."""
    return 1 / sqrt(len(block)) if block else 0.0


def traits(reading: Reading) -> Traits:
    """Everything that the classifier looks at. Takes any text; time in proportion to its length."""
    pieces: list[Piece] = []
    links: list[Link] = []
    disguised = starred = 0
    for count, found in enumerate(_CHUNK.finditer(reading.text)):
        if count == MOST_CHUNKS:
            break
        link, seen = _chunk(found[0])
        if link:
            links.append(link)
        disguised += seen.disguised
        starred += seen.starred
        start, end = found.span()
        pieces += [Piece(word, start, end) for word in seen.words]
    pieces, spelled = _respaced(pieces)
    website = link_of(reading.url) if reading.url else None
    name = _name_words(reading.name)
    hosts = [word for each in ([website] if website else []) + links for word in each.words]
    named = _named(reading, pieces, links, website, name, disguised + spelled, starred)
    return Traits(tuple(pieces), name, tuple(hosts), named)


def _respaced(pieces: list[Piece]) -> tuple[list[Piece], int]:
    runs = join_spaced([each.word for each in pieces])
    for first, behind, word in reversed(runs):
        pieces[first:behind] = [Piece(word, pieces[first].start, pieces[behind - 1].end)]
    return pieces, len(runs)


@lru_cache(maxsize=30_000)
def _chunk(chunk: str) -> tuple[Link | None, Words]:
    links = links_in(chunk)
    if not links:
        return None, words_of(chunk)
    before, link, behind = links
    seen = [words_of(before), words_of(behind)]
    words = (*seen[0].words, "⟨link⟩", *seen[1].words)
    return link, Words(words, any(each.disguised for each in seen), False)


@lru_cache(maxsize=4_000)
def _name_words(name: str) -> tuple[str, ...]:
    words = [word for chunk in name[:200].split() for word in _chunk(chunk)[1].words]
    return tuple(words[:MOST_NAME_WORDS])


def _named(
    reading: Reading,
    pieces: list[Piece],
    links: list[Link],
    website: Link | None,
    name: tuple[str, ...],
    disguised: int,
    starred: int,
) -> tuple[float, ...]:
    text = reading.text
    size = len(text) or 1
    letters = sum(map(str.isalpha, text)) or 1
    capitals = sum(map(str.isupper, text))
    hosts = [*links, *([website] if website else [])]
    marks = text.count("!")
    return (
        _step(len(links), 4),
        sum(each.size for each in links) / size,
        float(_MARKUP.search(text) is not None),
        max((each.unusual for each in hosts), default=0.0),
        max((each.hyphens for each in hosts), default=0.0),
        max((each.digits for each in hosts), default=0.0),
        max((each.long for each in hosts), default=0.0),
        website.path if website else 0.0,
        _named_alike(website, name),
        float(any("0" in word for word in name)),
        _step(max(0, len(name) - 2), 4),
        float("⟨link⟩" in name),
        float(len(reading.name) > 4 and reading.name.isupper()),
        _step(len(_MONEY.findall(text)), 4),
        float("%" in text),
        float(_PHONE.search(text) is not None),
        float(_MESSENGER.search(text) is not None),
        float(reading.masked > 0),
        max(0.0, capitals / letters - 0.2) if letters > 12 else 0.0,
        _step(marks, 6),
        _step(text.count("?"), 4),
        _step(len(_EMOJI.findall(text)), 6),
        _step(disguised, 3),
        _step(starred, 3),
        _step(len(_HASHTAG.findall(text)), 4),
        sum(map(str.isdigit, text)) / size,
        log1p(size) / 8,
        float(len(pieces) <= 4),
        float(any(each.word in _YOU for each in pieces)),
    )


def _step(count: int, most: int) -> float:
    return log1p(min(count, most)) / log1p(most)


def _named_alike(website: Link | None, name: tuple[str, ...]) -> float:
    return float(website is not None and any(len(word) > 3 and word in website.host for word in name))
