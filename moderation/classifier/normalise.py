"""From a stretch of text to the words that are hashed, seen through the usual disguises.

Undone are: Markdown's bold and italics, compatibility forms (bold, wide and circled letters), invisible characters,
Cyrillic and Greek letters that pass for Latin ones, digits and signs in place of letters, letters spaced out, letters
repeated. Umlauts become two letters, so that "für" and "fuer" are one word. Digits all become 0: what counts is that
there is a number, and how long it is.
"""

import re
import unicodedata
from typing import NamedTuple

LONGEST_CHUNK = 160
LONGEST_WORD = 32
LEAST_SPACED = 4

_INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad\u034f\u061c\u180e\ufe00-\ufe0f"
    "\U000e0000-\U000e007f]"
)
# Word processors leave soft hyphens, some platforms a closing byte order mark, emoji need joiners: none hides a word.
_HIDING = re.compile("(?<=\\w)[\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\u180e]+(?=\\w)")
_LOOKALIKES = {
    ord(pair[0]): pair[1]
    for pair in (
        "аa вb еe ѕs іi їi јj кk ӏl мm нh оo рp сc тt уy хx ԁd ԛq ԝw һh ьb ёe ґr пn шw "
        "αa βb εe ιi κk νv οo ρp τt υu χx ωw ηn ѵv հh օo սu ոn ցg ɡg ɩi ɑa ɪi ʀr ʟl ꜱs ᴇe ᴏo ᴀa ᴛt ᴅd ᴄc ɴn"
    ).split()
}
_FOREIGN = re.compile("[\u0250-\u02af\u0370-\u03ff\u0400-\u058f\u1d00-\u1d7f\ua730-\ua731]")
_LATIN = re.compile("[a-z]")
_LEET = str.maketrans("013457@$!|€£", "oieastasilel")
_LEET_SPOT = re.compile(r"(?<=[a-z])[013457@$!|€£]{1,2}(?=[a-z])")
_LEET_END = re.compile(r"(?<=[a-z])[01345$!|](?![^\W_])")
_SPELLED = re.compile(r"(?:[^\W\d_][.\-_*·|/]){4,}[^\W\d_]")
_STARRED = re.compile(r"[^\W\d_][*#%$@]{1,6}[^\W\d_]|[^\W\d_]\*{2,6}")
# The star that German writes for all genders: Bürger*innen, jede*r, eine*n, ihr*e, er*sie.
_ALL_GENDERS = re.compile(
    r"\*(?:innen|(?:in|die|der|den|sie|er|(?<=e\*)[rnms]|(?<=[nr]\*)e)(?![^\W_]))",
)
# A mark in front of a word and the same behind one, in one line. What stars out letters stands between two of them, or
# has no twin.
_EMPHASIS = re.compile(
    r"(?<![^\s(\[„“»\"'])(\*{1,3}|_{1,3})(?=[^\s*_])([^\n]{0,240}?[^\s*_])\1(?![^\s)\].,;:!?…“”«\"'-])"
)
_REPEATED = re.compile(r"(.)\1{2,}")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_WORD = re.compile(r"[^\W_]+(?:[*'’][^\W_]+)*\**")
_SYMBOL = re.compile("[\u2190-\u2bff\u3030\u303d\U0001f000-\U0001faff€$£¥₿₽%✅]")
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "œ": "oe", "ı": "i", "ł": "l", "đ": "d"}
)
_AROUND = ".,;:!?()\"'"
_NOT_GERMAN = re.compile("[^\x00-\x7fäöüÄÖÜß]")


class Words(NamedTuple):
    """What one stretch of text holds: its words in hashed form, and whether it was disguised or starred out."""

    words: tuple[str, ...]
    disguised: bool
    starred: bool


def without_emphasis(text: str) -> str:
    """The text with spaces for the marks of Markdown's bold and italics around words, so that every offset stays."""
    if "*" not in text and "_" not in text:
        return text
    for _ in range(2):  # one may stand within the other
        text = _EMPHASIS.sub(lambda found: " " * len(found[1]) + found[2] + " " * len(found[1]), text)
    return text


def words_of(chunk: str) -> Words:
    """The words of a stretch of text without white space; at most `LONGEST_CHUNK` characters are read."""
    chunk = chunk[:LONGEST_CHUNK]
    bare = chunk.strip(_AROUND).lower()
    if bare.isalpha() and (bare.isascii() or not _NOT_GERMAN.search(chunk)):  # most are; what follows finds the same
        plain = bare if bare.isascii() else bare.translate(_UMLAUTS)
        return Words((_REPEATED.sub(r"\1\1", plain)[:LONGEST_WORD],), False, False)
    plain, disguised = (chunk.lower(), False) if chunk.isascii() else unmask(chunk)
    starred = _STARRED.search(_ALL_GENDERS.sub("", plain) if "*" in plain else plain) is not None
    if _SPELLED.fullmatch(plain.strip("!?,;:\"'()")):
        plain, disguised = re.sub(r"[\W_]", "", plain), True
    if not plain.isalpha() and _LATIN.search(plain):
        unleeted = _LEET_SPOT.sub(lambda spot: spot[0].translate(_LEET), plain)
        if unleeted != plain:
            plain, disguised = _LEET_END.sub(lambda spot: spot[0].translate(_LEET), unleeted), True
    plain = _NUMBER.sub(_zeros, _REPEATED.sub(r"\1\1", plain))
    found = [word[:LONGEST_WORD] for word in _WORD.findall(plain)]
    found += _SYMBOL.findall(plain)[:6]
    return Words(tuple(found), disguised, starred)


def unmask(chunk: str) -> tuple[str, bool]:
    """The text in lower case Latin letters as far as it can be read that way, and whether somebody had disguised it."""
    german = chunk.lower().translate(_UMLAUTS)
    if german.isascii() and not _NOT_GERMAN.search(chunk):
        return german, False
    hidden = _HIDING.search(chunk) is not None
    wide = unicodedata.normalize("NFKC", _INVISIBLE.sub("", chunk))
    restyled = sum(1 for character in chunk if ord(character) > 0xFF and _is_styled(character)) >= 3
    lower = wide.lower()
    mixed = False
    if _FOREIGN.search(lower):
        translated = lower.translate(_LOOKALIKES)
        mixed = _LATIN.search(lower) is not None and not _FOREIGN.search(translated)
        if mixed or not _FOREIGN.search(translated):
            lower = translated
    lower = lower.translate(_UMLAUTS)
    spread = unicodedata.normalize("NFKD", lower)
    marks = sum(1 for character in spread if "\u0300" <= character <= "\u036f")
    bare = "".join(character for character in spread if not "\u0300" <= character <= "\u036f")
    return bare, hidden or restyled or mixed or marks >= 4


def join_spaced(words: list[str]) -> list[tuple[int, int, str]]:
    """Runs of at least `LEAST_SPACED` single letters as (first, behind the last, the word they spell)."""
    runs: list[tuple[int, int, str]] = []
    start = 0
    for end in range(len(words) + 1):
        if end < len(words) and len(words[end]) == 1 and words[end].isalpha():
            continue
        if end - start >= LEAST_SPACED:
            runs.append((start, end, "".join(words[start:end])))
        start = end + 1
    return runs


def _is_styled(character: str) -> bool:
    folded = unicodedata.normalize("NFKC", character)
    return folded != character and len(folded) == 1 and folded.isascii() and folded.isalnum()


def _zeros(number: re.Match[str]) -> str:
    return "0" * min(len(number[0]), 5)
