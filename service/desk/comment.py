"""One comment with everything, and its whole history."""

from starlette.responses import Response

from service.desk import words
from service.desk.guard import Desk, own_path, signed_in
from service.desk.queue import card_of, offers_for, titler
from service.moderating import look_up
from service.state import service_of


@signed_in
async def get_comment(desk: Desk) -> Response:
    """`GET /desk/comments/{id}`."""
    return await show_comment(desk)


async def show_comment(
    desk: Desk, status: int = 200, *, refusal: str = "", typed: dict[str, str] | None = None
) -> Response:
    """The page, with why a decision was refused and what the moderator had typed, if there is such."""
    service = service_of(desk.request)
    dossier = await look_up(service, desk.deciding, desk.request.path_params["id"])
    back = own_path((typed or {}).get("back", "") or desk.request.query_params.get("back", ""))
    return desk.page(
        "desk/comment.html",
        status,
        card=card_of(desk, dossier),
        offers=offers_for(desk),
        back=back,
        refusal=refusal,
        typed=typed or {},
        words=words,
        title=titler(desk),
    )
