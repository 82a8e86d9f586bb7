"""What was written to be overlooked, read every way that it may have been meant."""

import re
from collections.abc import Iterator

from moderation.fold.line import Span
from moderation.fold.words import LEET, LOOSENING, ascii_letters

# Of each reading the offsets of what was written.
Readings = dict[str, list[Span]]

# A run of at least four single letters, drawn apart: i d i o t, i.d.i.o.t, i-d-i-o-t
_SPACED = re.compile(r"\b[^\W_](?:[ .\-_*·•/|,~]{1,3}[^\W_]\b){3,60}")
MIXING = frozenset("0123456789@$!|€+(¡£")
_MIXING_SIGNS = re.compile(r"[0-9@$!|€+(¡£]+")
# No run of signs is looked at again from each of its signs: at most 24 of them, and none given back.
_MIX = re.compile(
    r"(?<=[^\W\d_])[0-9@$!|€+(¡£]+(?=[^\W\d_])"
    r"|(?<!\w)[0-9@$]{1,24}+(?=[^\W\d_])"
    r"|(?<=[^\W\d_])[013457@$]+\b"
)
TRIPLE = re.compile(r"(ae|oe|ue|[a-z])\1{2,}")
_DOUBLE = re.compile(r"(ae|oe|ue|[a-z])\1+")
_LONGEST = 24
_JOINING = frozenset(" -._/~*·|'’+")
_ODD_L = re.compile(r"l(?<!\wl)[^aeiouyäöü\W]")
_THRICE = re.compile(r"([^\W\d_])\1\1")
_RUN = re.compile(r"([^\W\d_])\1\1|aeaeae|oeoeoe|ueueue")
_MOST_SPACED = 400  # reading these costs many looks at a list each, and nobody hides more by hand


def read_spaced(plain: str, readings: Readings) -> None:
    """Adds every reading of letters drawn apart."""
    spaced = 0
    for found in _SPACED.finditer(plain):
        spaced += len(found.group())
        if spaced > _MOST_SPACED:
            break
        _read_run(found, readings)


def read_mixed(plain: str, readings: Readings) -> dict[int, tuple[int, str]]:
    """Adds every reading of each word mixed with digits or signs; returns the likeliest, with its end, by its start."""
    likeliest: dict[int, tuple[int, str]] = {}
    if not _is_mixed(plain):
        return likeliest
    for span in around(plain, _MIX, MIXING):
        word = _read_mixed_word(plain, span, readings)
        if word:
            likeliest[span[0]] = span[1], word
    return likeliest


def is_odd(plain: str, signs: set[str]) -> bool:
    """Whether `read_unrepeated` would read anything differently in a text of these signs."""
    if "x" in signs or ("l" in signs and _ODD_L.search(plain)):
        return True
    # To look for each sign's own run is many times faster than a search for any run, which tries every place.
    return any(map(plain.__contains__, [each * 3 for each in signs])) and _THRICE.search(plain) is not None


def read_unrepeated(plain: str, forms: Readings, evaded: Readings) -> Readings:
    """Deeeepp and Idiooot with every double letter single; each long run as one letter and as two goes to `evaded`.

    Words with an x for s, or an l for i, are read on the way: Arxch, ldiot.
    """
    readings: Readings = {}
    runs = _RUN.search(plain) is not None or not LOOSENING.isdisjoint(plain)
    for word, spans in [*forms.items(), *evaded.items()]:
        if (runs or word not in forms) and TRIPLE.search(word):
            readings.setdefault(_DOUBLE.sub(r"\1", word), []).extend(spans)
            for run in (r"\1", r"\1\1"):
                evaded.setdefault(TRIPLE.sub(run, word), []).extend(spans)
        if "x" in word:
            evaded.setdefault(word.replace("x", "s"), []).extend(spans)
        if word[:1] == "l" and word[1:2] not in "aeiouy":
            evaded.setdefault("i" + word[1:], []).extend(spans)
    return readings


def read_joined(plain: str, words: list[str], starts: list[int], ends: list[int], evaded: Readings) -> Readings:
    """Two or three neighbours as one word, when one sign at most stands between them: Arsch loch, Id-iot.

    What a space parts may meet by chance; what another sign parts goes to `evaded`, since few words are so written.
    """
    readings: Readings = {}
    for at, (end, start) in enumerate(zip(ends, starts[1:], strict=False)):
        if start - end != 1 or (sign := plain[end]) not in _JOINING:
            continue
        pair = words[at] + words[at + 1]
        (readings if sign == " " else evaded).setdefault(pair, []).append((starts[at], ends[at + 1]))
        if len(pair) < 8 and at + 2 < len(words) and starts[at + 2] - ends[at + 1] == 1:
            apart = " " in plain[ends[at + 1] : starts[at + 2]] + sign
            (readings if apart else evaded).setdefault(pair + words[at + 2], []).append((starts[at], ends[at + 2]))
    return readings


def around(plain: str, sign: re.Pattern[str], signs: frozenset[str]) -> Iterator[Span]:
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


def _is_mixed(plain: str) -> bool:
    """Whether any of the signs stands beside a letter: most numbers stand apart, and this is told much faster."""
    return any(
        plain[max(0, found.start() - 1)].isalnum() or plain[found.end() : found.end() + 1].isalnum()
        for found in _MIXING_SIGNS.finditer(plain)
    )


def _read_mixed_word(plain: str, span: Span, readings: Readings) -> str:
    start, end = span
    while end > start and plain[end - 1] in "!+(":
        end -= 1
    word = plain[start:end]
    if len(word) < 3 or not any(each.isalpha() for each in word):
        return ""
    for one in "li" if any(each in word for each in "1|!") else "i":
        reading = ascii_letters(word.replace("1", one).replace("|", one).replace("!", one).translate(LEET))
        readings.setdefault(reading, []).append((start, end))
    readings.setdefault(_DOUBLE.sub(r"\1", reading), []).append((start, end))
    return "" if word[-1].isdigit() or (word[0].isdigit() and word[0] not in "013457") else reading


def _read_run(found: re.Match[str], readings: Readings) -> None:
    """Every stretch of the letters drawn apart, since words before and after it may be drawn apart too."""
    letters = [(each, found.start() + at) for at, each in enumerate(found.group()) if each.isalnum() or each in "@$"]
    word = "".join(each for each, _ in letters).translate(LEET)
    for first in range(len(word)):
        for last in range(first + 4, min(len(word), first + _LONGEST) + 1):
            span = letters[first][1], letters[last - 1][1] + 1
            readings.setdefault(ascii_letters(word[first:last]), []).append(span)
