import asyncio
import subprocess
import sys
import threading

import pytest

from service.app import create_app
from service.bench import Bench
from service.later import FIRST_ANSWERS
from service.settings import Settings
from service.state import open_service


@pytest.fixture
def warmed(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    called = threading.Event()
    monkeypatch.setattr(Bench, "warm", lambda _self: called.set())
    return called


async def test_the_judges_are_warmed_once_the_first_answers_can_leave(
    settings: Settings, warmed: threading.Event
) -> None:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        assert not warmed.is_set()
        assert await asyncio.to_thread(warmed.wait, 5)


async def test_who_stops_at_once_waits_for_no_warming(settings: Settings, warmed: threading.Event) -> None:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        pass
    await asyncio.sleep(3 * FIRST_ANSWERS)
    assert not warmed.is_set()


async def test_the_judges_are_loaded_when_they_are_asked_for_and_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads: list[object] = []
    monkeypatch.setattr("service.state.load_judges", lambda path: loads.append(path) or object())
    async with open_service(settings) as service:
        assert loads == []
        assert service.judges is service.judges
    assert loads == [settings.data_dir]


def test_nothing_that_only_writing_needs_stands_in_the_way_of_the_first_answer() -> None:
    script = "import sys, service.serving; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.split()
    assert "service.api.threads" in loaded
    later = {"moderation.judge", "moderation.netiquette", "service.submission", "service.pages", "service.mail.courier"}
    assert not {each for each in loaded if each in later or each.startswith(("phonenumbers", "jinja2", "markdown_it"))}
