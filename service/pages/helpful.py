"""Saying that a comment was helpful, with a plain button."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models.thread import Thread
from service.admission import admit_origin
from service.pages.links import thread_path
from service.reporting import find_helpful, published_comment
from service.state import service_of


async def post_helpful_page(request: Request) -> Response:
    """`POST /comments/{id}/helpful`: count it, and back to the comment, which says so."""
    comment, site = await published_comment(request)
    admit_origin(request, site)
    await find_helpful(request, comment, site)
    async with service_of(request).db.reading() as session:
        thread = await session.get_one(Thread, comment.thread_id)
    sort = request.query_params.get("sort")
    back = thread_path(request, site, thread.page, sort=sort, comment=comment.id, helped=comment.id)
    return RedirectResponse(f"{back}#kommentar-{comment.id}", 303)
