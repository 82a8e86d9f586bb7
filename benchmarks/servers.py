"""Servers that are measured: each a process of its own on loopback, stopped by its process id."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_READY_SECONDS = 30
_CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


class NotThere(Exception):
    """A program to compare with is not installed here."""


@dataclass(frozen=True, slots=True)
class Server:
    name: str
    url: str
    pid: int

    def cpu(self) -> float:
        """Seconds of processor time that the server has used, with its children."""
        return sum(_cpu(pid) for pid in _family(self.pid))

    def memory(self) -> float:
        """Resident memory in MiB, with its children."""
        pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in _family(self.pid))
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@contextmanager
def ours(folder: Path, database: str = "", workers: int = 1, *, courier: bool = False) -> Iterator[Server]:
    """The service as operators start it, without rate limit and, unless there is a courier, without timed jobs."""
    port = free_port()
    environment = {
        "WORTMELDUNG_DATA_DIR": str(folder),
        "WORTMELDUNG_BASE_URL": f"http://127.0.0.1:{port}",
        "WORTMELDUNG_RATE_LIMIT": "off",
        **({"WORTMELDUNG_DATABASE_URL": database} if database else {}),
    }
    command = [sys.executable, "-m", "service", "serve", "--port", str(port), "--workers", str(workers)]
    command += [] if courier else ["--no-courier"]
    name = "Wortmeldung" + (f", {workers} workers" if workers > 1 else "")
    with _running(name, command, port, environment, ready="/readyz") as server:
        yield server


@contextmanager
def bare(folder: Path, workers: int = 1) -> Iterator[Server]:
    """Starlette alone: files `*.json` of the folder by their name."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "benchmarks.bare:app", "--port", str(port), "--no-access-log"]
    command += ["--log-level", "error", "--workers", str(workers)]
    name = "bare Starlette" + (f", {workers} workers" if workers > 1 else "")
    first = next(folder.glob("*.json")).stem
    with _running(name, command, port, {"BENCHMARK_FOLDER": str(folder)}, ready=f"/{first}") as server:
        yield server


@contextmanager
def nginx(folder: Path) -> Iterator[Server]:
    """nginx with the same bytes as files, one worker."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        raise NotThere("nginx is not installed")
    port = free_port()
    work = Path(tempfile.mkdtemp(prefix="benchmark-nginx-"))
    (work / "nginx.conf").write_text(
        f"""daemon off; pid {work}/pid; error_log stderr crit; worker_processes 1;
        events {{}}
        http {{ access_log off; default_type application/json; keepalive_requests 1000000000; sendfile on;
          client_body_temp_path {work}/b; proxy_temp_path {work}/p; fastcgi_temp_path {work}/f;
          uwsgi_temp_path {work}/u; scgi_temp_path {work}/s;
          server {{ listen 127.0.0.1:{port}; root {folder}; try_files $uri.json =404; }} }}"""
    )
    (work / "pid").touch()
    folder.chmod(0o755)
    first = next(folder.glob("*.json")).stem
    command = [
        program,
        "-c",
        str(work / "nginx.conf"),
        "-e",
        "stderr",
        *(["-g", "user root;"] if os.geteuid() == 0 else []),
    ]
    with _running("nginx, static files", command, port, {}, ready=f"/{first}") as server:
        yield server


@contextmanager
def isso(environment: Path) -> Iterator[Server]:
    """Isso as its makers say it is run, without guard and moderation, on an empty database."""
    port = free_port()
    work = Path(tempfile.mkdtemp(prefix="benchmark-isso-"))
    (work / "isso.cfg").write_text(
        f"[general]\ndbpath = {work}/comments.db\nhost = http://127.0.0.1:{port}/\n"
        f"[server]\nlisten = http://127.0.0.1:{port}\n[guard]\nenabled = false\n[moderation]\nenabled = false\n"
    )
    command = [str(environment / "bin" / "gunicorn"), "-b", f"127.0.0.1:{port}", "-w", "4", "--preload", "isso.run"]
    with _running("Isso, 4 workers", command, port, {"ISSO_SETTINGS": str(work / "isso.cfg")}, "/info") as server:
        yield server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _running(name: str, command: list[str], port: int, environment: dict[str, str], ready: str) -> Iterator[Server]:
    log = tempfile.TemporaryFile()
    process = subprocess.Popen(command, env=os.environ | environment, stdout=log, stderr=log, start_new_session=True)
    server = Server(name, f"http://127.0.0.1:{port}", process.pid)
    try:
        _wait(server.url + ready, process)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1):  # a server of our own on loopback
                return
        except OSError:
            time.sleep(0.02)
    raise NotThere(f"{process.args!r} does not answer at {url}")


def _family(pid: int) -> list[int]:
    found = [pid]
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        found += _family(int(child))
    return found


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _CLOCK_TICKS
