"""Which rows teach a head, what each of them weighs, and in which views it is shown."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np

from moderation.classifier.corpus import Row
from moderation.classifier.features import Traits, traits
from moderation.classifier.fitting import Floats
from moderation.classifier.named import NAMED

FOLDS = 6

Label = Callable[[Row], bool | None]


@dataclass(frozen=True, slots=True)
class View:
    """What of an authored row is shown to the model, and what that copy of the row weighs.

    A comment with an odd website needs no words to be told as spam, so the model would not learn its words. Hiding
    parts in turn makes it learn each of them.
    """

    weight: float
    name: bool = True
    website: bool = True
    text: bool = True


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a head is trained. `public`: what the public rows weigh against an authored row of the same label.

    `strength`: the inverse of L2 regularisation. `most`: rows of one public source and label that are used.
    `leave`: sources that teach something else than this head is for.
    """

    label: Label
    views: tuple[View, ...]
    strength: float
    public: float
    aux: float
    most: int
    leave: frozenset[str] = frozenset()


SPAM = Recipe(
    lambda row: row.spam,
    (View(0.8), View(0.4, website=False), View(0.4, website=False, name=False), View(0.8, text=False)),
    strength=4.0,
    public=0.4,
    aux=0.0,
    most=800,
)
VIOLATION = Recipe(
    lambda row: row.violation,
    (View(1.0, website=False, name=False),),
    strength=4.0,
    public=0.25,
    aux=0.0,
    most=1500,
    # Sentences of newspapers and tweets under two hashtags: other texts, other notions of what is offensive.
    leave=frozenset(("gahd_news", "iwg_refugees")),
)


def choose(rows: Sequence[Row], recipe: Recipe) -> list[Row]:
    """The labelled rows, of each public source and label at most `recipe.most`, chosen by a hash of the text."""
    groups: dict[tuple[str, bool, bool], list[Row]] = {}
    for row in rows:
        label = recipe.label(row)
        if label is not None and (recipe.aux or not row.aux) and row.source not in recipe.leave:
            groups.setdefault((row.source, label, row.authored), []).append(row)
    chosen = []
    for (_, _, authored), members in sorted(groups.items()):
        members = sorted(members, key=digest_of)
        chosen += members if authored else members[: recipe.most]
    return chosen


def weigh_rows(rows: Sequence[Row], recipe: Recipe) -> Floats:
    """Authored rows weigh 1. Within each language and label, the public sources share a fixed weight.

    A source's part grows with the square root of its rows, so that no large one drowns the others.
    """
    labels = [recipe.label(row) for row in rows]
    sizes = Counter((row.source, label) for row, label in zip(rows, labels, strict=True) if not row.authored)
    kinds = {row.source: (row.language, row.aux) for row in rows}
    totals: dict[tuple[str, bool, bool | None], float] = {}
    for (source, label), size in sizes.items():
        key = (*kinds[source], label)
        totals[key] = totals.get(key, 0.0) + size**0.5
    return np.array(
        [
            1.0
            if row.authored
            else (recipe.aux if row.aux else recipe.public)
            * 1000
            / totals[row.language, row.aux, label]
            / sizes[row.source, label] ** 0.5
            for row, label in zip(rows, labels, strict=True)
        ]
    )


def fold_of(row: Row) -> int:
    """Which fold leaves the row out: whole sources and whole kinds stay together."""
    return int.from_bytes(sha256(row.group.encode()).digest()[:4], "big") % FOLDS


def views(row: Row, recipe: Recipe) -> Iterator[tuple[Traits, float]]:
    """What the model is shown of a row, and what each of these copies weighs."""
    if not row.authored:
        yield traits(row.reading), 1.0
        return
    for view in recipe.views:
        if (row.by_website and not view.website) or (view.text and not row.reading.text):
            continue
        if view != recipe.views[0] and not view.text and not row.reading.url:
            continue
        name = row.reading.name if view.name else ""
        seen = traits(replace(row.reading, name=name, url=row.reading.url if view.website else None))
        yield (seen if view.text else _without_text(seen)), view.weight


def digest_of(row: Row) -> bytes:
    """What tells a row from every other, by what it says and how it is labelled."""
    reading = row.reading
    told = (row.source, reading.text, reading.name, reading.url, row.spam, row.violation)
    return sha256(repr(told).encode()).digest()


def _without_text(seen: Traits) -> Traits:
    outside = ("host_", "name_", "url_")
    named = (value if name.startswith(outside) else 0.0 for name, value in zip(NAMED, seen.named, strict=True))
    return Traits((), seen.name, seen.hosts, tuple(named))
