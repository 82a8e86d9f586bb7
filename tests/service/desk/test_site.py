"""A site's settings at the desk: read, changed section by section, with what is wrong said at its field."""

from typing import Any

import pytest

from models.audit import latest_entries
from models.site import Site
from service.site_settings import SETTINGS, change, present
from service.state import Service
from tests.builders import at_work, both_databases
from tests.conftest import Clock
from tests.service.desk.conftest import AtDesk, words_of

RELEASE = {"holds": "everything", "spam_threshold": "", "second_bands": "", "depth": "3", "edit_minutes": "15"}
SITE = {
    "name": "Musterstadt", "origins": "https://www.musterstadt.example", "language": "de", "imprint_url": "",
    "privacy_url": "", "contact_url": "", "names": "",
}  # fmt: skip


@pytest.fixture
async def admin(desk: AtDesk, service: Service, site: Site) -> AtDesk:
    return AtDesk(desk.client, service, await at_work(service, site, "admin"))


@both_databases
async def test_a_section_is_changed_and_the_log_names_what(admin: AtDesk, service: Service, site: Site) -> None:
    fields = {**RELEASE, "holds": "strangers", "second_rule": "", "depth": "2", "second_rules-threat": "on"}
    answer = await admin.post("/desk/sites/musterstadt/settings/release", **fields, helpful="on")
    assert answer.headers["location"] == "/desk/sites/musterstadt?saved=release#release"
    stored = await _stored(service, site)
    assert (stored.holds, stored.depth, stored.helpful, stored.second_rules) == ("strangers", 2, True, ["threat"])
    async with service.db.reading() as session:
        log = {(each.action, each.subject) for each in await latest_entries(session, (site.id or 0,))}
    assert {("setting", each) for each in ("holds", "depth", "helpful", "second_rules")} <= log
    assert ("setting", "edit_minutes") not in log
    assert "Gespeichert." in words_of(await admin.get("/desk/sites/musterstadt", saved="release"))


async def test_hours_are_typed_day_by_day(admin: AtDesk, service: Service, site: Site) -> None:
    days = {f"hours-{day}": "9:00–12:00, 14:00-17:00" for day in range(4)}
    await admin.post("/desk/sites/musterstadt/settings/hours", state="BY", target_minutes="240", **days)
    stored = await _stored(service, site)
    assert stored.hours == [[["09:00", "12:00"], ["14:00", "17:00"]]] * 4 + [[], [], []]
    assert (stored.state, stored.target_minutes) == ("BY", 240)


async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(
    admin: AtDesk, service: Service, site: Site
) -> None:
    fields = {**SITE, "name": "Neu", "origins": "https://neu.example\nkeine", "imprint_url": "javascript:alert(1)"}
    answer = await admin.post("/desk/sites/musterstadt/settings/site", **fields)
    assert answer.status_code == 422
    told = words_of(answer)
    assert "„keine“ muss aussehen wie https://www.example.org" in told
    assert "„javascript:alert(1)“ muss aussehen wie" in told
    assert 'value="Neu"' in answer.text, "what was typed is kept"
    assert (await _stored(service, site)).name == "Musterstadt"


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("name", ""), ("name", "x" * 201), ("name", "a\0b"), ("name", "a\u202eb"),
        ("origins", ""), ("origins", "ftp://a.example"), ("origins", "https://a.example/pfad"),
        ("language", "fr"), ("holds", "nothing"), ("spam_threshold", "2"), ("spam_threshold", "nan"),
        ("spam_threshold", "0.1"), ("second_rules", "kings"), ("second_bands", "violation 0.9 0.1"),
        ("second_bands", "spam"), ("second_bands", "king 0.1 0.2"), ("second_bands", "violation nan 1"),
        ("depth", "0"), ("depth", "7"), ("depth", "٣"), ("depth", "-1"), ("edit_minutes", "1e3"),
        ("helpful", "vielleicht"), ("state", "XX"), ("hours", "09:00-17:00"), ("hours", "17:00-09:00;;;;;;"),
        ("hours", "09:00-12:00, 11:00-13:00;;;;;;"), ("hours", "neun;;;;;;"), ("hours", "09:00;;;;;;"),
        ("target_minutes", "60001"), ("close_days", "9999"), ("most_waiting", ""), ("text_form_de", "x" * 501),
        ("pause_reason", "a\x1bb"), ("privacy_url", "data:text/html,x"), ("names", "\n".join(map(str, range(51)))),
    ],
)  # fmt: skip
def test_what_cannot_be_is_not_taken(clock: Clock, name: str, typed: str) -> None:
    site = Site(key="a", name="A", origins=["https://a.example"], created_at=clock())
    before = site.model_dump()
    changed, wrong = change(site, {name: typed})
    assert (changed, [each.name for each in wrong]) == ([], [name])
    assert site.model_dump() == before


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("spam_threshold", "0,9", 0.9), ("spam_threshold", "", None), ("helpful", "off", False),
        ("second_bands", "violation 0,4 0,7\nspam 0.5 1", [
            {"head": "violation", "least": 0.4, "most": 0.7}, {"head": "spam", "least": 0.5, "most": 1.0},
        ]),
        ("hours", "9:00-24:00;;;;;;", [[["09:00", "24:00"]], [], [], [], [], [], []]),
        ("names", "Bürgermeisterin\nBürgermeisterin\n Rathaus ", ["Bürgermeisterin", "Rathaus"]),
        ("origins", "https://BÜCHER.example:443/", ["https://xn--bcher-kva.example"]),
    ],
)  # fmt: skip
def test_what_people_type_is_understood(clock: Clock, name: str, typed: str, value: Any) -> None:
    site = Site(key="a", name="A", created_at=clock())
    change(site, {name: typed})
    assert getattr(site, name) == value


def test_every_setting_is_read_as_it_is_shown(clock: Clock) -> None:
    site = Site(key="a", name="A", origins=["https://a.example"], created_at=clock(), state="NW", spam_threshold=0.75)
    site.second_bands = [{"head": "violation", "least": 0.4, "most": 0.7}]
    shown = {each.name: present(site, each) for each in SETTINGS}
    assert change(site, shown) == ([], [])


async def test_an_unknown_section_is_not_found(admin: AtDesk) -> None:
    assert (await admin.post("/desk/sites/musterstadt/settings/kings")).status_code == 404
    assert (await admin.get("/desk/sites/nowhere")).status_code == 404


async def _stored(service: Service, site: Site) -> Site:
    async with service.db.reading() as session:
        return await session.get_one(Site, site.id)
