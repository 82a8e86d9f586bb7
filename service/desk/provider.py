"""Signing in at the operator's own provider (OpenID Connect)."""

import hmac
import math

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models.audit import note
from models.desk_session import close_session, open_session
from models.identity import BoundOtherwise, bind, moderator_by_identity
from models.moderator import Moderator, forget_failures, moderator_by_email
from models.proof import ask_for_factor, note_sender_failure, sender_waits_until
from service.administering import engage_by_claims
from service.admission import sender_of
from service.desk.agent import agent_of
from service.desk.guard import HEADERS, cookie_name, keep_signed_in, own_path, root, welcome
from service.errors import Problem, _
from service.oidc import Known, ProviderAway, SignInRefused, find_provider, new_journey, sign_in, way_there
from service.rates import TooMany
from service.state import Service, service_of
from service.tokens import JOURNEY_LASTS

log = structlog.get_logger()
_NO_PROVIDER = _("There is no such way to sign in here.")


async def get_provider(request: Request) -> Response:
    """`GET /desk/oidc[?next=]`: on to the provider. Nothing is stored but a cookie, which ends after ten minutes."""
    service = _with_provider(request)
    await _let_try(request)
    journey = new_journey(own_path(request.query_params.get("next", "")))
    try:
        provider = await find_provider(service.settings)
    except ProviderAway as error:
        log.warning("provider_away", reason=str(error))
        return _back(request, "away")
    response = RedirectResponse(way_there(service.settings, provider, journey), 303, _headers())
    _keep(request, response, service.tokens.journey(journey, service.clock()))
    return response


async def get_callback(request: Request) -> Response:
    """`GET /desk/oidc/callback`: back from the provider, which can only send a browser by GET.

    It signs in nobody but the browser that was sent there: its cookie holds what the answer has to fit.
    """
    service = _with_provider(request)
    await _let_try(request)
    try:
        known, path = await _answered(request, service)
        secret, waits = await _open(request, service, known)
    except ProviderAway as error:
        log.warning("provider_away", reason=str(error))
        return _back(request, "away")
    except SignInRefused as error:
        log.info("sign_in_refused", way="provider", reason=str(error))
        async with service.db.writing() as session:
            await note_sender_failure(session, sender_of(request), service.clock())
        return _back(request, "refused")
    except BoundOtherwise:
        log.warning("sign_in_refused", way="provider", reason="the address is now another person's there")
        return _back(request, "another")
    except LookupError:
        log.info("sign_in_refused", way="provider", reason="nobody here has this address")
        return _back(request, "unknown")
    if waits:
        response: Response = RedirectResponse(f"{root(request)}/desk/second-factor", 303, _headers())
        keep_signed_in(request, response, secret)
    else:
        log.info("signed_in", way="provider")
        response = welcome(request, secret, path)
    _forget(request, response)
    return response


async def _answered(request: Request, service: Service) -> tuple[Known, str]:
    """Whom the provider vouches for, and where they wanted to go. Raises `ProviderAway` or `SignInRefused`."""
    told, now = request.query_params, service.clock()
    journey = service.tokens.journey_of(request.cookies.get(_cookie(request), ""), now)
    if journey is None or not hmac.compare_digest(journey.state.encode(), told.get("state", "").encode()):
        raise SignInRefused("this browser was not sent to the provider, or long ago")
    if told.get("iss", service.settings.oidc_issuer) != service.settings.oidc_issuer:
        raise SignInRefused("another provider answers (RFC 9207)")
    code = told.get("code", "")
    if not code or len(code) > 4000:
        raise SignInRefused(f"no code, but {told.get('error', 'nothing')[:60]}")
    provider = await find_provider(service.settings)
    return await sign_in(service.settings, provider, journey, code, now), journey.next


async def _open(request: Request, service: Service, known: Known) -> tuple[str, bool]:
    """The secret of a new session, and whether it waits for our second factor. `LookupError` for a stranger."""
    now, settings = service.clock(), service.settings
    async with service.db.writing() as session:
        moderator = await _moderator(session, service, known)
        moderator_id = moderator.id or 0
        await close_session(session, request.cookies.get(cookie_name(request), ""))
        secret = await open_session(session, moderator_id, now, agent=agent_of(request))
        enough = known.several_factors and settings.oidc_second_factor == "provider"
        waits = False if enough else await ask_for_factor(session, secret)
        if not waits:
            await forget_failures(session, moderator_id)
        await note(session, "signed_in_by_provider", "", now, site_id=None, moderator_id=moderator_id)
    return secret, waits


async def _moderator(session: AsyncSession, service: Service, known: Known) -> Moderator:
    """Who has signed in as this person before, or, for the first time, who has the address here; with the roles that
    the operator's rules give besides. `LookupError` for nobody, `BoundOtherwise` for an address of somebody else.
    """
    issuer, now = service.settings.oidc_issuer, service.clock()
    found = await moderator_by_identity(session, issuer, known.subject)
    email = found.email if found else known.email
    await engage_by_claims(session, service.settings.roles_by_claim, email, known.claims, now)
    found = found or await moderator_by_email(session, email)
    if found is None:
        raise LookupError
    await bind(session, issuer, known.subject, found, now)
    return found


def _with_provider(request: Request) -> Service:
    service = service_of(request)
    if not service.settings.oidc_issuer:
        raise Problem(404, _NO_PROVIDER)
    return service


async def _let_try(request: Request) -> None:
    """Stop (429) a sender that has failed too often, as with passwords."""
    service = service_of(request)
    await service.rates.attempt(sender_of(request))
    async with service.db.reading() as session:
        until = await sender_waits_until(session, sender_of(request), service.clock())
    if until is not None:
        raise TooMany(math.ceil((until - service.clock()).total_seconds()))


def _back(request: Request, trouble: str) -> Response:
    response = RedirectResponse(f"{root(request)}/desk/sign-in?provider={trouble}", 303, _headers())
    _forget(request, response)
    return response


def _headers() -> dict[str, str]:
    return {**HEADERS, "Cache-Control": "no-store"}


def _cookie(request: Request) -> str:
    return f"{cookie_name(request)}-oidc"


def _keep(request: Request, response: Response, told: str) -> None:
    response.set_cookie(
        _cookie(request),
        told,
        max_age=int(JOURNEY_LASTS.total_seconds()),
        path="/",
        secure=service_of(request).settings.https,
        httponly=True,
        samesite="lax",
    )


def _forget(request: Request, response: Response) -> None:
    response.delete_cookie(_cookie(request), secure=service_of(request).settings.https, httponly=True, samesite="lax")
