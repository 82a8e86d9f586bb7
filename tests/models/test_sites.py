"""A site that was found a moment ago is the same one, until something may have changed it."""

from models.site import site_by_key
from models.sites import Sites
from service.state import Service
from tests.builders import add_site


async def test_it_is_found_once_and_anew_after_whatever_this_process_stored(service: Service) -> None:
    await add_site(service)
    sites = Sites()
    first = await sites.find(service.db, "musterstadt")
    assert await sites.find(service.db, "musterstadt") is first
    async with service.db.writing() as session:
        present = await site_by_key(session, "musterstadt")
        assert present is not None
        present.paused = True
        session.add(present)
    found = await sites.find(service.db, "musterstadt")
    assert found is not None
    assert found.paused


async def test_what_is_not_there_is_not_remembered(service: Service) -> None:
    sites = Sites()
    assert await sites.find(service.db, "musterstadt") is None
    await add_site(service)
    assert await sites.find(service.db, "musterstadt") is not None
