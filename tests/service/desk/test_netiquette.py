"""A site's own netiquette: changed rule by rule, with the difference first, a log for readers, and a way back."""

import httpx2
import pytest

from models.comment import Comment
from models.edition import editions_of
from models.site import Site
from service.state import Service
from tests.builders import ORIGIN, PAGE, add_site, at_work, both_databases
from tests.conftest import Clock
from tests.service.desk.conftest import AtDesk, words_of

RULE = "/desk/sites/musterstadt/netiquette/respect"
FIELDS = {"enabled": "on", "severity": "hold", "title_de": "Beim Du wie beim Sie: freundlich", "do": "save"}
RUDE = "Der Bürgermeister ist ein Vollidiot und gehört entlassen."


@pytest.fixture
async def admin(desk: AtDesk, service: Service, site: Site) -> AtDesk:
    return AtDesk(desk.client, service, await at_work(service, site, "admin"))


@both_databases
async def test_a_changed_rule_is_in_force_with_version_date_and_log(
    admin: AtDesk, service: Service, site: Site, clock: Clock
) -> None:
    before = (await _json(admin)).get("version")
    answer = await admin.post(RULE, **FIELDS, note="Kürzer und wärmer.")
    assert answer.headers["location"] == "/desk/sites/musterstadt/netiquette?done=saved"
    found = await _json(admin)
    assert (found["version"], found["date"]) == (f"{before}-1", "2026-03-02")
    assert found["changes"] == [{"version": f"{before}-1", "date": "2026-03-02", "note": "Kürzer und wärmer."}]
    for tone in ("de-du", "de-leicht"):
        told = await admin.client.get("/sites/musterstadt/netiquette.json", params={"lang": tone})
        assert _title(told.json()) == "Beim Du wie beim Sie: freundlich", "no tone says what is no longer so"
    page = await admin.client.get("/sites/musterstadt/netiquette", headers={"Accept-Language": "de"})
    assert "Beim Du wie beim Sie: freundlich" in page.text
    assert "Kürzer und wärmer." in page.text


async def test_the_difference_is_shown_before_anything_changes(admin: AtDesk, service: Service, site: Site) -> None:
    answer = await admin.post(RULE, **{**FIELDS, "do": "preview"})
    told = words_of(answer)
    assert "Das würde sich ändern:" in told
    assert "nachher: Beim Du wie beim Sie: freundlich" in told
    assert await _versions(service, site) == []
    same = await admin.post(RULE, enabled="on", severity="hold", do="save")
    assert same.headers["location"].endswith("done=same"), "what is empty is as it came"
    assert await _versions(service, site) == []


@both_databases
async def test_the_judges_of_this_site_follow_and_no_others(
    admin: AtDesk, service: Service, site: Site, clock: Clock
) -> None:
    other = await add_site(service, "andersstadt")
    await admin.post(RULE, **{**FIELDS, "enabled": ""})
    here, there = await _post(admin.client, service, clock, site), await _post(admin.client, service, clock, other)
    assert "respect" not in here.rules
    assert "respect" in there.rules
    assert here.netiquette == f"{there.netiquette}-1"


async def test_an_earlier_version_comes_back_as_a_new_one(admin: AtDesk, service: Service, site: Site) -> None:
    await admin.post(RULE, **FIELDS, note="Erste")
    await admin.post(RULE, **{**FIELDS, "title_de": "Zweiter Titel"}, note="Zweite")
    first = (await _edition_ids(service, site))[-1]
    answer = await admin.post("/desk/sites/musterstadt/netiquette-back", edition=str(first))
    assert answer.headers["location"].endswith("done=back")
    assert _title(await _json(admin)) == "Beim Du wie beim Sie: freundlich"
    await admin.post("/desk/sites/musterstadt/netiquette-back", edition="0")
    assert _title(await _json(admin)) == "Sachlich bleiben"
    assert len(await _versions(service, site)) == 4
    told = words_of(await admin.get("/desk/sites/musterstadt/netiquette"))
    assert "nachher: Zweiter Titel" in told


@pytest.mark.parametrize(
    "fields", [{"severity": "refuse"}, {"severity": "kill"}, {"severity": ""}], ids=["refuse", "unknown", "none"]
)
async def test_a_rule_about_opinion_never_refuses(
    admin: AtDesk, service: Service, site: Site, fields: dict[str, str]
) -> None:
    answer = await admin.post(RULE, **{**FIELDS, **fields})
    assert answer.status_code in (303, 422)
    if fields["severity"]:
        assert answer.status_code == 422
        assert await _versions(service, site) == []


@pytest.mark.parametrize("path", ["kings", "respect%00", "../people"])
async def test_an_unknown_rule_is_not_found(admin: AtDesk, path: str) -> None:
    assert (await admin.get(f"/desk/sites/musterstadt/netiquette/{path}")).status_code in (303, 404, 200)
    assert (await admin.post("/desk/sites/musterstadt/netiquette/kings", **FIELDS)).status_code == 404
    assert (await admin.post("/desk/sites/musterstadt/netiquette-back", edition="99")).status_code == 404


async def test_another_sites_version_cannot_be_taken(admin: AtDesk, service: Service, site: Site) -> None:
    other = await add_site(service, "andersstadt")
    theirs = AtDesk(admin.client, service, await at_work(service, other, "admin", "ina@andersstadt.example"))
    await theirs.post("/desk/sites/andersstadt/netiquette/respect", **FIELDS)
    [edition] = await _edition_ids(service, other)
    answer = await admin.post("/desk/sites/musterstadt/netiquette-back", edition=str(edition))
    assert answer.status_code == 404


async def _json(desk: AtDesk) -> dict:  # type: ignore[type-arg]
    return (await desk.client.get("/sites/musterstadt/netiquette.json", params={"lang": "de"})).json()


def _title(found: dict) -> str:  # type: ignore[type-arg]
    return next(each["title"] for each in found["rules"] if each["id"] == "respect")


async def _versions(service: Service, site: Site) -> list[str]:
    async with service.db.reading() as session:
        return [each.version for each in await editions_of(session, site.id or 0)]


async def _edition_ids(service: Service, site: Site) -> list[int]:
    async with service.db.reading() as session:
        return [each.id or 0 for each in await editions_of(session, site.id or 0)]


async def _post(client: httpx2.AsyncClient, service: Service, clock: Clock, site: Site) -> Comment:
    clock.advance(minutes=5)
    body = {"page": PAGE, "text": RUDE}
    answer = await client.post(f"/api/v1/sites/{site.key}/comments", json=body, headers={"Origin": ORIGIN})
    assert answer.status_code == 202
    async with service.db.reading() as session:
        return await session.get_one(Comment, answer.json()["id"])
