"""A German WordPress with 171 comments of its own, set up once, and our service beside it."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import BrowserContext, expect

from models.site import Site
from service.state import Service
from tests.builders import add_site
from tests.support.missing import skip_or_fail
from tests.support.profiles import Profiles
from tests.support.wordpress import WordPress, run_wordpress, what_is_missing

expect.set_options(timeout=15_000)

ARTICLE = "/2025/handlungsmut/"
_AS_NEW = """
    global $wpdb;
    foreach ($wpdb->get_col("SELECT option_name FROM $wpdb->options WHERE option_name LIKE '%wortmeldung%'") as $each) delete_option($each);
    delete_post_meta_by_key('_wortmeldung_count');
    delete_post_meta_by_key('_wortmeldung_closed');
    switch_theme('twentytwentythree');
    if (!is_plugin_active('wortmeldung/wortmeldung.php')) activate_plugin('wortmeldung/wortmeldung.php');"""


@pytest.fixture(scope="session")
def installed() -> Iterator[WordPress]:
    if missing := what_is_missing():
        skip_or_fail(f"no WordPress, for lack of {missing}: see the packages in .ci/run")
    with run_wordpress() as site:
        yield site


@pytest.fixture
async def wordpress(installed: WordPress) -> AsyncIterator[WordPress]:
    """The site with the plugin switched on and nothing set; PHP has nothing to complain about the plugin."""
    yield installed
    await installed.run(_AS_NEW)
    assert installed.complaints() == []


@pytest.fixture
async def site(service: Service, wordpress: WordPress) -> Site:
    """The site at the service that takes comments from this WordPress."""
    return await add_site(service, origins=[wordpress.address])


@pytest.fixture
async def joined(wordpress: WordPress, service: Service, site: Site) -> WordPress:
    """The WordPress, told of the service."""
    address = service.settings.base_url
    await wordpress.run(f"update_option('wortmeldung', ['service' => '{address}', 'site' => '{site.key}']);")
    return wordpress


@pytest.fixture
async def profile(profiles: Profiles) -> AsyncIterator[BrowserContext]:
    """A fresh browser profile in German."""
    async with profiles.lent(
        locale="de-DE", timezone_id="Europe/Berlin", viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    ) as profile:
        yield profile
