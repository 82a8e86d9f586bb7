"""`moderator invite` and `token create`: what lets people in."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from models.api_token import deciding_by_token
from models.db import Database
from models.desk_session import sign_in_by_link
from models.rights import Deciding
from models.seal import Seal
from models.trip import InSession
from service.settings import kept_secrets
from service.state import utc_now
from tests.service.commands.conftest import Run

MIRA = "mira@musterstadt.example"


@pytest.fixture(autouse=True)
def site(run: Run) -> None:
    run("site", "add", "a", "--origin", "https://a.example")


async def _sign_in(tmp_path: Path, secret: str) -> str | None:
    db = Database(f"sqlite:///{tmp_path}/data/wortmeldung.db", Seal(kept_secrets(tmp_path / "data" / "secret_key")))
    async with db.writing() as session:
        opened = await sign_in_by_link(session, secret, utc_now())
    await db.close()
    return opened


async def _holder(tmp_path: Path, token: str) -> Deciding | None:
    db = Database(f"sqlite:///{tmp_path}/data/wortmeldung.db", Seal(kept_secrets(tmp_path / "data" / "secret_key")))
    async with db.reading() as session:
        found = await deciding_by_token(InSession(session), token)
    await db.close()
    return found


def test_the_printed_link_signs_in_once(run: Run, tmp_path: Path) -> None:
    done = run("moderator", "invite", MIRA, "--site", "a", base_url="https://k.example")
    assert done.out.startswith("https://k.example/desk/sign-in/")
    assert done.out.count("\n") == 1
    secret = done.out.strip().rpartition("/")[2]
    assert asyncio.run(_sign_in(tmp_path, secret))
    assert asyncio.run(_sign_in(tmp_path, secret)) is None


def test_inviting_again_changes_the_role(run: Run, tmp_path: Path) -> None:
    run("moderator", "invite", MIRA, "--site", "a")
    run("moderator", "invite", MIRA.upper(), "--site", "a", "--role", "admin")
    with sqlite3.connect(tmp_path / "data/wortmeldung.db") as rows:
        assert rows.execute("SELECT role FROM membership").fetchall() == [("admin",)]
    rows.close()


@pytest.mark.parametrize("smtp, notices", [("", 0), ("smtp://127.0.0.1:9", 1)])
def test_an_invitation_is_mailed_where_smtp_is_set(run: Run, tmp_path: Path, smtp: str, notices: int) -> None:
    run("moderator", "invite", MIRA, "--site", "a", smtp_url=smtp, mail_from="k@a.example")
    with sqlite3.connect(tmp_path / "data/wortmeldung.db") as rows:
        found = rows.execute("SELECT payload FROM notice WHERE kind = 'invitation'").fetchall()
    rows.close()
    assert len(found) == notices
    assert "mira" not in str(found)


def test_a_token_is_its_moderators_and_only_its_hash_is_kept(run: Run, tmp_path: Path) -> None:
    run("moderator", "invite", MIRA, "--site", "a")
    token = run("token", "create", MIRA, "--name", "Skript").out.strip()
    holder = asyncio.run(_holder(tmp_path, token))
    assert holder is not None
    assert holder.email == MIRA
    assert token.encode() not in (tmp_path / "data/wortmeldung.db").read_bytes()


@pytest.mark.parametrize(
    "arguments, status",
    [
        (["moderator", "invite", MIRA, "--site", "nirgends"], 1),
        (["token", "create", "niemand@a.example"], 1),
        (["moderator", "invite", "keine-adresse", "--site", "a"], 2),
        (["moderator", "invite", MIRA], 2),
        (["moderator", "invite", MIRA, "--site", "a", "--role", "king"], 2),
    ],
)
def test_what_cannot_be_is_refused(run: Run, arguments: list[str], status: int) -> None:
    done = run(*arguments)
    assert (done.status, done.out) == (status, "")
    assert done.err
