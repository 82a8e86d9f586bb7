"""Whom a host's site signs on: the badge is theirs who hold a right token, for one comment, and nobody else's."""

from base64 import urlsafe_b64encode
from itertools import count

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlmodel import col, select

from models.comment import Comment
from models.db import Database
from models.decision import Decision
from models.resealing import reseal
from models.seal import Seal
from models.sign_on import UsedToken, add_key, keys_of
from models.site import Site
from models.webhook import add_webhook, webhooks_of
from moderation.lifecycle import Action
from service.rates import Rates
from service.retention import purge
from tests.builders import ORIGIN, PAGE, TEXT, a_moderator, add_site, at_work, both_databases, rule
from tests.conftest import SECRET
from tests.service.desk.conftest import AtDesk
from tests.service.signing import editor, signed

POST = "/api/v1/sites/musterstadt/comments"
DE = {"Origin": ORIGIN, "Accept-Language": "de"}
_numbers = count()


@pytest.fixture
async def site(service) -> Site:
    return await add_site(service)


@pytest.fixture
async def key(service, site) -> str:
    async with service.db.writing() as session:
        return (await add_key(session, site, service.clock())).secret


async def post(client, token, **fields):
    body = {"page": PAGE, "text": f"{TEXT} Nummer {next(_numbers)}.", "token": token, **fields}
    return await client.post(POST, json=body, headers=DE)


async def stored(service) -> list[Comment]:
    async with service.db.reading() as session:
        return list(await session.exec(select(Comment).order_by(col(Comment.created_at))))


async def let_editors_publish(service, site) -> None:
    async with service.db.writing() as session:
        (await session.get_one(Site, site.id)).editors_publish = True


@both_databases
async def test_an_editor_waits_like_all_others_and_then_carries_the_badge(client, service, site, key, clock):
    token = signed(key, editor(clock.now, email="mira@musterstadt.example"))
    answer = await post(
        client, token, name="Rathaus", email="fremd@post.example", text="Im Namen der Stadtverwaltung: danke!"
    )
    assert answer.json()["status"] == "pending"
    assert "impersonation" not in [each["rule"] for each in answer.json()["findings"]]
    [comment] = await stored(service)
    assert (comment.name, comment.email, comment.email_confirmed) == ("Mira Amt", "mira@musterstadt.example", True)
    await rule(service, comment, Action.APPROVE, await a_moderator(service, site))
    thread = (await client.get("/api/v1/sites/musterstadt/thread", params={"page": PAGE})).json()
    assert thread["comments"][0]["author"] == {"name": "Mira Amt", "url": None, "role": "editor"}
    assert "Redaktion" in (await client.get("/sites/musterstadt/thread", params={"page": PAGE})).text


async def test_where_the_site_says_so_editors_appear_at_once_and_the_log_says_by_which_policy(
    client, service, site, key, clock
):
    await let_editors_publish(service, site)
    answer = await post(client, signed(key, editor(clock.now)), text="Rufen Sie uns an: 030 901820. Wir helfen gern!")
    assert answer.json()["status"] == "approved"
    async with service.db.reading() as session:
        [decision] = await session.exec(select(Decision))
    assert (decision.policy, decision.moderator_id) == ("editors", None)


async def test_what_a_judge_could_not_read_waits_even_from_editors(client, service, site, key, clock, monkeypatch):
    await let_editors_publish(service, site)
    monkeypatch.setattr(service.judges.classifier, "score", lambda *_: 1 / 0, raising=False)
    answer = await post(client, signed(key, editor(clock.now)))
    assert answer.json()["status"] == "pending"


async def test_a_reader_whom_the_host_knows_has_a_confirmed_address_and_no_badge(client, service, site, key, clock):
    claims = editor(clock.now, role="reader", jti=None, name=None, email="ines@post.example")
    token = signed(key, claims)
    for _ in range(2):
        assert (await post(client, token, name="Redaktion")).status_code == 202
    first, second = await stored(service)
    assert (first.name, first.role, first.email_confirmed) == ("Redaktion", None, True)
    assert "impersonation" in first.rules
    assert second.email == "ines@post.example"


async def test_an_editors_token_works_for_one_comment_which_may_be_sent_again(client, service, site, key, clock):
    await let_editors_publish(service, site)
    token = signed(key, editor(clock.now))
    first = await post(client, token, id="derselbe-1", text=TEXT)
    again = await post(client, token, id="derselbe-1", text=TEXT)
    assert (first.json()["id"], first.json()["manage_token"]) == (again.json()["id"], again.json()["manage_token"])
    other = await post(client, token, id="anderer-12")
    assert (other.status_code, other.json()["code"]) == (422, "token")
    assert "schon ein anderer Kommentar" in other.json()["detail"]
    # Nor does another token open a colleague's comment.
    theirs = await post(client, signed(key, editor(clock.now, jti="zwei")), id="derselbe-1", text=TEXT)
    assert theirs.status_code == 409
    assert len(await stored(service)) == 1
    clock.advance(minutes=30)
    await purge(service.db, clock.now)
    async with service.db.reading() as session:
        assert (await session.exec(select(UsedToken))).all() == []


_PUBLIC = generate_private_key(65537, 2048).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _forged(key, now):
    fine = editor(now)
    head, body, signature = signed(key, fine).split(".")
    yield "", "none", signed("", fine, header={"alg": "none"})
    yield "", "none without signature", signed(key, fine, header={"alg": "none"}).rpartition(".")[0] + "."
    yield "", "another algorithm with the right key", signed(key, fine, header={"alg": "HS512"}, mac="sha512")
    yield "", "a public key as the secret", signed(_PUBLIC.decode(), fine, header={"alg": "RS256"})
    yield (
        "",
        "its own key in the header",
        signed("x" * 43, fine, header={"alg": "HS256", "jwk": {"kty": "oct", "k": "eHg"}}),
    )
    yield (
        "",
        "an extension that nobody here knows",
        signed(key, fine, header={"alg": "HS256", "crit": ["b64"], "b64": False}),
    )
    yield "", "an empty key", signed("", fine)
    yield "", "a flipped bit", f"{head}.{body}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
    yield "", "other claims", f"{head}.{urlsafe_b64encode(b'{}').decode()}.{signature}"
    yield "", "no JSON", signed(key, "text")  # type: ignore[arg-type]
    yield "", "no token at all", "..."
    yield "", "another site", signed(key, editor(now, aud="nachbarstadt"))
    yield "", "no site", signed(key, editor(now, aud=None))
    yield "", "no end", signed(key, editor(now, exp=None))
    yield "", "no beginning", signed(key, editor(now, iat=None))
    yield "", "an hour", signed(key, editor(now, exp=int(now.timestamp()) + 3600))
    yield (
        "",
        "from tomorrow",
        signed(key, editor(now, iat=int(now.timestamp()) + 86400, exp=int(now.timestamp()) + 86700)),
    )
    yield "", "not a number", signed(key, editor(now, exp=float("nan")))
    yield "", "another role", signed(key, editor(now, role="admin"))
    yield "", "an editor without a name", signed(key, editor(now, name=" "))
    yield "", "an editor without an id", signed(key, editor(now, jti=None))
    yield "", "a name of two lines", signed(key, editor(now, name="Mira\nAmt"))
    yield "", "a name that is no text", signed(key, editor(now, name=["Mira"]))
    yield "", "an address that is none", signed(key, editor(now, email="mira"))
    yield (
        "abgelaufen",
        "too old",
        signed(key, editor(now, iat=int(now.timestamp()) - 400, exp=int(now.timestamp()) - 100)),
    )


async def test_no_other_token_signs_anybody_on(client, service, site, key, clock):
    for words, kind, token in _forged(key, clock.now):
        answer = await post(client, token)
        assert (answer.status_code, answer.json().get("code")) == (422, "token"), kind
        assert words in answer.json()["detail"], kind
        assert "Ihr Text ist noch da" in answer.json()["detail"]
    assert await stored(service) == []


async def test_two_keys_hold_until_one_is_taken_away(client, service, site, key, clock):
    desk = AtDesk(client, service, await at_work(service, site, "admin"))
    here = "/desk/sites/musterstadt/sign-on"
    made = await desk.post(here)
    async with service.db.reading() as session:
        first, second = sorted(await keys_of(session, site.id), key=lambda each: each.secret != key)
    assert second.secret in made.text
    assert first.secret not in made.text
    assert second.secret not in (await desk.get(here)).text
    assert (await desk.post(here)).status_code == 409
    for number, each in enumerate((first, second)):
        assert (await post(client, signed(each.secret, editor(clock.now, jti=f"j{number}")))).status_code == 202
    assert (await desk.post(f"{here}/{first.id}/remove")).status_code == 303
    assert (await post(client, signed(first.secret, editor(clock.now, jti="j3")))).status_code == 422
    assert (await post(client, signed(second.secret, editor(clock.now, jti="j4")))).status_code == 202
    assert (await desk.post(f"{here}/{first.id}/remove")).status_code == 404
    raw = (service.settings.data_dir / "wortmeldung.db").read_bytes()
    assert second.secret.encode() not in raw


async def test_every_sealed_secret_outlives_the_secret_that_sealed_it(service, site, key):
    async with service.db.writing() as session:
        await add_webhook(session, site, "https://www.musterstadt.example/hook", [], service.clock(), private=False)
    former = Database(service.settings.database, Seal(["another secret, just as long as the one", SECRET]))
    async with former.writing() as session:
        await reseal(session)
    await former.close()
    fresh = Database(service.settings.database, Seal(["another secret, just as long as the one"]))
    async with fresh.reading() as session:
        assert [each.secret for each in await keys_of(session, site.id)] == [key]
        assert (await webhooks_of(session, site.id))[0].secret.startswith("whsec_")
    await fresh.close()


async def test_editors_of_one_office_are_not_slowed_down(client, service, site, key, clock):
    object.__setattr__(service, "rates", Rates("2/10 minutes"))
    object.__setattr__(service.settings, "rate_limit", "2/10 minutes")
    for number in range(7):
        assert (await post(client, signed(key, editor(clock.now, jti=f"amt-{number}")))).status_code == 202
    answers = [(await post(client, None)).status_code for _ in range(3)]
    assert answers[-1] == 429


async def test_an_editor_who_mends_a_comment_keeps_the_signed_name(client, service, site, key, clock):
    receipt = (await post(client, signed(key, editor(clock.now)))).json()
    mine = {**DE, "Authorization": f"Bearer {receipt['manage_token']}"}
    changes = {"text": "Ich spreche hier für die Redaktion.", "name": "Der Bürgermeister"}
    assert (await client.patch(f"/api/v1/comments/{receipt['id']}", json=changes, headers=mine)).status_code == 200
    [comment] = await stored(service)
    assert (comment.name, comment.role, "impersonation" in comment.rules) == ("Mira Amt", "editor", False)


async def test_the_plain_page_takes_a_token_by_field_and_loses_nothing_when_it_is_old(
    client, service, site, key, clock
):
    here = f"/sites/musterstadt/thread?page={PAGE}"
    token = signed(key, editor(clock.now, email="mira@musterstadt.example"))
    opened = await client.post(here, data={"token": token, "do": "open"}, headers=DE)
    assert "Sie schreiben als Mira Amt." in opened.text
    assert 'name="name"' not in opened.text
    assert await stored(service) == []
    clock.advance(minutes=6)
    late = await client.post(here, data={"token": token, "text": TEXT}, headers=DE)
    assert late.status_code == 422
    assert "ist abgelaufen" in late.text
    assert TEXT in late.text
    assert 'name="name"' in late.text
    sent = await client.post(here, data={"token": signed(key, editor(clock.now)), "text": TEXT}, headers=DE)
    assert sent.status_code == 303
    assert [each.role for each in await stored(service)] == ["editor"]
