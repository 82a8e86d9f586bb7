"""What the classifier looks at in a comment, the same code in training and in judging.

A comment becomes named numbers (links, money, the host of the website …) and four blocks of hashed words: those of the
text, pairs of neighbours, those of the author's name, those of hosts. A word stands for itself and for its parts of
three to five letters, so that unknown compounds and misspellings still say something. The more different words a block
has, the less each counts: long comments must not score higher only because they are long.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, reduce
from hashlib import sha256
from itertools import islice
from math import log1p
from operator import or_
from typing import NamedTuple

import mmh3

from moderation.classifier.lexicon import BITS, CLASSES, classes_of
from moderation.classifier.lexicon import fingerprint as word_lists
from moderation.classifier.links import Link, link_of, links_in
from moderation.classifier.normalise import LEAST_SPACED, join_spaced, without_emphasis, words_of
from moderation.classifier.tokens import Piece, merge_tokens
from moderation.reading import Reading

MOST_CHUNKS = 3000
MOST_NAME_WORDS = 12
READING = 7  # raise it whenever the same text would be read into other words or numbers
MOST_QUOTED = 0.7
DILUTION = 0.4  # a word among n different ones counts n ** -DILUTION

# Classes of words that may mean more when the same comment, or the same sentence, holds both.
TOGETHER = (
    ("offer", "contact"), ("reward", "contact"), ("goods", "contact"), ("goods", "offer"), ("goods", "reward"),
    ("reward", "offer"), ("me", "reward"), ("me", "goods"), ("civic", "goods"), ("civic", "offer"), ("civic", "reward"),
    ("praise", "civic"), ("praise", "offer"), ("reported", "insult"), ("group", "reported"), ("civic", "insult"),
    ("testimony", "me"), ("testimony", "reward"), ("testimony", "goods"), ("testimony", "contact"), ("channel", "me"),
    ("channel", "offer"), ("forward", "praise"), ("plea", "me"), ("plea", "contact"), ("plea", "reward"),
)  # fmt: skip
NEAR = (
    ("insult", "you"), ("insult", "group"), ("insult", "me"), ("insult", "civic"), ("group", "contempt"),
    ("group", "harm"), ("harm", "you"), ("harm", "menace"), ("harm", "me"), ("harm", "civic"), ("menace", "you"),
    ("belittle", "you"), ("vulgar", "you"), ("contempt", "harm"),
)  # fmt: skip
# The order is the order of the weights in the artifact: append, never insert, and train anew.
NAMED = (
    "links", "link_share", "markup", "host_tld", "host_hyphens", "host_digits", "host_length", "url_path",
    "host_is_name", "name_digits", "name_words", "name_host", "name_capitals", "money", "percent", "phone",
    "messenger", "masked", "capitals", "exclamations", "questions", "emoji", "disguise", "starred", "hashtags",
    "digits", "length", "brief", "addressed", *CLASSES,
    *(f"{one}+{other}" for one, other in TOGETHER), *(f"{one}&{other}" for one, other in NEAR), "quotation",
    "name_trade", "host_trade", "hidden_link", "coupon", "handle",
)  # fmt: skip

_CHUNK = re.compile(r"\S+")
_MESSENGERS = frozenset("whatsapp telegram tg signal wechat snapchat snap kik viber threema discord skype".split())
_MESSENGER_HOSTS = frozenset(("t.me", "wa.me", "discord.gg", "telegram.me", "chat.whatsapp.com"))
_MARKUP = re.compile(
    r"</?(?:a|b|i|u|p|br|div|img|h\d|font|strong|span|script|iframe)\b|\[/?(?:url|link|b|img)\b|href\s?=",
    re.IGNORECASE,
)
_EMOJI = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")
_HIDDEN_LINK = re.compile(
    r"[(\[{]\s?(?:\.|dot|punkt)\s?[)\]}]\s?[a-z]{2,8}\b"
    r"|(?:\s\.\s?|\s(?:dot|punkt)\s)(?:com|net|org|info|de|at|ch|co|io|shop|top|xyz|online|site|club|example)\b",
    re.IGNORECASE,
)
_COUPON = re.compile(r"(?i:code|gutschein|promo|coupon)\W{1,4}(?:[A-ZÄÖÜ]{2,}\d*|\d+[A-Z]+)\b|\b[A-Z]{4,}\d{2}\b")
# One of these stands in whatever the two above find, which take longer to fail.
_BESIDE_DOT = ("(", "[", "{", "dot", "punkt")
_SPACED_DOT = re.compile(r"\s\.")
_COUPONS = ("code", "gutschein", "promo", "coupon")
_CODE = re.compile(r"[A-Z]\d\d")
_HANDLE = re.compile(r"@\w*(?:_\w|\d)|(?<!\S)[^\W\d_]+_\w+")
_HASHTAG = re.compile(r"(?<!\w)#\w{2,}")
_GERMAN = frozenset(
    "der die das und ist ich nicht ein eine den zu mit auf fuer es im sie wir von dem auch sich des wie hat war bei "
    "noch nach aus aber wenn nur oder als einen sind ihr haben wird so kann mir mich uns jetzt ohne danke".split()
)
_ENGLISH = frozenset(
    "the and to of is it you that for this with are on have be not but my was your from they we can just if so at by "
    "what all an me like as has do more our will thanks get no".split()
)
# What others said or wrote, within one line. Apostrophes are too common to be taken for quotation marks.
_QUOTED = re.compile(
    r"„[^“”„\n]{2,300}[“”]|“[^“”\n]{2,300}”|\"[^\"\n]{2,300}\"|»[^»«\n]{2,300}«|«[^»«\n]{2,300}»|„[^\"„\n]{2,300}\""
)
_MARKS = frozenset('„“"»«')
_ENDS = frozenset(".!?:;…")
_FORMAL = frozenset(("Sie", "Ihnen", "Ihr", "Ihre", "Ihren", "Ihrem", "Ihres"))
_TRADE = BITS["goods"] | BITS["offer"] | BITS["reward"]
_TOGETHER = tuple(BITS[one] | BITS[other] for one, other in TOGETHER)
_NEAR = tuple(BITS[one] | BITS[other] for one, other in NEAR)
_NONE_NEAR = (0.0,) * len(NEAR)
_STEPS = tuple(log1p(count) for count in range(8))
_QUOTES = "\"'„“”‚‘’»«().,;:!?"
_YOU = frozenset("du dich dir dein deine deinen deiner ihr euch euer eure euren you your u ur yours".split())


@dataclass(frozen=True, slots=True)
class Hashing:
    """How words become places in the table of weights: MurmurHash3, 32 bits, of the UTF-8 bytes, cut to `bits`."""

    bits: int = 19
    seed: int = 20
    shortest: int = 3
    longest: int = 5

    def places(self, block: str, word: str) -> tuple[int, tuple[int, ...]]:
        """The place of the word itself, and those of its parts; a pair of words has no parts."""
        mask, seed, hashed = (1 << self.bits) - 1, self.seed, mmh3.mmh3_32_uintdigest
        whole = hashed(f"{block}={word}".encode(), seed) & mask
        if block == "2":
            return whole, ()
        padded = f"^{word}$"
        if padded.isascii():  # as most are; then letters are bytes, which need not be encoded one by one
            before, letters = block.encode(), padded.encode()
            return whole, tuple([hashed(before + letters[cut], seed) & mask for cut in self._cuts(len(padded))])
        return whole, tuple([hashed((block + padded[cut]).encode(), seed) & mask for cut in self._cuts(len(padded))])

    def _cuts(self, length: int) -> tuple[slice, ...]:
        return _cuts(self.shortest, self.longest, length)


@lru_cache(maxsize=200)
def _cuts(shortest: int, longest: int, length: int) -> tuple[slice, ...]:
    """Where the parts of a word of that length stand."""
    return tuple(
        slice(start, start + size)
        for size in range(shortest, min(longest, length) + 1)
        for start in range(length - size + 1)
    )


class Counts(NamedTuple):
    """How much of the text is disguised, starred out, or of these characters."""

    disguised: int
    starred: int
    letters: int
    capitals: int
    digits: int


class Seen(NamedTuple):
    """What one stretch of text without white space holds."""

    words: tuple[str, ...]
    classes: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class Traits:
    """What was read from a comment. `named` follows `NAMED`; `name` and `hosts` are words."""

    pieces: tuple[Piece, ...]
    name: tuple[str, ...]
    hosts: tuple[str, ...]
    named: tuple[float, ...]

    def blocks(self) -> Iterator[tuple[str, list[str]]]:
        """The five blocks of hashed words, each word once."""
        words = [each.word for each in self.pieces if not each.quoted]
        yield "t", list(dict.fromkeys(words))
        if len(words) < len(self.pieces):
            yield "q", list(dict.fromkeys(each.word for each in self.pieces if each.quoted))
        yield "2", list(dict.fromkeys(map(" ".join, zip(["^", *words], [*words, "$"], strict=True)))) if words else []
        yield "n", list(dict.fromkeys(self.name))
        yield "h", list(dict.fromkeys(self.hosts))


def share(block: list[str]) -> float:
    """What one word of a block counts."""
    return len(block) ** -DILUTION if block else 0.0


def fingerprint() -> str:
    """Changes with all that makes the numbers: weights fit only the features that they were trained with."""
    return sha256(repr((READING, NAMED, DILUTION, word_lists())).encode()).hexdigest()[:16]


def is_german(seen: Traits, even: bool = False) -> bool:
    """Whether more German than English function words are in the text; `even` is the answer where neither is more."""
    words = [each.word for each in seen.pieces]
    german, english = (sum(map(known.__contains__, words)) for known in (_GERMAN, _ENGLISH))
    return even if german == english else german > english


def traits(reading: Reading) -> Traits:
    """Everything that the classifier looks at. Takes any text; time in proportion to its length."""
    pieces: list[Piece] = []
    links: list[Link] = []
    sentences = [0]
    counted = [Counts(0, 0, 0, 0, 0)]
    quotes = _quotes_in(reading.text)
    for found in islice(_CHUNK.finditer(without_emphasis(reading.text)), MOST_CHUNKS):
        chunk = found[0]
        link, seen = _chunk(chunk)
        if link:
            links.append(link)
        counted.append(seen.counts)
        start, end = found.span()
        while quotes and quotes[-1][1] <= start:
            quotes.pop()
        quoted = bool(quotes) and quotes[-1][0] < end
        for word in seen.words:
            pieces.append(Piece(word, start, end, quoted))  # noqa: PERF401 — a generator is slower for three words
        if not quoted:
            sentences[-1] |= seen.classes
        if chunk[-1] in _ENDS:
            sentences.append(0)
    pieces, spelled = _respaced(pieces)
    pieces = merge_tokens(pieces, reading.text)
    website = link_of(reading.url) if reading.url else None
    name = _name_words(reading.name)
    hosts = [word for each in ([website] if website else []) + links for word in each.words]
    disguised, *others = map(sum, zip(*counted, strict=True))
    counts = Counts(disguised + spelled, *others)
    named = (
        *_named(reading, pieces, links, website, name, counts),
        *_classes(pieces, sentences),
        sum([each.quoted for each in pieces]) / len(pieces) if pieces else 0.0,
        *_trade(reading.text, name, hosts),
    )
    return Traits(tuple(pieces), name, tuple(hosts), named)


def _respaced(pieces: list[Piece]) -> tuple[list[Piece], int]:
    words = [each.word for each in pieces]
    if sum([len(word) == 1 for word in words]) < LEAST_SPACED:
        return pieces, 0
    runs = join_spaced(words)
    for first, behind, word in reversed(runs):
        pieces[first:behind] = [Piece(word, pieces[first].start, pieces[behind - 1].end, pieces[first].quoted)]
    return pieces, len(runs)


def _quotes_in(text: str) -> list[tuple[int, int]]:
    """Where something is quoted, the last first. Nowhere, if most of the text is: then the marks adorn or disguise."""
    if _MARKS.isdisjoint(text):
        return []
    spans = [found.span() for found in _QUOTED.finditer(text)]
    return spans[::-1] if sum(end - start for start, end in spans) < MOST_QUOTED * len(text) else []


@lru_cache(maxsize=30_000)
def _chunk(chunk: str) -> tuple[Link | None, Seen]:
    links = links_in(chunk)
    if not links:
        seen = words_of(chunk)
        classes = _classes_of_all(seen.words) | (BITS["you"] if chunk.strip(_QUOTES) in _FORMAL else 0)
        return None, Seen(seen.words, classes, Counts(seen.disguised, seen.starred, *_counted(chunk)))
    before, link, behind = links
    sides = [words_of(before), words_of(behind)]
    words = (*sides[0].words, "⟨link⟩", *sides[1].words)
    disguised = any(each.disguised for each in sides)
    return link, Seen(words, _classes_of_all(words), Counts(disguised, False, *_counted(chunk)))


def _counted(chunk: str) -> tuple[int, int, int]:
    return sum(map(str.isalpha, chunk)), sum(map(str.isupper, chunk)), sum(map(str.isdigit, chunk))


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
    counts: Counts,
) -> tuple[float, ...]:
    text = reading.text
    size = len(text) or 1
    hosts = [*links, *([website] if website else [])]
    marks = text.count("!")
    words = [each.word for each in pieces]
    return (
        _step(len(links), 4),
        sum(each.size for each in links) / size,
        float(("<" in text or "[" in text) and _MARKUP.search(text) is not None),
        *_oddest(hosts),
        website.path if website else 0.0,
        _named_alike(website, name),
        float(any("0" in word for word in name)),
        _step(max(0, len(name) - 2), 4),
        float("⟨link⟩" in name),
        float(len(reading.name) > 4 and reading.name.isupper()),
        _step(words.count("⟨money⟩"), 4),
        float("%" in text),
        float("⟨phone⟩" in words),
        float(not _MESSENGERS.isdisjoint(words) or any(each.host in _MESSENGER_HOSTS for each in hosts)),
        float(reading.masked > 0),
        max(0.0, counts.capitals / counts.letters - 0.2) if counts.letters > 12 else 0.0,
        _step(marks, 6),
        _step(text.count("?"), 4),
        0.0 if text.isascii() else _step(len(_EMOJI.findall(text)), 6),
        _step(counts.disguised, 3),
        _step(counts.starred, 3),
        _step(len(_HASHTAG.findall(text)) if "#" in text else 0, 4),
        counts.digits / size,
        log1p(size) / 8,
        float(len(pieces) <= 4),
        float(not _YOU.isdisjoint(words)),
    )


def _oddest(hosts: list[Link]) -> tuple[float, ...]:
    if not hosts:
        return 0.0, 0.0, 0.0, 0.0
    return tuple(map(max, zip(*((each.unusual, each.hyphens, each.digits, each.long) for each in hosts), strict=True)))


def _trade(text: str, name: tuple[str, ...], hosts: list[str]) -> tuple[float, ...]:
    small = text.casefold()
    return (
        _step(sum([classes_of(word) & _TRADE != 0 for word in name]), 3),
        _step(sum([classes_of(word) & _TRADE != 0 for word in hosts]), 3),
        float(_may_hide_link(text, small) and _HIDDEN_LINK.search(text) is not None),
        float(_may_be_coupon(text, small) and _COUPON.search(text) is not None),
        float(("@" in text or "_" in text) and _HANDLE.search(text) is not None),
    )


def _may_hide_link(text: str, small: str) -> bool:
    return any(map(small.__contains__, _BESIDE_DOT)) or _SPACED_DOT.search(text) is not None


def _may_be_coupon(text: str, small: str) -> bool:
    return any(map(small.__contains__, _COUPONS)) or _CODE.search(text) is not None


def _classes(pieces: list[Piece], sentences: list[int]) -> tuple[float, ...]:
    counts = dict.fromkeys(BITS.values(), 0)
    said = reduce(or_, sentences)
    every = 0
    for bits in map(classes_of, {each.word for each in pieces if not each.quoted}):
        every |= bits
        while bits:
            lowest = bits & -bits
            counts[lowest] += 1
            bits ^= lowest
    near = (said & both == both and any(sentence & both == both for sentence in sentences) for both in _NEAR)
    return (
        *[_step(count, 5) if count else 0.0 for count in counts.values()],
        *_together(every),
        *(map(float, near) if said else _NONE_NEAR),
    )


@lru_cache(maxsize=2_000)
def _together(every: int) -> tuple[float, ...]:
    return tuple([float(every & both == both) for both in _TOGETHER])


def _classes_of_all(words: tuple[str, ...]) -> int:
    bits = 0
    for word in words:
        bits |= classes_of(word)
    return bits


def _step(count: int, most: int) -> float:
    return _STEPS[min(count, most)] / _STEPS[most]


def _named_alike(website: Link | None, name: tuple[str, ...]) -> float:
    return float(website is not None and any(len(word) > 3 and word in website.host for word in name))
