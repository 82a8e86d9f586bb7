"""The words of a text in small ASCII letters: look-alikes, marks and umlauts undone."""

import re

from moderation.fold.line import STOPS
from moderation.lookalikes import UNSEEN, plain_letters

# Signs that carry an insult without a letter; they become words that lists can name.
EMOJI = {
    "🤡": "emojiclown", "💩": "emojikot", "🖕": "emojimittelfinger", "🔪": "emojimesser", "🗡": "emojimesser",
    "🔫": "emojipistole", "💣": "emojibombe", "🧨": "emojibombe", "🐷": "emojischwein", "🐖": "emojischwein",
    "🐽": "emojischwein", "🐀": "emojiratte", "🐒": "emojiaffe", "🐵": "emojiaffe", "🥜": "emojinuss",
    "🧠": "emojihirn", "🤮": "emojikotz", "🪓": "emojiaxt", "⚰": "emojisarg", "☠": "emojitod", "💀": "emojitod",
    "🔥": "emojifeuer", "🍆": "emojiaubergine", "🐑": "emojischaf", "🐓": "emojihahn", "🫏": "emojiesel",
    "🐴": "emojipferd", "€": "euro", "%": "prozent", "$": "dollar", "£": "pfund",
}  # fmt: skip
LEET = str.maketrans({
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
LOOSENING = frozenset(UNSEEN) | {chr(code) for code in range(0x300, 0x370)}
_DROPPED = re.compile(rf"[\u0300-\u036f{UNSEEN}'’`´]")
_DIAERESIS = re.compile(r"([aou])\u0308")
_MOST_SIGNS = 400  # of `EMOJI`; each becomes a long word


def fold_word(word: str) -> str:
    """One word or phrase as it stands in `Folded.line`, without stops."""
    plain = plain_letters(word)
    return " ".join(each for each in words_in(plain, set(plain))[0] if each not in STOPS)


def skeleton(name: str) -> str:
    """What a reader takes a name for: look-alikes, digits for letters, marks and spaces gone (after UTS 39)."""
    if name.isascii():  # nothing looks alike, and what would be dropped is no letter
        return "".join(filter(str.isalnum, name.lower().translate(LEET))).replace("l", "i")
    letters = _DROPPED.sub("", _DIAERESIS.sub(_umlaut, plain_letters(name))).translate(LEET).translate(_LONG_UMLAUTS)
    return "".join(each for each in letters if each.isalnum()).replace("l", "i")


def words_in(plain: str, signs: set[str]) -> tuple[list[str], list[int], list[int]]:
    """The folded words of a text in plain letters, with where each starts and ends; `signs` are its characters."""
    words, starts, ends = [], [], []
    signs_seen = 0
    pattern = _TOKEN if LOOSENING.isdisjoint(signs) else _LOOSE_TOKEN
    for found in pattern.finditer(plain):
        token, kind = found[0], found.lastindex
        if kind == 1:
            words.append(token if token.isascii() and token.isalnum() else ascii_letters(token))
        elif kind == 4:
            signs_seen += 1
            if signs_seen > _MOST_SIGNS:
                continue
            words.append(EMOJI[token])
        else:
            words.append("." if kind == 2 else "?" if "?" in token else "!")
        start, end = found.span()
        starts.append(start)
        ends.append(end)
    return words, starts, ends


def ascii_letters(token: str) -> str:
    """A word in plain letters as ASCII, with `^` for what no letter stands for."""
    folded = token.translate(_LONG_UMLAUTS)
    if folded.isascii() and folded.isalnum():
        return folded
    if "\u0308" in token:
        token = _DIAERESIS.sub(_umlaut, token)
    token = _DROPPED.sub("", token).translate(_LONG_UMLAUTS)
    return token if token.isascii() else token.encode("ascii", "replace").decode("ascii").replace("?", "^")


def _umlaut(found: re.Match[str]) -> str:
    return {"a": "ä", "o": "ö", "u": "ü"}[found.group(1)]
