"""Signing in, by a link that works once, by password or by passkey, and signing out."""

import math
import secrets

import anyio.to_thread
import structlog
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from models.desk_session import DeskSession, close_session, digest, link_is_good, open_session, sign_in_by_link
from models.moderator import Moderator, forget_failures, is_locked, moderator_by_email, note_failure
from models.outbox import enqueue
from models.proof import ask_for_factor, note_sender_failure, sender_waits_until, use_passkey
from models.rights import Passkey
from moderation.draft import is_address
from service.admission import read_form, sender_of
from service.desk.agent import agent_of
from service.desk.guard import (
    HEADERS,
    Desk,
    cookie_name,
    keep_signed_in,
    own_path,
    require_own_origin,
    root,
    signed_in,
    welcome,
)
from service.errors import _, language_of
from service.passwords import LONGEST, matches
from service.rates import TooMany
from service.second_factor import BadProof, check_passkey, passkey_id, sign_in_options
from service.state import Service, service_of
from service.templating import page
from service.texts import tell

log = structlog.get_logger()
_ANYBODY = "sign in"
_TROUBLES = {
    "away": _("This sign-in service does not answer at the moment. You can sign in with password, passkey or link."),
    "refused": _("The sign-in service has not confirmed who you are. Please try again, or have a link sent to you."),
    "another": _(
        "Your e-mail address belonged to somebody else at this sign-in service when it was last used here. Please ask "
        "the people who run this service."
    ),
    "unknown": _("Nobody with your e-mail address works here yet. Please ask an admin of your site to invite you."),
}


async def get_sign_in(request: Request) -> Response:
    """`GET /desk/sign-in`: the form for a password, and the one that asks for a link."""
    trouble = _TROUBLES.get(request.query_params.get("provider", ""), "")
    return _form(request, next=own_path(request.query_params.get("next", "")), trouble=trouble)


async def post_sign_in(request: Request) -> Response:
    """`POST /desk/sign-in`: e-mail and password. Whatever is wrong, the answer is the same, and takes the same time."""
    require_own_origin(request)
    service = service_of(request)
    await _let_try(request)
    form = await read_form(request)
    email, password = form.get("email", "").strip(), form.get("password", "")
    moderator = await _known(service, email)
    stored = moderator.password if moderator else None
    right = await anyio.to_thread.run_sync(matches, stored, password[:LONGEST], limiter=service.hashing)
    # The password is looked at before the lock, so that a locked address takes as long as any other.
    if moderator is None or is_locked(moderator, service.clock()) or not right:
        log.warning("sign_in_refused", way="password", moderator=moderator.id if moderator else None)
        answer = _form(request, 403, email=email, refused=True, next=own_path(form.get("next", "")))
        # Counted once the answer has left: a write would tell known addresses from unknown ones.
        answer.background = BackgroundTask(_count_failure, service, sender_of(request), moderator)
        return answer
    async with service.db.writing() as session:
        await close_session(session, request.cookies.get(cookie_name(request), ""))
        secret = await open_session(session, moderator.id or 0, service.clock(), agent=agent_of(request))
        waits = await ask_for_factor(session, secret)
        if not waits:
            await forget_failures(session, moderator.id or 0)
    return _go_on(request, secret, own_path(form.get("next", "")), waits=waits, way="password", moderator=moderator.id)


async def post_challenge(request: Request) -> Response:
    """`POST /desk/sign-in-challenge`: what a browser's passkey is asked, as JSON; it stores nothing."""
    require_own_origin(request)
    service = service_of(request)
    await _let_try(request)
    challenge = secrets.token_bytes(32)
    token = service.tokens.challenge(challenge, _ANYBODY, service.clock())
    body = {"token": token, "options": sign_in_options(service.settings, challenge)}
    return JSONResponse(body, headers={**HEADERS, "Cache-Control": "no-store"})


async def post_passkey(request: Request) -> Response:
    """`POST /desk/sign-in-passkey`: a passkey's answer. It is both factors, so nothing else is asked."""
    require_own_origin(request)
    service = service_of(request)
    await _let_try(request)
    form = await read_form(request)
    try:
        secret, moderator_id = await _by_passkey(request, form.get("token", ""), form.get("answer", ""))
    except BadProof:
        log.warning("sign_in_refused", way="passkey", moderator=None)
        answer = _form(request, 403, refused=True, next=own_path(form.get("next", "")))
        answer.background = BackgroundTask(_count_failure, service, sender_of(request), None)
        return answer
    return _go_on(request, secret, own_path(form.get("next", "")), waits=False, way="passkey", moderator=moderator_id)


async def get_link(request: Request) -> Response:
    """`GET /desk/sign-in/{secret}`: a page with one button. Opening it changes nothing: mail scanners open links."""
    service = service_of(request)
    async with service.db.reading() as session:
        good = await link_is_good(session, request.path_params["secret"], service.clock())
    status = 200 if good else 410
    return page(request, "desk/link.html", language_of(request), status, HEADERS, good=good)


async def post_link(request: Request) -> Response:
    """`POST /desk/sign-in/{secret}`: the button. Uses the link up and starts a new session."""
    require_own_origin(request)
    service = service_of(request)
    async with service.db.writing() as session:
        secret = await sign_in_by_link(session, request.path_params["secret"], service.clock(), agent_of(request))
        if secret is not None:
            await close_session(session, request.cookies.get(cookie_name(request), ""))
            waits = await ask_for_factor(session, secret)
            moderator = (await session.get_one(DeskSession, digest(secret))).moderator_id
    if secret is None:
        return page(request, "desk/link.html", language_of(request), 410, HEADERS, good=False)
    return _go_on(request, secret, "/desk", waits=waits, way="link", moderator=moderator)


async def post_request(request: Request) -> Response:
    """`POST /desk/sign-in-link`: mails a new link to a known address, one an hour; says the same for every address."""
    require_own_origin(request)
    service = service_of(request)
    await service.rates.attempt(sender_of(request))
    email = (await read_form(request)).get("email", "").strip()
    answer = page(request, "desk/requested.html", language_of(request), 202, HEADERS)
    answer.background = BackgroundTask(_send_link, service, email)
    return answer


@signed_in
async def post_sign_out(desk: Desk) -> Response:
    """`POST /desk/sign-out`: ends the session, here and on the server."""
    async with service_of(desk.request).db.writing() as session:
        await close_session(session, desk.secret)
    response = desk.go("/desk/sign-in")
    # Pages of the desk are never stored; this also empties what a browser keeps for its back button.
    response.headers["Clear-Site-Data"] = '"cache"'
    response.delete_cookie(
        cookie_name(desk.request), secure=service_of(desk.request).settings.https, httponly=True, samesite="lax"
    )
    return response


async def _let_try(request: Request) -> None:
    """Stop (429) a sender that has failed too often; the pause is the sender's, whatever address it tries."""
    service = service_of(request)
    await service.rates.attempt(sender_of(request))
    async with service.db.reading() as session:
        until = await sender_waits_until(session, sender_of(request), service.clock())
    if until is not None:
        raise TooMany(math.ceil((until - service.clock()).total_seconds()))


async def _by_passkey(request: Request, token: str, told: str) -> tuple[str, int]:
    """The secret of a new session and whose it is, or `BadProof`."""
    service = service_of(request)
    now = service.clock()
    asked = service.tokens.challenged(token, _ANYBODY, now) if token.isascii() else None
    if asked is None:
        raise BadProof("no challenge of ours")
    challenge, at = asked
    async with service.db.writing() as session:
        passkey = await session.get(Passkey, passkey_id(told))
        if passkey is None:
            raise BadProof("nobody's passkey")
        used = check_passkey(service.settings, told, challenge, passkey)
        if not await use_passkey(session, used.id, used.sign_count, at, now):
            raise BadProof("sent again")
        await forget_failures(session, passkey.moderator_id)
        await close_session(session, request.cookies.get(cookie_name(request), ""))
        opened = await open_session(session, passkey.moderator_id, now, agent=agent_of(request))
        return opened, passkey.moderator_id


async def _known(service: Service, email: str) -> Moderator | None:
    # What is no address is not asked for: PostgreSQL cannot even be asked about NUL.
    asked = email if is_address(email) else "nobody@invalid"
    async with service.db.reading() as session:
        return await moderator_by_email(session, asked)


async def _count_failure(service: Service, sender: str, moderator: Moderator | None) -> None:
    now = service.clock()
    async with service.db.writing() as session:
        await note_sender_failure(session, sender, now)
        if moderator is not None and not is_locked(moderator, now):
            await note_failure(session, moderator.id or 0, now)


async def _send_link(service: Service, email: str) -> None:
    moderator = await _known(service, email)
    if moderator is None or not await service.rates.once(f"sign-in link {moderator.id}"):
        return
    async with service.db.writing() as session:
        await enqueue(session, "sign_in_link", {"moderator": moderator.id}, service.clock())


def _form(
    request: Request,
    status: int = 200,
    *,
    email: str = "",
    refused: bool = False,
    next: str = "",  # noqa: A002
    trouble: str = "",
) -> Response:
    told = tell(language_of(request), trouble) if trouble else ""
    provider = service_of(request).settings.provider_name
    values = {"email": email, "refused": refused, "next": next, "trouble": told, "provider": provider}
    return page(request, "desk/sign_in.html", language_of(request), status, HEADERS, **values)


def _go_on(request: Request, secret: str, path: str, *, waits: bool, way: str, moderator: int | None) -> Response:
    """To the second factor, if one is asked for; else to the desk."""
    if not waits:
        log.info("signed_in", moderator=moderator, way=way)
        return welcome(request, secret, path)
    response = RedirectResponse(f"{root(request)}/desk/second-factor", 303, {**HEADERS, "Cache-Control": "no-store"})
    keep_signed_in(request, response, secret)
    return response
