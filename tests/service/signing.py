"""What a host's server signs, by means other than the service's: the way of RFC 7515, with the standard library."""

import hmac
import json
from base64 import urlsafe_b64encode
from datetime import datetime


def signed(key: str, claims: dict[str, object], *, header: dict[str, object] | None = None, mac: str = "sha256") -> str:
    """A compact JWS over the claims."""
    told = {"alg": "HS256", "typ": "JWT"} if header is None else header
    head, body = (_b64(json.dumps(each).encode()) for each in (told, claims))
    signature = hmac.new(key.encode(), f"{head}.{body}".encode(), mac).digest()
    return f"{head}.{body}.{_b64(signature)}"


def editor(now: datetime, **others: object) -> dict[str, object]:
    """The claims of an editor of the site `musterstadt`, good for five minutes; None leaves one out."""
    at = int(now.timestamp())
    claims = {"aud": "musterstadt", "iat": at, "exp": at + 300, "jti": "eins", "name": "Mira Amt", "role": "editor"}
    return {name: value for name, value in {**claims, **others}.items() if value is not None}


def _b64(told: bytes) -> str:
    return urlsafe_b64encode(told).decode().rstrip("=")
