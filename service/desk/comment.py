"""One comment with everything, and its whole history."""

from starlette.responses import Response

from service.desk.guard import Desk, own_path, signed_in
from service.desk.queue import around_cards, card_of
from service.mail.letter import Letter
from service.moderating import look_up
from service.state import service_of


@signed_in
async def get_comment(desk: Desk) -> Response:
    """`GET /desk/comments/{id}`."""
    return await show_comment(desk)


@signed_in
async def get_card(desk: Desk) -> Response:
    """`GET /desk/comments/{id}/card`: its card alone, for a queue that is open."""
    dossier = await look_up(service_of(desk.request), desk.deciding, desk.request.path_params["id"])
    back = own_path(desk.request.query_params.get("back", ""))
    return desk.page("desk/one_card.html", card=card_of(desk, dossier), back=back, **await around_cards(desk))


async def show_comment(
    desk: Desk,
    status: int = 200,
    *,
    refusal: str = "",
    typed: dict[str, str] | None = None,
    letter: Letter | None = None,
) -> Response:
    """The page, with why a decision was refused and what the moderator had typed, if there is such."""
    service = service_of(desk.request)
    dossier = await look_up(service, desk.deciding, desk.request.path_params["id"])
    back = own_path((typed or {}).get("back", "") or desk.request.query_params.get("back", ""))
    return desk.page(
        "desk/comment.html",
        status,
        card=card_of(desk, dossier),
        back=back,
        refusal=refusal,
        letter=letter,
        typed=typed or {},
        **await around_cards(desk),
    )
