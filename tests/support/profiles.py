"""Browser profiles, as good as new: Chromium takes half a second of the processor to make one, and little to clean one."""

import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

from playwright.async_api import Browser, BrowserContext

_PATIENCE = 20_000  # milliseconds


class Profiles:
    """The profiles of one browser that nobody uses right now, by what they were made with."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._spare: dict[str, list[BrowserContext]] = defaultdict(list)

    @contextlib.asynccontextmanager
    async def lent(self, **options: Any) -> AsyncIterator[BrowserContext]:
        """A profile without a memory, while the block lasts. `options` as for `new_context`. One empty page in it stays
        open: a profile's first page takes a fifth of a second more of the processor than the second, each time.

        What a block changes for the whole profile, and not for a page of it, is put back: cookies, storage, cache,
        permissions, being offline. It must not route or add scripts for the whole profile.
        """
        spare = self._spare[repr(sorted(options.items()))]
        profile = spare.pop() if spare else await self._made(options)
        profile.set_default_timeout(_PATIENCE)
        try:
            yield profile
            await _forget(profile)
        except BaseException:
            await profile.close()
            raise
        spare.append(profile)

    async def _made(self, options: dict[str, Any]) -> BrowserContext:
        profile = await self._browser.new_context(**options)
        await profile.new_page()
        return profile


async def _forget(profile: BrowserContext) -> None:
    await profile.set_offline(False)
    await profile.clear_permissions()
    empty, *used = profile.pages
    for each in used:
        await each.close()
    devtools = await profile.new_cdp_session(empty)
    await devtools.send("Network.clearBrowserCache")
    await devtools.send("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"})
    await devtools.detach()
    await profile.clear_cookies()
