"""Text folded for matching: what a reader takes for the same word becomes the same word, with offsets back.

Folding costs time in proportion to the text, whatever it holds.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise, zip_longest

from moderation.dialect import is_dialect, standard
from moderation.lookalikes import UNSEEN, plain_letters

Span = tuple[int, int]

# Signs that carry an insult without a letter; they become words that lists can name.
EMOJI = {
    "🤡": "emojiclown", "💩": "emojikot", "🖕": "emojimittelfinger", "🔪": "emojimesser", "🗡": "emojimesser",
    "🔫": "emojipistole", "💣": "emojibombe", "🧨": "emojibombe", "🐷": "emojischwein", "🐖": "emojischwein",
    "🐽": "emojischwein", "🐀": "emojiratte", "🐒": "emojiaffe", "🐵": "emojiaffe", "🥜": "emojinuss",
    "🧠": "emojihirn", "🤮": "emojikotz", "🪓": "emojiaxt", "⚰": "emojisarg", "☠": "emojitod", "💀": "emojitod",
    "🔥": "emojifeuer", "🍆": "emojiaubergine", "🐑": "emojischaf", "🐓": "emojihahn", "🫏": "emojiesel",
    "🐴": "emojipferd", "€": "euro", "%": "prozent", "$": "dollar", "£": "pfund",
}  # fmt: skip
# What stars most often hide in a phrase; a hidden word that is an insult by itself is told by the lists.
_OFTEN_COVERED = """
kuh sau klappe fresse maul schnauze arsch schwein esel bloede bloeder bloeden bloedes dumm dumme dummer daemlich
daemliche fette alte hure juden tuerken auslaender neger schwule erschiessen erschossen umbringen umbringe
umgebracht abstechen abgestochen totschlagen aufhaengen abknallen abgeknallt vergasen verrecken verreck krepier
erschlagen koepfen kopf toeten toete sterben stirb anzuenden abfackeln haengen verpruegeln pruegeln gras koks hitler
heil fuehrer kredit casino viagra kill killed shoot shot die dead stab hang burn cow pig dick suck
"""
_LEET = str.maketrans({
    "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g", "@": "a", "$": "s",
    "!": "i", "|": "i", "€": "e", "+": "t", "(": "c", "¡": "i", "£": "l",
})  # fmt: skip
_LONG_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})

_APOSTROPHES = "'’`´"
# Neither a number nor one of these ends a sentence with its full stop.
_NO_END = "".join(
    rf"(?<!\b{each})" for each in (r"\d", r"\d\d", "st", "dr", "prof", "nr", "ca", "bzw", "tel", "geb", "evtl")
)
_STOP = rf"(?P<stop>{_NO_END}[.:;…\n]+(?=\s|$|[\"'“”»«)])|\n)|(?P<mark>[!?]+)|(?P<sign>[{''.join(EMOJI)}])"
_TOKEN = re.compile(rf"(?P<word>[^\W_]+(?:[{_APOSTROPHES}][^\W\d_]+)*)|{_STOP}")
_LOOSE = rf"\u0300-\u036f{UNSEEN}"
_LOOSE_TOKEN = re.compile(rf"(?P<word>[^\W_](?:[^\W_]|[{_LOOSE}]|[{_APOSTROPHES}](?=[^\W\d_]))*)|{_STOP}")
_LOOSENING = frozenset(UNSEEN) | {chr(code) for code in range(0x300, 0x370)}
_DROPPED = re.compile(rf"[\u0300-\u036f{UNSEEN}'’`´]")
_DIAERESIS = re.compile(r"([aou])\u0308")
# A run of at least four single letters, drawn apart: i d i o t, i.d.i.o.t, i-d-i-o-t
_SPACED = re.compile(r"\b[^\W_](?:[ .\-_*·•/|,~]{1,3}[^\W_]\b){3,60}")
_MIXING = frozenset("0123456789@$!|€+(¡£")
_MIXING_SIGNS = re.compile(r"[0-9@$!|€+(¡£]+")
# No run of signs is looked at again from each of its signs: at most 24 of them, and none given back.
_MIX = re.compile(
    r"(?<=[^\W\d_])[0-9@$!|€+(¡£]+(?=[^\W\d_])"
    r"|(?<!\w)[0-9@$]{1,24}+(?=[^\W\d_])"
    r"|(?<=[^\W\d_])[013457@$]+\b"
)
# Letters covered: A****, b*ll*cks, Id..t; or Markdown inside a word: Id**io**t
_COVERING = frozenset("*#•×%$@?…._~-`\\")
_COVERING_ALONE = _COVERING - frozenset(".-")
_COVER = re.compile(r"(?<=[^\W_])(?:[*#•×%$@?…`~\\]+|_+(?=[^\W_])|[._-]{2,})")
_MARKUP = re.compile(r"[*_~`\\]+")
_PIECES = re.compile(r"([^\W_]+)")
_TRIPLE = re.compile(r"(ae|oe|ue|[a-z])\1{2,}")
_DOUBLE = re.compile(r"(ae|oe|ue|[a-z])\1+")
_LONGEST = 24
_SPREAD = 3
_JOINING = frozenset(" -._/~*·|'’+")
# Reading these costs many looks at a list each, and nobody hides more by hand.
_ODD = re.compile(r"([^\W\d_])\1\1|x|\bl[^aeiouyäöü\W]")  # what `_unrepeated` reads differently
_RUN = re.compile(r"([^\W\d_])\1\1|aeaeae|oeoeoe|ueueue")
_MOST_COVERED = 60
_MOST_SPACED = 400
_MOST_SIGNS = 400  # of `EMOJI`; each becomes a long word


@dataclass(frozen=True, slots=True)
class Covered:
    """A word with letters covered: `shape` is a pattern over folded words, `letters` are left to see."""

    shape: re.Pattern[str]
    letters: int
    first: str
    span: Span


@dataclass(frozen=True, slots=True)
class Line:
    """A text as one line of folded words, each followed by a space; `.`, `!` and `?` stand as words of their own.

    `starts` and `ends` are each word's offsets in the text, `places` its offset in `data`.
    """

    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    places: tuple[int, ...]
    data: bytes

    def span(self, start: int, end: int) -> Span:
        """The offsets in the text of a stretch of `data`."""
        first = bisect_right(self.places, start) - 1
        last = max(first, bisect_left(self.places, end) - 1)
        return self.starts[first], self.ends[last]

    def before(self, offset: int, count: int) -> tuple[str, ...]:
        """Up to `count` words of the same sentence ahead of an offset in the text."""
        end = bisect_left(self.starts, offset)
        found = self.words[max(0, end - count) : end]
        stop = max((at for at, word in enumerate(found) if word in _STOPS), default=-1)
        return found[stop + 1 :]

    def after(self, offset: int, count: int) -> tuple[str, ...]:
        """Up to `count` words of the same sentence behind an offset in the text."""
        start = bisect_left(self.starts, offset)
        found = self.words[start : start + count]
        stop = next((at for at, word in enumerate(found) if word in _STOPS), len(found))
        return found[:stop]

    def crosses(self, start: int, end: int) -> bool:
        """Whether a sentence ends between two offsets in the text."""
        first, last = bisect_left(self.starts, start), bisect_left(self.starts, end)
        return not _STOPS.isdisjoint(self.words[first:last])


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as matchers see it.

    `line`: the words as written; `meant`: the words as a reader takes them where some are drawn apart or written with
    digits, or in dialect; None where there are none such. `forms`: the offsets of each word as written; `evaded`: of
    readings of what was written to be overlooked; `unrepeated`: of Deeeepp with every double letter single; `joined`:
    of neighbours read as one word.
    """

    text: str
    line: Line
    meant: Line | None
    forms: dict[str, list[Span]]
    evaded: dict[str, list[Span]]
    unrepeated: dict[str, list[Span]]
    joined: dict[str, list[Span]]
    covered: tuple[Covered, ...]


_STOPS = frozenset(".!?")
_VOWEL = re.compile("[aeiouy]")
_PARTICLES = frozenset({"auf", "ab", "um", "an", "er", "tot", "ver", "zer", "be", "zu", "nieder", "zusammen", "kaputt"})


def fold(text: str) -> Folded:
    """`text` folded: case, umlauts, look-alikes, marks, digits for letters, spaced, covered and repeated letters."""
    plain = plain_letters(text)
    signs = set(plain)
    words, starts, ends = _words(plain, signs)
    forms: dict[str, list[Span]] = {}
    for word, start, end in zip(words, starts, ends, strict=True):
        forms.setdefault(word, []).append((start, end))
    evaded: dict[str, list[Span]] = {}
    _read_all_spaced(plain, evaded)
    mixed = _read_all_mixed(plain, evaded) if not _MIXING.isdisjoint(signs) else {}
    covered = _covered(plain, evaded, mixed) if _may_cover(plain, signs) else ()
    joined = _joined(plain, words, starts, ends, evaded)
    odd = _ODD.search(plain) is not None
    unrepeated = _unrepeated(plain, forms, evaded) if odd else {}
    return Folded(
        text,
        _line(words, starts, ends),
        _meant(words, starts, ends, mixed, odd=odd),
        forms,
        evaded,
        unrepeated,
        joined,
        covered,
    )


def fold_word(word: str) -> str:
    """One word or phrase as it stands in `Folded.line`, without stops."""
    plain = plain_letters(word)
    return " ".join(each for each in _words(plain, set(plain))[0] if each not in _STOPS)


def skeleton(name: str) -> str:
    """What a reader takes a name for: look-alikes, digits for letters, marks and spaces gone (after UTS 39)."""
    if name.isascii():  # nothing looks alike, and what would be dropped is no letter
        return "".join(filter(str.isalnum, name.lower().translate(_LEET))).replace("l", "i")
    letters = _DROPPED.sub("", _DIAERESIS.sub(_umlaut, plain_letters(name))).translate(_LEET).translate(_LONG_UMLAUTS)
    return "".join(each for each in letters if each.isalnum()).replace("l", "i")


def _words(plain: str, signs: set[str]) -> tuple[list[str], list[int], list[int]]:
    words, starts, ends = [], [], []
    signs_seen = 0
    pattern = _TOKEN if _LOOSENING.isdisjoint(signs) else _LOOSE_TOKEN
    for found in pattern.finditer(plain):
        token = found.group()
        if found.lastindex == 1:
            words.append(token if token.isascii() and token.isalnum() else _ascii(token))
        elif found.lastindex == 4:
            signs_seen += 1
            if signs_seen > _MOST_SIGNS:
                continue
            words.append(EMOJI[token])
        else:
            words.append("." if found.lastindex == 2 else "?" if "?" in token else "!")
        start, end = found.span()
        starts.append(start)
        ends.append(end)
    return words, starts, ends


def _ascii(token: str) -> str:
    if "\u0308" in token:
        token = _DIAERESIS.sub(_umlaut, token)
    token = _DROPPED.sub("", token).translate(_LONG_UMLAUTS)
    return token if token.isascii() else token.encode("ascii", "replace").decode("ascii").replace("?", "^")


def _umlaut(found: re.Match[str]) -> str:
    return {"a": "ä", "o": "ö", "u": "ü"}[found.group(1)]


def _line(words: list[str], starts: list[int], ends: list[int]) -> Line:
    places = [0, *accumulate(len(word) + 1 for word in words)][: len(words)]
    data = " ".join([*words, ""]).encode("ascii", "replace")
    return Line(tuple(words), tuple(starts), tuple(ends), tuple(places), data)


def _meant(
    words: list[str], starts: list[int], ends: list[int], mixed: dict[int, tuple[int, str]], *, odd: bool
) -> Line | None:
    """The line with mixed words as read, letters drawn apart or out as one word, and dialect as standard German."""
    alone = [end - start == 1 and word.isalpha() for word, start, end in zip(words, starts, ends, strict=True)]
    dialect = is_dialect(words)
    drawn_out = odd and _TRIPLE.search(" ".join(words)) is not None
    if not mixed and not dialect and not drawn_out and not any(a and b for a, b in pairwise(alone)):
        return None
    read: list[str] = []
    firsts: list[int] = []
    lasts: list[int] = []
    done, lone = -1, False
    for word, start, end in zip(words, starts, ends, strict=True):
        if start < done:
            continue
        if start in mixed:
            end, word = mixed[start]
            done = end
        single = end - start == 1 and word.isalpha()  # an umlaut is folded into two letters
        if single and lone and start - lasts[-1] <= _SPREAD:
            read[-1] += word
            lasts[-1] = end
            if len(read) > 1 and firsts[-1] - lasts[-2] <= _SPREAD and _begins(read[-2], read[-1]):
                read[-2:] = [read[-2] + read[-1]]
                del firsts[-1], lasts[-2]
        else:
            read.append(word)
            firsts.append(start)
            lasts.append(end)
        lone = single
    if drawn_out:
        read = [_TRIPLE.sub(r"\1", each) for each in read]
    return _line([standard(each) for each in read] if dialect else read, firsts, lasts)


def _begins(piece: str, drawn_apart: str) -> bool:
    """Whether a piece belongs to the letters drawn apart behind it: st e r b e n, auf h ä n g e n."""
    if len(drawn_apart) < 4:
        return False
    return piece in _PARTICLES if len(piece) > 3 or _VOWEL.search(piece) else piece not in _STOPS


def _read_all_spaced(plain: str, readings: dict[str, list[Span]]) -> None:
    spaced = 0
    for found in _SPACED.finditer(plain):
        spaced += len(found.group())
        if spaced > _MOST_SPACED:
            break
        _read_spaced(found, readings)


def _read_all_mixed(plain: str, readings: dict[str, list[Span]]) -> dict[int, tuple[int, str]]:
    """Adds every reading of each word mixed with digits or signs; returns the likeliest, with its end, by its start."""
    likeliest: dict[int, tuple[int, str]] = {}
    if not _is_mixed(plain):
        return likeliest
    for span in _around(plain, _MIX, _MIXING):
        word = _read_mixed(plain, span, readings)
        if word:
            likeliest[span[0]] = span[1], word
    return likeliest


def _is_mixed(plain: str) -> bool:
    """Whether any of the signs stands beside a letter: most numbers stand apart, and this is told much faster."""
    return any(
        plain[max(0, found.start() - 1)].isalnum() or plain[found.end() : found.end() + 1].isalnum()
        for found in _MIXING_SIGNS.finditer(plain)
    )


def _around(plain: str, sign: re.Pattern[str], signs: frozenset[str]) -> Iterator[Span]:
    """The words around each sign, at most `_LONGEST` characters to each side."""
    done = 0
    for found in sign.finditer(plain):
        start, end = found.span()
        if start < done:
            continue
        least, most = max(done, start - _LONGEST), min(len(plain), end + _LONGEST)
        while start > least and (plain[start - 1].isalnum() or plain[start - 1] in signs):
            start -= 1
        while end < most and (plain[end].isalnum() or plain[end] in signs):
            end += 1
        done = end
        yield start, end


def _read_mixed(plain: str, span: Span, readings: dict[str, list[Span]]) -> str:
    start, end = span
    while end > start and plain[end - 1] in "!+(":
        end -= 1
    word = plain[start:end]
    if len(word) < 3 or not any(each.isalpha() for each in word):
        return ""
    for one in "li" if any(each in word for each in "1|!") else "i":
        reading = _ascii(word.replace("1", one).replace("|", one).replace("!", one).translate(_LEET))
        readings.setdefault(reading, []).append((start, end))
    readings.setdefault(_DOUBLE.sub(r"\1", reading), []).append((start, end))
    return "" if word[-1].isdigit() or (word[0].isdigit() and word[0] not in "013457") else reading


def _read_spaced(found: re.Match[str], readings: dict[str, list[Span]]) -> None:
    """Every stretch of the letters drawn apart, since words before and after it may be drawn apart too."""
    letters = [(each, found.start() + at) for at, each in enumerate(found.group()) if each.isalnum() or each in "@$"]
    word = "".join(each for each, _ in letters).translate(_LEET)
    for first in range(len(word)):
        for last in range(first + 4, min(len(word), first + _LONGEST) + 1):
            span = letters[first][1], letters[last - 1][1] + 1
            readings.setdefault(_ascii(word[first:last]), []).append(span)


def _unrepeated(plain: str, forms: dict[str, list[Span]], evaded: dict[str, list[Span]]) -> dict[str, list[Span]]:
    """Deeeepp and Idiooot with every double letter single; each long run as one letter and as two goes to `evaded`.

    Words with an x for s, or an l for i, are read on the way: Arxch, ldiot.
    """
    readings: dict[str, list[Span]] = {}
    runs = _RUN.search(plain) is not None or not _LOOSENING.isdisjoint(plain)
    for word, spans in [*forms.items(), *evaded.items()]:
        if (runs or word not in forms) and _TRIPLE.search(word):
            readings.setdefault(_DOUBLE.sub(r"\1", word), []).extend(spans)
            for run in (r"\1", r"\1\1"):
                evaded.setdefault(_TRIPLE.sub(run, word), []).extend(spans)
        if "x" in word:
            evaded.setdefault(word.replace("x", "s"), []).extend(spans)
        if word[0] == "l" and word[1:2] not in "aeiouy":
            evaded.setdefault("i" + word[1:], []).extend(spans)
    return readings


def _joined(
    plain: str, words: list[str], starts: list[int], ends: list[int], evaded: dict[str, list[Span]]
) -> dict[str, list[Span]]:
    """Two or three neighbours as one word, when one sign at most stands between them: Arsch loch, Id-iot.

    What a space parts may meet by chance; what another sign parts goes to `evaded`, since few words are so written.
    """
    readings: dict[str, list[Span]] = {}
    for at, (end, start) in enumerate(zip(ends, starts[1:], strict=False)):
        if start - end != 1 or (sign := plain[end]) not in _JOINING:
            continue
        pair = words[at] + words[at + 1]
        (readings if sign == " " else evaded).setdefault(pair, []).append((starts[at], ends[at + 1]))
        if len(pair) < 8 and at + 2 < len(words) and starts[at + 2] - ends[at + 1] == 1:
            apart = " " in plain[ends[at + 1] : starts[at + 2]] + sign
            (readings if apart else evaded).setdefault(pair + words[at + 2], []).append((starts[at], ends[at + 2]))
    return readings


def _may_cover(plain: str, signs: set[str]) -> bool:
    return not _COVERING_ALONE.isdisjoint(signs) or ".." in plain or "--" in plain


def _covered(plain: str, evaded: dict[str, list[Span]], mixed: dict[int, tuple[int, str]]) -> tuple[Covered, ...]:
    """The words with letters covered; where one is likely a word of `_OFTEN_COVERED`, it is added to `mixed`."""
    found: dict[str, Covered] = {}
    for start, end in _around(plain, _COVER, _COVERING):
        while end > start and plain[end - 1] in "?…._~-`%&@$":
            end -= 1
        while start < end and not plain[start].isalnum():
            start += 1
        end = _without_emphasis(plain, start, end)
        word = plain[start:end]
        if word in found or len(word) < 3:
            continue
        evaded.setdefault(_ascii(_MARKUP.sub("", word)), []).append((start, end))
        shape = _shape(word)
        if shape:
            found[word] = each = Covered(shape, sum(map(str.isalnum, word)), _ascii(word[0])[:1], (start, end))
            if each.letters > 1 and (meant := _often_covered(each)):
                mixed[start] = end, meant
        if len(found) == _MOST_COVERED:
            break
    return tuple(found.values())


def _often_covered(covered: Covered) -> str | None:
    likely = (each for each in _OFTEN_COVERED.split() if each[0] == covered.first and covered.shape.fullmatch(each))
    return next(likely, None)


def _without_emphasis(plain: str, start: int, end: int) -> int:
    """The end of a word without the stars that close a Markdown emphasis: one or two, opened before."""
    bare = end
    while bare > start and plain[bare - 1] in "*_~`":
        bare -= 1
    closing = plain[bare:end]
    return bare if 0 < len(closing) <= 3 and closing in plain[:start] else end


def _shape(word: str) -> re.Pattern[str] | None:
    """What a covered word may have been; None when too little of it is left to tell."""
    pieces = _PIECES.split(word)
    letters = sum(len(each) for each in pieces[1::2])
    if word.isalnum() or (letters < 2 and len(word) < 4):
        return None
    signs = [f"[a-z]{{1,{max(3, len(each))}}}" if each else "" for each in pieces[::2]]
    return re.compile("".join(chain.from_iterable(zip_longest(signs, map(_ascii, pieces[1::2]), fillvalue=""))))
