"""Taking over a large site and giving it back: time, and memory of the process that does it."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.fill import texts
from benchmarks.tables import table

_ROOT = Path(__file__).parents[1]
_PAGES = 500
# The command in a process of its own, which tells its own peak: the system's count begins with what started it.
_PROGRAM = """
import re, sys
from service.command_line import main
try:
    main()
finally:
    status = open("/proc/self/status").read()
    print(re.search(r"VmHWM:\\s+(\\d+)", status)[1], file=sys.stderr)
"""


def exchange(comments: int, say: Callable[[str], None]) -> str:
    """The table, in Markdown."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        say(f"writing {comments:,} comments")
        _write(folder / "in.xml", comments)
        _run(folder, "site", "add", "b", "--origin", "https://b.example")
        out = folder / "out.jsonl"
        for told, words in (
            ("import from Disqus", ("import", "b", "--from", "disqus", str(folder / "in.xml"))),
            ("the same file again", ("import", "b", "--from", "disqus", str(folder / "in.xml"))),
            ("export as JSON lines", ("export", "b", "--output", str(out))),
            ("export as CSV", ("export", "b", "--format", "csv", "--output", str(folder / "out.csv"))),
        ):
            say(told)
            spent = _run(folder, *words)
            each = 1000 * spent.processor / comments
            rows.append((f"{told}, {comments:,}", f"{spent.seconds:,.0f}", f"{each:.2f}", f"{spent.peak / 1024:,.0f}"))
    return table(("", "seconds", "processor ms a comment", "peak MiB"), rows)


class _Spent(NamedTuple):
    """`processor`: seconds of it that the command and its own child took; `peak`: KiB of the command alone."""

    seconds: float
    processor: float
    peak: int


def _run(folder: Path, *words: str) -> _Spent:
    environment = {**os.environ, "WORTMELDUNG_DATA_DIR": str(folder), "PYTHONPATH": str(_ROOT)}
    started, before = time.perf_counter(), _processor()
    done = subprocess.run(  # our own program
        [sys.executable, "-c", _PROGRAM, *words], env=environment, capture_output=True, text=True, check=True
    )
    return _Spent(time.perf_counter() - started, _processor() - before, int(done.stderr.splitlines()[-1]))


def _processor() -> float:
    used = os.times()
    return used.children_user + used.children_system


def _write(path: Path, comments: int) -> None:
    random = Random(1)  # the same file every time
    words = texts()
    with path.open("w", encoding="utf-8") as file:
        file.write('<disqus xmlns:dsq="http://disqus.com/disqus-internals">\n')
        for page in range(_PAGES):
            file.write(f'<thread dsq:id="{page}"><link>https://b.example/t{page}</link></thread>\n')
        for number in range(_PAGES, comments + _PAGES):
            page = number % _PAGES
            parent = f'<parent dsq:id="{number - _PAGES}"/>' if random.random() < 0.4 and number >= 2 * _PAGES else ""
            file.write(
                f'<post dsq:id="{number}"><message><![CDATA[<p>{words[number % len(words)]} {number}</p>]]></message>'
                f"<createdAt>2020-01-01T00:00:00Z</createdAt><author><name>Name {number}</name></author>"
                f'<thread dsq:id="{page}"/>{parent}</post>\n'
            )
        file.write("</disqus>\n")
