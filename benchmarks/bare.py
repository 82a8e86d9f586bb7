"""The anchor of every ratio: Starlette routes with nothing behind them."""

import os
import sqlite3
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_FOLDER = Path(os.environ["BENCHMARK_FOLDER"])
_BODIES = {path.stem: path.read_bytes() for path in _FOLDER.glob("*.json")}


def _durable() -> sqlite3.Connection:
    connection = sqlite3.connect(_FOLDER / f"bare-{os.getpid()}.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS comment (id INTEGER PRIMARY KEY, page TEXT, name TEXT, text TEXT)")
    return connection


_database = _durable()


async def get(request: Request) -> Response:
    """The same bytes as the service gives, or 304 to whoever has them."""
    headers = {"ETag": '"bare"', "Cache-Control": "public, max-age=0"}
    if request.headers.get("if-none-match") == '"bare"':
        return Response(status_code=304, headers=headers)
    return Response(_BODIES[request.path_params["name"]], headers=headers, media_type="application/json")


async def post(request: Request) -> Response:
    """One durable insert, judged by nobody."""
    comment = await request.json()
    values = (comment["page"], comment["name"], comment["text"])
    _database.execute("INSERT INTO comment (page, name, text) VALUES (?, ?, ?)", values)
    return Response(b'{"status":"pending"}', 202, media_type="application/json")


app = Starlette(routes=[Route("/{name}", get), Route("/comments", post, methods=["POST"])])
