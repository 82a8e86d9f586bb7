"""`papers`, `site legal`, `purge`, `erase`, `outbox`, `secret`: what operators owe, by command."""

from pathlib import Path

import pytest

from tests.service.commands.conftest import Run


@pytest.fixture(autouse=True)
def site(run: Run) -> None:
    run("site", "add", "a", "--origin", "https://a.example", "--name", "Stadt A")


def test_papers_follow_the_configuration(run: Run, tmp_path: Path) -> None:
    before = run("papers", "a").out
    done = run(
        "site",
        "legal",
        "a",
        "--public-body",
        "--controller",
        "Stadt A",
        "--address",
        "Markt 1",
        "--keep",
        "rejected=14",
    )
    assert (done.status, done.err) == (0, "")
    after = run("papers", "a").out
    assert before != after
    assert "Stadt A, Markt 1" in after
    assert "14" in after
    assert "berechtigtes Interesse" not in after
    assert "Weitere externe Empfänger: keine" in after
    english = run("papers", "a", "--language", "en", "--output", str(tmp_path / "papers"))
    assert english.status == 0
    assert len(list((tmp_path / "papers").iterdir())) == 3


@pytest.mark.parametrize(
    "wrong", [("--public-body", "--basis", "f"), ("--keep", "nonsense=3"), ("--keep", "rejected=0"), ("--basis", "z")]
)
def test_a_legal_setting_that_cannot_be_is_refused_in_one_line(run: Run, wrong: tuple[str, ...]) -> None:
    done = run("site", "legal", "a", *wrong)
    assert done.status in (1, 2)
    assert done.err


def test_doctor_says_that_nobody_is_named_as_responsible(run: Run) -> None:
    done = run("doctor")
    assert done.status == 1
    assert "site legal a --controller" in done.out


def test_doctor_checks_the_operators_own_mail_templates(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "templates" / "mail"
    folder.mkdir(parents=True)
    (folder / "published.txt").write_text("Hallo {{ ''.__class__.__mro__ }} {{ invented }}", encoding="utf-8")
    (folder / "confirm.txt").write_text("{% if %}", encoding="utf-8")
    done = run("doctor")
    assert "unknown invented" in done.out
    assert "confirm.txt" in done.out


def test_purge_erase_outbox_and_rotation_report_what_they_did(run: Run, tmp_path: Path) -> None:
    run("moderator", "invite", "mira@a.example", "--site", "a")
    assert "undecided comments" in run("purge").out
    assert run("erase", "niemand@a.example").out.startswith("0 comments")
    assert run("erase", "no address").status == 2
    assert run("outbox", "failed").out == ""
    assert run("outbox", "retry", "x").status == 1
    first = (tmp_path / "data" / "secret_key").read_text()
    assert run("secret", "rotate").out.startswith("1 addresses")
    kept = (tmp_path / "data" / "secret_key").read_text().split()
    assert kept[1] == first.strip()
    assert run("secret", "rotate", "--forget").status == 0
    assert len((tmp_path / "data" / "secret_key").read_text().split()) == 1
    assert run("token", "create", "mira@a.example").status == 0
