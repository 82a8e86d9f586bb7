"""Accessibility as far as a machine can tell: what axe finds wrong on a page."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

_AXE = Axe().axe_script
# Of all that axe knows about a page only the faults leave the browser: the rest is megabytes, and half of the time.
_FAULTS = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"


async def faults_of(page: Page) -> list[str]:
    """What keeps somebody out of this page as it stands: rule, element and what to do, one line for each place."""
    await page.evaluate(_AXE)
    return [
        f"{fault['id']}: {place['html'][:200]} {place['failureSummary']}"
        for fault in await page.evaluate(_FAULTS)
        for place in fault["nodes"]
    ]
