"""A last look where no list knew a passage: does it read like the breaches that were written as examples?"""

from collections.abc import Iterator
from functools import cache

from moderation.fold import Span
from moderation.netiquette.cases import heaviest, marks_of
from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.insults import is_spared, is_surname, is_told
from moderation.netiquette.likeness import Alike, Likeness
from moderation.netiquette.likeness.passages import line_of
from moderation.netiquette.phrases import Phrases
from moderation.netiquette.rules import Detector

# What has to stand in the passage besides: likeness alone is blind to what a text is about.
_BESIDES = {
    "respect": ("verdacht-herab-de", "verdacht-herab-en"),
    "discrimination": ("verdacht-abwertung-de", "verdacht-abwertung-en", "verachtung-de"),
    "threat": ("verdacht-gewalt-de", "verdacht-gewalt-en", "verdacht-andeutung-de", "verdacht-andeutung-en"),
    "election_advertising": ("aehnlich-wahl",),
    "campaign": ("aehnlich-aufruf",),
    "danger": ("aehnlich-gefahr",),
    "private_matter": ("aehnlich-anliegen",),
}
_LEAST_POINTS = 4  # of a case: somebody in particular, and one thing that helps to find them
_COUNTER_SPEECH = Phrases("gegenrede")
_ABOUT_CALLS = Phrases("aufruf-bericht")
_ABOUT_VOTING, _FOR_SOMEBODY = Phrases("wahl-auskunft"), Phrases("wahl-fuer")
_GROUPS = Phrases("verdacht-gruppe-de", "verdacht-gruppe-en", "aehnlich-gruppe")
# Of these the classifier knows far more examples: where it sees no breach, likeness alone is chance.
_LEAST_VIOLATION = {"respect": 0.68, "discrimination": 0.5, "threat": 0.35, "danger": 0.25, "vulgar": 0.3}


def or_alike(detector: Detector, rule: str, likeness: Likeness) -> Detector:
    """A detector of what the given one sees or, when it sees nothing, of what is like a breach of the rule."""

    def detect(comment: Comment) -> Iterator[Hit]:
        found = False
        for hit in detector(comment):
            found = True
            yield hit
        if not found:
            yield from (Hit(*span) for span in alike(comment, rule, likeness))

    return detect


def alike(comment: Comment, rule: str, likeness: Likeness) -> Iterator[Span]:
    """The passage that is most like a breach of the rule, if it is like enough and nobody is quoted."""
    violation = comment.score.violation
    if violation is not None and violation < _LEAST_VIOLATION.get(rule, 0.0):
        return
    if not _may_stand(comment, rule):
        return  # told from what the others have asked already, before the text is compared
    most = comment.alike(likeness, rule)
    if most is None or most.margin < 0 or is_told(comment, *most.span):
        return
    if _COUNTER_SPEECH.near(comment.folded, *most.span, reach=0) or _is_a_surname_all(comment, rule, most, likeness):
        return
    if _stands_besides(comment, rule, most.span):
        yield most.span


def _is_a_surname_all(comment: Comment, rule: str, most: Alike, likeness: Likeness) -> bool:
    """Whether the likeness is gone once names behind a title are left out: Frau Fick hat den Kurs geleitet."""
    line = line_of(comment.folded)
    within = [at for at, start in enumerate(line.starts) if most.span[0] <= start < most.span[1]]
    kept = [at for at in within if not is_surname(comment, line.starts[at], line.ends[at])]
    if len(kept) == len(within):
        return False
    return likeness.margin(rule, tuple(line.words[at] for at in kept)) < 0


def _may_stand(comment: Comment, rule: str) -> bool:
    """Whether anywhere in the text stands what this rule is about."""
    if rule == "case_description":
        return heaviest(marks_of(comment))[0] >= _LEAST_POINTS
    signs = _besides(rule)
    return signs is None or next(iter(signs.find(comment.folded)), None) is not None


def _stands_besides(comment: Comment, rule: str, span: Span) -> bool:
    """Whether the passage holds, in the writer's own words, what this rule is about."""
    if rule == "case_description":
        return heaviest(marks_of(comment))[0] >= _LEAST_POINTS
    if rule == "campaign" and _ABOUT_CALLS.near(comment.folded, *span, reach=0):
        return False
    if rule == "election_advertising" and _ABOUT_VOTING.near(comment.folded, *span, reach=0):
        return _FOR_SOMEBODY.near(comment.folded, *span, reach=0)
    if rule == "discrimination" and not _GROUPS.near(comment.folded, *span, reach=0):
        return False
    signs = _besides(rule)
    return signs is None or any(
        span[0] <= start and end <= span[1] and not comment.quotation(start, end) and not is_spared(comment, start, end)
        for start, end in signs.find(comment.folded)
    )


@cache
def _besides(rule: str) -> Phrases | None:
    return Phrases(*_BESIDES[rule]) if rule in _BESIDES else None
