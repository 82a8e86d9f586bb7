"""One message to one pinned address: HTTP/1.1, no redirect followed, five seconds, and no more read than the answer's
head. The connection is our own, because a client library would resolve the name again.
"""

import asyncio
import ssl
from collections.abc import Mapping
from functools import cache

import h11

from service.webhooks.target import Target

SECONDS = 5.0
MOST_READ = 64 * 1024
_CHUNK = 4096


class NotDelivered(Exception):
    """The message did not arrive; the message says why, in a few words."""


async def post(target: Target, headers: Mapping[str, str], body: bytes, seconds: float = SECONDS) -> None:
    """Deliver the body, or raise `NotDelivered`. Only a status of success counts as arrived."""
    try:
        async with asyncio.timeout(seconds):
            status = await _exchange(target, headers, body)
    except TimeoutError:
        raise NotDelivered(f"no answer within {seconds:.0f} seconds") from None
    except ssl.SSLError as error:
        raise NotDelivered(f"TLS: {error.reason or 'failed'}") from None
    except OSError as error:
        raise NotDelivered(error.strerror or type(error).__name__) from None
    except h11.RemoteProtocolError:
        raise NotDelivered("the answer is not HTTP") from None
    if 300 <= status < 400:
        raise NotDelivered(f"status {status}: redirects are not followed")
    if not 200 <= status < 300:
        raise NotDelivered(f"status {status}")


async def _exchange(target: Target, headers: Mapping[str, str], body: bytes) -> int:
    context = _context() if target.tls else None
    name = target.host if target.tls else None
    reader, writer = await asyncio.open_connection(target.ip, target.port, ssl=context, server_hostname=name)
    try:
        talk = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_READ)
        for event in (_request(target, headers, body), h11.Data(body), h11.EndOfMessage()):
            writer.write(talk.send(event) or b"")
        await writer.drain()
        return await _status(talk, reader)
    finally:
        writer.transport.abort()


def _request(target: Target, headers: Mapping[str, str], body: bytes) -> h11.Request:
    host = f"[{target.host}]" if ":" in target.host else target.host
    usual = 443 if target.tls else 80
    told = {
        "Host": host if target.port == usual else f"{host}:{target.port}",
        "User-Agent": "Wortmeldung",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **headers,
    }
    return h11.Request(method="POST", target=target.path, headers=list(told.items()))


async def _status(talk: h11.Connection, reader: asyncio.StreamReader) -> int:
    """The status of the answer. Its body is not read."""
    while True:
        event = talk.next_event()
        if isinstance(event, h11.Response):
            return int(event.status_code)
        if event is h11.NEED_DATA:
            talk.receive_data(await reader.read(_CHUNK))
        elif not isinstance(event, h11.InformationalResponse):
            raise NotDelivered("the connection was closed without an answer")


@cache
def _context() -> ssl.SSLContext:
    return ssl.create_default_context()
