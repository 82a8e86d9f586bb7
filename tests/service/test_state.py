import asyncio
import threading

import pytest

from service.app import create_app
from service.bench import Bench
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
    await asyncio.sleep(0.2)
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
