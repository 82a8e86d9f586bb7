"""Signs that the writer or a child is in danger now. Nobody is blamed: the writer is told where help is to be had.

The findings stand under `threat`, the one rule that is read at once; their advice names the numbers of `params.help`.
"""

from collections.abc import Iterator

from moderation.netiquette.alike import alike as find_alike
from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.insults import outermost
from moderation.netiquette.likeness import Likeness
from moderation.netiquette.phrases import Phrases
from moderation.netiquette.rules import Detector, Rule

_OVER = Phrases("gefahr-vorbei")
_REACH = 160


def detector(rule: Rule) -> Detector:
    phrases = Phrases("gefahr-de", "gefahr-en")
    case = "help" if rule.names("help") else ""

    def detect(comment: Comment) -> Iterator[Hit]:
        for start, end in outermost(set(phrases.find(comment.folded))):
            if not comment.quotation(start, end) and not _OVER.near(comment.folded, start, end, _REACH):
                yield Hit(start, end, severity="hold", priority="urgent", case=case)

    return detect


def alike(rule: Rule, likeness: Likeness) -> Detector:
    """The same signs in words that no list knows; a text in which the lists see them is left to the lists."""
    listed, case = detector(rule), "help" if rule.names("help") else ""

    def detect(comment: Comment) -> Iterator[Hit]:
        if next(iter(listed(comment)), None) is None:
            for start, end in find_alike(comment, "danger", likeness):
                if not _OVER.near(comment.folded, start, end, _REACH):
                    yield Hit(start, end, severity="hold", priority="urgent", case=case)

    return detect
