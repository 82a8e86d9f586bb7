"""Addresses, numbers and accounts that belong to people, and what is private about a person who is named."""

from collections.abc import Iterator

from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.insults import is_told
from moderation.netiquette.persons import private_facts
from moderation.netiquette.rules import Detector, Rule
from moderation.personal_data import find_personal_data
from moderation.personal_data.marks import mark

_PARAMS = {"phone": "phone_de", "address": "street_plz", "iban": "iban_checksum", "plate": "plate"}


def detector(rule: Rule) -> Detector:
    """E-mail addresses are already hidden when judges read: what is marked is the mark that took their place."""
    wanted = frozenset(kind for kind, name in _PARAMS.items() if rule.flag(name))
    country = str(rule.params.get("country", "DE"))
    email, facts = rule.flag("email"), rule.flag("private_facts")

    def detect(comment: Comment) -> Iterator[Hit]:
        if email and comment.reading.masked:
            yield from _masked(comment)
        for datum in find_personal_data(comment.text, country):
            if datum.kind in wanted:
                yield Hit(datum.start, datum.end, case=datum.kind)
        if facts:
            for start, end in private_facts(comment):
                if not is_told(comment, start, end):
                    yield Hit(start, end, case="private")

    return detect


def _masked(comment: Comment) -> Iterator[Hit]:
    """The marks in the text, or the whole comment when the address stood in the name."""
    sign = mark(comment.reading.standing.language)
    start = comment.text.find(sign)
    if start < 0:
        yield Hit(case="email")
    while start >= 0:
        yield Hit(start, start + len(sign), case="email")
        start = comment.text.find(sign, start + len(sign))
