"""A last look where no list knew a passage: does it read like the breaches that were written as examples?"""

from collections.abc import Iterator
from functools import cache

from moderation.fold import Span
from moderation.netiquette.cases import heaviest, marks_of
from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.insults import is_about_a_call, is_spared, is_surname, is_told
from moderation.netiquette.likeness import Alike, Likeness
from moderation.netiquette.likeness.passages import line_of
from moderation.netiquette.phrases import Phrases
from moderation.netiquette.rules import Detector

# What has to stand in the passage besides where the likeness is not so great that it counts alone.
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
    most = comment.alike(likeness, rule)
    if most is None or not (most.alone or _agrees(comment, rule, most.span)):
        return
    if is_told(comment, *most.span) or _COUNTER_SPEECH.near(comment.folded, *most.span, reach=0):
        return
    if not _is_gone_without_others(comment, rule, most, likeness) and not _informs(comment, rule, most.span):
        yield most.span


def _agrees(comment: Comment, rule: str, span: Span) -> bool:
    """Whether the classifier expects a breach, and the passage holds what the rule is about."""
    violation = comment.score.violation
    return (violation is None or violation >= _LEAST_VIOLATION.get(rule, 0.0)) and _stands_besides(comment, rule, span)


def _informs(comment: Comment, rule: str, span: Span) -> bool:
    """Whether the passage tells about calls or about voting, and calls for nothing itself."""
    if rule == "campaign":
        return is_about_a_call(comment, *span)
    if rule != "election_advertising" or not _ABOUT_VOTING.near(comment.folded, *span, reach=0):
        return False
    return not _FOR_SOMEBODY.near(comment.folded, *span, reach=0)


def _is_gone_without_others(comment: Comment, rule: str, most: Alike, likeness: Likeness) -> bool:
    """Whether the likeness is gone once names behind a title (Frau Fick) and the words of others are left out."""
    line = line_of(comment.folded)
    within = [at for at, start in enumerate(line.starts) if most.span[0] <= start < most.span[1]]
    kept = [at for at in within if not _is_of_others(comment, line.starts[at], line.ends[at])]
    if len(kept) == len(within):
        return False
    least = likeness.alone[rule] if most.alone else 0.0
    return likeness.margin(rule, tuple(line.words[at] for at in kept)) < least


def _is_of_others(comment: Comment, start: int, end: int) -> bool:
    return is_surname(comment, start, end) or comment.quotation(start, end) is not None


def _stands_besides(comment: Comment, rule: str, span: Span) -> bool:
    """Whether the passage holds, in the writer's own words, what this rule is about."""
    if rule == "case_description":
        return heaviest(marks_of(comment))[0] >= _LEAST_POINTS
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
