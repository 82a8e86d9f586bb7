import asyncio
import threading

import pytest

from service import state
from service.settings import Settings
from service.state import open_service


@pytest.fixture
def warmed(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    called = threading.Event()
    monkeypatch.setattr(state, "warm", lambda _judges: called.set())
    return called


async def test_the_judges_are_warmed_once_the_first_answers_can_leave(
    settings: Settings, warmed: threading.Event
) -> None:
    async with open_service(settings):
        assert not warmed.is_set()
        assert await asyncio.to_thread(warmed.wait, 5)


async def test_who_stops_at_once_waits_for_no_warming(settings: Settings, warmed: threading.Event) -> None:
    async with open_service(settings):
        pass
    await asyncio.sleep(0.2)
    assert not warmed.is_set()
