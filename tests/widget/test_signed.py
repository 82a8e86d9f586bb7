"""A reader whom the host's page has signed on: the form shows it, and the comment carries it."""

import pytest
from playwright.async_api import expect

from models.sign_on import add_key
from models.site import Site
from service.state import Service
from tests.builders import TEXT
from tests.conftest import Clock
from tests.service.signing import editor, signed
from tests.widget.conftest import Reader
from tests.widget.host import Host

pytestmark = pytest.mark.browser


async def test_the_form_shows_who_is_signed_on_and_never_sends_them_as_a_guest(
    reader: Reader, host: Host, site: Site, service: Service, clock: Clock
) -> None:
    async with service.db.writing() as session:
        (await session.get_one(Site, site.id)).editors_publish = True
        key = (await add_key(session, site, clock.now)).secret
    host.policy = host.policy.replace("connect-src", f"connect-src {host.origin}")
    claims = editor(clock.now, name="Mira Zschäpe", email="mira@musterstadt.example")
    host.pages["/ausweis"] = signed(key, claims)
    await reader.open(host.put(token="/ausweis"))
    await reader.come_to_the_form()
    await expect(reader.form).to_contain_text("Sie schreiben als Mira Zschäpe, mit dem Zeichen der Redaktion.")
    await expect(reader.form.locator("[name=name]")).to_be_hidden()
    async with reader.page.expect_request("**/preview") as asked:
        await reader.text.fill("Im Namen der Stadtverwaltung: danke!")
        await reader.form.get_by_role("button", name="Vorschau").click()
    assert (await asked.value).post_data_json["token"] == host.pages["/ausweis"]
    await reader.form.get_by_role("button", name="Vorschau").click()
    await reader.write(TEXT)
    await reader.send.click()
    await reader.thread.get_by_role("button", name="1 neuen Kommentar anzeigen").click()
    await expect(reader.comments.locator(".badge")).to_have_text("Redaktion")
    await expect(reader.comments).to_contain_text("Mira Zschäpe")
    await reader.thread.get_by_role("button", name="Weiteren Kommentar schreiben").click()
    host.pages["/ausweis"] = " "
    await reader.text.fill("Und noch eine Antwort auf Ihre Frage nach dem Termin.")
    await reader.send.click()
    await expect(reader.trouble).to_contain_text("Ihre Anmeldung auf der Website ist beendet. Ihr Text ist noch da")
    await expect(reader.text).to_have_value("Und noch eine Antwort auf Ihre Frage nach dem Termin.")
    await reader.open(host.put(token=signed(key, {**claims, "exp": claims["iat"] + 1, "iat": claims["iat"] - 60})))
    clock.advance(minutes=2)
    await reader.write("Die Frage nach dem Bus klären wir mit den Verkehrsbetrieben.")
    await reader.send.click()
    await expect(reader.trouble).to_contain_text("Ihre Anmeldung von der Website ist abgelaufen.")
