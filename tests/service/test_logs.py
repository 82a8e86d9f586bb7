"""What reaches the log: one JSON line an event, and nothing that somebody wrote or is called."""

import contextlib
import json
import logging
from pathlib import Path
from typing import NoReturn

import pytest
import structlog

from service.logs import configure_logs


@pytest.fixture(autouse=True)
def logs() -> None:
    configure_logs()


def events(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    out, err = capsys.readouterr()
    assert out == ""
    return [json.loads(line) for line in err.splitlines()]


@pytest.fixture
def log() -> structlog.stdlib.BoundLogger:
    return structlog.get_logger("test")


def fail(error: Exception) -> NoReturn:
    raise error


def test_an_event_is_one_line_whatever_it_holds(
    log: structlog.stdlib.BoundLogger, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs()
    log.info("decided", comment="a\r\nb\u2028c\x1b[31m\x00")
    (event,) = events(capsys)
    assert event["event"] == "decided"
    assert event["comment"] == "a\r\nb\u2028c\x1b[31m\x00"
    assert {"timestamp", "level", "logger"} <= event.keys()


def test_an_event_names_the_module_that_tells_it(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().info("decided")
    (event,) = events(capsys)
    assert event["logger"] == __name__


def test_what_is_said_of_less_weight_than_asked_for_is_not_written(
    log: structlog.stdlib.BoundLogger, capsys: pytest.CaptureFixture[str]
) -> None:
    log.info("told")
    configure_logs(logging.WARNING)
    log.info("kept quiet")
    log.warning("told too")
    assert [each["event"] for each in events(capsys)] == ["told", "told too"]


def test_a_line_that_cannot_be_written_stops_nobody(
    log: structlog.stdlib.BoundLogger, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr("sys.stderr", full)
        log.info("decided")
        monkeypatch.undo()
        with contextlib.suppress(OSError):
            full.close()


def test_an_exception_leaves_its_place_and_not_its_words(
    log: structlog.stdlib.BoundLogger, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs()
    try:
        fail(ValueError("der Text eines Kommentars von mira@musterstadt.example"))
    except ValueError:
        log.exception("failed")
    (event,) = events(capsys)
    assert event["error"] == "ValueError"
    assert "test_logs.py" in str(event["frames"])
    assert "Kommentars" not in str(event)


def test_a_library_that_logs_an_exception_is_held_to_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    try:
        fail(RuntimeError("postgresql://me:geheim@host/db"))
    except RuntimeError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application for %s", "mira@musterstadt.example")
    (event,) = events(capsys)
    assert event["error"] == "RuntimeError"
    assert "geheim" not in str(event)
    assert "mira@" not in str(event)
    assert event["event"] == "Exception in ASGI application for [hidden]"


def test_chatty_libraries_are_kept_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    for name in ("sqlalchemy.engine", "alembic.runtime", "aiosqlite", "asyncio"):
        logging.getLogger(name).info("INSERT INTO comment … 'ein Text'")
    assert events(capsys) == []
