"""Who calls the moderators' API: the bearer token behind the request."""

from collections.abc import Awaitable, Callable
from functools import partial, wraps

from starlette.requests import Request
from starlette.responses import Response

from models.api_token import deciding_by_token
from models.rights import Deciding
from service.errors import Problem, _
from service.state import service_of

Endpoint = Callable[[Request, Deciding], Awaitable[Response]]


def with_token(endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    """Only for who brings a moderator's bearer token; 401 for all others."""

    @wraps(endpoint)
    async def guarded(request: Request) -> Response:
        scheme, _space, secret = request.headers.get("authorization", "").partition(" ")
        deciding = None
        if scheme.lower() == "bearer" and secret.strip():
            deciding = await service_of(request).db.look(partial(deciding_by_token, secret=secret.strip()))
        if deciding is None:
            told = _("This needs a moderator's bearer token.")
            raise Problem(401, told, headers={"WWW-Authenticate": "Bearer"})
        request.state.moderator = deciding.id
        return await endpoint(request, deciding)

    return guarded
