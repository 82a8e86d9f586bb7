"""The desk's live updates: server-sent events, and the claims that they tell of."""

import asyncio
from collections.abc import AsyncGenerator
from functools import partial

from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Send

from models.desk_session import live_session
from service.desk.guard import HEADERS, Desk, signed_in
from service.live import LeftBehind, Listener, missed
from service.moderating import claim, release
from service.state import Service, service_of

_HEARTBEAT_SECONDS = 15
_PATIENCE_SECONDS = 20
_COME_BACK_MILLISECONDS = 1500


class EventStream(StreamingResponse):
    """A stream that gives up on whoever does not read it."""

    media_type = "text/event-stream"

    async def stream_response(self, send: Send) -> None:
        async def in_time(message: Message) -> None:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await send(message)

        try:
            await super().stream_response(in_time)
        except TimeoutError:
            return


@signed_in
async def get_events(desk: Desk) -> Response:
    """`GET /desk/events`: what happens at the moderator's sites; after a break from `Last-Event-ID` on, and at
    first from `after`, which the page was made at.
    """
    asked = desk.request.query_params.get("after", "")
    told = desk.request.headers.get("last-event-id", asked)
    last = int(told) if told.isascii() and told.isdigit() and len(told) < 19 else None
    if desk.request.method == "HEAD":
        return Response(headers=HEADERS, media_type=EventStream.media_type)
    headers = {**HEADERS, "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return EventStream(_events(desk, last), headers=headers)


@signed_in
async def post_claim(desk: Desk) -> Response:
    """`POST /desk/comments/{id}/claim`: show colleagues who is at work (`on=no`: that nobody is any more)."""
    service, comment = service_of(desk.request), desk.request.path_params["id"]
    if desk.form.get("on") == "no":
        await release(service, desk.deciding, comment)
        return desk.json({"outcome": "released"}) if desk.by_script else _back(desk, comment)
    held = await claim(service, desk.deciding, comment)
    if desk.by_script:
        return desk.json({"outcome": "claimed", "mine": held.moderator_id == desk.deciding.id})
    return _back(desk, comment)


def _back(desk: Desk, comment: str) -> Response:
    return desk.go(f"/desk/comments/{comment}")


async def _events(desk: Desk, last: int | None) -> AsyncGenerator[str]:
    service = service_of(desk.request)
    async with service.feed.listen(service.db, desk.deciding.id, desk.deciding.sites) as listener:
        yield f"retry: {_COME_BACK_MILLISECONDS}\n\n"
        if last is not None:
            try:
                for each in await missed(service.db, listener, last):
                    yield each.event
            except LeftBehind:
                yield "event: anew\ndata: {}\n\n"
        async for event in _as_they_come(desk, service, listener):
            yield event


async def _as_they_come(desk: Desk, service: Service, listener: Listener) -> AsyncGenerator[str]:
    while True:
        try:
            async with asyncio.timeout(_HEARTBEAT_SECONDS):
                news = await listener.waiting.get()
        except TimeoutError:
            if not await _still_signed_in(desk, service):
                return
            yield ": still here\n\n"
            continue
        if news is None:
            return
        yield news.event


async def _still_signed_in(desk: Desk, service: Service) -> bool:
    return await service.db.look(partial(live_session, secret=desk.secret, now=service.clock())) is not None
