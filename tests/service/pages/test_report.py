from dataclasses import dataclass

import httpx2
import pytest
from sqlmodel import select

from models.report import Report
from models.site import Site
from service.pages.report import REASON_LABELS
from service.state import Service
from tests.builders import PAGE, add_site, file, publish
from tests.service.pages.reader import form_on, send


@dataclass
class Place:
    client: httpx2.AsyncClient
    service: Service
    site: Site

    async def reports(self) -> list[Report]:
        async with self.service.db.reading() as session:
            return list(await session.exec(select(Report)))


@pytest.fixture
async def place(client: httpx2.AsyncClient, service: Service) -> Place:
    return Place(client, service, await add_site(service))


async def test_anyone_can_report_a_comment_without_an_account(place: Place) -> None:
    comment = await publish(place.service, place.site, name="Jo")
    page = await place.client.get(f"/comments/{comment.id}/report")
    answer = await send(place.client, page, "/report", reason="insult", statement="Der zweite Satz.", name="", email="")
    assert answer.status_code == 303
    [report] = await place.reports()
    assert (report.comment_id, report.reason, report.statement) == (comment.id, "insult", "Der zweite Satz.")
    receipt = await place.client.get(answer.headers["location"])
    assert "Meldung eingegangen" in receipt.text
    assert f"#kommentar-{comment.id}" in receipt.text


@pytest.mark.parametrize("reason", list(REASON_LABELS))
async def test_every_reason_can_be_chosen(place: Place, reason: str) -> None:
    comment = await publish(place.service, place.site)
    page = await place.client.get(f"/comments/{comment.id}/report")
    assert (await send(place.client, page, "/report", reason=reason)).status_code == 303


async def test_a_report_without_a_reason_comes_back_with_what_was_typed(place: Place) -> None:
    comment = await publish(place.service, place.site)
    page = await place.client.get(f"/comments/{comment.id}/report")
    answer = await send(place.client, page, "/report", statement="Siehe Absatz 2.", email="nichts")
    assert answer.status_code == 422
    assert form_on(answer, "/report").fields["statement"] == "Siehe Absatz 2."
    assert 'href="#feld-reason"' in answer.text
    assert 'href="#feld-email"' in answer.text
    assert await place.reports() == []


async def test_a_chosen_reason_stays_chosen(place: Place) -> None:
    comment = await publish(place.service, place.site)
    page = await place.client.get(f"/comments/{comment.id}/report")
    answer = await send(place.client, page, "/report", reason="copyright", email="nichts")
    assert form_on(answer, "/report").fields["reason"] == "copyright"


async def test_what_is_not_public_cannot_be_reported(place: Place) -> None:
    comment = await file(place.service, place.site)
    assert (await place.client.get(f"/comments/{comment.id}/report")).status_code == 404
    assert (await place.client.post(f"/comments/{comment.id}/report", data={"reason": "spam"})).status_code == 404


async def test_a_report_from_a_foreign_page_is_refused(place: Place) -> None:
    comment = await publish(place.service, place.site)
    headers = {"Origin": "https://boese.example"}
    answer = await place.client.post(f"/comments/{comment.id}/report", data={"reason": "spam"}, headers=headers)
    assert answer.status_code == 403
    assert await place.reports() == []


async def test_the_way_back_leads_to_the_thread(place: Place) -> None:
    comment = await publish(place.service, place.site)
    page = await place.client.get(f"/comments/{comment.id}/report")
    assert f"/sites/musterstadt/thread?page={PAGE.replace('/', '%2F')}&amp;comment={comment.id}#kommentar-" in page.text
