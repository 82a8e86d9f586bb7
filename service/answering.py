"""Answering in a thread from the desk, with the site's badge."""

import anyio.to_thread
import structlog

from models.answer import Answer, publish_answer
from models.comment import Comment
from models.deciding import decide
from models.rights import Deciding
from models.ruling import Ruling
from moderation.draft import Draft
from moderation.judge import show
from moderation.lifecycle import Action, Status
from service.errors import Problem, _
from service.moderating import permitted
from service.state import Service

log = structlog.get_logger()
LONGEST_ANSWER = 5000
_EMPTY = _("Please write your answer first.")
_TOO_LONG = _("The answer is too long: at most 5000 characters are possible.")
_NOT_PUBLISHED = _("Only a published comment can be answered.")


async def answer(service: Service, deciding: Deciding, comment_id: str, text: str, approve_at: int | None) -> Comment:
    """Publish the moderator's answer to the comment, as the site.

    `approve_at`: the revision at which to approve the comment first, if it still waits. Raises `Problem`, and what
    `decide` raises; then nothing is published, neither comment nor answer.
    """
    if not text.strip():
        raise Problem(422, _EMPTY)
    if len(text) > LONGEST_ANSWER:
        raise Problem(422, _TOO_LONG)
    async with service.db.reading() as session:
        language = (await permitted(session, deciding, comment_id, "answer")).site.language
    shown = await anyio.to_thread.run_sync(show, Draft(page="/", text=text), language)
    version, now = service.netiquette_version, service.clock()
    written = Answer(deciding.id, deciding.name, shown.text, shown.html, language, version)
    async with service.db.writing() as session:
        parent = (await permitted(session, deciding, comment_id, "answer")).comment
        if parent.status != Status.APPROVED and approve_at is not None:
            settles = deciding.may(parent.site_id, "settle")
            ruling = Ruling(Action.APPROVE, approve_at, deciding.id, netiquette=version, settles=settles)
            parent, _decision = await decide(session, comment_id, ruling, now)
        if parent.status != Status.APPROVED:
            raise Problem(409, _NOT_PUBLISHED)
        published, _decision = await publish_answer(session, parent, written, now)
    log.info("answered", comment=comment_id, answer=published.id, moderator=deciding.id)
    return published
