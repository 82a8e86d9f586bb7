"""Takes the README's pictures of the widget: `python -m tests.pictures [FOLDER]`.

Each run starts the demo in an empty folder and photographs it in Chromium, so the pictures show what readers get.
"""

import asyncio
import os
import shutil
import socket
import sys
import tempfile
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
from playwright.async_api import Browser, Locator, Page, async_playwright

ROOT = Path(__file__).parent.parent
WIDE, PHONE = {"width": 1120, "height": 1000}, {"width": 360, "height": 780}
QUESTION = "Der Verein ist erreichbar unter 0151 23456789 und freut sich über alle, die mitmachen."


async def take_pictures(folder: Path) -> None:
    """`widget.png`, `phone.png`, `dark.png`, `rtl.png` and `advice.png` in the folder."""
    async with demo() as address, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"))
        async with reader(browser, address, WIDE) as page:
            await _around(page, folder / "widget.png", 1300)
        async with reader(browser, address, WIDE, dark=True) as page:
            await _around(page, folder / "dark.png", 1300)
        async with reader(browser, address, PHONE) as page:
            await page.locator("wortmeldung-thread .reply").first.click()
            await page.locator("wortmeldung-thread li textarea").fill("Bei uns war es ähnlich: ")
            await _around(page, folder / "phone.png", 1780)
        async with reader(browser, address, WIDE, lang="ar") as page:
            await _around(page, folder / "rtl.png", 1300)
        async with reader(browser, address, WIDE) as page:
            form = await _write(page, QUESTION)
            await form.locator(".submit").first.click()
            await form.locator(".advice mark").wait_for()
            await form.screenshot(path=folder / "advice.png")
        await browser.close()


@asynccontextmanager
async def demo() -> AsyncIterator[str]:
    """The address of a demo's article page, while it is served."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as data:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("WORTMELDUNG_")}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "service", "demo", "--port", str(port),
            cwd=ROOT, env={**inherited, "WORTMELDUNG_DATA_DIR": data}, stdout=DEVNULL, stderr=DEVNULL,
        )  # fmt: skip
        try:
            await _ready(f"http://127.0.0.1:{port}/readyz")
            yield f"http://127.0.0.1:{port}/demo/"
        finally:
            process.terminate()
            await process.wait()


@asynccontextmanager
async def reader(
    browser: Browser, address: str, size: dict[str, int], *, dark: bool = False, lang: str = "de"
) -> AsyncIterator[Page]:
    """The article in a fresh profile, with the thread in sight."""
    context = await browser.new_context(
        locale="de-DE",
        timezone_id="Europe/Berlin",
        viewport=size,  # type: ignore[arg-type]
        device_scale_factor=1.5 if size is WIDE else 2,
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    page = await context.new_page()
    await page.goto(address)
    await page.locator("wortmeldung-thread").evaluate("(node, lang) => node.setAttribute('lang', lang)", lang)
    await page.locator(f"wortmeldung-thread section[lang={lang}] li").first.wait_for()
    yield page
    await context.close()


async def _around(page: Page, path: Path, height: int) -> None:
    """A picture of the thread's beginning and, where there is room, what follows."""
    thread = page.locator("wortmeldung-thread")
    await _write(page, "")
    await page.evaluate("document.activeElement?.blur()")
    box = await thread.bounding_box()
    assert box is not None
    offset = await page.evaluate("scrollY")
    width = page.viewport_size["width"] if page.viewport_size else 0
    clip = {"x": 0, "y": box["y"] + offset - 40, "width": width, "height": min(height, box["height"] + 80)}
    await page.screenshot(path=path, clip=clip, full_page=True)  # type: ignore[arg-type]


async def _write(page: Page, text: str) -> Locator:
    form = page.locator("wortmeldung-thread .write form")
    await form.scroll_into_view_if_needed()
    await form.locator(".links a").nth(2).wait_for()
    if text:
        await form.locator("textarea").fill(text)
        await form.locator(".counter span").first.wait_for()
    return form


async def _ready(address: str) -> None:
    async with asyncio.timeout(60), httpx2.AsyncClient() as client:
        while True:
            try:
                if (await client.get(address)).status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(take_pictures(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs/images"))
