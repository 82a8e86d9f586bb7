"""Words that only mean something together: an amount of money, a telephone number, a hidden e-mail address."""

from typing import NamedTuple

_CURRENCIES = frozenset(
    "€ $ £ ¥ ₿ ₽ euro eur euros cent usd dollar dollars chf franken gbp pound pounds bucks btc eth usdt usdc".split()
)
_HIDDEN = (("e", "mail", "adresse", "verborgen"), ("e", "mail", "address", "hidden"), ("email", "address", "hidden"))
_FIRST_HIDDEN = frozenset(mark[0] for mark in _HIDDEN)
_SIGNS = frozenset("0€$£¥₿₽")
_LEAST_DIGITS = 8


class Piece(NamedTuple):
    """One word of the text, with the offsets of the stretch that it stands in. A tuple, because many are made.

    `quoted`: it stands in quotation marks, so it may be another's word.
    """

    word: str
    start: int
    end: int
    quoted: bool = False


def merge_tokens(pieces: list[Piece], text: str) -> list[Piece]:
    """The pieces with amounts, telephone numbers and hidden addresses as one piece each."""
    words = {each.word for each in pieces}
    if _FIRST_HIDDEN.isdisjoint(words) and _SIGNS.isdisjoint([word[0] for word in words]):
        return pieces
    merged: list[Piece] = []
    place = 0
    while place < len(pieces):
        token, size = _token_at(pieces, place, text)
        first = pieces[place]
        merged.append(Piece(token, first.start, pieces[place + size - 1].end, first.quoted) if token else first)
        place += size
    return merged


def _token_at(pieces: list[Piece], place: int, text: str) -> tuple[str, int]:
    word = pieces[place].word
    if word[0] == "0":
        return _number_at(pieces, place, text)
    following = pieces[place + 1].word if place + 1 < len(pieces) else ""
    if word in _CURRENCIES and _is_number(following) and len(word) == 1:
        return "⟨money⟩", 2
    if word in _FIRST_HIDDEN:
        for mark in _HIDDEN:
            if tuple(each.word for each in pieces[place : place + len(mark)]) == mark:
                return "⟨mail⟩", len(mark)
    return "", 1


def _number_at(pieces: list[Piece], place: int, text: str) -> tuple[str, int]:
    size = 1
    while place + size < len(pieces) and _is_number(pieces[place + size].word) and size < 8:
        size += 1
    written = text[pieces[place].start : pieces[place + size - 1].end].lstrip("([")
    if written[:1] in "+0" and sum(map(str.isdigit, written)) >= _LEAST_DIGITS:
        return "⟨phone⟩", size
    if _is_number(pieces[place].word) and place + 1 < len(pieces) and pieces[place + 1].word in _CURRENCIES:
        return "⟨money⟩", 2
    return "", 1


def _is_number(word: str) -> bool:
    return word.strip("0") == "" and word != ""
