"""Sign-on from a host's site: a short token (JWT, HS256) in which its own server says who is writing.

The algorithm is ours to name, not the token's, so neither `none` nor a public key in the place of the secret is ever
tried. What a token says counts for one site, for minutes, and an editor's for one comment: who steals one gets little.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import structlog

from models.sign_on import SignOnKey, UsedToken, comment_of_token, keys_of
from models.site import Site
from models.thread import BadPage, normalise_page
from moderation.draft import BadDraft, Draft, parse_draft
from service.errors import Problem, _
from service.state import Service

log = structlog.get_logger()
ALGORITHM = "HS256"
# From when the host signs until nothing more can be sent with it; how far its clock may be off.
LASTS = timedelta(minutes=10)
LEEWAY = timedelta(seconds=30)
_ROLES = (None, "reader", "editor")
_EXPIRED = _(
    "Your sign-on from the website has run out. Your text is still here: please copy it, load the page again and send "
    "it then."
)
_USED = _(
    "Your sign-on from the website has been used for another comment already. Your text is still here: please copy it, "
    "load the page again and send it then."
)
_BAD = _(
    "Your sign-on from the website could not be checked. Your text is still here. Please tell the people who run the "
    "website, or write without the sign-on."
)


class BadToken(Exception):
    """The token is none of the site's; the message says why, for the log and for who sets it up."""


class OldToken(BadToken):
    """It was one, but is no more."""


@dataclass(frozen=True, slots=True)
class SignedOn:
    """Whom the host has signed on. `id`: one word for the token, for an editor's works for one comment only.

    `name` and `email` may be empty; then the author chooses. `until`: when the token can be forgotten. `again`: it has
    carried this very comment before.
    """

    id: str
    key_id: str
    name: str
    email: str
    editor: bool
    until: datetime
    again: bool = False

    def into(self, draft: Draft) -> Draft:
        """The draft with what was signed in the place of what was typed."""
        return replace(draft, name=self.name or draft.name, email=self.email or draft.email, token="")

    def used_for(self, site: Site, comment_id: str) -> UsedToken:
        return UsedToken(site_id=site.id or 0, id=self.id, comment_id=comment_id, expires_at=self.until)


async def sign_on(service: Service, site: Site, token: str, comment_id: str | None = None) -> SignedOn | None:
    """Whom the token signs on, or None without one. `Problem` (422, code `token`) for one that does not hold.

    An editor's holds for the first comment that was sent with it, so that the same one may be sent again.
    """
    if not token:
        return None
    async with service.db.reading() as session:
        keys = await keys_of(session, site.id or 0)
        try:
            signed = read_token(token, keys, site.key, service.clock())
        except BadToken as error:
            log.info("token_refused", site=site.key, reason=str(error))
            raise token_problem(_EXPIRED if isinstance(error, OldToken) else _BAD) from None
        used = await comment_of_token(session, site.id or 0, signed.id) if signed.editor else None
    if used is not None and used != comment_id:
        raise token_problem(_USED)
    return replace(signed, again=used is not None)


def token_problem(detail: str = _USED) -> Problem:
    """The answer to a token that does not hold; without a text, to one that was used."""
    return Problem(422, detail, more={"code": "token"})


def read_token(token: str, keys: Iterable[SignOnKey], site: str, now: datetime) -> SignedOn:
    """What the token says, signed by one of the keys, for this site, and not too long ago; or `BadToken`."""
    claims, key_id = _claims_of(token, keys)
    return _signed_on(claims, key_id, site, now)


def read_host_token(token: str, keys: Iterable[SignOnKey], site: str, page: str, now: datetime) -> None:
    """Passes for a token in which the host itself speaks about this page (`role` is `host`); or raises `BadToken`."""
    claims, _key_id = _claims_of(token, keys)
    _checked_until(claims, site, now)
    if claims.get("role") != "host":
        raise BadToken("role is not host")
    try:
        about = normalise_page(claims["page"])
    except (BadPage, KeyError, TypeError, AttributeError):
        raise BadToken("page is no page") from None
    if about != page:
        raise BadToken("for another page")


def _claims_of(token: str, keys: Iterable[SignOnKey]) -> tuple[Mapping[str, Any], str]:
    # Only a site whose host signs its readers on pays for loading the library, which takes ten MiB with its ciphers.
    from joserfc import jwt  # noqa: PLC0415
    from joserfc.errors import JoseError  # noqa: PLC0415
    from joserfc.jwk import OctKey  # noqa: PLC0415

    for key in keys:
        try:
            return jwt.decode(token, OctKey.import_key(key.secret), algorithms=[ALGORITHM]).claims, key.id
        except (JoseError, ValueError, TypeError, RecursionError):
            continue
    raise BadToken("not signed with HS256 by one of the site's keys")


def _signed_on(claims: Mapping[str, Any], key_id: str, site: str, now: datetime) -> SignedOn:
    until = _checked_until(claims, site, now)
    role, token_id = claims.get("role"), claims.get("jti")
    if role not in _ROLES:
        raise BadToken("role is neither reader nor editor")
    name, email = claims.get("name") or "", claims.get("email") or ""
    try:
        told = parse_draft({"page": "/", "text": "-", "name": name, "email": email})
    except BadDraft as error:
        raise BadToken(f"{error.faults[0].field}: {error.faults[0].fault}") from None
    if role == "editor" and not (told.name and token_id):
        raise BadToken("an editor's token needs name and jti")
    one = sha256(f"{site} {token_id}".encode("utf-8", "replace")).digest()
    return SignedOn(
        id=urlsafe_b64encode(one).decode().rstrip("="),
        key_id=key_id,
        name=told.name,
        email=told.email,
        editor=role == "editor",
        until=until,
    )


def _checked_until(claims: Mapping[str, Any], site: str, now: datetime) -> datetime:
    from joserfc.errors import ExpiredTokenError, JoseError  # noqa: PLC0415  # as above
    from joserfc.jwt import JWTClaimsRegistry  # noqa: PLC0415

    leeway, present = int(LEEWAY.total_seconds()), int(now.timestamp())
    wanted = JWTClaimsRegistry(
        now=present,
        leeway=leeway,
        aud={"essential": True, "value": site},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        wanted.validate(dict(claims))
    except ExpiredTokenError:
        raise OldToken("too old") from None
    except JoseError as error:
        raise BadToken(str(error)) from None
    if not 0 < claims["exp"] - claims["iat"] <= LASTS.total_seconds():
        raise BadToken(f"exp must follow iat within {int(LASTS.total_seconds())} seconds")
    return datetime.fromtimestamp(claims["exp"], UTC) + LEEWAY
