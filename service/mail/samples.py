"""Made-up values for every mail, so that an operator's templates can be tried before anybody is written to."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from moderation.netiquette.rules import Text
from service.statement import Reasons
from service.templating import absolute

_AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
_LINK = "https://kommentare.example/beispiel"


def samples() -> Iterator[Mapping[str, object]]:
    """What a mail says at its fullest, and at its barest. The names mean the same in every mail that has them."""
    yield _values(full=True)
    yield _values(full=False)


def _values(*, full: bool) -> dict[str, object]:
    links = ("desk", "link", "manage", "published", "confirm", "unsubscribe", "thread")
    excerpt = {
        "name": "Anna Beispiel",
        "page": "Der neue Platz",
        "question": "Was fehlt dem Platz noch?" if full else "",
        "text": "Ein Gedanke\nin zwei Zeilen." if full else "",
        "url": _LINK,
        "created_at": _AT,
        "urgent": full,
        "spam": full,
        "about": ("Respekt",) if full else (),
    }
    return {
        **dict.fromkeys(links, _LINK),
        "now": _AT,
        "moment": absolute,
        "site": "Musterstadt",
        "subject": "Betreff",
        "root": "",
        "page": "Der neue Platz",
        "kind": "replies" if full else "thread",
        "comment": excerpt,
        "comments": [excerpt] * (3 if full else 1),
        "more": 2 if full else 0,
        "waiting": {"review": 3, "spam": 1},
        "statement": "Bitte sehen Sie noch einmal hin." if full else "",
        "words": "Ein Gedanke.",
        "title": "Der Platz bekommt Bäume" if full else "",
        "day_of": "2026-03-02",
        "asked": "Anna Beispiel" if full else "",
        "reader": "Bruno Beispiel",
        "from_name": "Clara Beispiel" if full else "",
        "from_address": "clara@beispiel.example" if full else "",
        "hints": ["urgent", "spam", "automatic"] if full else [],
        "spam": 97 if full else 0,
        "sent_at": _AT,
        "reported_at": _AT,
        "reason": "Beleidigung",
        "reasons": _reasons() if full else None,
        "removed": full,
        "rule": _RULE if full else None,
        "days": 7 if full else 1,
        "told": "Ein Passkey ist hinzugekommen.",
        "at": _AT,
    }


_RULE = Text(
    title="Respekt", explanation="Wir bleiben höflich.", advice="Bitte bleiben Sie höflich.", titles={}, advices={}
)


def _reasons() -> Reasons:
    return Reasons(
        removed=True,
        facts="Der zweite Satz beleidigt.",
        reported=True,
        noticed=("Respekt",),
        sorted_out=False,
        unlawful=True,
        rule=_RULE,
        version="1",
        spam=False,
        objectable=True,
        decided_at=_AT,
    )
