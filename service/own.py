"""An author's own comment, by the secret that the receipt carried: see, edit, withdraw, object."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment, find_comment, rewrite
from models.deciding import decide
from models.erasure import erase_comment
from models.outbox import enqueue
from models.report import file_objection
from models.ruling import Ruling
from models.site import Site
from models.thread import Thread
from moderation.draft import Draft
from moderation.lifecycle import Action, NotAllowed, Status
from moderation.verdict import Finding, Judged
from service.arrival import Arrival
from service.errors import Problem, _
from service.judging import judge_draft, refuse_if_needed
from service.retention import leave_no_trace
from service.rules import version_of
from service.state import Service
from service.wire import OwnShape, findings_shape, time_shape

_GONE = _("There is no comment under this address, or it has been removed for good.")


async def own_comment(service: Service, comment_id: str, token: str) -> tuple[Comment, Thread, Site]:
    """The comment that the secret manages, with its thread and site.

    404 for an unknown id and for a wrong secret alike: the answer tells nobody whether a comment exists.
    """
    if not service.tokens.manages(token, comment_id):
        raise Problem(404, _GONE)
    async with service.db.reading() as session:
        comment = await find_comment(session, comment_id)
        if comment is None:
            raise Problem(404, _GONE)
        thread = await session.get_one(Thread, comment.thread_id)
        site = await session.get_one(Site, comment.site_id)
    return comment, thread, site


async def edit(service: Service, arrival: Arrival, comment: Comment, thread: Thread, changes: Draft) -> Comment:
    """Judge the changed comment and put it in place of the old; a published one waits for release again."""
    judged = await judge_changes(service, arrival, comment, thread, changes)
    refuse_if_needed(judged)
    now = service.clock()
    async with service.db.writing() as session:
        version = await version_of(service, session, arrival.site)
        ruling = Ruling(Action.EDIT, comment.revision, netiquette=version)
        fresh, decision = await decide(session, comment.id, ruling, now)
        await rewrite(session, fresh, judged, now)
        if decision.from_status != Status.PENDING:
            await enqueue(session, "comment_waits", {"comment": fresh.id, "site": fresh.site_id}, now)
    return fresh


async def judge_changes(service: Service, arrival: Arrival, comment: Comment, thread: Thread, changes: Draft) -> Judged:
    """What the judges say of the changed comment; nothing is stored. Raises `NotAllowed` when it is too late."""
    if not editable(service, comment, arrival.site):
        raise NotAllowed(Status(comment.status), Action.EDIT)
    draft = replace(changes, page=thread.page, parent=comment.parent_id, id=None)
    if comment.role == "editor":
        # The name that stands beside the badge is the one that was signed.
        arrival, draft = replace(arrival, editor=True), replace(draft, name=comment.name)
    # The author's own earlier text is no duplicate, and the form evidence belongs to the first sending.
    judged = await judge_draft(service, replace(arrival, sender=f"edit of {comment.id}", origin=True), draft)
    return replace(judged, verdict=replace(judged.verdict, findings=_without_form(judged.verdict.findings)))


async def withdraw(service: Service, comment: Comment) -> None:
    """Take the comment back at once, whatever its status; replies keep their place. Twice is the same as once."""
    async with service.db.writing() as session:
        await withdraw_in(session, service, comment.id)
    await leave_no_trace(service.db)


async def withdraw_in(session: AsyncSession, service: Service, comment_id: str) -> None:
    """The same, in the caller's transaction. What the author saw does not matter here: nothing is left of it."""
    present = await session.get_one(Comment, comment_id, with_for_update=True, populate_existing=True)
    await erase_comment(session, present, "text", service.clock())


async def anonymise(service: Service, comment: Comment) -> None:
    """Take name, website and address out of the comment; its words stay."""
    async with service.db.writing() as session:
        present = await session.get_one(Comment, comment.id, with_for_update=True, populate_existing=True)
        await erase_comment(session, present, "name", service.clock())
    await leave_no_trace(service.db)


async def object_to(service: Service, comment: Comment, statement: str) -> None:
    """File the author's objection to a rejection; possible once."""
    async with service.db.writing() as session:
        await file_objection(session, comment, statement, service.clock())


def editable(service: Service, comment: Comment, site: Site) -> bool:
    """Whether the author may change it: while it waits, or within the site's edit window after sending."""
    if comment.status == Status.PENDING:
        return True
    return comment.status == Status.APPROVED and service.clock() <= edit_until(comment, site)


def edit_until(comment: Comment, site: Site) -> datetime:
    return comment.created_at + timedelta(minutes=site.edit_minutes)


def own_shape(service: Service, comment: Comment, thread: Thread, site: Site) -> OwnShape:
    """The comment as its author sees it."""
    return {
        "id": comment.id,
        "page": thread.page,
        "status": Status(comment.status).value,
        "name": comment.name,
        "text": comment.text,
        "html": comment.html,
        "findings": findings_shape(comment.findings),
        "created_at": time_shape(comment.created_at),
        "edit_until": time_shape(edit_until(comment, site)),
        "editable": editable(service, comment, site),
    }


def _without_form(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(each for each in findings if each.rule not in ("automation", "duplicate", "flooding"))
