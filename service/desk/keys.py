"""Which key does what: shown, chosen anew, and switched off (WCAG 2.1.4)."""

from collections.abc import Mapping

from starlette.responses import Response

from models.moderator import Moderator
from service.desk.guard import Desk, signed_in
from service.desk.shortcuts import KEYS, keys_of
from service.errors import _
from service.state import service_of

_TWICE = _("Two actions cannot have the same key: “%(key)s”.")
_NO_KEY = _("Please give one letter, digit or sign for each action.")


@signed_in
async def get_keys(desk: Desk) -> Response:
    """`GET /desk/keys`."""
    return _show(desk, keys_of(desk.deciding.keys), saved=desk.request.query_params.get("saved") == "yes")


@signed_in
async def post_keys(desk: Desk) -> Response:
    """`POST /desk/keys`: keep them, go back to the usual ones (`usual=yes`), or 422 with what was typed."""
    typed = {each.does: desk.form.get(each.does, "").strip() for each in KEYS}
    if desk.form.get("usual") == "yes":
        typed = {each.does: each.usual for each in KEYS}
    fault = _fault(desk, typed)
    if fault:
        return _show(desk, typed, 422, fault=fault)
    async with service_of(desk.request).db.writing() as session:
        moderator = await session.get_one(Moderator, desk.deciding.id)
        moderator.keys = {each.does: typed[each.does] for each in KEYS if typed[each.does] != each.usual}
        moderator.shortcuts = desk.form.get("shortcuts") == "on"
        moderator.shield = desk.form.get("shield") == "on"
        session.add(moderator)
    return desk.go("/desk/keys?saved=yes")


def _fault(desk: Desk, typed: Mapping[str, str]) -> str:
    if any(len(each) != 1 or not each.isprintable() for each in typed.values()):
        return desk.tell(_NO_KEY)
    twice = next((key for key in typed.values() if list(typed.values()).count(key) > 1), "")
    return desk.tell(_TWICE, key=twice) if twice else ""


def _show(desk: Desk, typed: Mapping[str, str], status: int = 200, *, saved: bool = False, fault: str = "") -> Response:
    return desk.page("desk/choose_keys.html", status, typed=typed, saved=saved, fault=fault)
