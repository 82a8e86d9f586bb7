"""Commands as people call them: arguments in; exit status, output and complaints out."""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.command_line import main

ROOT = Path(__file__).parents[3]


@dataclass
class Done:
    status: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of an installation of its own; nothing of the machine's own settings."""
    monkeypatch.chdir(tmp_path)
    for name in [each for each in os.environ if each.startswith("WORTMELDUNG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("WORTMELDUNG_DATA_DIR", str(tmp_path / "data"))
    return {"WORTMELDUNG_DATA_DIR": str(tmp_path / "data"), "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}


@pytest.fixture
def run(
    environment: dict[str, str],
    migrated_file: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """Run a command in this process: `run("site", "list")`. Settings by keyword: `run("doctor", base_url="…")`.

    The database is there and up to date, as after a first command.
    """
    data = Path(environment["WORTMELDUNG_DATA_DIR"])
    data.mkdir(mode=0o700)
    shutil.copy(migrated_file, data / "wortmeldung.db")
    (data / "wortmeldung.db").chmod(0o600)

    def call(*arguments: str, **settings: str) -> Done:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["python -m service", *arguments])
            for name, value in settings.items():
                patch.setenv(f"WORTMELDUNG_{name.upper()}", value)
            capsys.readouterr()
            try:
                main()
                status = 0
            except SystemExit as end:
                status = int(end.code or 0)
            out, err = capsys.readouterr()
        return Done(status, out, err)

    return call
