"""Words for the editors alone, chosen in the form for comments: they go the way of private messages, and no other.

What is chosen to be private never becomes a comment: it is parted from comments before anything of it is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request

from models.site import Site
from moderation.draft import BadDraft, FieldFault
from service.contacting import Reach, Sent, private_reach, receipt_url, receive_message, sent_words, told_of
from service.errors import Problem, _, tone_of
from service.notice import message_consent_of, message_notice_of
from service.sign_on import sign_on
from service.state import Service, service_of
from service.wire import ConfidenceShape, ReceiptShape, time_shape

# What only a comment has; in private it means nothing.
_OF_COMMENTS = ("url", "parent", "title", "question", "notify", "token")
_NOT_OFFERED = _("This site takes public comments only. Nothing was sent, and nothing is stored.")


@dataclass(frozen=True, slots=True)
class Parted:
    """What a form sent, without the choice itself, and what was chosen."""

    payload: object
    private: bool


def part(payload: object) -> Parted:
    """Look at the choice `private` alone; raises `BadDraft` for one that is neither yes nor no."""
    if not isinstance(payload, Mapping) or "private" not in payload:
        return Parted(payload, private=False)
    chosen = payload["private"]
    if chosen is not None and not isinstance(chosen, bool):
        raise BadDraft((FieldFault("private", "not_allowed"),))
    return Parted({name: value for name, value in payload.items() if name != "private"}, chosen is True)


async def confide(request: Request, site: Site, payload: object, *, origin: bool) -> Sent:
    """Send it to whom the site has named for that. Raises what `receive_message` does, and `Problem` (409) where the
    site offers no such thing.
    """
    service = service_of(request)
    async with service.db.reading() as session:
        reach = await private_reach(service, session, site)
    if reach is None:
        raise Problem(409, _NOT_OFFERED, more={"code": "not_offered"})
    if not isinstance(payload, Mapping):
        raise BadDraft((FieldFault("", "not_an_object"),))
    known = {name: value for name, value in payload.items() if name not in _OF_COMMENTS}
    token = payload.get("token")
    signed = await sign_on(service, site, token, None) if isinstance(token, str) and token else None
    if signed is not None:
        known |= {"name": signed.name, "email": signed.email or known.get("email")}
    return await receive_message(request, reach, known, origin=origin)


async def offered(service: Service, site: Site) -> Reach | None:
    """Who gets what readers write for the editors alone; None where the site does not offer it."""
    if not site.private_contact_id:
        return None
    async with service.db.reading() as session:
        return await private_reach(service, session, site)


def confidence_shape(reach: Reach | None, language: str) -> ConfidenceShape | None:
    """What a form must say where it lets readers choose."""
    if reach is None:
        return None
    return {
        "name": (reach.reader or reach.asked).name,
        "told": told_of(reach, language),
        "notice": message_notice_of(reach.site, language),
        "consent": message_consent_of(reach.site, language),
    }


def private_receipt(request: Request, sent: Sent) -> ReceiptShape:
    """A receipt as for comments, of which nothing will be shown; its address tells what became of the message."""
    service, message = service_of(request), sent.message
    return {
        "id": message.id,
        "status": "private",
        "html": "",
        "findings": [],
        "manage_token": service.tokens.message(message.id),
        "manage_url": receipt_url(service, message),
        "edit_until": time_shape(message.created_at),
        "message": sent_words(sent, tone_of(request)),
    }
