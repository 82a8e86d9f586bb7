"""Accessibility as far as a machine can tell: what axe finds wrong on a page."""

from collections.abc import Sequence
from typing import Literal

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

_AXE = Axe().axe_script
# Of all that axe knows about a page only the faults leave the browser: the rest is megabytes, and half of the time.
_FAULTS = """
    leftOut => axe.run(document, {
        resultTypes: ['violations'], rules: Object.fromEntries(leftOut.map(rule => [rule, {enabled: false}]))
    }).then(found => found.violations)
"""
CONTRAST = "color-contrast"
_SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


async def faults_of(page: Page, *, leave_out: Sequence[str] = ()) -> list[str]:
    """What keeps somebody out of this page as it stands: rule, element and what to do, one line for each place.

    `leave_out`: rules of axe that another look at the same page has asked; contrast takes most of the time.
    """
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_AXE)
    return [
        f"{fault['id']}: {place['html'][:200]} {place['failureSummary']}"
        for fault in await page.evaluate(_FAULTS, list(leave_out))
        for place in fault["nodes"]
    ]


async def faults_light_and_dark(page: Page) -> list[str]:
    """The same of this page in light, and in dark without loading it anew: loading it and axe takes half of the time."""
    found: list[str] = []
    for scheme in _SCHEMES:
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # colours change at once, not bit by bit
        found += [f"{scheme}: {fault}" for fault in await faults_of(page)]
    return found
