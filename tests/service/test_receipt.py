"""What the author is told points into what the author typed."""

from dataclasses import replace

import httpx2
import pytest

from moderation.reading import Shown
from moderation.verdict import Finding
from service.bench import Bench
from service.receipt import as_typed
from service.state import Service
from tests.builders import ORIGIN, add_site


@pytest.mark.parametrize(
    "before",
    ["", "Schreiben Sie an eva.test (at) web.de oder e.test@web.de! ", "cafe\u0301 \u200f und\r\n\r\n"],
    ids=["plain", "with addresses to hide", "with characters to tidy"],
)
async def test_a_finding_points_into_the_text_as_typed(
    client: httpx2.AsyncClient, service: Service, before: str
) -> None:
    site = await add_site(service)
    text = before + "Rufen Sie mich privat an: 0171 39200123, gern abends."
    answer = await client.post(f"/api/v1/sites/{site.key}/preview", json={"text": text}, headers={"Origin": ORIGIN})
    passages = [text[each["start"] : each["end"]] for each in answer.json()["findings"] if each["start"] is not None]
    assert "0171 39200123" in passages


async def test_the_receipt_points_there_too_and_says_the_same_when_asked_again(
    client: httpx2.AsyncClient, service: Service
) -> None:
    site = await add_site(service)
    text = "Post an eva.test (at) web.de, oder privat unter 0171 39200123."
    post = {"page": "/p", "text": text, "id": "0123456789abcdef"}
    path, headers = f"/api/v1/sites/{site.key}/comments", {"Origin": ORIGIN}
    first, second = [(await client.post(path, json=post, headers=headers)).json() for _ in range(2)]
    passages = [text[each["start"] : each["end"]] for each in first["findings"] if each["start"] is not None]
    assert {"eva.test (at) web.de", "0171 39200123"} <= set(passages)
    assert first == second


def test_where_the_shown_text_is_not_the_typed_one_a_finding_points_nowhere() -> None:
    finding = Finding("links", "note", "…", 3, 9)
    shown = Shown("shown otherwise", "<p>shown otherwise</p>", "", None, trace=None)
    assert [(each["start"], each["end"]) for each in as_typed(shown, (finding,))] == [(None, None)]


async def test_our_own_page_may_post_whatever_name_of_the_machine_it_was_opened_under(
    client: httpx2.AsyncClient, service: Service
) -> None:
    site = await add_site(service)
    headers = {"Origin": "http://localhost:1", "Sec-Fetch-Site": "same-origin"}
    answer = await client.post(f"/api/v1/sites/{site.key}/preview", json={"text": "Guten Tag."}, headers=headers)
    assert answer.status_code == 200


async def test_a_foreign_page_may_not(client: httpx2.AsyncClient, service: Service) -> None:
    site = await add_site(service)
    headers = {"Origin": "http://localhost:1", "Sec-Fetch-Site": "cross-site"}
    answer = await client.post(f"/api/v1/sites/{site.key}/preview", json={"text": "Guten Tag."}, headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("de", "Bankverbindung aus. Bitte entfernen Sie sie."),
        ("de-du, de", "Bankverbindung aus. Bitte entferne sie."),
        ("de-leicht", "Bitte löschen Sie die Nummer."),
        ("en", "Please remove them."),
        ("fr, en;q=0.5", "Please remove them."),
    ],
)
async def test_advice_speaks_as_the_reader_asks(
    client: httpx2.AsyncClient, service: Service, language: str, says: str
) -> None:
    site = await add_site(service)
    headers = {"Origin": ORIGIN, "Accept-Language": language}
    text = "Bitte überweisen Sie auf mein Konto DE89 3704 0044 0532 0130 00."
    answer = await client.post(f"/api/v1/sites/{site.key}/preview", json={"text": text}, headers=headers)
    assert any(each["message"].endswith(says) for each in answer.json()["findings"]), answer.json()


async def test_a_text_whose_end_nobody_would_judge_is_refused_even_without_a_rule_for_length(
    client: httpx2.AsyncClient, service: Service
) -> None:
    site = await add_site(service)
    netiquette = service.judges.netiquette
    assert netiquette is not None
    rules = tuple((rule, detector) for rule, detector in netiquette.detectors if rule.id != "length")
    without = replace(service.judges, netiquette=replace(netiquette, detectors=rules))
    object.__setattr__(service, "bench", Bench(lambda: without))
    words = " ".join(f"Wort{number}" for number in range(2000))
    path, headers = f"/api/v1/sites/{site.key}/comments", {"Origin": ORIGIN}
    answer = await client.post(path, json={"page": "/p", "text": words}, headers=headers)
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["text"]
