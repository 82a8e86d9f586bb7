"""Somebody who poses as the editors, an office or an office-holder, by name or in the text."""

import re
from collections.abc import Iterator
from functools import lru_cache

from moderation.fold import fold_word, skeleton
from moderation.fold.words import LEET
from moderation.lookalikes import BIDI, UNSEEN
from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.insults import is_told, outermost
from moderation.netiquette.phrases import Phrases
from moderation.netiquette.rules import Detector, Rule
from moderation.netiquette.wordlist import lines_of, tokens_of

# Around a reserved name these make it no less of one: Stadtverwaltung Offiziell, Team der Redaktion.
_TRIMMINGS = re.compile(
    r"\b(?:offiziell\w*|official|echte?r?|das|der|die|the|team|von|vom|of|ihre?|eure?|your|unsere?|verifiziert|verified|"
    r"account|konto|hier|real|online|info|intern|zentrale|dieser|dieses|"
    r"seite|homepage|webseite|website|portals|forums|spricht|schreibt|antwortet|meldet|sich)\b",
    re.IGNORECASE,
)

# Signs around a word, which would else be read for letters: @Redaktion, Redaktion!, (Admin).
_EDGES = re.compile(r"(?<!\w)[^\w\s]+|[^\w\s]+(?!\w)")
_WORD = re.compile(r"\w+")
_DIGIT = re.compile(r"[0-9](?=[^\W\d_])|(?<=[^\W\d_])[0-9]")
_MOST_WORDS = 5
_LINKS = tokens_of("vorbehalten-bindewort")
_OFFICES = frozenset(map(skeleton, tokens_of("vorbehalten-davor")))
_NO_OFFICE = tokens_of("vorbehalten-nicht")
_BUREAU = re.compile(r".{3,}(?:amt|behoerde|ministerium|verwaltung)")
# English offices are two words, wherever they stand in a name: Youth Welfare Office Kirchau.
_ENGLISH_BUREAU = re.compile(
    r"\b(?:editorial|moderation|press|news|website|mayor ?s|registry|welfare|social|housing|planning|health|education|"
    r"tax|school|immigration|passport|licensing|council|county|city|town|borough|parish|district|municipal|police|"
    r"electoral|foundation|"
    r"police press|youth services?|social services?) "
    r"(?:team|desk|office|board|department|dept|authority|council|administration|collectorate|police|court|hall|"
    r"commission|corporation|helpdesk|spokes\w+)\b|\b(?:head ?teacher|returning officer|the editors)\b|"
    r"\b(?:webmaster|moderator|editor|admin|administrator|owner)s? of (?:this|the)\b|"
    r"\b(?:dept|department|ministry|office|bureau) of \w"
)


def detector(rule: Rule) -> Detector:
    """Names are compared by what a reader takes them for, so that Rеdaktion and R3daktion are the same."""
    own = {_reduced(each) for each in (*lines_of("vorbehalten"), *rule.names("reserved"))}
    homoglyphs = rule.flag("homoglyphs")
    phrases = Phrases("auftreten-de", "auftreten-en")

    def detect(comment: Comment) -> Iterator[Hit]:
        if comment.reading.standing.editor:
            return
        name = comment.reading.name
        reserved = {_reduced(each) for each in comment.reading.standing.reserved}
        if name and (_poses(name, own, reserved) or (homoglyphs and _disguised(name))):
            yield Hit(case="name")
        for start, end in outermost(set(phrases.find(comment.folded))):
            if not is_told(comment, start, end):
                yield Hit(start, end)

    return detect


def _poses(name: str, *reserved: set[str]) -> bool:
    bare = _EDGES.sub(" ", name.replace("_", " "))
    read = {skeleton(name), *map(_reduced, {name, bare})}
    return not all(map(read.isdisjoint, reserved)) or any(map(_holds_office, {bare, _DIGIT.sub(_letter, bare)}))


def _letter(digit: re.Match[str]) -> str:
    """What a digit in a word stands for, in capitals where the word has them: T0wn C0uncil, 0rdnungsamt."""
    letter = digit.group().translate(LEET)
    return letter.upper() if digit.start() == 0 or digit.string[digit.start() - 1] == " " else letter


def _holds_office(name: str) -> bool:
    """Whether an office stands first or last in a name of proper names: Bürgermeister Lohse, Anna (Redaktion).

    A bureau that no list knows counts first only: Forstamt Nord, but not Dr. Albers, Gesundheitsamt. An English one
    counts anywhere.
    """
    folded = " ".join(map(fold_word, _WORD.findall(name)))
    if name[:1].isupper() and _ENGLISH_BUREAU.search(folded) and _NO_OFFICE.isdisjoint(folded.split()):
        return True
    words = _WORD.findall(_TRIMMINGS.sub(" ", name))
    if not 1 <= len(words) <= _MOST_WORDS or not all(each[0].isupper() or each in _LINKS for each in words):
        return False
    beside = _NO_OFFICE.intersection(map(fold_word, words))
    # Kreis Polizei is a circle of friends; Gesundheitsamt Kreis Olbernau is not.
    if not beside - {"kreis"} and name.lstrip().startswith(words[0]) and _BUREAU.fullmatch(fold_word(words[0])):
        return True
    # One word alone was compared with the reserved names already.
    return len(words) > 1 and not beside and any(skeleton(each) in _OFFICES for each in (words[0], words[-1]))


@lru_cache(maxsize=500)
def _reduced(name: str) -> str:
    return skeleton(_EDGES.sub(" ", _TRIMMINGS.sub(" ", name))) or skeleton(name)


def _disguised(name: str) -> bool:
    """Letters that are not drawn, text that runs the other way, or one word out of two alphabets."""
    if name.isascii():
        return False
    if any(each in BIDI or (each in UNSEEN and each not in "\u200c\u200d\ufe0f\u00ad") for each in name):
        return True
    return any(_alphabets(word) for word in name.split())


def _alphabets(word: str) -> bool:
    latin = any("a" <= each <= "z" for each in word.lower())
    return latin and any("\u0370" <= each <= "\u058f" for each in word)
