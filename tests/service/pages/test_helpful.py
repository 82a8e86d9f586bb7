import re

import httpx2
import pytest

from models.comment import Comment
from models.site import Site
from service.state import Service
from tests.builders import PAGE, add_site, publish
from tests.service.pages.reader import form_on

PATH = f"/sites/musterstadt/thread?page={PAGE}"


@pytest.fixture
async def site(service: Service) -> Site:
    site = await add_site(service)
    async with service.db.writing() as session:
        site = await session.merge(site)
        site.helpful = True
    return site


async def _press(client: httpx2.AsyncClient, comment: Comment, origin: str | None = None) -> httpx2.Response:
    button = form_on(await client.get(PATH), f"{comment.id}/helpful")
    return await client.post(button.action, headers={"Origin": origin or str(client.base_url).rstrip("/")})


async def test_a_button_counts_and_leads_back_to_the_comment(client: httpx2.AsyncClient, service: Service, site: Site):
    comment = await publish(service, site, name="Jo")
    answer = await _press(client, comment)
    assert answer.status_code == 303
    assert answer.headers["location"].endswith(f"#kommentar-{comment.id}")
    page = await client.get(answer.headers["location"].split("#")[0])
    assert "Danke, gezählt." in page.text
    assert re.search(r'Hilfreich <span class="count">1</span>', page.text)
    assert "Danke, gezählt" not in (await client.get(PATH)).text
    assert "set-cookie" not in answer.headers


async def test_the_same_connection_counts_once(client: httpx2.AsyncClient, service: Service, site: Site):
    comment = await publish(service, site)
    for _time in range(2):
        assert (await _press(client, comment)).status_code == 303
    async with service.db.reading() as session:
        assert (await session.get_one(Comment, comment.id)).helpful == 1


async def test_the_order_is_kept_on_the_way_back(client: httpx2.AsyncClient, service: Service, site: Site):
    comment = await publish(service, site)
    button = form_on(await client.get(f"{PATH}&sort=newest&lang=en"), f"{comment.id}/helpful")
    answer = await client.post(button.action)
    assert "sort=newest" in answer.headers["location"]
    assert "lang=en" in answer.headers["location"]


async def test_no_other_site_can_press_it(client: httpx2.AsyncClient, service: Service, site: Site):
    comment = await publish(service, site)
    assert (await _press(client, comment, "https://evil.example")).status_code == 403


async def test_there_is_no_button_where_the_site_does_not_count(client: httpx2.AsyncClient, service: Service):
    comment = await publish(service, await add_site(service))
    assert "Hilfreich" not in (await client.get(PATH)).text
    answer = await client.post(f"/comments/{comment.id}/helpful")
    assert answer.status_code == 403
    assert "<h1>" in answer.text


async def test_looking_at_the_address_counts_nothing(client: httpx2.AsyncClient, service: Service, site: Site):
    comment = await publish(service, site)
    assert (await client.get(f"/comments/{comment.id}/helpful")).status_code in (404, 405)
    async with service.db.reading() as session:
        assert (await session.get_one(Comment, comment.id)).helpful == 0
