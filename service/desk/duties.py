"""What the law asks of moderators besides deciding: danger, full addresses, requests about data; and their mails."""

from typing import get_args

from starlette.responses import JSONResponse, Response

from models.audit import note
from models.data_request import DataRequest, open_requests, settle_request
from models.dossier import Dossier
from models.evidence import Evidence, evidence_of
from models.moderator import MailChoice, Moderator
from models.site import Site
from service.danger import as_file, freeze, release
from service.desk.guard import HEADERS, Desk, signed_in
from service.errors import Problem, _
from service.moderating import look_up, require
from service.pages.my_data import REQUEST_LABELS
from service.state import service_of

CHOICES: dict[MailChoice, str] = {
    "each": _("at once, several within minutes in one mail"),
    "digest": _("one mail in the morning; what is urgent at once"),
    "urgent": _("only what is urgent"),
}
_NO_EVIDENCE = _("There is no such evidence.")


@signed_in
async def get_danger(desk: Desk) -> Response:
    """`GET /desk/comments/{id}/danger`: what to do now, in order, and what is frozen already."""
    dossier = await look_up(service_of(desk.request), desk.deciding, desk.request.path_params["id"])
    require(desk.deciding, dossier.case.site.id or 0, "decide")
    return await _show_danger(desk, dossier)


@signed_in
async def post_danger(desk: Desk) -> Response:
    """Freeze the evidence; from then on nothing of the comment is deleted."""
    service = service_of(desk.request)
    dossier = await look_up(service, desk.deciding, desk.request.path_params["id"])
    require(desk.deciding, dossier.case.site.id or 0, "decide")
    async with service.db.writing() as session:
        await freeze(session, service, dossier.case, desk.deciding)
    return desk.go(f"/desk/comments/{dossier.case.comment.id}/danger")


@signed_in
async def get_evidence(desk: Desk) -> Response:
    """`GET /desk/evidence/{id}.json`: the frozen bundle, for the police."""
    service = service_of(desk.request)
    evidence = await _evidence(desk)
    genuine = service.tokens.signed_evidence(evidence.signature, evidence.bundle)
    name = f'attachment; filename="beleg-{evidence.id}.json"'
    headers = {**HEADERS, "Cache-Control": "no-store", "Content-Disposition": name}
    return JSONResponse(as_file(evidence, genuine), headers=headers)


@signed_in
async def post_release(desk: Desk) -> Response:
    """End the legal hold."""
    service = service_of(desk.request)
    evidence = await _evidence(desk)
    require(desk.deciding, evidence.site_id, "settle")
    async with service.db.writing() as session:
        present = await session.get_one(Evidence, evidence.id)
        await release(session, present, desk.deciding, service.clock())
    return desk.go(f"/desk/comments/{evidence.comment_id}/danger")


@signed_in
async def post_address(desk: Desk) -> Response:
    """Show an author's full address, after it was written down that it is shown."""
    service = service_of(desk.request)
    dossier = await look_up(service, desk.deciding, desk.request.path_params["id"])
    comment, site = dossier.case.comment, dossier.case.site
    require(desk.deciding, site.id or 0, "addresses")
    async with service.db.writing() as session:
        await note(session, "address", comment.id, service.clock(), site_id=site.id, moderator_id=desk.deciding.id)
    return desk.page("desk/address.html", address=comment.email, comment=comment)


@signed_in
async def get_requests(desk: Desk) -> Response:
    """`GET /desk/requests`: what people asked about their data, the most pressing first; what is overdue in red."""
    sites = tuple(each for each in desk.deciding.sites if desk.deciding.may(each, "requests"))
    if not sites:
        raise Problem(403, _("Requests about data are answered by the admins of a site."))
    service = service_of(desk.request)
    async with service.db.reading() as session:
        found = await open_requests(session, sites)
        names = {each: (await session.get_one(Site, each)).name for each in sites}
    return desk.page("desk/requests.html", requests=found, names=names, labels=REQUEST_LABELS, now=service.clock())


@signed_in
async def post_settle(desk: Desk) -> Response:
    """The request is answered."""
    service = service_of(desk.request)
    now = service.clock()
    async with service.db.writing() as session:
        found = await session.get(DataRequest, desk.request.path_params["id"])
        if found is None:
            raise Problem(404, _("There is no such request."))
        require(desk.deciding, found.site_id, "requests")
        await settle_request(session, found, now)
        await note(session, "request_settled", found.id, now, site_id=found.site_id, moderator_id=desk.deciding.id)
    return desk.go("/desk/requests")


@signed_in
async def get_notices(desk: Desk) -> Response:
    """`GET /desk/notices`: of which new comments I am told by mail."""
    async with service_of(desk.request).db.reading() as session:
        moderator = await session.get_one(Moderator, desk.deciding.id)
    saved = bool(desk.request.query_params.get("saved"))
    return desk.page("desk/notices.html", chosen=moderator.mail, choices=CHOICES, saved=saved)


@signed_in
async def post_notices(desk: Desk) -> Response:
    """Choose."""
    choice = desk.form.get("mail", "")
    if choice not in get_args(MailChoice):
        raise Problem(422, _("Please choose one of these."))
    async with service_of(desk.request).db.writing() as session:
        moderator = await session.get_one(Moderator, desk.deciding.id)
        moderator.mail = choice
        session.add(moderator)
    return desk.go("/desk/notices?saved=1")


async def _evidence(desk: Desk) -> Evidence:
    async with service_of(desk.request).db.reading() as session:
        found = await session.get(Evidence, desk.request.path_params["id"])
    if found is None:
        raise Problem(404, _NO_EVIDENCE)
    require(desk.deciding, found.site_id, "decide")
    return found


async def _show_danger(desk: Desk, dossier: Dossier) -> Response:
    async with service_of(desk.request).db.reading() as session:
        frozen = await evidence_of(session, dossier.case.comment.id)
    may_release = desk.deciding.may(dossier.case.site.id or 0, "settle")
    return desk.page("desk/danger.html", case=dossier.case, frozen=frozen, may_release=may_release)
