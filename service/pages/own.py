"""An author's page for their own comment, under the secret link of the receipt: how it stands, and what can be done."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from models.comment import Comment
from models.report import Objection, objection_to
from models.site import Site
from models.thread import Thread
from moderation.draft import BadDraft, Draft, FieldFault, parse_draft
from moderation.lifecycle import Status
from service.admission import admit_origin, read_long_form, sender_of
from service.arrival import arrival_of
from service.errors import STOPPING, language_of, tone_of
from service.own import anonymise, edit, edit_until, editable, judge_changes, object_to, own_comment, withdraw
from service.pages.links import article_url, netiquette_path, own_path, thread_path, tongues
from service.pages.preview import Preview, preview_of, refusal_of
from service.pages.trouble import Trouble, trouble_of
from service.rights import entry_json, entry_of
from service.rules import rules_of
from service.state import service_of
from service.statement import reasons_for
from service.taking import expected, own_words
from service.templating import page as page_of

LONGEST_OBJECTION = 4000
_CHANGEABLE = ("text", "name", "url")
_DONE = ("sent", "changed", "withdrawn", "objected", "anonymised")


@dataclass(frozen=True, slots=True)
class Own:
    """The comment with its thread and site, and the secret that opened it."""

    comment: Comment
    thread: Thread
    site: Site
    token: str


async def get_own_page(request: Request) -> Response:
    """`GET /comments/{id}/{token}`: changes nothing, however often it is opened."""
    return await _show(request, await _own(request))


async def post_edit(request: Request) -> Response:
    """Put a changed text in the old one's place, or show how it would look."""
    own = await _own(request)
    origin = admit_origin(request, own.site)
    fields = await read_long_form(request)
    service = service_of(request)
    arrival = arrival_of(request, own.site, origin, language_of(request))
    try:
        changes = _changes(own, fields)
        await service.rates.attempt(arrival.sender)
        if fields.get("do") == "preview":
            judged = await judge_changes(service, arrival, own.comment, own.thread, changes)
            return await _show(request, own, fields, preview=preview_of(request, judged))
        await edit(service, arrival, own.comment, own.thread, changes)
    except STOPPING as error:
        # A moderator may have decided meanwhile: the page shows how the comment stands now.
        return await _show(request, await _own(request), fields, trouble=trouble_of(error, tone_of(request)))
    return _onward(request, own, changed="1")


async def post_withdraw(request: Request) -> Response:
    """Take the comment back; twice is the same as once."""
    own = await _own(request)
    admit_origin(request, own.site)
    try:
        await withdraw(service_of(request), own.comment)
    except STOPPING as error:
        return await _show(request, await _own(request), trouble=trouble_of(error, tone_of(request)))
    return _onward(request, own, withdrawn="1")


async def post_objection(request: Request) -> Response:
    """Object to a rejection, once."""
    own = await _own(request)
    admit_origin(request, own.site)
    fields = await read_long_form(request)
    service = service_of(request)
    try:
        statement = _statement(fields)
        await service.rates.attempt(sender_of(request))
        await object_to(service, own.comment, statement)
    except STOPPING as error:
        return await _show(request, await _own(request), fields, trouble=trouble_of(error, tone_of(request)))
    return _onward(request, own, objected="1")


async def post_anonymise(request: Request) -> Response:
    """Take the author out of the comment and leave its words."""
    own = await _own(request)
    admit_origin(request, own.site)
    if own.comment.status != Status.DELETED:
        await anonymise(service_of(request), own.comment)
    return _onward(request, own, anonymised="1")


async def get_data(request: Request) -> Response:
    """`GET /comments/{id}/{token}/data.json`: everything about this comment, to take away."""
    own = await _own(request)
    async with service_of(request).db.reading() as session:
        body = entry_json(await entry_of(session, own.comment))
    disposition = f'attachment; filename="kommentar-{own.comment.id}.json"'
    return JSONResponse(body, headers={"Cache-Control": "no-store", "Content-Disposition": disposition})


async def _own(request: Request) -> Own:
    token = request.path_params["token"]
    comment, thread, site = await own_comment(service_of(request), request.path_params["id"], token)
    request.state.site = site
    return Own(comment, thread, site, token)


def _changes(own: Own, fields: Mapping[str, str]) -> Draft:
    changed = {name: fields[name] for name in _CHANGEABLE if name in fields}
    return parse_draft({"page": own.thread.page, **_present(own.comment), **changed})


def _present(comment: Comment) -> dict[str, str]:
    return {"text": comment.text, "name": comment.name, "url": comment.url or ""}


def _statement(fields: Mapping[str, str]) -> str:
    statement = fields.get("statement", "").strip()
    if not statement:
        raise BadDraft((FieldFault("statement", "required"),))
    if "\0" in statement:
        raise BadDraft((FieldFault("statement", "not_text"),))
    if len(statement) > LONGEST_OBJECTION:
        raise BadDraft((FieldFault("statement", "too_long", LONGEST_OBJECTION),))
    return statement


async def _show(
    request: Request,
    own: Own,
    fields: Mapping[str, str] | None = None,
    *,
    trouble: Trouble | None = None,
    preview: Preview | None = None,
) -> Response:
    service = service_of(request)
    comment, site = own.comment, own.site
    tone = tone_of(request)
    async with service.db.reading() as session:
        reasons = await reasons_for(session, comment, await rules_of(service, session, site), tone)
        objection = await objection_to(session, comment.id)
    query = request.query_params
    return page_of(
        request,
        "pages/own.html",
        tone,
        trouble.status if trouble else 200,
        trouble.headers if trouble else None,
        site=site,
        comment=comment,
        fields={"statement": "", **_present(comment), **(fields or {})},
        kept=_kept(comment, objection, fields or {}),
        expected=expected(site, comment.edited_at or comment.created_at, tone),
        words=own_words(site, "thanks", tone),
        mailed=bool(comment.email) and service.settings.sends_mail,
        trouble=trouble,
        preview=preview,
        refused=refusal_of(request, trouble, (fields or {}).get("text", "")),
        max_length=service.max_length,
        editable=editable(service, comment, site),
        edit_until=edit_until(comment, site),
        reasons=reasons,
        objection=objection,
        done=next((each for each in _DONE if query.get(each)), None),
        address=f"{service.settings.base_url}/comments/{comment.id}/{own.token}",
        doing=lambda what: own_path(request, comment.id, own.token, what),
        article=article_url(site, own.thread.page),
        thread=thread_path(request, site, own.thread.page),
        published=f"{thread_path(request, site, own.thread.page, comment=comment.id)}#kommentar-{comment.id}",
        title=own.thread.title or own.comment.title,
        netiquette=netiquette_path(request, site),
        tongues=tongues(request, site),
    )


def _onward(request: Request, own: Own, **told: str) -> Response:
    return RedirectResponse(own_path(request, own.comment.id, own.token, **told) + "#stand", 303)


def _kept(comment: Comment, objection: Objection | None, fields: Mapping[str, str]) -> str:
    """What was typed into a form that is not there any more, for copying."""
    objectable = comment.status in (Status.REJECTED, Status.SPAM) and objection is None
    return fields.get("text", "") or ("" if objectable else fields.get("statement", ""))
