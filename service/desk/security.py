"""How a moderator proves who they are: password, one-time codes, passkeys, recovery codes, and the open sessions."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from functools import wraps
from urllib.parse import urlsplit

import anyio.to_thread
import structlog
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import JSONResponse, Response

from models.desk_session import close_other_sessions, digest, end_session, sessions_of
from models.moderator import Moderator
from models.outbox import enqueue
from models.proof import (
    RECOVERY_CODES,
    add_passkey,
    count_recovery_codes,
    new_recovery_codes,
    passkeys_of,
    remove_passkey,
    set_totp,
    use_totp_step,
)
from models.rights import Passkey, has_factor
from models.site import Site
from models.trip import InSession
from service.desk.guard import HEADERS, Desk, Endpoint, signed_in
from service.errors import _
from service.mail.to_moderators import FactorChange
from service.passwords import LONGEST, SHORTEST, hash_password, is_easy, matches
from service.second_factor import (
    BadProof,
    is_totp_secret,
    new_totp_secret,
    picture_of,
    registered,
    registration_options,
    totp_step,
)
from service.state import service_of

log = structlog.get_logger()
# Whoever finds a browser open must not change how its owner signs in.
_FRESH = timedelta(minutes=15)
_NOT_FRESH = _(
    "You signed in some time ago. To change how you sign in, please sign out, sign in again and then do this."
)
_TOO_SHORT = _(
    "Please choose a password of at least %(shortest)s characters, such as four words that do not belong together."
)
_EASY = _(
    "This password is guessed quickly: it is common, or close to your name or the site's. Please choose another one, "
    "such as four words that do not belong together."
)
_UNEQUAL = _("The two new passwords differ.")
_WRONG = _("The present password is not right.")
_WRONG_CODE = _("This code does not fit. Please scan the picture again and enter the code that the app shows now.")
_NO_PASSKEY = _("The passkey could not be added. Please try again; one that is added already cannot be added twice.")
_SAVED = {
    "password": _("Your new password is set. Other browsers are signed out."),
    "app": _("From now on you sign in with a code from your app."),
    "app-gone": _("Codes from the app are no longer asked for."),
    "passkey": _("The passkey is added."),
    "passkey-gone": _("The passkey is removed. Please delete it on your device as well."),
    "sessions": _("Signed out there."),
}


def freshly_signed_in(endpoint: Endpoint) -> Endpoint:
    """Only within a quarter of an hour after signing in; else the page says so, and nothing changes."""

    @wraps(endpoint)
    async def fresh(desk: Desk) -> Response:
        if service_of(desk.request).clock() - desk.since <= _FRESH:
            return await endpoint(desk)
        message = desk.tell(_NOT_FRESH)
        if desk.by_script:
            return desk.json({"outcome": "refused", "message": message}, 403)
        return await _show(desk, 403, faults={"fresh": message})

    return fresh


@signed_in
async def get_security(desk: Desk) -> Response:
    """`GET /desk/account/security`."""
    return await _show(desk, saved=desk.say(_SAVED.get(desk.request.query_params.get("saved", ""), "")))


@signed_in
@freshly_signed_in
async def post_password(desk: Desk) -> Response:
    """`POST /desk/account/password`: set or replace it. Who came by link need not know the old one."""
    service = service_of(desk.request)
    new = desk.form.get("new", "")
    fault = await _fault(desk, new)
    if fault:
        return await _show(desk, 422, faults={"password": fault})
    hashed = await anyio.to_thread.run_sync(hash_password, new, limiter=service.hashing)
    async with service.db.writing() as session:
        moderator = await session.get_one(Moderator, desk.deciding.id)
        moderator.password = hashed
        session.add(moderator)
        await close_other_sessions(session, desk.deciding.id, desk.secret)
    log.info("password_set", moderator=desk.deciding.id)
    return desk.go("/desk/account/security?saved=password")


@signed_in
@freshly_signed_in
async def post_app(desk: Desk) -> Response:
    """`POST /desk/account/app`: one-time codes, once the app has shown that it has the secret."""
    service = service_of(desk.request)
    secret = desk.form.get("secret", "")
    step = totp_step(secret, desk.form.get("code", ""), service.clock()) if is_totp_secret(secret) else None
    if step is None:
        return await _show(desk, 422, faults={"app": desk.tell(_WRONG_CODE)}, secret=secret)
    async with service.db.writing() as session:
        first = not await has_factor(InSession(session), desk.deciding.id)
        await set_totp(session, desk.deciding.id, secret)
        await use_totp_step(session, desk.deciding.id, step)
        codes = await _codes_for(session, desk, first)
        await _warn(session, desk, "app_added")
    log.info("one_time_codes_set", moderator=desk.deciding.id)
    return await _show(desk, codes=codes) if codes else desk.go("/desk/account/security?saved=app")


@signed_in
@freshly_signed_in
async def post_app_gone(desk: Desk) -> Response:
    """`POST /desk/account/app/remove`."""
    async with service_of(desk.request).db.writing() as session:
        if (await session.get_one(Moderator, desk.deciding.id)).totp:
            await set_totp(session, desk.deciding.id, None)
            await _warn(session, desk, "app_removed")
    log.info("one_time_codes_removed", moderator=desk.deciding.id)
    return desk.go("/desk/account/security?saved=app-gone")


@signed_in
@freshly_signed_in
async def post_codes(desk: Desk) -> Response:
    """`POST /desk/account/codes`: new recovery codes in place of the old ones, shown once."""
    async with service_of(desk.request).db.writing() as session:
        codes = await new_recovery_codes(session, desk.deciding.id)
        await _warn(session, desk, "codes_made")
    log.info("recovery_codes_made", moderator=desk.deciding.id)
    return await _show(desk, codes=codes)


@signed_in
async def post_passkey_options(desk: Desk) -> Response:
    """`POST /desk/account/passkeys/options`: what the browser needs to make one, as JSON; it stores nothing."""
    service = service_of(desk.request)
    challenge = secrets.token_bytes(32)
    async with service.db.reading() as session:
        known = await passkeys_of(session, desk.deciding.id)
    token = service.tokens.challenge(challenge, _whom(desk), service.clock())
    options = registration_options(service.settings, desk.deciding, known, challenge)
    return JSONResponse({"token": token, "options": options}, headers={**HEADERS, "Cache-Control": "no-store"})


@signed_in
@freshly_signed_in
async def post_passkey(desk: Desk) -> Response:
    """`POST /desk/account/passkeys`: the passkey that the browser made, under a name."""
    service = service_of(desk.request)
    try:
        made = _made(desk)
    except BadProof:
        return await _show(desk, 422, faults={"passkey": desk.tell(_NO_PASSKEY)})
    async with service.db.writing() as session:
        first = not await has_factor(InSession(session), desk.deciding.id)
        added = await add_passkey(session, made)
        codes = await _codes_for(session, desk, first) if added else []
        if added:
            await _warn(session, desk, "passkey_added")
    if not added:
        return await _show(desk, 422, faults={"passkey": desk.tell(_NO_PASSKEY)})
    log.info("passkey_added", moderator=desk.deciding.id)
    return await _show(desk, codes=codes) if codes else desk.go("/desk/account/security?saved=passkey")


@signed_in
@freshly_signed_in
async def post_passkey_gone(desk: Desk) -> Response:
    """`POST /desk/account/passkeys/remove`: of one's own, by `id`."""
    told = desk.form.get("id", "")
    async with service_of(desk.request).db.writing() as session:
        known = told.isascii() and told.isprintable()
        if known and await remove_passkey(session, desk.deciding.id, told):
            await _warn(session, desk, "passkey_removed")
    log.info("passkey_removed", moderator=desk.deciding.id)
    return desk.go("/desk/account/security?saved=passkey-gone")


@signed_in
@freshly_signed_in
async def post_sessions(desk: Desk) -> Response:
    """`POST /desk/account/sessions`: ends one of one's own, or all but this."""
    told = desk.form.get("session", "")
    async with service_of(desk.request).db.writing() as session:
        if told == "others":
            await close_other_sessions(session, desk.deciding.id, desk.secret)
        elif told.isascii() and told.isprintable():
            await end_session(session, desk.deciding.id, told)
    return desk.go("/desk/account/security?saved=sessions")


def _made(desk: Desk) -> Passkey:
    """The passkey that the browser made for this moderator, or `BadProof`."""
    service = service_of(desk.request)
    token, now = desk.form.get("token", ""), service.clock()
    asked = service.tokens.challenged(token, _whom(desk), now) if token.isascii() else None
    if asked is None:
        raise BadProof("no challenge of ours")
    name = " ".join(desk.form.get("name", "").split())[:80]
    name = name if name and name.isprintable() else "Passkey"
    return registered(service.settings, desk.form.get("answer", ""), asked[0], desk.deciding.id, name, now)


async def _codes_for(session: AsyncSession, desk: Desk, first: bool) -> list[str]:
    """Recovery codes come with the first second factor: who loses it must not stand outside."""
    left = await count_recovery_codes(session, desk.deciding.id)
    return await new_recovery_codes(session, desk.deciding.id) if first or not left else []


async def _warn(session: AsyncSession, desk: Desk, change: FactorChange) -> None:
    """A mail to the moderator, so that nobody else can add a way in, or take one away, unnoticed."""
    service = service_of(desk.request)
    if service.settings.sends_mail:
        await enqueue(session, "letter_factors", {"moderator": desk.deciding.id, "change": change}, service.clock())


async def _fault(desk: Desk, new: str) -> str:
    if not SHORTEST <= len(new) <= LONGEST:
        return desk.tell(_TOO_SHORT, shortest=SHORTEST)
    if new != desk.form.get("again", ""):
        return desk.tell(_UNEQUAL)
    async with service_of(desk.request).db.reading() as session:
        stored = (await session.get_one(Moderator, desk.deciding.id)).password
        sites = [await session.get_one(Site, each) for each in desk.deciding.sites[:20]]
    if await anyio.to_thread.run_sync(is_easy, new, _near(desk, sites)):
        return desk.tell(_EASY)
    if stored is None or desk.by_link:
        return ""
    present, limiter = desk.form.get("present", "")[:LONGEST], service_of(desk.request).hashing
    right = await anyio.to_thread.run_sync(matches, stored, present, limiter=limiter)
    return "" if right else desk.tell(_WRONG)


def _near(desk: Desk, sites: list[Site]) -> list[str]:
    """What somebody who knows this moderator would try first."""
    host = urlsplit(service_of(desk.request).settings.base_url).hostname or ""
    return [desk.deciding.email, desk.deciding.name, host, *(name for site in sites for name in (site.key, site.name))]


async def _show(
    desk: Desk,
    status: int = 200,
    *,
    saved: str = "",
    faults: Mapping[str, str] | None = None,
    codes: list[str] | None = None,
    secret: str = "",
) -> Response:
    service = service_of(desk.request)
    async with service.db.reading() as session:
        moderator = await session.get_one(Moderator, desk.deciding.id)
        sessions = await sessions_of(session, desk.deciding.id, service.clock())
        keys = await passkeys_of(session, desk.deciding.id)
        codes_left = await count_recovery_codes(session, desk.deciding.id)
    secret = secret if is_totp_secret(secret) else new_totp_secret()
    return desk.page(
        "desk/security.html",
        status,
        moderator=moderator,
        sessions=sessions,
        present=digest(desk.secret),
        passkeys=keys,
        codes=codes or [],
        codes_left=codes_left,
        codes_all=RECOVERY_CODES,
        secret=secret,
        picture=None if moderator.totp else picture_of(secret, desk.deciding.email),
        asks_present=moderator.password is not None and not desk.by_link,
        shortest=SHORTEST,
        saved=saved,
        faults={**dict.fromkeys(("password", "app", "passkey"), ""), **(faults or {})},
    )


def _whom(desk: Desk) -> str:
    return f"moderator {desk.deciding.id}"
