from dataclasses import replace

import httpx2
import pytest

from moderation.judge import Judges
from service.bench import Bench
from service.state import Service
from tests.builders import add_site
from tests.service.pages.reader import talking_to

PATH = "/sites/musterstadt/netiquette"


@pytest.mark.parametrize("language", ["de", "en"])
async def test_every_rule_in_the_data_stands_on_the_page(
    client: httpx2.AsyncClient, service: Service, language: str
) -> None:
    await add_site(service)
    page = await client.get(f"{PATH}?lang={language}")
    netiquette = service.judges.netiquette
    assert netiquette is not None
    for rule in netiquette.rules:
        assert f'<li id="{rule.id}">' in page.text
        assert rule.text(language).title.replace("'", "&#39;") in page.text
        assert rule.text(language).explanation.replace("'", "&#39;") in page.text
    assert netiquette.version in page.text
    assert f'datetime="{netiquette.date}"' in page.text


async def test_the_page_says_in_plain_words_who_decides(client: httpx2.AsyncClient, service: Service) -> None:
    await add_site(service)
    page = await client.get(PATH)
    assert "Software sortiert vor, Menschen entscheiden" in page.text
    assert "entscheidet in jedem Fall ein Mensch" in page.text
    assert "Bemerkt durch: Menschen<" in page.text


async def test_machines_get_the_same_rules_in_every_language(client: httpx2.AsyncClient, service: Service) -> None:
    await add_site(service)
    answer = await client.get(f"{PATH}.json")
    netiquette = service.judges.netiquette
    assert netiquette is not None
    body = answer.json()
    assert [each["id"] for each in body["rules"]] == [each.id for each in netiquette.rules]
    assert {"de", "en"} <= body["rules"][0]["title"].keys()
    assert (body["version"], body["date"]) == (netiquette.version, netiquette.date)
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_machines_get_one_language_when_they_ask(client: httpx2.AsyncClient, service: Service) -> None:
    await add_site(service)
    body = (await client.get(f"{PATH}.json?lang=en")).json()
    netiquette = service.judges.netiquette
    assert netiquette is not None
    assert body["rules"][0]["title"] == netiquette.rules[0].text("en").title


async def test_without_rules_the_page_says_so_and_the_form_still_works(service: Service) -> None:
    await add_site(service)
    async with talking_to(replace(service, bench=Bench(lambda: Judges(None, None)))) as client:
        assert (await client.get(PATH)).status_code == 503
        assert (await client.get("/sites/musterstadt/thread?page=/a")).status_code == 200
