"""Who works at a site: invite, give another role, take off."""

from starlette.responses import Response

from models.moderator import ROLES, Role
from models.people import LastAdmin, people_of
from models.site import Site
from moderation.draft import is_address
from service.administering import give_role, invite_person, role_of, take_off
from service.desk.administered import administered
from service.desk.guard import Desk, signed_in
from service.errors import Problem, _
from service.links import sign_in_url
from service.state import service_of

ROLE_NAMES = {
    "auditor": _("Auditor"),
    "moderator": _("Moderator"),
    "editor": _("Editor"),
    "admin": _("Admin"),
}
ROLE_DUTIES = {
    "auditor": _("reads everything and changes nothing"),
    "moderator": _("decides about comments"),
    "editor": _("decides, answers as editors, and has the last word"),
    "admin": _("all of this, settings and people"),
}
_NO_ADDRESS = _("This does not look like an e-mail address.")
_LAST_ADMIN = _("A site needs at least one admin. Please make somebody else admin first.")
_NO_ROLE = _("There is no such role.")
_DONE = {
    "role": _("The role is changed."),
    "removed": _("This person no longer works at this site."),
}


@signed_in
async def get_people(desk: Desk) -> Response:
    """`GET /desk/sites/{site}/people`."""
    site = await administered(desk, "people")
    return await _show(desk, site, told=_DONE.get(desk.request.query_params.get("done", ""), ""))


@signed_in
async def post_invitation(desk: Desk) -> Response:
    """`POST /desk/sites/{site}/people`: invite `email` as `role`. The link is mailed, or shown where no mail leaves."""
    site = await administered(desk, "people")
    service = service_of(desk.request)
    email, role = desk.form.get("email", "").strip(), _role(desk)
    if not is_address(email):
        return await _show(desk, site, 422, fault=desk.tell(_NO_ADDRESS), email=email)
    mail = bool(service.settings.smtp_url.get_secret_value())
    async with service.db.writing() as session:
        known = {each.email for each in await people_of(session, site.id or 0)}
        if email.casefold() in known:
            told = _("This person works here already; the role can be changed below.")
            return await _show(desk, site, 422, fault=desk.tell(told), email=email)
        secret = await invite_person(session, site, email, role, service.clock(), by=desk.deciding.id, mail=mail)
    link = "" if mail else sign_in_url(service.settings, secret)
    return await _show(desk, site, told=_("The invitation is on its way.") if mail else "", link=link)


@signed_in
async def post_role(desk: Desk) -> Response:
    """`POST /desk/sites/{site}/people/{id}`: another role."""
    site = await administered(desk, "people")
    service = service_of(desk.request)
    role, person = _role(desk), desk.request.path_params["id"]
    try:
        async with service.db.writing() as session:
            await give_role(session, site, _small(person), role, service.clock(), by=desk.deciding.id)
    except LastAdmin:
        return await _show(desk, site, 409, fault=desk.tell(_LAST_ADMIN))
    except LookupError:
        raise Problem(404, _("There is no such person at this site.")) from None
    return _after(desk, site, "role")


@signed_in
async def post_removal(desk: Desk) -> Response:
    """`POST /desk/sites/{site}/people/{id}/remove`."""
    site = await administered(desk, "people")
    service = service_of(desk.request)
    try:
        async with service.db.writing() as session:
            person = _small(desk.request.path_params["id"])
            await take_off(session, site, person, service.clock(), by=desk.deciding.id)
    except LastAdmin:
        return await _show(desk, site, 409, fault=desk.tell(_LAST_ADMIN))
    except LookupError:
        raise Problem(404, _("There is no such person at this site.")) from None
    return _after(desk, site, "removed")


def _after(desk: Desk, site: Site, done: str) -> Response:
    """Back to the page, unless it is closed to who changed their own role."""
    still = _small(desk.request.path_params["id"]) != desk.deciding.id
    return desk.go(f"/desk/sites/{site.key}/people?done={done}" if still else "/desk/sites")


def _role(desk: Desk) -> Role:
    role = role_of(desk.form.get("role", ""))
    if role is None:
        raise Problem(422, _NO_ROLE)
    return role


def _small(number: int) -> int:
    """Ids fit into 32 bits; PostgreSQL refuses to look for others."""
    return number if number < 2**31 else 0


async def _show(
    desk: Desk, site: Site, status: int = 200, *, told: str = "", fault: str = "", email: str = "", link: str = ""
) -> Response:
    async with service_of(desk.request).db.reading() as session:
        people = await people_of(session, site.id or 0)
    return desk.page(
        "desk/people.html",
        status,
        site=site,
        people=people,
        roles=[(each, desk.tell(ROLE_NAMES[each]), desk.tell(ROLE_DUTIES[each])) for each in ROLES],
        told=desk.tell(told) if told else "",
        fault=fault,
        email=email,
        link=link,
    )
