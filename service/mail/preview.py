"""The letter that a rejection would cause, before anybody rejects."""

from models.comment import Comment
from models.outbox import Notice
from models.report import objection_to, open_reports
from models.site import Site
from models.thread import Thread
from moderation.lifecycle import Status
from moderation.netiquette.rules import text_of
from service.mail.letter import Addressee, Letter, Writing, make_letter, page_title, quoted
from service.state import Service
from service.statement import Reasons, noticed_in, unlawful
from service.texts import choose_language, tell


async def preview_reasons(service: Service, comment_id: str, rule: str, statement: str) -> Letter | None:
    """What the author would be written, but for the address that manages the comment, which is theirs alone.

    None where no address was given, so nothing is mailed.
    """
    async with service.db.reading() as session:
        comment = await session.get_one(Comment, comment_id)
        if not comment.email:
            return None
        site = await session.get_one(Site, comment.site_id)
        thread = await session.get_one(Thread, comment.thread_id)
        language = choose_language(comment.language, site.language)
        netiquette = service.judges.netiquette
        reasons = Reasons(
            removed=comment.status == Status.APPROVED,
            facts=statement,
            reported=bool(await open_reports(session, comment.id)),
            noticed=noticed_in(comment, netiquette, language),
            sorted_out=comment.lane == "spam",
            unlawful=unlawful(rule),
            rule=text_of(netiquette, rule, language),
            version=service.netiquette_version,
            spam=False,
            objectable=await objection_to(session, comment.id) is None,
            decided_at=service.clock(),
        )
        now = service.clock()
        writing = Writing(service, session, Notice(kind="letter_reasons", created_at=now, due_at=now))
        title = page_title(comment, thread)
        values = {
            "page": title,
            "manage": f"{service.settings.base_url}/comments/{comment.id}/…",
            "words": quoted(comment.html, language),
            "sent_at": comment.created_at,
            "reasons": reasons,
        }
        subject = tell(language, _("Your comment on “%(page)s” is not published"), page=title)
        return make_letter(writing, Addressee(comment.email, language, site), "reasons", subject, values)


def _(text: str) -> str:
    """Marks a text for the catalogue."""
    return text
