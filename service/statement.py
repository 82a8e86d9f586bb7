"""The statement of reasons for a comment that is not published (DSA Art. 17(3)), on its author's page and by mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.decision import Decision, history
from models.report import Report, objection_to, reports_settled
from moderation.lifecycle import Action, Status
from moderation.netiquette import Netiquette
from moderation.netiquette.rules import Text, text_of, title_of

# Rules whose breach is against the law, not only against the site's own terms (Art. 17(3)(d) and (e)).
_UNLAWFUL = ("illegal", "threat", "discrimination", "copyright")
_RULING = (Action.REJECT, Action.SPAM, Action.DELETE)


@dataclass(frozen=True, slots=True)
class Reasons:
    """What the author is owed, item by item.

    `removed`: it was public before (a). `facts`: the sentence of the person who decided, and `reported`: whether a
    reader's report was the occasion (b). `noticed`: titles of rules that software pointed out, and `sorted_out`:
    whether it took the comment for spam (c). `unlawful`, `rule`, `version`: which ground, in law or in the netiquette
    (d, e). `objectable`: whether an objection is still possible here (f).
    """

    removed: bool
    facts: str
    reported: bool
    noticed: tuple[str, ...]
    sorted_out: bool
    unlawful: bool
    rule: Text | None
    version: str
    spam: bool
    objectable: bool
    decided_at: datetime


async def reasons_for(
    session: AsyncSession, comment: Comment, netiquette: Netiquette | None, language: str
) -> Reasons | None:
    """The statement for the comment as it stands; None while no person has decided against it."""
    ruling = ruling_of(await history(session, comment.id), comment)
    if ruling is None or ruling.moderator_id is None or ruling.action not in _RULING:
        return None
    reports: Sequence[Report] = await reports_settled(session, comment.id, ruling.created_at)
    objection = await objection_to(session, comment.id)
    return Reasons(
        removed=ruling.from_status == Status.APPROVED,
        facts=ruling.statement,
        reported=bool(reports),
        noticed=noticed_in(comment, netiquette, language),
        sorted_out=comment.lane == "spam",
        unlawful=unlawful(ruling.rule),
        rule=text_of(netiquette, ruling.rule, language),
        version=ruling.netiquette,
        spam=comment.status == Status.SPAM,
        objectable=objection is None and comment.status in (Status.REJECTED, Status.SPAM),
        decided_at=ruling.created_at,
    )


def unlawful(rule: str | None) -> bool:
    """Whether a breach of the rule is against the law, not only against the site's own terms."""
    return rule in _UNLAWFUL


def ruling_of(decisions: Sequence[Decision], comment: Comment) -> Decision | None:
    """The decision that brought the comment where it is."""
    moved = (each for each in reversed(decisions) if each.to_status == comment.status)
    return next((each for each in moved if each.from_status != each.to_status), None)


def noticed_in(comment: Comment, netiquette: Netiquette | None, language: str) -> tuple[str, ...]:
    """Titles of the rules that software pointed out."""
    titles = (title_of(netiquette, each["rule"], language, each.get("case", "")) for each in comment.findings)
    return tuple(dict.fromkeys(titles))
