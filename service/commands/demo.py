"""`demo`: what `./run` starts."""

import asyncio
import logging
from typing import Annotated

import typer

from service.commands.failure import opened_database
from service.demo.routes import PAGE, demo_routes
from service.demo.seed import MODERATOR, Ready, prepare_demo
from service.links import desk_url, sign_in_url
from service.logs import configure_logs
from service.settings import Settings, read_settings
from service.state import open_service

_HOST = "127.0.0.1"


def demo(
    port: Annotated[int, typer.Option(help="Port to listen at.", min=1, max=65535)] = 8000,
) -> None:
    """Serve a demo site with an article page and comments in every state; data stays in the data directory."""
    from service.app import create_app  # noqa: PLC0415  # service/serving.py says why
    from service.serving import listen, run_app  # noqa: PLC0415

    configure_logs(logging.WARNING)
    settings = read_settings()
    if "base_url" not in settings.model_fields_set:
        settings = settings.model_copy(update={"base_url": f"http://{_HOST}:{port}"})
    listening = listen(_HOST, port)
    ready = asyncio.run(_prepare(settings, port))
    typer.echo(_box(settings, ready))
    run_app(create_app(settings, extra=demo_routes, courier=True), settings, listening)


async def _prepare(settings: Settings, port: int) -> Ready:
    origins = [f"http://{_HOST}:{port}", f"http://localhost:{port}"]
    async with opened_database(settings):
        pass
    async with open_service(settings) as service:
        return await prepare_demo(service, origins)


def _box(settings: Settings, ready: Ready) -> str:
    lines = [
        "Wortmeldung is running. Software sorts, people decide.",
        "",
        f"Article   {settings.base_url}{PAGE}",
        f"Desk      {desk_url(settings)}",
        f"Sign in   {sign_in_url(settings, ready.link_secret)}",
        f"          as {MODERATOR}; the link works once, each start prints a new one",
        "Stop      Ctrl-C",
    ]
    width = max(len(line) for line in lines)
    frame = "─" * (width + 2)
    body = "\n".join(f"│ {line:<{width}} │" for line in lines)
    return f"┌{frame}┐\n{body}\n└{frame}┘"
