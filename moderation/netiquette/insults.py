"""What detectors of words share: lists with evasions, and the cases in which a word is spared."""

import re
from collections.abc import Iterator

from moderation.fold import Line, Span, fold_word
from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.phrases import Phrases
from moderation.netiquette.quoting import is_addressed, is_compound, is_denied, is_own, is_reported
from moderation.netiquette.wordlist import Lexicon, tokens_of

_LEAST_BESIDES = 12
_ABOUT_CALLS = Phrases("aufruf-bericht")


def insults(comment: Comment, words: Lexicon, phrases: Phrases, *, of_people: bool = False) -> Iterator[Hit]:
    """Where a listed word or phrase is meant as it stands: not quoted to criticise, reported, denied.

    Words `of_people` are also spared where the writer means themselves.
    """
    spans = {span for span, _ in words.find(comment.folded)} | set(phrases.find(comment.folded))
    for start, end in outermost(spans):
        own = of_people and not comment.quotation(start, end) and is_own(comment.folded.line, start, end)
        if not own and not is_spared(comment, start, end):
            yield Hit(start, end)


def is_spared(comment: Comment, start: int, end: int) -> bool:
    """Whether a passage only looks like a breach."""
    line = comment.folded.line
    if is_idiom(comment, start, end) or is_surname(comment, start, end) or is_story(comment, start, end):
        return True
    quotation = comment.quotation(start, end)
    if quotation:
        meant = is_addressed(line, quotation[0]) and not is_reported(line, *quotation, quoted=True)
        return not meant and _speaks_besides(comment, quotation)
    return is_compound(comment.text, end) or is_denied(line, start) or is_reported(line, start, end, quoted=False)


def _speaks_besides(comment: Comment, quotation: Span) -> bool:
    """Whether there is anything but the quotation: a comment that is one long quotation hides behind it."""
    return len(comment.text.strip()) - (quotation[1] - quotation[0]) > _LEAST_BESIDES


def outermost(spans: set[Span]) -> Iterator[Span]:
    """The spans in order of the text, without those that lie within another."""
    last = -1
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if end > last:
            yield start, end
            last = end


def is_told(comment: Comment, start: int, end: int) -> bool:
    """Whether a passage is quoted, reported or a figure of speech, for rules where denying does not spare."""
    if is_idiom(comment, start, end) or is_story(comment, start, end):
        return True
    quotation = comment.quotation(start, end)
    if quotation:
        return _speaks_besides(comment, quotation)
    return is_reported(comment.folded.line, start, end, quoted=False)


def is_about_a_call(comment: Comment, start: int, end: int) -> bool:
    """Whether a passage tells about a petition, a rally or the like, and calls nobody to it."""
    return _ABOUT_CALLS.near(comment.folded, start, end, reach=0)


def is_name(comment: Comment, hit: Hit) -> bool:
    """Whether a word is somebody's name: Herr Dumm, Familie Esel, Johnny Depp."""
    if hit.start is None or hit.end is None or not comment.text[hit.start : hit.start + 1].isupper():
        return False
    before = comment.folded.line.before(hit.start, 2)
    return bool(before) and comment.text[hit.start : hit.end].lower() in _NAMES and before[-1] in _TITLES


def is_surname(comment: Comment, start: int, end: int) -> bool:
    """Whether a passage is one word with a capital in a name: Frau Dumm, Dr. Fick, Uwe Neger, Dick Turner."""
    word = comment.text[start:end]
    if not word.istitle() or " " in word:
        return False
    before = next(iter(comment.folded.line.before(start, 1)), "")
    return (
        before in _TITLES
        or (before in _GIVEN and word.lower() in _NAMES)
        or _SHORT_TITLE.search(comment.text, max(0, start - 9), start) is not None
        or _is_forename(comment, word, end)
    )


def is_family_name(name: Comment, hit: Hit) -> bool:
    """Whether a word that is found in what somebody calls themselves is part of a name: M. Fick, Ulla Penner, Dick."""
    if hit.start is None or hit.end is None:
        return False
    word = name.text[hit.start : hit.end]
    others = (name.text[: hit.start] + name.text[hit.end :]).split()
    known = word in _FORENAMES or (word.lower() in _NAMES and others)
    return bool(known) and all(each[0].isupper() for each in others)


def _is_forename(comment: Comment, word: str, end: int) -> bool:
    return word in _FORENAMES and _SURNAME.match(comment.text, end) is not None


def is_idiom(comment: Comment, start: int, end: int) -> bool:
    """Whether the end or most of a passage belongs to a figure of speech: den Nagel auf den Kopf treffen."""
    return any(
        first < end <= last or 2 * (min(end, last) - max(start, first)) > end - start for first, last in comment.idioms
    )


def is_story(comment: Comment, start: int, end: int) -> bool:
    """Whether a sentence tells what happens in a book or film, and the passage speaks to nobody."""
    line = comment.folded.line
    return any(
        first < end and not line.crosses(min(first, start), max(first, start)) and not _speaks_to(line, start, end)
        for first, _ in comment.stories
    )


def _speaks_to(line: Line, start: int, end: int) -> bool:
    return any(word in _SPOKEN_TO and start <= at < end for word, at in zip(line.words, line.starts, strict=True))


# A title that ends with a full stop, which else parts it from the name.
_SHORT_TITLE = re.compile(r"\b(?:Dr|Prof|Dipl|Ing|med|phil|jur|nat|Mr|Mrs|Ms|St|Fr|Hr|Fam)\. ?$")
_FORENAMES = frozenset({"Dick", "Fanny", "Randy", "Willy", "Gay", "Cocky", "Fritz", "Horst", "Otto", "Heini", "Molli"})
_SURNAME = re.compile(r" (?:[A-Z]\. |(?:van|von|de|der|zu) )?[A-ZÄÖÜ][a-zäöüß]{2,}")
_SPOKEN_TO = frozenset({"du", "dich", "dir", "dein", "deine", "deinen", "ihr", "euch", "euer", "eure", "you", "your"})
_NAMES = tokens_of("name-auch")
_TITLES = tokens_of("name-davor")
_GIVEN = frozenset(map(fold_word, tokens_of("vornamen")))
