"""An OpenID Connect provider of our own, with real keys, that a test can make lie."""

import hashlib
import json
import secrets
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "wortmeldung", "a secret of this client"


@dataclass
class Provider:
    """Signs everybody in as `email`. `claims` are put into the ID token over the right ones, None leaves one out."""

    issuer: str
    clock: Callable[[], datetime]
    email: str = "mira@musterstadt.example"
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "eins", "use": "sig"}))
    signing: Any = None
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "eins"})
    told: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._configuration),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/keys", lambda _: JSONResponse({"keys": [self.key.as_dict(private=False)]})),
                Route("/userinfo", lambda _: JSONResponse(self.userinfo)),
            ]
        )

    async def _configuration(self, _request: Request) -> Response:
        named = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        named["userinfo_endpoint"] = "userinfo"
        found = {name: f"{self.issuer}/{path}" for name, path in named.items()}
        # A provider may list whatever it likes: what counts is ours to say.
        listed = {"id_token_signing_alg_values_supported": ["none", "HS256", "RS256"]}
        return JSONResponse({"issuer": self.issuer, **found, **listed, **self.told})

    async def _authorize(self, request: Request) -> Response:
        self.asked = dict(request.query_params)
        code = secrets.token_urlsafe(8)
        self.codes[code] = self.asked
        back = urlencode({"code": code, "state": self.asked["state"], "iss": self.issuer})
        return RedirectResponse(f"{self.asked['redirect_uri']}?{back}")

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        asked = self.codes.pop(str(form.get("code")), {})
        digest = hashlib.sha256(str(form.get("code_verifier")).encode()).digest()
        proved = urlsafe_b64encode(digest).decode().rstrip("=") == asked.get("code_challenge")
        told = b64decode(request.headers.get("authorization", "Basic ").removeprefix("Basic ")).decode()
        client = told.replace("%20", " ").replace("+", " ") == f"{CLIENT}:{SECRET}"
        if not (proved and client and form.get("redirect_uri") == asked["redirect_uri"]):
            return JSONResponse({"error": "invalid_grant"}, 400)
        at = int(self.clock().timestamp())
        right = {"iss": self.issuer, "sub": "mira", "aud": CLIENT, "iat": at, "exp": at + 300, "nonce": asked["nonce"]}
        claims = {**right, "email": self.email, "email_verified": True, **self.claims}
        claims = {name: value for name, value in claims.items() if value is not None}
        signing = self.signing or self.key
        if self.header["alg"] == "none":
            signed = _unsigned(claims)
        else:
            signed = jwt.encode(self.header, claims, signing, algorithms=[self.header["alg"]])
        return JSONResponse({"access_token": "zugang", "token_type": "Bearer", "id_token": signed})


def shared(secret: str) -> Any:
    """A key that both sides know, which must never count."""
    return OctKey.import_key(secret)


def _unsigned(claims: dict[str, Any]) -> str:
    parts = (json.dumps(each).encode() for each in ({"alg": "none"}, claims))
    return ".".join(urlsafe_b64encode(each).decode().rstrip("=") for each in parts) + "."
