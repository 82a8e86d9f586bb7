"""What readers may tell of a published comment without an account: that something is wrong with it, or it helps."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from service.admission import admit_origin, read_json
from service.cors import cors_headers
from service.errors import _, language_of
from service.reporting import find_helpful, published_comment, receive_report
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
    """`POST /api/v1/comments/{id}/helpful`: one more, without storing who. Off unless the site turns it on."""
    comment, site = await published_comment(request)
    admit_origin(request, site)
    helpful = await find_helpful(request, comment, site)
    body: HelpfulShape = {"helpful": helpful}
    return JSONResponse(body, headers={"Cache-Control": "no-store", **cors_headers(request, site)})
