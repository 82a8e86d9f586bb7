"""The second step of signing in: a one-time code, or a recovery code, after the password or the link."""

import math

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models.desk_session import close_session, open_session
from models.moderator import Moderator, forget_failures
from models.proof import (
    note_sender_failure,
    passkeys_of,
    sender_waits_until,
    use_recovery_code,
    use_totp_step,
    waiting_session,
)
from service.admission import read_form
from service.desk.agent import agent_of
from service.desk.guard import HEADERS, cookie_name, require_own_origin, root, welcome
from service.errors import _, language_of
from service.second_factor import totp_step
from service.state import Service, service_of
from service.templating import page
from service.texts import tell

log = structlog.get_logger()
FREE_WRONG_CODES = 5
_WRONG = _("This code is not right, or was used already. Codes from an app change every 30 seconds.")
_PAUSED = _("That were too many wrong codes. Please try again in %(minutes)s min.")


async def get_second_factor(request: Request) -> Response:
    """`GET /desk/second-factor`: asks for the code."""
    moderator = await _waiting(request)
    return await _form(request, moderator) if moderator else _to_the_door(request)


async def post_second_factor(request: Request) -> Response:
    """`POST /desk/second-factor`: the code. The right one opens a session whose secret nobody has seen before."""
    require_own_origin(request)
    service = service_of(request)
    moderator = await _waiting(request)
    if moderator is None:
        return _to_the_door(request)
    now, counted = service.clock(), f"second factor {moderator.id}"
    code = (await read_form(request)).get("code", "")[:40]
    async with service.db.reading() as session:
        until = await sender_waits_until(session, counted, now)
    if until is not None:
        minutes = math.ceil((until - now).total_seconds() / 60)
        return await _form(request, moderator, 429, tell(language_of(request), _PAUSED, minutes=minutes))
    secret = await _exchange(request, moderator, code)
    if secret is None:
        async with service.db.writing() as session:
            await note_sender_failure(session, counted, now, FREE_WRONG_CODES)
        log.warning("second_factor_refused", moderator=moderator.id)
        return await _form(request, moderator, 403, tell(language_of(request), _WRONG))
    log.info("signed_in", moderator=moderator.id, way="second factor")
    return welcome(request, secret, "/desk")


async def _exchange(request: Request, moderator: Moderator, code: str) -> str | None:
    """Use the code up and put a full session in the waiting one's place; None for a wrong code."""
    service = service_of(request)
    now, old, moderator_id = service.clock(), request.cookies.get(cookie_name(request), ""), moderator.id or 0
    async with service.db.writing() as session:
        waiting = await waiting_session(session, old, now)
        step = totp_step(moderator.totp, code, now) if moderator.totp else None
        right = await use_totp_step(session, moderator_id, step) if step else False
        if waiting is None or not (right or await use_recovery_code(session, moderator_id, code)):
            return None
        await forget_failures(session, moderator_id)
        await close_session(session, old)
        return await open_session(session, moderator_id, now, by_link=waiting.by_link, agent=agent_of(request))


async def _waiting(request: Request) -> Moderator | None:
    service = service_of(request)
    async with service.db.reading() as session:
        found = await waiting_session(session, request.cookies.get(cookie_name(request), ""), service.clock())
        return await session.get(Moderator, found.moderator_id) if found else None


async def _form(request: Request, moderator: Moderator, status: int = 200, fault: str = "") -> Response:
    service: Service = service_of(request)
    async with service.db.reading() as session:
        keys = bool(await passkeys_of(session, moderator.id or 0))
    values = {"app": moderator.totp is not None, "keys": keys, "fault": fault}
    return page(request, "desk/second_factor.html", language_of(request), status, HEADERS, **values)


def _to_the_door(request: Request) -> Response:
    return RedirectResponse(f"{root(request)}/desk/sign-in", 303, {**HEADERS, "Cache-Control": "no-store"})
