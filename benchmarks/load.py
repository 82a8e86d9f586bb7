"""Load on one address: wrk where it is installed, else a client of our own, which needs more of the machine."""

import asyncio
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.servers import Server

CONNECTIONS = 16
_LATENCY = re.compile(r"^\s+(50|99)%\s+([\d.]+)(us|ms|s)\s*$", re.MULTILINE)
_RATE = re.compile(r"^Requests/sec:\s+([\d.]+)$", re.MULTILINE)
_TOTAL = re.compile(r"^\s+(\d+) requests in", re.MULTILINE)
_WRONG = re.compile(r"Non-2xx or 3xx responses: (\d+)")
_MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True, slots=True)
class Measured:
    """Requests a second, latency in ms (median and 99th percentile), processor time in µs a request."""

    rate: float
    p50: float
    p99: float
    cpu: float
    wrong: int = 0


def measure(server: Server, path: str, seconds: float, headers: dict[str, str] | None = None) -> Measured:
    """GET the path with 16 connections for so many seconds."""
    url, headers = server.url + path, headers or {}
    before = server.cpu()
    if shutil.which("wrk"):
        rate, p50, p99, total, wrong = _wrk(url, seconds, headers)
    else:
        rate, p50, p99, total, wrong = asyncio.run(_drive(url, seconds, headers))
    return Measured(rate, p50, p99, (server.cpu() - before) / max(total, 1) * 1e6, wrong)


def measure_posts(server: Server, path: str, script: Path, seconds: float, connections: int = CONNECTIONS) -> Measured:
    """POST what the Lua script makes, with wrk."""
    before = server.cpu()
    rate, p50, p99, total, wrong = _wrk(server.url + path, seconds, {}, connections, script)
    return Measured(rate, p50, p99, (server.cpu() - before) / max(total, 1) * 1e6, wrong)


def _wrk(
    url: str, seconds: float, headers: dict[str, str], connections: int = CONNECTIONS, script: Path | None = None
) -> tuple[float, float, float, int, int]:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", "30s", "--latency"]
    command += [each for name, value in headers.items() for each in ("-H", f"{name}: {value}")]
    command += ["-s", str(script)] if script else []
    told = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    latency = {each[0]: float(each[1]) * _MILLISECONDS[each[2]] for each in _LATENCY.findall(told)}
    wrong = _WRONG.search(told)
    rate, total = _RATE.search(told), _TOTAL.search(told)
    if rate is None or total is None:
        raise ValueError(f"wrk said something else than expected: {told[:200]}")
    return float(rate[1]), latency["50"], latency["99"], int(total[1]), int(wrong[1]) if wrong else 0


async def _drive(url: str, seconds: float, headers: dict[str, str]) -> tuple[float, float, float, int, int]:
    parts = urlsplit(url)
    target = parts.path + ("?" + parts.query if parts.query else "")
    told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\n{told}\r\n".encode()
    until = time.perf_counter() + seconds
    many = await asyncio.gather(
        *(_connection(parts.hostname or "", parts.port or 80, request, until) for _ in range(16))
    )
    taken = sorted(each for times, _ in many for each in times)
    wrong = sum(each for _, each in many)
    return len(taken) / seconds, taken[len(taken) // 2], taken[len(taken) * 99 // 100], len(taken), wrong


async def _connection(host: str, port: int, request: bytes, until: float) -> tuple[list[float], int]:
    """One request after the other on a connection that stays open; the times in ms."""
    reader, writer = await asyncio.open_connection(host, port)
    taken, wrong = [], 0
    while (started := time.perf_counter()) < until:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        if length:
            await reader.readexactly(int(length[1]))
        wrong += head[9:10] not in (b"2", b"3")
        taken.append((time.perf_counter() - started) * 1000)
    writer.close()
    return taken, wrong
