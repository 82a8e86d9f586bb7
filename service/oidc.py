"""Sign-in at an OpenID Connect provider: the authorization code flow with PKCE, carried out by Authlib.

Of whatever the provider lists, only signatures by its own keys count here: no `none`, and no secret that both sides
share. Nothing of it is kept in memory, so a provider's new keys hold at once.
"""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from ssl import SSLContext
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from moderation.draft import is_address
from service.settings import Settings
from service.tokens import Journey

# Only who signs in at a provider pays for loading Authlib and what it needs: twelve MiB.
if TYPE_CHECKING:
    from httpx2 import AsyncClient
    from joserfc.jwk import KeySet

CALLBACK = "/desk/oidc/callback"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
LEEWAY = 60
_PATIENCE = 5.0
_MULTIPLE = "mfa"  # RFC 8176


class ProviderAway(Exception):
    """The provider does not answer as one; the message says what it did."""


class SignInRefused(Exception):
    """What came back signs nobody in; the message says why, for the log."""


@dataclass(frozen=True, slots=True)
class Provider:
    """What discovery tells of the provider."""

    issuer: str
    authorization: str
    token: str
    keys: str
    userinfo: str
    client_auth: str


@dataclass(frozen=True, slots=True)
class Known:
    """Whom the provider vouches for: what it calls them, an address that it has confirmed, all claims, and whether by
    more than one factor.
    """

    subject: str
    email: str
    claims: Mapping[str, Any]
    several_factors: bool


def new_journey(path: str) -> Journey:
    """A way to the provider and back to the desk's `path`, with three secrets of 256 bits."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Journey(state, nonce, verifier, path)


def way_there(settings: Settings, provider: Provider, journey: Journey) -> str:
    """The provider's address that asks the person to sign in."""
    challenge = urlsafe_b64encode(sha256(journey.verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": settings.oidc_client_id,
        "redirect_uri": callback_of(settings),
        "scope": settings.oidc_scope,
        "state": journey.state,
        "nonce": journey.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{provider.authorization}{'&' if urlsplit(provider.authorization).query else '?'}{urlencode(asked)}"


def callback_of(settings: Settings) -> str:
    """Where the provider sends people back to; it wants to know this beforehand."""
    return settings.base_url + CALLBACK


async def find_provider(settings: Settings) -> Provider:
    """What the provider says of itself; or `ProviderAway`."""
    async with _client() as client:
        told = await _read(client, f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration")
    if told.get("issuer") != settings.oidc_issuer:
        raise ProviderAway(f"it calls itself {str(told.get('issuer'))[:100]}, not {settings.oidc_issuer}")
    found = {name: _endpoint(settings, told, name) for name in ("authorization", "token")}
    methods = told.get("code_challenge_methods_supported")
    if methods is not None and "S256" not in methods:
        raise ProviderAway("it does not offer PKCE with S256")
    return Provider(
        issuer=settings.oidc_issuer,
        keys=_address(settings, told, "jwks_uri"),
        userinfo=_address(settings, told, "userinfo_endpoint") if told.get("userinfo_endpoint") else "",
        client_auth=_client_auth(settings, told.get("token_endpoint_auth_methods_supported")),
        **found,
    )


async def find_keys(provider: Provider) -> "KeySet":
    """The keys that the provider signs with; or `ProviderAway`."""
    from joserfc.errors import JoseError  # noqa: PLC0415  # see above
    from joserfc.jwk import KeySet  # noqa: PLC0415

    async with _client() as client:
        told = await _read(client, provider.keys)
    try:
        return KeySet.import_key_set(told)  # type: ignore[arg-type]  # it checks the shape itself
    except (JoseError, ValueError, TypeError, KeyError):
        raise ProviderAway("its keys cannot be read") from None


async def sign_in(settings: Settings, provider: Provider, journey: Journey, code: str, now: datetime) -> Known:
    """Exchange the code for an ID token and read it. Raises `ProviderAway` or `SignInRefused`."""
    from authlib.integrations.base_client import OAuthError  # noqa: PLC0415  # see above
    from authlib.integrations.httpx_client import AsyncOAuth2Client  # noqa: PLC0415
    from httpx2 import HTTPError  # noqa: PLC0415

    keys = await find_keys(provider)
    client = AsyncOAuth2Client(
        settings.oidc_client_id,
        settings.oidc_client_secret.get_secret_value() or None,
        token_endpoint_auth_method=provider.client_auth,
        redirect_uri=callback_of(settings),
        timeout=_PATIENCE,
        verify=_trusted(),
    )
    async with client:
        try:
            granted = await client.fetch_token(
                provider.token, grant_type="authorization_code", code=code, code_verifier=journey.verifier
            )
            claims = read_id_token(settings, keys, granted, journey.nonce, now)
            if "email" not in claims and provider.userinfo:
                claims = await _with_userinfo(client, provider, claims)
        except OAuthError as error:
            raise SignInRefused(f"the provider takes no code: {str(error.error)[:60]}") from None
        except (HTTPError, ValueError) as error:
            raise ProviderAway(type(error).__name__) from None
    return _known(claims)


def read_id_token(
    settings: Settings, keys: "KeySet", granted: Mapping[str, Any], nonce: str, now: datetime
) -> dict[str, Any]:
    """The claims of the ID token, all of them checked (OpenID Connect Core, 3.1.3.7); or `SignInRefused`."""
    from authlib.oidc.core import CodeIDToken  # noqa: PLC0415  # see above
    from joserfc import jwt  # noqa: PLC0415
    from joserfc.errors import JoseError  # noqa: PLC0415

    try:
        token = jwt.decode(str(granted.get("id_token", "")), keys, algorithms=list(ALGORITHMS))
        asked = {"iss": {"essential": True, "value": settings.oidc_issuer}}
        asked["aud"] = {"essential": True, "value": settings.oidc_client_id}
        known = {"nonce": nonce, "client_id": settings.oidc_client_id, "access_token": granted.get("access_token")}
        claims = CodeIDToken(token.claims, token.header, asked, known)
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
    except (JoseError, ValueError, TypeError) as error:
        raise SignInRefused(f"ID token: {type(error).__name__} {str(error)[:80]}") from None
    return dict(claims)


async def _with_userinfo(client: Any, provider: Provider, claims: dict[str, Any]) -> dict[str, Any]:
    """The claims with those of the provider's userinfo, where an ID token is kept short; of the same person only."""
    answer = await client.get(provider.userinfo)
    told = answer.json() if answer.status_code == 200 else {}
    if not isinstance(told, dict) or told.get("sub") != claims["sub"]:
        raise SignInRefused("userinfo is about somebody else")
    return {**told, **claims}


def _known(claims: Mapping[str, Any]) -> Known:
    email, methods = claims.get("email"), claims.get("amr")
    if not isinstance(email, str) or not is_address(email) or len(email) > 254:
        raise SignInRefused("no e-mail address")
    # Some providers write booleans as texts.
    if claims.get("email_verified") not in (True, "true"):
        raise SignInRefused("the e-mail address is not confirmed")
    return Known(str(claims["sub"]), email, claims, isinstance(methods, list) and _MULTIPLE in methods)


def _client() -> "AsyncClient":
    from httpx2 import AsyncClient  # noqa: PLC0415  # see above

    return AsyncClient(timeout=_PATIENCE, follow_redirects=False, verify=_trusted())


@cache
def _trusted() -> SSLContext:
    """The machine's certificate authorities, read once: that takes longer than all else here."""
    from httpx2 import create_ssl_context  # noqa: PLC0415  # see above

    return create_ssl_context()


async def _read(client: "AsyncClient", address: str) -> dict[str, Any]:
    from httpx2 import HTTPError  # noqa: PLC0415  # see above

    try:
        answer = await client.get(address)
        told = answer.json() if answer.status_code == 200 else None
    except (HTTPError, ValueError) as error:
        raise ProviderAway(f"{address}: {type(error).__name__}") from None
    if not isinstance(told, dict):
        raise ProviderAway(f"{address}: status {answer.status_code}, and no JSON object")
    return told


def _endpoint(settings: Settings, told: Mapping[str, Any], name: str) -> str:
    return _address(settings, told, f"{name}_endpoint")


def _address(settings: Settings, told: Mapping[str, Any], name: str) -> str:
    """One of the provider's addresses; no less protected than the provider's own."""
    address = told.get(name)
    safe = ("https",) if settings.oidc_issuer.startswith("https:") else ("https", "http")
    if not isinstance(address, str) or urlsplit(address).scheme not in safe:
        raise ProviderAway(f"it names no {name} that could be used")
    return address


def _client_auth(settings: Settings, offered: object) -> str:
    if not settings.oidc_client_secret.get_secret_value():
        return "none"
    basic = not isinstance(offered, list) or "client_secret_basic" in offered
    return "client_secret_basic" if basic else "client_secret_post"
