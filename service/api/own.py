"""`PATCH` and `DELETE /api/v1/comments/{id}` with the manage token as bearer: the author's own edit and withdrawal."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from models.comment import Comment
from models.site import Site, all_sites
from models.thread import Thread
from moderation.draft import BadDraft, Draft, FieldFault, parse_draft
from service.admission import admit_origin, read_json
from service.arrival import arrival_of
from service.cors import cors_headers, may_post, preflight_headers
from service.errors import Problem, _, language_of
from service.own import edit, own_comment, own_shape, withdraw
from service.state import service_of

_CHANGEABLE = ("text", "name", "url")


async def get_own(request: Request) -> Response:
    """The comment as its author sees it: status, text, what was noticed, until when it can be changed."""
    comment, thread, site, _origin = await _admitted(request)
    return JSONResponse(own_shape(service_of(request), comment, thread, site), headers=_headers(request, site))


async def patch_own(request: Request) -> Response:
    """Change text, name or website; what is not named stays. What changes nothing is not put before a moderator."""
    service = service_of(request)
    comment, thread, site, origin = await _admitted(request)
    changes = parse_changes(await read_json(request), comment)
    if not _same(changes, comment):
        arrival = arrival_of(request, site, origin, language_of(request))
        await service.rates.attempt(arrival.sender)
        comment = await edit(service, arrival, comment, thread, changes)
    return JSONResponse(own_shape(service, comment, thread, site), headers=_headers(request, site))


async def delete_own(request: Request) -> Response:
    """Withdraw the comment; doing it twice is the same as once."""
    comment, _thread, site, _origin = await _admitted(request)
    await withdraw(service_of(request), comment)
    return Response(status_code=204, headers=_headers(request, site))


async def preflight_own(request: Request) -> Response:
    """`OPTIONS`: allowed for the origins of all sites, so that the answer does not tell which comments there are."""
    async with service_of(request).db.reading() as session:
        sites = await all_sites(session)
    origin = request.headers.get("origin", "")
    asking = next((each for each in sites if may_post(request, each, origin)), None)
    if asking is None:
        return Response(status_code=204, headers={"Vary": "Origin"})
    allowed = preflight_headers(cors_headers(request, asking), "GET, POST, PATCH, DELETE, OPTIONS")
    return Response(status_code=204, headers=allowed)


def parse_changes(payload: object, comment: Comment) -> Draft:
    """The comment as it would be with the changes, or `BadDraft` for a field that cannot be changed."""
    if not isinstance(payload, Mapping):
        raise BadDraft((FieldFault("", "not_an_object"),))
    unknown = tuple(FieldFault(str(each)[:64], "unknown_field") for each in payload if each not in _CHANGEABLE)
    if unknown:
        raise BadDraft(unknown)
    present = {"page": "/", "text": comment.text, "name": comment.name, "url": comment.url or ""}
    return parse_draft({**present, **payload})


def bearer(request: Request) -> str:
    """The token of an Authorization header, or 401."""
    scheme, _space, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip() or not token.isascii():
        raise Problem(401, _("This request needs a bearer token."), headers={"WWW-Authenticate": "Bearer"})
    return token.strip()


async def _admitted(request: Request) -> tuple[Comment, Thread, Site, bool]:
    """The author's comment, and whether the request names an origin; one from elsewhere is refused."""
    comment, thread, site = await own_comment(service_of(request), request.path_params["id"], bearer(request))
    request.state.site = site
    return comment, thread, site, admit_origin(request, site)


def _same(changes: Draft, comment: Comment) -> bool:
    return (changes.text, changes.name, changes.url) == (comment.text, comment.name, comment.url or "")


def _headers(request: Request, site: Site) -> dict[str, str]:
    return {"Cache-Control": "no-store", **cors_headers(request, site)}
