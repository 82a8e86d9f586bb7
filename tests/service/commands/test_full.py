"""A disk that is full: it is said, nothing half is left, and what was stored before stays."""

import contextlib
import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.service.commands.conftest import ROOT, Run

COMMENTS = 1_200


@pytest.fixture
def site(run: Run, tmp_path: Path) -> str:
    run("site", "add", "musterstadt", "--origin", "https://www.musterstadt.example")
    head = {"wortmeldung": 1, "site": "x", "name": "x", "language": "de"}
    rows = [
        {
            "id": f"exported{number:04}", "page": "/a", "text": f"Gedanke {number} zum Schulweg. " * 20, "html": "",
            "name": "", "url": None, "status": "approved", "created_at": "2020-01-01T00:00:00Z",
        }
        for number in range(COMMENTS)
    ]  # fmt: skip
    lines = [json.dumps(head), *(json.dumps({"comment": each}) for each in rows)]
    (tmp_path / "all.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return "musterstadt"


def _cramped(environment: dict[str, str], most: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a process whose files grow to so many bytes and no further."""
    return subprocess.run(
        [sys.executable, "-m", "service", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )  # fmt: skip


def test_a_copy_that_cannot_be_written_whole_is_not_left_behind(run, environment, site, tmp_path):
    run("import", site, "--from", "jsonl", str(tmp_path / "all.jsonl"))
    folder = tmp_path / "copies"
    folder.mkdir()
    done = _cramped(environment, 400_000, "backup", str(folder / "copy.db"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "The copy could not be written" in done.stderr
    assert list(folder.iterdir()) == []
    assert run("backup", str(folder / "copy.db")).status == 0


def test_an_export_names_the_file_that_cannot_be_written(run, site, tmp_path, monkeypatch):
    """And not the database, beside which it is noticed."""
    run("import", site, "--from", "jsonl", str(tmp_path / "all.jsonl"))
    full = contextlib.nullcontext(Path("/dev/full"))
    monkeypatch.setattr("service.commands.exchange.private_file", lambda _file: full)
    done = run("export", site, "--output", str(tmp_path / "out.jsonl"))
    assert done.status == 1
    assert done.err == f"wortmeldung: {tmp_path}/out.jsonl cannot be written: No space left on device.\n"


def test_an_import_that_finds_no_room_says_how_far_it_came(run, environment, site, tmp_path):
    path = str(tmp_path / "all.jsonl")
    room = (tmp_path / "data/wortmeldung.db").stat().st_size + 900_000
    done = _cramped(environment, room, "import", site, "--from", "jsonl", path)
    assert done.returncode == 1
    assert "What was added stays" in done.stderr
    added = int(done.stdout.split(" read: ")[1].split()[0])
    assert 0 < added < COMMENTS
    assert f"{COMMENTS - added} added, {added} already there" in run("import", site, "--from", "jsonl", path).out


def test_standard_output_that_is_full_is_said_once(run, environment, site, tmp_path):
    run("import", site, "--from", "jsonl", str(tmp_path / "all.jsonl"))
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "service", "export", site],
            cwd=ROOT, env=environment, stdout=full, stderr=subprocess.PIPE, text=True, timeout=120, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "wortmeldung: Standard output cannot be written: No space left on device.\n"
