"""A moderator's own settings: name, language, shortcuts, password."""

import anyio.to_thread
import structlog
from starlette.responses import Response

from models.moderator import Moderator, close_other_sessions
from service.desk.guard import Desk, signed_in
from service.errors import _
from service.passwords import LONGEST, SHORTEST, hash_password, matches
from service.state import service_of
from service.texts import LANGUAGES

log = structlog.get_logger()
_TOO_SHORT = _(
    "Please choose a password of at least %(shortest)s characters, such as four words that do not belong together."
)
_UNEQUAL = _("The two new passwords differ.")
_WRONG = _("The present password is not right.")
_SAVED = {
    "profile": _("Your settings are saved."),
    "password": _("Your new password is set. Other browsers are signed out."),
}


@signed_in
async def get_account(desk: Desk) -> Response:
    """`GET /desk/account`."""
    return await _show(desk, saved=_SAVED.get(desk.request.query_params.get("saved", ""), ""))


@signed_in
async def post_profile(desk: Desk) -> Response:
    """`POST /desk/account`: name, language, shortcuts."""
    language = desk.form.get("language", "")
    name = " ".join(desk.form.get("name", "").split())[:80]
    async with service_of(desk.request).db.writing() as session:
        moderator = await session.get_one(Moderator, desk.deciding.id)
        moderator.name = name if name.isprintable() else ""
        moderator.language = language if language in LANGUAGES else ""
        moderator.shortcuts = desk.form.get("shortcuts") == "on"
        session.add(moderator)
    return desk.go("/desk/account?saved=profile")


@signed_in
async def post_password(desk: Desk) -> Response:
    """`POST /desk/account/password`: set or replace it. Who came by link need not know the old one."""
    service = service_of(desk.request)
    new = desk.form.get("new", "")
    fault = await _fault(desk, new)
    if fault:
        return await _show(desk, 422, fault=fault)
    hashed = await anyio.to_thread.run_sync(hash_password, new)
    async with service.db.writing() as session:
        moderator = await session.get_one(Moderator, desk.deciding.id)
        moderator.password = hashed
        session.add(moderator)
        await close_other_sessions(session, desk.deciding.id, desk.secret)
    log.info("password_set", moderator=desk.deciding.id)
    return desk.go("/desk/account?saved=password")


async def _fault(desk: Desk, new: str) -> str:
    if not SHORTEST <= len(new) <= LONGEST:
        return desk.tell(_TOO_SHORT, shortest=SHORTEST)
    if new != desk.form.get("again", ""):
        return desk.tell(_UNEQUAL)
    stored = (await _own(desk)).password
    if stored is None or desk.by_link:
        return ""
    right = await anyio.to_thread.run_sync(matches, stored, desk.form.get("present", "")[:LONGEST])
    return "" if right else desk.tell(_WRONG)


async def _show(desk: Desk, status: int = 200, *, saved: str = "", fault: str = "") -> Response:
    moderator = await _own(desk)
    return desk.page(
        "desk/account.html",
        status,
        moderator=moderator,
        asks_present=moderator.password is not None and not desk.by_link,
        shortest=SHORTEST,
        saved=saved,
        fault=fault,
    )


async def _own(desk: Desk) -> Moderator:
    async with service_of(desk.request).db.reading() as session:
        return await session.get_one(Moderator, desk.deciding.id)
