"""Two people for one decision: who must not decide alone, and what first opinions are worth."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.decision import OPINION, SAYINGS, UNDO, Act, Decision, history
from models.effect import close_case
from models.report import is_objected
from models.ruling import AnotherMustDecide, Ruling, record
from models.site import Site
from models.trip import within
from moderation.lifecycle import Action, Status

_NEED_AGREEMENT = (Action.APPROVE, Action.REJECT, Action.SPAM, Action.DELETE)


def open_opinions(history: Sequence[Act]) -> list[Act]:
    """The opinions that stand: given since the last ruling, and not taken back."""
    standing: list[Act] = []
    before: list[list[Act]] = []
    for each in history:
        if each.action in SAYINGS:
            continue
        if each.action == UNDO:
            standing = before.pop() if before else []
            continue
        before.append(standing)
        if each.action == OPINION:
            standing = standing.copy()
            standing.append(each)
        elif each.from_status != each.to_status:
            standing = []
    return standing


def needs_second(site: Site, comment: Comment, rule: str | None = None) -> bool:
    """Whether the site wants two people to agree about this comment, or about rejecting it by this rule."""
    if any(each == rule or f" {each} " in comment.rules for each in site.second_rules):
        return True
    probabilities = {"spam": comment.spam, "violation": comment.violation}
    return any(
        (probability := probabilities.get(band["head"])) is not None and band["least"] <= probability <= band["most"]
        for band in site.second_bands
    )


async def require_another(session: AsyncSession, comment: Comment, ruling: Ruling) -> None:
    """Stop who decided against a comment from deciding about the objection to it."""
    if ruling.moderator_id is None or not await within(session, partial(is_objected, comment_id=comment.id)):
        return
    against = [each for each in await history(session, comment.id) if each.to_status in (Status.REJECTED, Status.SPAM)]
    if any(each.moderator_id == ruling.moderator_id for each in against):
        raise AnotherMustDecide


async def agreed(session: AsyncSession, comment: Comment, ruling: Ruling) -> bool:
    """Whether the ruling may be carried out: nobody else is needed, or somebody else has said the same.

    After two opinions that differ, a third person's counts if it is one of the two, and that of whoever settles
    counts in any case.
    """
    if ruling.moderator_id is None or ruling.action not in _NEED_AGREEMENT:
        return True
    site = await session.get_one(Site, comment.site_id)
    if not needs_second(site, comment, ruling.rule):
        return True
    given = open_opinions(await history(session, comment.id))
    if any(each.moderator_id == ruling.moderator_id for each in given):
        raise AnotherMustDecide
    return any(each.proposed == ruling.action for each in given) or (ruling.settles and len(given) > 1)


async def note_opinion(
    session: AsyncSession, comment: Comment, ruling: Ruling, now: datetime
) -> tuple[Comment, Decision]:
    decision = record(comment, OPINION, Status(comment.status), ruling, now, proposed=ruling.action)
    comment.revision += 1
    session.add_all((comment, decision))
    await close_case(session, comment, decision, now)
    return comment, decision
