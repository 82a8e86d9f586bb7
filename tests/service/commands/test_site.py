"""`site`: adding, changing and showing the sites that embed the widget."""

import shutil
from pathlib import Path

import pytest

from tests.service.commands.conftest import Run

ORIGIN = "https://www.musterstadt.example"


def test_a_site_that_was_added_is_listed_and_shown(run: Run) -> None:
    added = run("site", "add", "musterstadt", "--origin", ORIGIN, "--name", "Musterstadt", "--language", "en")
    assert added.status == 0
    assert '<wortmeldung-thread site="musterstadt"></wortmeldung-thread>' in added.out
    assert run("site", "list").out == f"musterstadt\tMusterstadt\t{ORIGIN}\n"
    shown = run("site", "show", "musterstadt").out
    assert "language  en" in shown
    assert ORIGIN in shown


def test_the_first_command_of_all_makes_the_folder_and_the_database(run: Run, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "data")
    assert run("site", "add", "a", "--origin", ORIGIN).status == 0
    assert run("site", "list").out.startswith("a\t")


def test_a_site_has_as_many_origins_and_links_as_are_named(run: Run) -> None:
    links = ["--imprint", f"{ORIGIN}/i", "--privacy", f"{ORIGIN}/p", "--contact", f"{ORIGIN}/c"]
    run("site", "add", "a", "--origin", ORIGIN, "--origin", "https://alt.example/", *links)
    shown = run("site", "show", "a").out
    assert f"{ORIGIN} https://alt.example\n" in shown
    assert all(f"{ORIGIN}/{each}" in shown for each in "ipc")


def test_a_change_leaves_the_rest_as_it_was(run: Run) -> None:
    run("site", "add", "a", "--origin", ORIGIN, "--name", "A", "--imprint", f"{ORIGIN}/i")
    assert run("site", "change", "a", "--privacy", f"{ORIGIN}/p").status == 0
    assert run("site", "change", "a", "--origin", "https://neu.example").status == 0
    shown = run("site", "show", "a").out
    assert all(each in shown for each in ("name      A", f"{ORIGIN}/i", f"{ORIGIN}/p", "https://neu.example"))


@pytest.mark.parametrize(
    "arguments, named",
    [
        (["Groß", "--origin", ORIGIN], "Groß"),
        (["a", "--origin", "ftp://a.example"], "ftp://a.example"),
        (["a", "--origin", f"{ORIGIN}/pfad"], "/pfad"),
        (["a", "--origin", ORIGIN, "--language", "fr"], "fr"),
        (["a", "--origin", ORIGIN, "--imprint", "javascript:alert(1)"], "javascript:"),
    ],
)
def test_a_wrong_value_is_named_in_one_line(run: Run, arguments: list[str], named: str) -> None:
    done = run("site", "add", *arguments)
    assert done.status == 1
    assert done.err.count("\n") == 1
    assert named in done.err
    assert run("site", "list").out == ""


def test_a_key_is_given_once(run: Run) -> None:
    run("site", "add", "a", "--origin", ORIGIN)
    done = run("site", "add", "a", "--origin", ORIGIN)
    assert (done.status, done.out) == (1, "")
    assert "exists already" in done.err


@pytest.mark.parametrize("arguments", [["show", "nirgends"], ["change", "nirgends", "--name", "X"]])
def test_an_unknown_site_is_said_to_be_unknown(run: Run, arguments: list[str]) -> None:
    done = run("site", *arguments)
    assert done.status == 1
    assert "nirgends" in done.err


@pytest.mark.parametrize("arguments", [["add", "a"], ["add"], ["show"], ["fly"], ["add", "a", "--colour", "red"]])
def test_wrong_usage_has_a_status_of_its_own(run: Run, arguments: list[str]) -> None:
    assert run("site", *arguments).status == 2


def test_every_setting_is_shown_and_can_be_set(run: Run) -> None:
    run("site", "add", "a", "--origin", ORIGIN)
    given = {"holds": "findings", "state": "NW", "second_rules": "threat,illegal", "paused": "on", "close_days": "90"}
    done = run("site", "change", "a", *(part for each in given.items() for part in ("--set", "=".join(each))))
    assert (done.status, done.err) == (0, "")
    shown = run("site", "show", "a").out
    assert "second_rules = threat, illegal" in shown
    assert all(f"{name} = {value}" in shown for name, value in given.items() if name != "second_rules")


@pytest.mark.parametrize(("given", "status"), [("depth=99", 1), ("holds=all", 1), ("colour=red", 2)])
def test_a_setting_that_cannot_be_is_named(run: Run, given: str, status: int) -> None:
    run("site", "add", "a", "--origin", ORIGIN)
    done = run("site", "change", "a", "--set", given)
    assert done.status == status
    assert given.partition("=")[0] in done.err
