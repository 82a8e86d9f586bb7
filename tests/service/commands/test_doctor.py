"""`doctor`: what it finds, and that it says how to mend it."""

import asyncio
from pathlib import Path

import pytest

from service import checkup
from tests.service.commands.conftest import Run
from tests.support.catcher import Catcher, catching


def line(out: str, name: str) -> str:
    """The line about one thing, with its advice."""
    lines = out.splitlines()
    place = next(number for number, each in enumerate(lines) if each[9:].startswith(f"{name}:"))
    return "\n".join(lines[place : place + 2])


def test_a_new_installation_needs_no_mending(run: Run) -> None:
    run("site", "list")
    done = run("doctor")
    assert (done.status, done.err) == (0, "")
    assert "0 to mend" in done.out
    assert "mail waits" in line(done.out, "mail")
    assert "site add" in line(done.out, "sites")


def test_a_schema_that_waits_for_its_migration_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data/wortmeldung.db").unlink()
    assert "not current" in line(run("doctor").out, "database")


def test_a_secret_that_others_can_read_must_be_mended(run: Run, tmp_path: Path) -> None:
    run("site", "list")
    (tmp_path / "data/secret_key").chmod(0o644)
    done = run("doctor")
    assert done.status == 1
    assert "chmod 600" in line(done.out, "secret key")


def test_a_wrong_setting_is_the_first_thing_to_mend(run: Run) -> None:
    done = run("doctor", rate_limit="viel")
    assert done.status == 1
    assert "WORTMELDUNG_RATE_LIMIT" in done.out


@pytest.mark.parametrize(
    "settings, name",
    [
        ({"database_url": "postgresql://me:geheim@127.0.0.1:9/x"}, "database"),
        ({"smtp_url": "smtp://me:geheim@127.0.0.1:9", "mail_from": "k@a.example"}, "mail"),
        ({"redis_url": "redis://:geheim@127.0.0.1:9"}, "rate limit"),
    ],
)
def test_what_cannot_be_reached_is_a_failure_that_tells_no_password(
    run: Run, settings: dict[str, str], name: str
) -> None:
    run("site", "list")
    done = run("doctor", **settings)
    assert done.status == 1
    assert line(done.out, name).startswith("FAILURE")
    assert "geheim" not in done.out + done.err


async def test_an_smtp_server_that_greets_us_is_fine(run: Run) -> None:
    async with catching(catcher := Catcher()):
        done = await asyncio.to_thread(run, "doctor", smtp_url=catcher.url, mail_from="k@a.example")
    assert "greets us" in line(done.out, "mail")
    assert catcher.caught == []


@pytest.mark.parametrize(
    "what, name",
    [("load_classifier", "classifier"), ("load_netiquette", "netiquette")],
)
def test_a_judge_that_cannot_be_loaded_is_a_failure(
    run: Run, monkeypatch: pytest.MonkeyPatch, what: str, name: str
) -> None:
    def damaged(*_: object) -> None:
        raise OSError("no such file")

    monkeypatch.setattr(checkup, what, damaged)
    done = run("doctor")
    assert done.status == 1
    assert "review" in line(done.out, name)


def test_the_operators_own_netiquette_is_checked(run: Run, tmp_path: Path) -> None:
    run("site", "list")
    own = tmp_path / "data" / "netiquette.toml"
    own.write_text("[rules.links]\nparams = { patterns = ['(?=a)'] }\n")
    done = run("doctor")
    assert done.status == 1
    assert line(done.out, "netiquette").startswith("FAILURE")
    assert "netiquette.toml" in line(done.out, "netiquette")


def test_a_site_without_its_legal_links_is_named_with_the_command(run: Run) -> None:
    run("site", "add", "a", "--origin", "https://a.example")
    assert "site change a --imprint" in line(run("doctor").out, "site a")
    run("site", "change", "a", "--imprint", "https://a.example/i", "--privacy", "https://a.example/p")
    assert line(run("doctor").out, "site a").startswith("ok")


@pytest.mark.parametrize("limit, said", [("_LEAST_FREE", "Make room"), ("_LARGE_LOG", "log is emptied when")])
def test_a_lack_of_room_is_said(run: Run, monkeypatch: pytest.MonkeyPatch, limit: str, said: str) -> None:
    run("site", "list")
    monkeypatch.setattr(checkup, limit, 2**60 if limit == "_LEAST_FREE" else -1)
    assert said in line(run("doctor").out, "room")
