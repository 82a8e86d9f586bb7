"""A thread of 10,000 comments as a reader has it: how long Chromium takes to show, page, find and answer it."""

import asyncio
import json
import shutil
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from threading import Thread
from typing import Any
from urllib.parse import urlencode

from playwright.async_api import Browser, Page, async_playwright

from benchmarks import servers
from benchmarks.fill import SITE, fill
from benchmarks.tables import table
from models.db import Database

MANY = 10_000
ARTICLE = "/artikel"
PAGES = 20
SENTENCE = "Bei uns in der Gemeinde war es genauso, und geholfen hat uns am Ende der gemeinsame Kalender."
_FIRST = """() => new Promise((done) => {
    const look = () => {
        const root = document.querySelector("wortmeldung-thread")?.shadowRoot;
        if (root?.querySelector("li")) requestAnimationFrame(() => done(performance.now()));
        else requestAnimationFrame(look);
    };
    look();
})"""
_MORE = """() => new Promise((done) => {
    const root = document.querySelector("wortmeldung-thread").shadowRoot;
    const start = performance.now();
    const last = root.querySelector(".item:last-child").dataset.id;
    const look = () => {
        if (root.querySelector(".item:last-child").dataset.id !== last) done(performance.now() - start);
        else requestAnimationFrame(look);
    };
    root.querySelector(".list > .secondary:last-child").click();
    requestAnimationFrame(look);
})"""
_SCROLL = """() => new Promise((done) => {
    const frames = [];
    scrollTo(0, 0);
    const step = (now) => {
        frames.push(now);
        scrollBy(0, 300);
        if (frames.length < 90) requestAnimationFrame(step);
        else done(frames);
    };
    requestAnimationFrame(step);
})"""
_KEYS = """() => {
    window.delays = [];
    const area = document.querySelector("wortmeldung-thread").shadowRoot.querySelector("li textarea");
    area.addEventListener("keydown", () => {
        const pressed = performance.now();
        requestAnimationFrame(() => setTimeout(() => window.delays.push(performance.now() - pressed)));
    });
}"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Times in milliseconds; the heap in MiB after a collection; `shown` the most items in the page at any time."""

    first: float
    more: list[float]
    scroll: list[float]
    keys: list[float]
    found: float
    heap_before: float
    heap_after: float
    nodes: int
    shown: int


def browse(say: Callable[[str], None]) -> str:
    """The table, in Markdown."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        asyncio.run(_prepare(f"sqlite:///{folder}/wortmeldung.db"))
        with servers.ours(folder) as service, host(service.url) as article:
            say(f"reading {MANY:,} comments in Chromium")
            return _told(asyncio.run(_read(service.url, article)))


async def look_through(browser: Browser, article: str, last: str) -> Figures:
    """What a reader of a page with a thread of `MANY` waits for. `last` is the id of the comment at its end."""
    context = await browser.new_context(locale="de-DE", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    page = await context.new_page()
    await page.goto(article, wait_until="commit")
    first = await page.evaluate(_FIRST)
    before, _nodes = await _weight(page)
    more, shown = [], 0
    for _ in range(PAGES):
        more.append(await page.evaluate(_MORE))
        shown = max(shown, await page.locator("wortmeldung-thread .item").count())
    frames = await page.evaluate(_SCROLL)
    await page.locator("wortmeldung-thread .reply").nth(150).click()
    await page.locator("wortmeldung-thread li textarea").wait_for()
    await page.evaluate(_KEYS)
    await page.keyboard.type(SENTENCE)
    keys = await page.evaluate("window.delays")
    after, nodes = await _weight(page)
    found = await _find(await context.new_page(), article, last)
    await context.close()
    return Figures(first, more, [b - a for a, b in pairwise(frames)], keys, found, before, after, nodes, shown)


async def _prepare(database: str) -> None:
    db = Database(database)
    await db.migrate()
    await fill(db, {ARTICLE: MANY})
    await db.close()


async def _read(service: str, article: str) -> Figures:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"))
        last = await asyncio.to_thread(_last_of, service)
        figures = await look_through(browser, article, last)
        await browser.close()
        return figures


def _last_of(service: str) -> str:
    """The id of the last comment in display order."""
    query = {"page": ARTICLE, "limit": "1000"}
    while True:
        with urllib.request.urlopen(f"{service}/api/v1/sites/{SITE}/thread?{urlencode(query)}") as answer:
            part: dict[str, Any] = json.load(answer)
        if part["next"] is None:
            return str(part["comments"][-1]["id"])
        query["after"] = part["next"]


@contextmanager
def host(service: str) -> Iterator[str]:
    """The address of a page with the thread in it, on an origin of its own."""
    body = (
        '<!doctype html><html lang="de"><title>Artikel</title>'
        f'<script type="module" src="{service}/widget/wortmeldung.js"></script><h1>Artikel</h1>'
        f'<wortmeldung-thread site="{SITE}" page="{ARTICLE}"></wortmeldung-thread>'
    ).encode()

    class Article(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Nobody reads these."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Article) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{ARTICLE}"
        server.shutdown()


async def _find(page: Page, article: str, last: str) -> float:
    """Milliseconds until a link to a comment at the end has led there."""
    await page.goto(f"{article}#kommentar-{last}", wait_until="commit")
    await page.locator(f"wortmeldung-thread #kommentar-{last}:focus").wait_for()
    return float(await page.evaluate("performance.now()"))


async def _weight(page: Page) -> tuple[float, int]:
    """The heap in MiB, after what nobody needs any more has gone, and the number of elements."""
    session = await page.context.new_cdp_session(page)
    await session.send("HeapProfiler.collectGarbage")
    heap = await session.send("Runtime.getHeapUsage")
    nodes = await page.evaluate("document.querySelector('wortmeldung-thread').shadowRoot.querySelectorAll('*').length")
    return heap["usedSize"] / 2**20, nodes


def _told(figures: Figures) -> str:
    def p95(values: list[float]) -> str:
        return f"{median(values):.0f} / {quantiles(values, n=20)[-1]:.0f} ms"

    rows = [
        ["first comments in sight", f"{figures.first:.0f} ms"],
        [f"the next hundred, {PAGES} times (median / 95 %)", p95(figures.more)],
        ["a frame while scrolling (median / 95 %)", p95(figures.scroll)],
        ["a key until it is painted, in a reply (median / 95 %)", p95(figures.keys)],
        ["a link to the last comment, until it has the focus", f"{figures.found:.0f} ms"],
        ["script memory, first page / after all of this", f"{figures.heap_before:.1f} / {figures.heap_after:.1f} MiB"],
        ["comments in the page at most", str(figures.shown)],
        ["elements in the page", str(figures.nodes)],
    ]
    return table([f"A thread of {MANY:,} comments", "Chromium"], rows)
