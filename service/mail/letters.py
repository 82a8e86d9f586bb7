"""Which letter a notice becomes."""

from collections.abc import Awaitable, Callable

from models.outbox import Notice
from models.private_message import LETTER as PRIVATE
from service.mail.letter import Letter, Writing
from service.mail.spread import NEW_COMMENTS, OBJECTION, OUTCOME, REPORT
from service.mail.to_authors import (
    write_arrived,
    write_expired,
    write_featured,
    write_objection_decided,
    write_published,
    write_reasons,
)
from service.mail.to_contacts import write_private
from service.mail.to_moderators import write_to_moderator
from service.mail.to_readers import (
    write_confirm,
    write_my_data,
    write_outcome,
    write_replies,
    write_report_decided,
    write_report_received,
)
from service.state import Service

_Writer = Callable[[Writing], Awaitable[Letter | None]]
_WRITERS: dict[str, _Writer] = {
    NEW_COMMENTS: write_to_moderator,
    REPORT: write_to_moderator,
    OBJECTION: write_to_moderator,
    "sign_in_link": write_to_moderator,
    "invitation": write_to_moderator,
    "letter_factors": write_to_moderator,
    "letter_arrived": write_arrived,
    "letter_published": write_published,
    "letter_featured": write_featured,
    "letter_reasons": write_reasons,
    "letter_objection_decided": write_objection_decided,
    "letter_expired": write_expired,
    "letter_confirm": write_confirm,
    "letter_replies": write_replies,
    "letter_my_data": write_my_data,
    "letter_report_received": write_report_received,
    "letter_report_decided": write_report_decided,
    PRIVATE: write_private,
    OUTCOME: write_outcome,
}
LETTERS = tuple(_WRITERS)
# Links that sign in or open are made while the letter is written: the outbox holds no secret.
_WITH_SECRET = ("sign_in_link", "invitation", "letter_my_data")


async def write_letter(service: Service, notice: Notice) -> Letter | None:
    """The letter for the notice's one recipient, or None when there is nothing to tell any more."""
    opened = service.db.writing() if notice.kind in _WITH_SECRET else service.db.reading()
    async with opened as session:
        return await _WRITERS[notice.kind](Writing(service, session, notice))
