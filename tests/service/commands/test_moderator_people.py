"""`moderator list`, `role`, `remove`, `reset`: who works at a site, from the command line."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.service.commands.conftest import Run

ORIGIN = "https://www.musterstadt.example"
MIRA, UWE = "mira@musterstadt.example", "uwe@musterstadt.example"


@pytest.fixture
def site(run: Run) -> str:
    run("site", "add", "musterstadt", "--origin", ORIGIN)
    run("moderator", "invite", MIRA, "--site", "musterstadt", "--role", "admin")
    return "musterstadt"


def test_people_are_listed_changed_and_removed(run: Run, site: str) -> None:
    run("moderator", "invite", UWE, "--site", site, "--role", "auditor")
    assert run("moderator", "list", "--site", site).out == f"admin\t{MIRA}\tmira\t-\nauditor\t{UWE}\tuwe\t-\n"
    assert run("moderator", "role", UWE, "--site", site, "--role", "editor").status == 0
    assert f"editor\t{UWE}" in run("moderator", "list", "--site", site).out
    assert run("moderator", "remove", UWE, "--site", site).status == 0
    assert UWE not in run("moderator", "list", "--site", site).out


def test_the_last_admin_cannot_leave(run: Run, site: str) -> None:
    for words in (("role", MIRA, "--role", "editor"), ("remove", MIRA)):
        done = run("moderator", *words, "--site", site)
        assert (done.status, "at least one admin" in done.err) == (1, True)


def test_an_invitation_does_not_lower_the_last_admin(run: Run, site: str) -> None:
    done = run("moderator", "invite", MIRA, "--site", site)
    assert (done.status, done.out, "at least one admin" in done.err) == (1, "", True)
    assert run("moderator", "list", "--site", site).out.startswith(f"admin\t{MIRA}")
    run("moderator", "invite", UWE, "--site", site, "--role", "admin")
    assert run("moderator", "invite", MIRA, "--site", site, "--role", "editor").status == 0
    assert f"editor\t{MIRA}" in run("moderator", "list", "--site", site).out


def test_second_factors_can_be_taken_away_from_somebody_locked_out(run: Run, site: str, tmp_path: Path) -> None:
    mail = {"smtp_url": "smtp://127.0.0.1:9", "mail_from": "k@a.example"}
    with closing(sqlite3.connect(tmp_path / "data/wortmeldung.db")) as rows:
        rows.execute(
            "INSERT INTO passkey VALUES ('key', 1, 'Laptop', 'x', 0, '[]', '2026-03-02 10:00:00.000000', NULL)"
        )
        rows.commit()
        assert [run("moderator", "reset", MIRA, **mail).status for _ in range(2)] == [0, 0]
        assert rows.execute("SELECT count(*) FROM passkey").fetchone() == (0,)
        told = rows.execute("SELECT payload FROM notice WHERE kind = 'letter_factors'").fetchall()
    assert [json.loads(each)["change"] for (each,) in told] == ["reset"], "who had none is told nothing"


@pytest.mark.parametrize(
    "words",
    [
        ("list", "--site", "nowhere"),
        ("role", UWE, "--site", "musterstadt", "--role", "editor"),
        ("remove", "keine Adresse", "--site", "musterstadt"),
        ("reset", UWE),
    ],
)
def test_who_or_what_is_not_there_is_said_in_one_line(run: Run, site: str, words: tuple[str, ...]) -> None:
    done = run("moderator", *words)
    assert done.status == 1
    assert len(done.err.splitlines()) == 1
