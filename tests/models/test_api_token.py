"""A bearer token opens the API for whom it was made."""

from models.api_token import deciding_by_token
from models.trip import InSession
from service.state import Service
from tests.builders import a_token, add_site


async def test_a_token_is_its_moderators(service: Service) -> None:
    token = await a_token(service, await add_site(service))
    async with service.db.reading() as session:
        assert (await deciding_by_token(InSession(session), token)) is not None
        assert (await deciding_by_token(InSession(session), token + "x")) is None
