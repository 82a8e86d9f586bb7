"""Who moderators are to each other, and what wrong passwords cost."""

from datetime import timedelta

from models.moderator import FREE_FAILURES, LONGEST_PAUSE, Moderator, forget_failures, is_locked, names_of, note_failure
from models.trip import InSession
from service.state import Service
from tests.builders import a_moderator, add_site, both_databases


@both_databases
async def test_pauses_grow_and_a_right_password_ends_them(service: Service) -> None:
    moderator = await a_moderator(service, await add_site(service))
    pauses = []
    for _ in range(FREE_FAILURES + 8):
        async with service.db.writing() as session:
            await note_failure(session, moderator.id or 0, service.clock())
        pauses.append(await _pause(service, moderator))
    minutes = [each.total_seconds() / 60 for each in pauses[FREE_FAILURES - 1 :]]
    assert not any(pauses[: FREE_FAILURES - 1])
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert pauses[-1] == LONGEST_PAUSE
    async with service.db.writing() as session:
        await forget_failures(session, moderator.id or 0)
    assert not await _pause(service, moderator)


async def test_colleagues_read_a_name_and_never_an_address(service: Service) -> None:
    moderator = await a_moderator(service, await add_site(service))
    async with service.db.reading() as session:
        assert await names_of(InSession(session), [moderator.id or 0]) == {moderator.id: "mira"}


async def _pause(service: Service, moderator: Moderator) -> timedelta:
    async with service.db.reading() as session:
        present = await session.get_one(Moderator, moderator.id)
    if not is_locked(present, service.clock()) or present.locked_until is None:
        return timedelta()
    return present.locked_until - service.clock()
