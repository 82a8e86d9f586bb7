"""A moderator's own settings: name, language, shortcuts."""

from starlette.responses import Response

from models.moderator import Moderator
from service.desk.guard import Desk, signed_in
from service.errors import _
from service.state import service_of
from service.texts import LANGUAGES

_SAVED = {"profile": _("Your settings are saved.")}


@signed_in
async def get_account(desk: Desk) -> Response:
    """`GET /desk/account`."""
    return await _show(desk, saved=desk.say(_SAVED.get(desk.request.query_params.get("saved", ""), "")))


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


async def _show(desk: Desk, *, saved: str = "") -> Response:
    async with service_of(desk.request).db.reading() as session:
        moderator = await session.get_one(Moderator, desk.deciding.id)
    return desk.page("desk/account.html", moderator=moderator, saved=saved)
