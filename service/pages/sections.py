"""A page's talk in sections: one for each question that is asked, and one for all else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from models.asked import Asked
from service.pages.tree import Branch


@dataclass(slots=True)
class Section:
    """The answers to a question, or what stands under none. `number` counts the questions from 1."""

    asked: Asked | None
    number: int = 0
    branches: list[Branch] = field(default_factory=list)


def sections_of(asked: Sequence[Asked], tops: Iterable[Branch], *, whole: bool = True) -> list[Section]:
    """The questions in their order, and last what stands under none of them.

    Unless this is the `whole` thread or its beginning, questions without an answer in it are left out.
    """
    sections = {each.id: Section(each, number) for number, each in enumerate(asked, 1)}
    rest = Section(None)
    for branch in tops:
        sections.get(_question(branch) or "", rest).branches.append(branch)
    return [*(each for each in sections.values() if whole or each.branches), rest]


def _question(branch: Branch) -> str | None:
    """What the branch answers. A tombstone does not know it any more, but its replies do."""
    if branch.entry.question is not None:
        return branch.entry.question
    return next((found for reply in branch.replies if (found := _question(reply)) is not None), None)
