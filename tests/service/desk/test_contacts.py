"""Contacts at the desk: who may arrange them, and what is said where something is wrong."""

import pytest
from sqlmodel import select

from models.audit import latest_entries
from models.contact import Contact
from models.site import Site
from service.contact_fields import key_of
from service.state import Service
from tests.builders import a_contact, at_work, both_databases
from tests.service.desk.conftest import AtDesk, words_of

CONTACTS = "/desk/sites/musterstadt/contacts"
ANNA = {"name": "Anna Müller", "function": "Jugendhilfe", "address": "anna@amt.example", "language-de": "on"}


@pytest.fixture
async def editor(desk: AtDesk, service: Service, site: Site) -> AtDesk:
    return AtDesk(desk.client, service, await at_work(service, site, "editor"))


async def _contacts(service: Service) -> list[Contact]:
    async with service.db.reading() as session:
        return list(await session.exec(select(Contact)))


@both_databases
async def test_an_editor_adds_changes_and_removes_a_contact_and_the_log_says_so(
    editor: AtDesk, service: Service, site: Site
) -> None:
    added = await editor.post(CONTACTS, **ANNA)
    assert added.headers["location"] == f"{CONTACTS}?done=added"
    [anna] = await _contacts(service)
    assert (anna.key, anna.languages, anna.active) == ("anna-mueller", ["de"], True)
    away = {"absent_from": "2026-03-01", "absent_until": "2026-03-09"}
    await editor.post(f"{CONTACTS}/{anna.id}", **{**ANNA, "address": "neu@amt.example", "active": "on", **away})
    shown = words_of(await editor.get(CONTACTS, done="changed"))
    assert "abwesend bis 9. März 2026" in shown
    assert "bekommt gerade niemand" in shown
    assert 'person="anna-mueller"' in (await editor.get(CONTACTS)).text.replace("&#34;", '"')
    await editor.post("/desk/sites/musterstadt/contact-duties", last_resort=anna.id, private=anna.id)
    assert "letzte Anlaufstelle" in words_of(await editor.get(CONTACTS))
    assert "neu@amt.example" in (await editor.get(f"{CONTACTS}/{anna.id}")).text
    await editor.post(f"{CONTACTS}/{anna.id}/remove")
    assert await _contacts(service) == []
    async with service.db.reading() as session:
        stored = await session.get_one(Site, site.id)
        log = [(each.action, each.subject) for each in await latest_entries(session, (site.id or 0,))]
    assert (stored.last_resort_id, stored.private_contact_id) == (None, None)
    assert log[::-1] == [
        ("contact_added", anna.id), ("contact_changed", anna.id), ("setting", "contact_duties"),
        ("contact_removed", anna.id),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "fields, told",
    [
        ({"name": " "}, "Bitte füllen Sie dieses Feld aus."),
        ({"address": "anna@"}, "Das sieht nicht nach einer E-Mail-Adresse aus."),
        ({"address": "a@b.de,c@d.de"}, "Das sieht nicht nach einer E-Mail-Adresse aus."),
        ({"key": "Anna M"}, "Möglich sind hier Kleinbuchstaben"),
        ({"key": "bo"}, "Eine andere Ansprechperson hat diesen Schlüssel."),
        ({"name": "x" * 81}, "Das ist zu lang."),
        ({"absent_from": "morgen"}, "Das ist kein Tag."),
        ({"absent_until": "2026-03-01"}, "Eine Abwesenheit braucht ihren ersten Tag"),
        ({"absent_from": "2026-03-02", "absent_until": "2026-03-01"}, "Eine Abwesenheit braucht ihren ersten Tag"),
        ({"substitute": "niemand"}, "Vertreten muss eine andere Ansprechperson"),
    ],
)
async def test_what_is_wrong_stands_at_its_field_and_nothing_is_saved(
    editor: AtDesk, service: Service, site: Site, fields: dict[str, str], told: str
) -> None:
    await a_contact(service, site, "bo")
    answer = await editor.post(CONTACTS, **{**ANNA, **fields})
    assert answer.status_code == 422
    assert told in words_of(answer)
    assert "Jugendhilfe" in answer.text
    assert len(await _contacts(service)) == 1


async def test_moderators_arrange_no_contacts_and_nobody_those_of_another_site(
    desk: AtDesk, editor: AtDesk, service: Service
) -> None:
    refused = await desk.get(CONTACTS)
    assert refused.status_code == 403
    assert "nur Redaktion und Administration" in words_of(refused)
    assert (await desk.post(CONTACTS, **ANNA)).status_code == 403
    assert (await editor.get(f"{CONTACTS}/unbekannt")).status_code == 404
    assert (await editor.get("/desk/sites/anderswo/contacts")).status_code in (403, 404)
    assert (await editor.get("/desk/sites/musterstadt")).status_code == 403
    assert "Ansprechpersonen" in words_of(await editor.get("/desk/sites"))
    unknown = await editor.post("/desk/sites/musterstadt/contact-duties", last_resort="unbekannt")
    assert unknown.status_code == 422


@pytest.mark.parametrize(
    "name, key",
    [("Anna Scheibe", "anna-scheibe"), ("Jörg Weiß-Öz", "joerg-weiss-oez"), ("Émile Ž.", "emile-z"), ("李", "")],
)
def test_a_key_is_made_of_the_name(name: str, key: str) -> None:
    assert key_of(name) == key
