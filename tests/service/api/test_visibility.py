"""The oracle: over every public route, in every status, only what a moderator has approved can be seen."""

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.routing import Mount, Route

from models.comment import Comment
from models.site import site_by_key
from moderation.lifecycle import Action
from service.own import withdraw
from tests.builders import ORIGIN, PAGE, a_moderator, add_site, file, publish, rule

CANARY = "Nachtigallenstrauch"


async def _pending(service, site, moderator, **fields):
    return await file(service, site, CANARY, **fields)


async def _decided(service, site, moderator, action, **fields):
    comment = await publish(service, site, CANARY, **fields)
    await rule(service, comment, action, moderator, rule="respect")
    return comment


async def _withdrawn(service, site, moderator, **fields):
    comment = await publish(service, site, CANARY, **fields)
    await withdraw(service, comment)
    return comment


HIDDEN = {
    "pending": _pending,
    "held": lambda *told, **fields: _decided(*told, Action.HOLD, **fields),
    "rejected": lambda *told, **fields: _decided(*told, Action.REJECT, **fields),
    "spam": lambda *told, **fields: _decided(*told, Action.SPAM, **fields),
    "deleted": lambda *told, **fields: _decided(*told, Action.DELETE, **fields),
    "withdrawn": _withdrawn,
}
NAMED = {"name": f"Name {CANARY}", "url": f"https://{CANARY}.example", "title": f"Titel {CANARY}"}


def public_paths(routes, comment_id, prefix=""):
    """Every GET route that needs no secret, filled in."""
    for route in routes:
        if isinstance(route, Mount):
            if route.path not in ("/desk", "/api/v1/moderation", "/static"):
                yield from public_paths(route.routes, comment_id, prefix + route.path)
        elif (
            isinstance(route, Route)
            and "GET" in (route.methods or ())
            and "{token}" not in route.path
            and "{name}" not in route.path
        ):
            yield (prefix + route.path).replace("{site}", "musterstadt").replace("{id}", comment_id)


def asked(path):
    page = quote(PAGE, safe="")
    yield f"{path}?page={page}"
    if path.endswith("/thread"):
        yield from (f"{path}?page={page}&{each}" for each in ("sort=newest", "sort=helpful", "limit=1", "limit=1000"))


@pytest.mark.parametrize("kind", HIDDEN)
async def test_what_is_not_approved_shows_nowhere(client, app, service, kind):
    site = await add_site(service)
    moderator = await a_moderator(service, site)
    await publish(service, site, "Ein sichtbarer Kommentar.")
    # A moderator who approved the comment has approved the page's title with it.
    title = NAMED["title"] if kind == "pending" else ""
    hidden = await HIDDEN[kind](service, site, moderator, **{**NAMED, "title": title})
    seen = 0
    for path in public_paths(app.routes, hidden.id):
        for address in asked(path):
            answer = await client.get(address)
            assert CANARY not in answer.text, address
            assert answer.status_code < 500
            seen += answer.status_code == 200
    assert seen >= 5
    counts = await client.get("/api/v1/sites/musterstadt/counts", params={"page": PAGE})
    assert counts.json() == {"counts": {PAGE: 1}}
    for what in ("report", "helpful"):
        assert (await client.post(f"/api/v1/comments/{hidden.id}/{what}", json={"reason": "spam"})).status_code == 404


async def test_a_tombstone_shows_only_that_something_was_there(client, app, service):
    site = await add_site(service)
    gone = await publish(service, site, CANARY, **{**NAMED, "title": ""})
    await publish(service, site, "Eine Antwort.", parent=gone.id)
    await rule(service, gone, Action.REJECT, await a_moderator(service, site), rule="respect")
    for path in public_paths(app.routes, gone.id):
        for address in asked(path):
            assert CANARY not in (await client.get(address)).text, address


LOCAL = st.text("abcdefghijklmnopqrstuvwxyz0123456789._-+", min_size=1, max_size=12).filter(
    lambda each: each[0].isalnum() and each[-1].isalnum() and ".." not in each
)
ADDRESS = st.builds(
    "{}@{}.{}".format,
    LOCAL,
    st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=2, max_size=10),
    st.sampled_from(["de", "example", "org", "co.uk", "museum"]),
)
AROUND = st.sampled_from(
    ["{}", "Mail: {}", "({})", "<{}>", "mailto:{}", "{}?subject=x", "*{}*", "[hier](mailto:{})", "{}, {}"]
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(address=ADDRESS, around=AROUND, upper=st.booleans())
async def test_an_address_typed_into_any_field_is_in_no_public_answer(client, service, clock, address, around, upper):
    site = await one_site(service)
    typed = around.format(address.upper() if upper else address, address)
    secret = {"email": address, "form_token": typed[:400], "homepage": typed[:400]}
    shown = {
        "name": typed[:80],
        "text": f"Guten Tag. {typed} Bis bald.",
        "url": f"https://x.example/?{typed}",
        "title": typed,
    }
    shown["name"] = shown["name"] if address in shown["name"].lower() else "Ines"
    page = f"/artikel/{clock.now.timestamp():.0f}"
    clock.advance(hours=25)
    answers = []
    preview = {"page": page, **shown}
    answers.append(await client.post("/api/v1/sites/musterstadt/preview", json=preview, headers={"Origin": ORIGIN}))
    answers.append(
        await client.post(
            "/api/v1/sites/musterstadt/comments", json={"page": page, **secret, **shown}, headers={"Origin": ORIGIN}
        )
    )
    if answers[-1].status_code == 202:
        receipt = answers[-1].json()
        headers = {"Authorization": f"Bearer {receipt['manage_token']}"}
        answers.append(await client.get(f"/api/v1/comments/{receipt['id']}", headers=headers))
        async with service.db.reading() as session:
            comment = await session.get_one(Comment, receipt["id"])
        await rule(service, comment, Action.APPROVE, await a_moderator(service, site, "mira@musterstadt.invalid"))
        threads = ("/api/v1/sites/musterstadt/thread", "/sites/musterstadt/thread")
        answers += [await client.get(path, params={"page": page}) for path in threads]
        assert answers[-2].json()["count"] == 1
    for answer in answers:
        assert answer.status_code < 500
        assert address.lower() not in answer.text.lower(), answer.request.url


async def one_site(service):
    async with service.db.reading() as session:
        site = await site_by_key(session, "musterstadt")
    return site or await add_site(service)
