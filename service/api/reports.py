"""What readers may tell of a published comment without an account: that something is wrong with it, or it helps."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from models.comment import Comment, count_helpful
from service.admission import admit_origin, read_json, sender_of
from service.cors import cors_headers
from service.errors import Problem, _, language_of
from service.reporting import GONE, published_comment, receive_report
from service.state import Service, service_of
from service.texts import tell
from service.wire import HelpfulShape, ReportedShape

_RECEIVED = _("Thank you for the report. A person will look at the comment.")


async def post_report(request: Request) -> Response:
    """`POST /api/v1/comments/{id}/report`: 202; a moderator finds the comment in the reports lane."""
    comment, site = await published_comment(request)
    admit_origin(request, site)
    report = await receive_report(request, comment, await read_json(request))
    body: ReportedShape = {"id": report.id, "message": tell(language_of(request), _RECEIVED)}
    return JSONResponse(body, 202, {"Cache-Control": "no-store", **cors_headers(request, site)})


async def post_helpful(request: Request) -> Response:
    """`POST /api/v1/comments/{id}/helpful`: one more, without storing who. Off unless the site turns it on.

    One sender counts once an hour at most; that is an approximation, and all that can be had without a trace.
    """
    comment, site = await published_comment(request)
    admit_origin(request, site)
    if not site.helpful:
        raise Problem(403, _("This site does not count helpful comments."))
    helpful = await _count_helpful(service_of(request), comment, sender_of(request))
    body: HelpfulShape = {"helpful": helpful}
    return JSONResponse(body, headers={"Cache-Control": "no-store", **cors_headers(request, site)})


async def _count_helpful(service: Service, comment: Comment, sender: str) -> int:
    if not await service.rates.once(f"{sender} {comment.id}"):
        return comment.helpful
    async with service.db.writing() as session:
        helpful = await count_helpful(session, comment.id)
    if helpful is None:
        raise Problem(404, GONE)
    return helpful
