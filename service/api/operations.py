"""What operators and their machines ask: alive, able to serve, figures."""

from datetime import datetime

import anyio.to_thread
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from models.away import Unavailable
from models.backlog import backlog
from models.outbox import waiting
from service import metrics
from service.state import Service, service_of


async def get_healthz(request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


async def get_readyz(request: Request) -> Response:
    """Able to serve: the database answers and its schema is current; else 503."""
    try:
        ready = await service_of(request).db.is_ready()
    except (Unavailable, SQLAlchemyError, OSError):
        ready = False
    text, status = ("ready\n", 200) if ready else ("not ready\n", 503)
    return PlainTextResponse(text, status, {"Cache-Control": "no-store"})


async def get_metrics(request: Request) -> Response:
    """Figures for Prometheus; they name no page and no person. What only the database knows stays as it was last."""
    service = service_of(request)
    try:
        await _ask_database(service)
        metrics.database_up.set(1)
    except Unavailable:
        metrics.database_up.set(0)
    metrics.desks.set(service.feed.listening)
    # Asked in the first second of a process they are only now loaded, for which no reader should wait.
    judges = await anyio.to_thread.run_sync(lambda: service.judges)
    metrics.judges.labels(judge="classifier").set(judges.classifier is not None)
    metrics.judges.labels(judge="netiquette").set(judges.netiquette is not None)
    return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)


async def _ask_database(service: Service) -> None:
    async with service.db.reading() as session:
        outbox = await waiting(session)
        standing = await backlog(session)
    now = service.clock()
    metrics.outbox.set(outbox.open)
    metrics.outbox_oldest.set(_age(outbox.oldest, now))
    metrics.outbox_given_up.set(outbox.given_up)
    metrics.oldest.set(_age(standing.oldest, now))
    for lane, number in standing.lanes.items():
        metrics.waiting.labels(lane=lane).set(number)
    for part, size in (await service.db.sizes()).items():
        metrics.database_bytes.labels(part=part).set(size)


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
