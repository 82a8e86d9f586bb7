"""Other comment systems, as far as they can be had: Isso from its package; of Remark42 what was measured elsewhere."""

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from benchmarks.fill import texts
from benchmarks.servers import NotThere, Server
from benchmarks.tables import table

_ISSO = "0.14.0"
_REMARK42 = {"t50": 8_032, "t1000": 46, "t1000, its cache tuned": 1_204}
_INSTALLED_WITHIN = 300


def isso_environment() -> Path:
    """A virtual environment with Isso and the server that its makers recommend, made at the first run and kept.

    Raises `NotThere` where it cannot be installed.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "wortmeldung-benchmarks" / f"isso-{_ISSO}"
    if not (folder / "bin" / "gunicorn").exists():
        shutil.rmtree(folder, ignore_errors=True)
        try:
            _run(sys.executable, "-m", "venv", str(folder))
            _run(str(folder / "bin" / "python"), "-m", "pip", "install", "-q", f"isso=={_ISSO}", "gunicorn")
        except (OSError, subprocess.SubprocessError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise NotThere(f"Isso could not be installed ({type(error).__name__})") from error
    return folder


def fill_isso(server: Server, sizes: Mapping[str, int]) -> None:
    """Threads of these sizes, all comments at the top, which is the least work for it."""
    bodies = texts()
    for page, size in sizes.items():
        for number in range(size):
            comment = {"text": bodies[number % len(bodies)], "author": f"Gast {number}", "title": page}
            request = urllib.request.Request(
                f"{server.url}/new?uri=/{page}",
                json.dumps(comment).encode(),
                {"Content-Type": "application/json"},
            )
            urllib.request.urlopen(request, timeout=30).close()


def beside_remark42(rates: Mapping[str, float]) -> str:
    """Our requests a second, by thread, beside Remark42's: a Go program that no package has.

    Measured on 2026-11-22 on 2 cores AMD EPYC with wrk and 16 connections, commit 4793c1c, on both cores.
    """
    rows = [
        (f"Remark42, {name}", f"{rate:,}", f"{ours:,.0f}", f"{ours / rate:,.1f}")
        for name, rate in _REMARK42.items()
        if (ours := rates.get(name.partition(",")[0]))
    ]
    return table(
        ("not of this run, but of one on 2026-11-22", "requests/s", "ours, two workers", "ours × theirs"), rows
    )


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=_INSTALLED_WITHIN)
