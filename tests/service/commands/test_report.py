"""`report`: the yearly transparency report from the command line."""

import json
from pathlib import Path

from tests.service.commands.conftest import Run


def test_a_year_is_printed_or_written(run: Run, tmp_path: Path) -> None:
    run("site", "add", "a", "--origin", "https://a.example", "--name", "Stadt A")
    printed = run("report", "a", "2025")
    assert (printed.status, printed.out.splitlines()[0]) == (0, "Stadt A, 2025")
    assert "Zusammen: 0" in printed.out
    output = tmp_path / "bericht.json"
    assert run("report", "a", "2025", "--output", str(output), "--language", "en").status == 0
    assert json.loads(output.read_text())["tables"][0]["title"] == "Comments received, as they stand now"


def test_what_cannot_be_reported_is_said(run: Run, tmp_path: Path) -> None:
    assert run("report", "nirgends", "2025").status == 1
    assert run("report", "a", "1789").status == 2
    run("site", "add", "a", "--origin", "https://a.example")
    done = run("report", "a", "2025", "--output", str(tmp_path / "nowhere" / "x.txt"))
    assert (done.status, len(done.err.splitlines())) == (1, 1)
