"""A person by name, with something told that is private: illness, debts, a sentence, when the house stands empty."""

import re
from collections.abc import Iterator
from functools import cache

from moderation.fold import Span
from moderation.netiquette.comment import Comment
from moderation.netiquette.phrases import Phrases
from moderation.netiquette.wordlist import tokens_of

# Looked for from each word on: before a name stands a capital, too, as in „Hausmeister Klaus Ebeling“.
_TWO_NAMES = re.compile(
    r"\b(?=(([A-ZÄÖÜ][a-zäöüßéşç]+)(?:-[A-ZÄÖÜ][a-zäöüß]+)? (?:[A-ZÄÖÜ][\wäöüß-]{2,24}|[A-ZÄÖÜ]\.)))[A-ZÄÖÜ]"
)
_TITLED = re.compile(
    r"\b(?:Herrn?|Frau|Familie|Fam\.|Dr\.|Pastor(?:in)?|Pfarrer(?:in)?|Stadtr(?:at|ätin)|Schulleiter(?:in)?|Lehrer(?:in)?|"
    r"Mr|Mrs|Ms|Councillor)\.? ([A-ZÄÖÜ][\wäöüß-]{2,24})"
)
# Nobody who lives was born before: the birthday of a painter may be told.
_BORN = re.compile(
    r"\b[A-ZÄÖÜ][a-zäöüß]+ [A-ZÄÖÜ][\wäöüß-]+,? \(?(?:geb(?:\.|oren)(?: am)?|Geburtsdatum:?|born(?: on)?|\*) ?"
    r"\d{1,2}(?:\. ?|/)\d{1,2}(?:\. ?|/)(?:19[3-9]|20[0-4]|\d)\d\b"
)
# One of these stands in whatever the two above find.
_TITLES = (
    "Herr", "Frau", "Famil", "Fam.", "Dr.", "Pastor", "Pfarrer", "Stadtr", "Schulleiter", "Lehrer", "Mr", "Ms",
    "Councillor",
)  # fmt: skip
_BIRTHS = ("geb", "Geburtsdatum", "born", "*")
_REACH = 110


def private_facts(comment: Comment) -> Iterator[Span]:
    """From a person's name to the private fact in the same sentence, for each person.

    Two capitals in a row are a name when the first is a known first name; a single surname counts behind a title.
    Who holds the only office of its kind in a place is known without a name: then gossip counts, and no plain fact.
    """
    yield from _gossip().find(comment.folded)
    if any(map(comment.text.__contains__, _BIRTHS)):
        yield from (found.span() for found in _BORN.finditer(comment.text))
    persons = list(persons_in(comment.text))
    if not persons:
        return
    facts = list(_facts().find(comment.folded))
    for start, end in persons:
        for first, last in facts:
            whole = min(start, first), max(end, last)
            apart = last <= start or first >= end
            between = min(end, last), max(start, first)
            if apart and whole[1] - whole[0] <= _REACH and not comment.folded.line.crosses(*between):
                yield whole
                break


def persons_in(text: str) -> Iterator[Span]:
    """Where people are named: by first name and surname, or by a title and a surname; the title is part of it."""
    first_names = tokens_of("vornamen")
    done = 0
    for found in _TWO_NAMES.finditer(text):
        if found[2] in first_names and found.start() >= done:
            done = found.end(1)
            yield found.span(1)
    if any(map(text.__contains__, _TITLES)):
        yield from (found.span() for found in _TITLED.finditer(text))


@cache
def _facts() -> Phrases:
    return Phrases("privates-de", "privates-en")


@cache
def _gossip() -> Phrases:
    return Phrases("klatsch-de", "klatsch-en")
