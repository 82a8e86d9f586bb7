"""Signing in, by a link that works once or by password, and signing out."""

import anyio.to_thread
import structlog
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models.moderator import (
    Moderator,
    close_session,
    forget_failures,
    is_locked,
    link_is_good,
    moderator_by_email,
    note_failure,
    open_session,
    sign_in_by_link,
)
from models.outbox import enqueue
from moderation.draft import is_address
from service.admission import read_form, sender_of
from service.desk.guard import (
    HEADERS,
    Desk,
    cookie_name,
    keep_signed_in,
    own_path,
    require_own_origin,
    root,
    signed_in,
)
from service.errors import language_of
from service.passwords import LONGEST, matches
from service.state import Service, service_of
from service.templating import page

log = structlog.get_logger()


async def get_sign_in(request: Request) -> Response:
    """`GET /desk/sign-in`: the form for a password, and the one that asks for a link."""
    return _form(request, next=own_path(request.query_params.get("next", "")))


async def post_sign_in(request: Request) -> Response:
    """`POST /desk/sign-in`: e-mail and password. Whatever is wrong, the answer is the same, and takes the same time."""
    require_own_origin(request)
    service = service_of(request)
    await service.rates.attempt(sender_of(request))
    form = await read_form(request)
    email, password = form.get("email", "").strip(), form.get("password", "")
    moderator = await _known(service, email)
    stored = moderator.password if moderator else None
    right = await anyio.to_thread.run_sync(matches, stored, password[:LONGEST])
    # The password is looked at before the lock, so that a locked address takes as long as any other.
    if moderator is None or is_locked(moderator, service.clock()) or not right:
        log.info("sign_in_refused")
        answer = _form(request, 403, email=email, refused=True, next=own_path(form.get("next", "")))
        if moderator is not None and not is_locked(moderator, service.clock()):
            # Counted once the answer has left: a write would tell known addresses from unknown ones.
            answer.background = BackgroundTask(_count_failure, service, moderator.id or 0)
        return answer
    async with service.db.writing() as session:
        await forget_failures(session, moderator.id or 0)
        await close_session(session, request.cookies.get(cookie_name(request), ""))
        secret = await open_session(session, moderator.id or 0, service.clock())
    log.info("signed_in", moderator=moderator.id, way="password")
    return _welcome(request, secret, own_path(form.get("next", "")))


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
        secret = await sign_in_by_link(session, request.path_params["secret"], service.clock())
        if secret is not None:
            await close_session(session, request.cookies.get(cookie_name(request), ""))
    if secret is None:
        return page(request, "desk/link.html", language_of(request), 410, HEADERS, good=False)
    log.info("signed_in", way="link")
    return _welcome(request, secret, "/desk")


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
    response.delete_cookie(
        cookie_name(desk.request), secure=service_of(desk.request).settings.https, httponly=True, samesite="lax"
    )
    return response


async def _known(service: Service, email: str) -> Moderator | None:
    # What is no address is not asked for: PostgreSQL cannot even be asked about NUL.
    asked = email if is_address(email) else "nobody@invalid"
    async with service.db.reading() as session:
        return await moderator_by_email(session, asked)


async def _count_failure(service: Service, moderator_id: int) -> None:
    async with service.db.writing() as session:
        await note_failure(session, moderator_id, service.clock())


async def _send_link(service: Service, email: str) -> None:
    moderator = await _known(service, email)
    if moderator is None or not await service.rates.once(f"sign-in link {moderator.id}"):
        return
    async with service.db.writing() as session:
        await enqueue(session, "sign_in_link", {"moderator": moderator.id}, service.clock())


def _form(request: Request, status: int = 200, *, email: str = "", refused: bool = False, next: str = "") -> Response:  # noqa: A002
    values = {"email": email, "refused": refused, "next": next}
    return page(request, "desk/sign_in.html", language_of(request), status, HEADERS, **values)


def _welcome(request: Request, secret: str, path: str) -> Response:
    response = RedirectResponse(root(request) + path, 303, {**HEADERS, "Cache-Control": "no-store"})
    keep_signed_in(request, response, secret)
    return response
