"""Phrases are looked for by what they cannot do without, and none is overlooked for it."""

from contextlib import suppress
from pathlib import Path

import pytest

import moderation
from moderation.fold import Line, fold
from moderation.netiquette import wordlist
from moderation.netiquette.anchors import held, pairs
from moderation.netiquette.grammar import Phrase, compile_phrases
from moderation.netiquette.phrases import Phrases
from moderation.netiquette.shelf import Index, Shelf
from moderation.netiquette.wordlist import lines_of

CORPUS = Path(moderation.__file__).parent / "netiquette" / "likeness" / "rounds"
WORDS = Path(wordlist.__file__).parent / "words"


def _phrases(*lines: str) -> Phrases:
    return Phrases(phrases=compile_phrases(lines))


def _found(phrases: Phrases, text: str) -> list[str]:
    return [text[start:end] for start, end in phrases.find(fold(text))]


def _anchors(line: str) -> set[frozenset[str]]:
    (phrase,) = compile_phrases([line])
    return set(phrase.anchors)


@pytest.mark.parametrize(
    ("line", "groups"),
    [
        ("du Esel", [{"du esel"}]),
        ("(du|ihr) (Esel|Schaf)", [{"du esel", "du schaf", "ihr esel", "ihr schaf"}]),
        ("(du|ihr) .. Esel", [{"du", "ihr"}, {"esel"}]),
        ("(so)? ein Esel", [{"ein esel"}]),
        ("du (alter)? Esel", [{"du"}, {"du esel", "alter esel"}]),
        ("du (alter|*)? Esel", [{"du"}, {"esel"}]),
        ("du $ Esel", [{"du"}, {"esel"}]),
        ("du alter Esel*", [{"du alter"}, {"esel*"}]),
        ("(so)* ein # Esel", [{"ein"}, {"esel"}]),
        ("Schmarotz* raus", [{"schmarot*"}, {"raus"}]),
        ("*kopf da", [{"*kopf"}, {"da"}]),
        ("ab* jetzt", [{"jetzt"}]),
        ("*mitte* jetzt", [{"jetzt"}]),
        ("(du (Esel|Schaf)|ihr *) jetzt", [{"du esel", "du schaf", "ihr"}, {"jetzt"}]),
        ("(*|du) jetzt", [{"jetzt"}]),
        ("# ..", []),
    ],
)
def test_a_phrase_needs_one_word_of_each_of_its_parts(line, groups):
    assert _anchors(line) == {frozenset(each) for each in groups}


def test_words_hold_themselves_and_how_they_begin_and_end():
    assert {"dummkopf", "dum*", "dumm*", "*opf", "*kopf"} <= held(["dummkopf"])
    assert {"kopf", "kop*"} <= held(["^^kopf"])


def test_two_words_side_by_side_are_a_pair():
    assert pairs(("du", "esel", "da")) == ["du esel", "esel da"]
    assert "esel da" in pairs(("^^esel", "da"))


def test_many_words_beside_many_are_no_pairs():
    six = "(a1|b1|c1|d1|e1|f1)"
    assert _anchors(f"{six} {six}") == {frozenset(six.strip("()").split("|"))}


def test_of_two_phrases_the_one_on_the_left_counts_and_then_the_first_of_the_list():
    phrases = _phrases("alter Esel", "Esel du", "alter Esel du da", "du da")
    assert _found(phrases, "alter Esel du da") == ["alter Esel", "du da"]


def test_a_phrase_that_another_one_covers_is_found_again_behind_it():
    assert _found(_phrases("raus .. hier", "du raus"), "du raus und raus von hier") == ["du raus", "raus von hier"]


def _lines() -> list[Line]:
    texts = [
        each.rpartition(" :: ")[2]
        for path in sorted(CORPUS.glob("*.txt"))
        for each in path.read_text(encoding="utf-8").splitlines()
        if each and not each.startswith("#")
    ]
    hard = "Esel " * 300 + " ".join(sorted({word for text in texts[::3] for word in text.split()}))
    return [
        line for text in (*texts[::5], hard) for folded in (fold(text),) for line in (folded.line, folded.meant) if line
    ]


def test_on_one_shelf_every_list_finds_what_one_pattern_of_all_its_phrases_finds():
    shelf, lists = Shelf(), _lists()
    indexes = {name: shelf.add(phrases) for name, phrases in lists.items()}
    assert sum(map(len, lists.values())) > 2_000
    for line in _lines():
        for name, index in indexes.items():
            together = [found.span() for found in index._together.finditer(line.data)]
            assert list(index.matches(line)) == together, (name, line.data[:200])


def test_a_list_that_comes_later_knows_a_line_that_was_asked_before():
    shelf, line = Shelf(), fold("Du alter Esel").line
    first, second = list(compile_phrases(["du Esel"])), list(compile_phrases(["alter Esel"]))
    assert _matches(shelf.add(first), line) == 0
    assert _matches(shelf.add(second), line) == 1


def _matches(index: Index, line: Line) -> int:
    return len(list(index.matches(line)))


def _lists() -> dict[str, list[Phrase]]:
    found: dict[str, list[Phrase]] = {}
    for path in sorted(WORDS.glob("*.txt")):
        with suppress(ValueError):  # a list of words
            found[path.stem] = list(compile_phrases(lines_of(path.stem)))
    return found
