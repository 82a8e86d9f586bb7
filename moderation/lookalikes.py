"""One letter for all that look like it. Every character maps to one character, so offsets stay."""

import unicodedata
from itertools import chain

# Greek, Cyrillic and Armenian letters that are drawn like Latin ones, chosen by eye in the manner of the confusables
# of UTS 39, folded to lower case. Only pairs that a reader would take for each other.
_ALIKE = {
    "a": "аαɑ", "b": "вьβ", "c": "сϲ", "d": "ԁժ", "e": "еεє", "f": "ғ", "g": "ɡց", "h": "һнհ", "i": "іιıӏ", "j": "јϳ",
    "k": "кκ", "l": "ⅼ", "m": "мϻ", "n": "ոηп", "o": "оοσօ", "p": "рρ", "q": "ԛգ", "r": "гᴦ", "s": "ѕꜱ", "t": "тτ",
    "u": "υսц", "v": "νѵ", "w": "ԝωш", "x": "хχ", "y": "уγү", "z": "ᴢ",
}  # fmt: skip
_RANGES = (
    range(0xC0, 0x250),  # Latin with marks
    range(0x250, 0x2B0),  # phonetic letters
    range(0x370, 0x530),  # Greek and Cyrillic
    range(0x1D00, 0x1D80),  # small capitals
    range(0x1E00, 0x2000),  # Latin and Greek with marks
    range(0x2070, 0x20A0),  # raised and lowered
    range(0x2100, 0x2190),  # letter-like and Roman numerals
    range(0x2460, 0x2500),  # circled
    range(0xFF01, 0xFF5F),  # full width
    range(0x1D400, 0x1D800),  # mathematical
    range(0x1F110, 0x1F18A),  # squared
)
_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True))

# What is not drawn at all, or only turns the direction of what follows.
UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c"
    "\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u3164\ufe0e\ufe0f\ufeff\uffa0"
)
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain_letters(text: str) -> str:
    """`text` in lower case with look-alikes as Latin letters; umlauts and ß stay. As long as `text` itself."""
    return text.translate(_TABLE)


def _plain(character: str) -> str:
    if character in "äöüß":
        return character
    folded = unicodedata.normalize("NFKC", character).casefold()
    if character in "ÄÖÜẞ" or folded in ("ä", "ö", "ü"):
        return {"ss": "ß"}.get(folded, folded)
    apart = unicodedata.normalize("NFD", folded).strip("()")
    bare = apart[:1]
    if _DIAERESIS in apart[1:] and (umlaut := _UMLAUTS.get(_LETTER.get(bare, bare))):
        return umlaut
    return _LETTER.get(bare, bare) if bare.isalnum() else (folded if len(folded) == 1 else character)


_DIAERESIS = "\u0308"
_UMLAUTS = {"a": "ä", "o": "ö", "u": "ü"}
_LETTER = {alike: letter for letter, alikes in _ALIKE.items() for alike in alikes} | _SMALL_CAPITALS | {
    "ø": "ö", "đ": "d", "ł": "l", "ħ": "h", "ŧ": "t", "æ": "ä", "œ": "ö", "þ": "p", "ð": "d",
}  # fmt: skip
_TABLE = {code: _plain(chr(code)) for code in chain(range(0x41, 0x5B), *_RANGES)}
