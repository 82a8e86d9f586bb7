"""Answering: one process or several, behind one socket.

The commands import this when they serve and not before: the app takes memory and a second that an import can do
without.
"""

import gc
import signal
import socket
import sys

import uvicorn
from starlette.applications import Starlette
from uvicorn.supervisors import Multiprocess

from service.app import create_app
from service.commands.failure import Failure
from service.logs import configure_logs
from service.settings import Settings, read_settings
from service.swift import SwiftProtocol

# Orchestrators wait ten seconds (docker) to thirty (Kubernetes) before they kill.
_GRACE_SECONDS = 8
_BACKLOG = 2048
# Of what a reader has not taken yet the system holds so many bytes, not megabytes: whoever asks again and again and
# reads nothing costs few answers. What is on its way does not count, so readers far away get theirs as fast.
_MOST_UNSENT = 512 * 1024
# So many new ones before Python looks which are of no use any more; each a hundred bytes or so.
_OBJECTS = 20_000


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens, or `Failure` when the port is taken or the address is not this machine's."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise Failure(f"Cannot listen at {host} port {port}: {error.strerror or error}.") from error
    listening.set_inheritable(True)
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _MOST_UNSENT)
    return listening


def run_app(app: Starlette, settings: Settings, listening: socket.socket) -> None:
    """Answer in this process until it is told to stop."""
    server = uvicorn.Server(_config(app, settings))
    _look_for_garbage_seldom()
    # Uvicorn stops in peace and then raises the signal once more, for whoever had it before.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        return
    if not server.started:
        raise Failure("The service could not start; the log says why.")


def run_workers(settings: Settings, workers: int, listening: socket.socket, *, courier: bool) -> None:
    """Answer in several processes until told to stop."""
    factory = "with_courier" if courier else "without_courier"
    config = _config(f"service.serving:{factory}", settings, workers=workers, factory=True)
    Multiprocess(config, sockets=[listening]).run()


def with_courier() -> Starlette:
    """What each of several workers serves; they agree among themselves which of them is the courier."""
    return _in_worker(courier=True)


def without_courier() -> Starlette:
    """The same for an installation whose courier runs apart."""
    return _in_worker(courier=False)


def _in_worker(*, courier: bool) -> Starlette:
    configure_logs()
    app = create_app(read_settings(), courier=courier)
    _look_for_garbage_seldom()
    return app


def _look_for_garbage_seldom() -> None:
    """A thread of a thousand comments makes objects and no garbage; to look for some took a third of the time."""
    gc.freeze()
    gc.set_threshold(_OBJECTS, 20, 20)


def _config(app: Starlette | str, settings: Settings, workers: int = 1, factory: bool = False) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        workers=workers,
        factory=factory,
        lifespan="on",
        http=SwiftProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
