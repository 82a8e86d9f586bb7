"""`import` and `export` as people call them."""

import csv

import pytest

from tests.service.commands.conftest import Run
from tests.service.exchange.conftest import FILES


@pytest.fixture
def site(run: Run) -> str:
    run("site", "add", "musterstadt", "--origin", "https://www.musterstadt.example")
    return "musterstadt"


def test_an_import_ends_with_its_account_and_names_the_rows_it_did_not_take(run: Run, site: str) -> None:
    done = run("import", site, "--from", "wordpress", str(FILES / "wordpress.xml"))
    assert done.status == 0
    assert done.out == (
        "11 read: 9 added, 0 already there, 2 refused.\n1 of the added wait for a decision at the desk.\n"
    )
    assert done.err.count("refused: line ") == 2
    again = run("import", site, "--from", "wordpress", str(FILES / "wordpress.xml"))
    assert "0 added, 9 already there, 2 refused" in again.out


def test_a_dry_run_adds_nothing(run: Run, site: str) -> None:
    assert "6 would be added" in run("import", site, "--from", "isso", str(FILES / "isso.db"), "--dry-run").out
    assert "6 added" in run("import", site, "--from", "isso", str(FILES / "isso.db")).out


def test_the_rows_go_into_a_file_on_request(run: Run, site: str, tmp_path) -> None:
    report = tmp_path / "rows.csv"
    done = run("import", site, "--from", "disqus", str(FILES / "disqus.xml"), "--report", str(report))
    assert done.err == ""
    rows = list(csv.reader(report.read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["kind", "where", "reason"]
    assert rows[1] == ["refused", "line 51", "the post has no end"]


@pytest.mark.parametrize("form", ["wordpress", "disqus", "isso", "remark42", "commento", "jsonl"])
def test_a_file_of_another_kind_is_refused_in_one_line(run: Run, site: str, form: str, tmp_path) -> None:
    path = tmp_path / "brief.txt"
    path.write_text("Sehr geehrte Damen und Herren,\n")
    done = run("import", site, "--from", form, str(path))
    assert (done.status, done.err.count("\n")) == (1, 1)
    assert done.err.startswith("wortmeldung: ")


def test_what_goes_out_comes_in_again(run: Run, site: str, tmp_path) -> None:
    run("import", site, "--from", "isso", str(FILES / "isso.db"))
    path = tmp_path / "all.jsonl"
    done = run("export", site, "--output", str(path))
    assert (done.status, done.out) == (0, f"{path}: 6 comments\n")
    assert path.stat().st_mode & 0o077 == 0
    assert "6 already there" in run("import", site, "--from", "jsonl", str(path)).out
    assert "example.org" not in run("export", site, "--no-addresses").out
    assert run("export", site).out == path.read_text()


@pytest.mark.parametrize("form", ["wxr", "csv"])
def test_other_formats_are_written_whole_or_not_at_all(run: Run, site: str, form: str, tmp_path) -> None:
    run("import", site, "--from", "isso", str(FILES / "isso.db"))
    path = tmp_path / "out"
    assert run("export", site, "--format", form, "--output", str(path)).status == 0
    assert "Eins &" in path.read_text()
    assert run("export", site, "--output", str(tmp_path / "nirgends" / "out")).status == 1
    assert list(tmp_path.glob("*.part")) == []


@pytest.mark.parametrize(
    "arguments, status",
    [
        (["import", "nirgends", "--from", "isso", str(FILES / "isso.db")], 1),
        (["export", "nirgends"], 1),
        (["import", "musterstadt", "--from", "fax", str(FILES / "isso.db")], 2),
        (["import", "musterstadt", str(FILES / "isso.db")], 2),
        (["import", "musterstadt", "--from", "isso", "no-such-file"], 2),
        (["export", "musterstadt", "--format", "pdf"], 2),
    ],
)
def test_wrong_usage_and_unknown_sites(run: Run, site: str, arguments: list[str], status: int) -> None:
    assert run(*arguments).status == status
