"""The README is held to its word: what it names exists, and the commands in it run."""

import os
import re
import shlex
from pathlib import Path

import pytest
import typer

from service.api.reference.operations import OPERATIONS
from service.command_line import app as commands
from service.settings import PREFIX, Settings
from tests.service.commands.conftest import Run, environment, run

__all__ = ["environment", "run"]

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
_FOLDERS = ("moderation/", "models/", "service/", "widget/", "tests/", "deploy/", "docs/", ".ci/", "./")
_BLOCKS = re.findall(r"^```sh\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
LINES = [line for block in _BLOCKS for line in block.splitlines() if line.strip()]


def test_the_commands_run_one_after_the_other(run: Run) -> None:
    """A newcomer who types them all, in order, ends with a site, a moderator, a token and a backup."""
    lines = [line for line in LINES if line.startswith("python -m service")]
    assert len(lines) >= 8
    for line in lines:
        done = run(*shlex.split(line)[3:])
        assert (line, done.status, done.err) == (line, 0, "")


@pytest.mark.parametrize("script", [line for line in LINES if line.startswith("./")])
def test_the_scripts_can_be_started(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)


def test_nothing_else_stands_in_a_shell_block() -> None:
    assert [line for line in LINES if not line.startswith(("python -m service ", "./"))] == []


def test_every_command_is_named() -> None:
    group = typer.main.get_command(commands)
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        assert f"`python -m service {name}`" in README
        for part in getattr(command, "commands", {}):
            row = next(line for line in README.splitlines() if line.startswith(f"| `python -m service {name}`"))
            assert f"`{part}`" in row


def test_every_setting_is_in_the_table_and_no_other() -> None:
    named = set(re.findall(rf"^\| `({PREFIX}[A-Z_]+)`", README, re.MULTILINE))
    assert named == {PREFIX + name.upper() for name in Settings.model_fields}


def test_the_defaults_in_the_table_are_the_real_ones() -> None:
    for name in ("base_url", "trusted_proxies", "rate_limit"):
        row = next(line for line in README.splitlines() if line.startswith(f"| `{PREFIX}{name.upper()}`"))
        assert f"| `{Settings.model_fields[name].default}` |" in row


def test_every_file_and_folder_that_is_named_exists() -> None:
    named = set(re.findall(r"`([^`\s]+)`", README)) | set(re.findall(r"\]\((docs/[^)]+)\)", README))
    paths = {each for each in named if each.startswith(_FOLDERS) and each != "./data"}
    paths |= {each for each in named if each in ("docker-compose.yml", "pyproject.toml")}
    assert len(paths) > 20
    assert sorted(each for each in paths if not (ROOT / each).exists()) == []


def test_every_request_that_is_named_is_in_the_openapi_document() -> None:
    named = set(re.findall(r"^\| `([A-Z]+) (/\S+)`", README, re.MULTILINE))
    known = {(method.upper(), path) for method, path in OPERATIONS}
    assert len(named) > 10
    assert named - known == set()
    missing = {(method, path) for method, path in known - named if method != "OPTIONS"}
    # What only the widget and an author's own page ask for is left to the document itself.
    assert {path for _, path in missing} <= {
        "/api/v1/openapi.json", "/api/v1/sites/{site}/form", "/api/v1/comments/{id}",
    }  # fmt: skip


def test_every_heading_that_is_linked_exists() -> None:
    anchors = {
        re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^## (.+)$", README, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([a-z-]+)\)", README)) == anchors


def test_the_glossary_uses_the_words_of_the_code() -> None:
    words = re.search(r"\*\*One word for each thing\.\*\*(.*?)\n\n", README, re.DOTALL)
    assert words
    source = "\n".join(
        path.read_text() for part in ("moderation", "models", "service") for path in (ROOT / part).rglob("*.py")
    )
    classes = {"Site", "Thread", "Draft", "Comment", "Reading", "Standing", "Score", "Rule", "Finding", "Policy"}
    classes |= {"Verdict", "Moderator", "Action", "Decision", "Status", "Notice", "Courier"}
    assert [each for each in classes if f"*{each}*" not in words[1] or f"class {each}" not in source] == []
