import httpx2
import pytest

from service.state import Service
from tests.builders import add_site


@pytest.mark.parametrize("language, sentence", [("de", "Nicht gefunden"), ("en", "Not found")])
async def test_what_is_not_there_is_said_in_the_readers_language(
    client: httpx2.AsyncClient, language: str, sentence: str
) -> None:
    page = await client.get("/gibt/es/nicht", headers={"Accept-Language": language})
    assert page.status_code == 404
    assert f"<h1>{sentence}</h1>" in page.text
    assert page.headers["content-language"] == language


async def test_the_error_page_of_a_site_leads_back_to_it(client: httpx2.AsyncClient, service: Service) -> None:
    site = await add_site(service)
    page = await client.get("/sites/musterstadt/thread?page=")
    assert page.status_code == 422
    assert f'href="{site.origins[0]}"' in page.text


async def test_programs_get_json(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/api/v1/sites/nirgends/thread?page=/a")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_what_was_asked_for_is_not_echoed(client: httpx2.AsyncClient) -> None:
    page = await client.get("/<script>alert(1)</script>?lang=<b>")
    assert "alert" not in page.text
    assert "<b>" not in page.text


async def test_the_front_door_names_no_site(client: httpx2.AsyncClient, service: Service) -> None:
    await add_site(service)
    page = await client.get("/")
    assert page.status_code == 200
    assert 'href="/desk"' in page.text
    assert "musterstadt" not in page.text.lower()
