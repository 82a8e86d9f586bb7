"""What operators and their machines ask: alive, able to serve, figures."""

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from models.outbox import waiting
from models.queue import backlog
from service import metrics
from service.state import service_of


async def get_healthz(request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


async def get_readyz(request: Request) -> Response:
    """Able to serve: the database answers and its schema is current; else 503."""
    try:
        ready = await service_of(request).db.is_ready()
    except (SQLAlchemyError, OSError):
        ready = False
    text, status = ("ready\n", 200) if ready else ("not ready\n", 503)
    return PlainTextResponse(text, status, {"Cache-Control": "no-store"})


async def get_metrics(request: Request) -> Response:
    """Figures for Prometheus; they name no page and no person."""
    service = service_of(request)
    async with service.db.reading() as session:
        outbox = await waiting(session)
        standing = await backlog(session)
    metrics.outbox.set(outbox.open)
    metrics.oldest.set((service.clock() - standing.oldest).total_seconds() if standing.oldest else 0)
    for lane, number in standing.lanes.items():
        metrics.waiting.labels(lane=lane).set(number)
    return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)
