"""E-mail addresses at rest: encrypted, and found again by a keyed hash.

Whoever holds the database without the secret reads no address and cannot try one out. The engine's dialect carries
the seal, because that is all a column type is told of its database; so an address is plain in the code and sealed
in every row, and no query can forget it.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from functools import cached_property
from hmac import digest
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Dialect, String
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.types import TypeDecorator
from sqlmodel.ext.asyncio.session import AsyncSession

# The library takes eight MiB: a service loads it with the first address that it closes or opens.
if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# What a sealed text begins with. Texts without it were closed with Fernet (AES-128-CBC, HMAC-SHA256) and still open;
# `secret rotate` closes them anew.
_GCM = "2."
_NONCE = 12  # bytes; random ones may close 2^32 texts under one key (NIST SP 800-38D, section 8.3)


class Unreadable(Exception):
    """A sealed address that none of our secrets opens, or a database that was opened without one."""


class Seal:
    """Closes with the first of the secrets, and opens what any of them closed."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = tuple(secrets)
        self._marking = _derive(secrets[0], "marks of addresses")

    def close(self, address: str) -> str:
        """The address, encrypted and authenticated; another text each time (AES-256-GCM)."""
        nonce = os.urandom(_NONCE)
        closed = nonce + self._ciphers[0].encrypt(nonce, address.encode(), None)
        return _GCM + urlsafe_b64encode(closed).decode()

    def open(self, sealed: str) -> str:
        """The address, or `Unreadable`."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415  # see above

        if sealed.startswith(_GCM):
            return self._open_gcm(sealed.removeprefix(_GCM))
        try:
            return self._fernets.decrypt(sealed).decode()
        except InvalidToken:
            raise Unreadable("an address was sealed with another secret") from None

    def mark(self, address: str) -> str:
        """What is the same for the same address, however it is written, and tells nothing without the secret."""
        return digest(self._marking, address.strip().casefold().encode(), "sha256").hex()

    @cached_property
    def _ciphers(self) -> "list[AESGCM]":
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  # see above

        return [AESGCM(_derive(each, "sealed texts")) for each in self._secrets]

    @cached_property
    def _fernets(self) -> "MultiFernet":
        from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415  # see above

        return MultiFernet([Fernet(urlsafe_b64encode(_derive(each, "addresses"))) for each in self._secrets])

    def _open_gcm(self, sealed: str) -> str:
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415  # see above

        try:
            closed = urlsafe_b64decode(sealed)
        except ValueError:
            raise Unreadable("a sealed address is damaged") from None
        for cipher in self._ciphers if len(closed) > _NONCE else ():
            try:
                return cipher.decrypt(closed[:_NONCE], closed[_NONCE:], None).decode()
            except InvalidTag:
                continue
        raise Unreadable("an address was sealed with another secret")


class Sealed(TypeDecorator[str]):
    """A text that is plain in the code and encrypted in the database. Nothing stays nothing: None or empty."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return _seal_on(dialect).close(value) if value else value

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return _seal_on(dialect).open(value) if value else value


def put_seal(engine: AsyncEngine, seal: Seal | None) -> None:
    """Let everything that goes through the engine be sealed with it."""
    engine.sync_engine.dialect.__dict__["seal"] = seal


def mark_of(session: AsyncSession, address: str) -> str:
    """The address's mark in the session's database, to store beside the address and to look it up by."""
    return mark_on(session.get_bind().dialect, address)


def mark_on(dialect: Dialect, address: str) -> str:
    """The same, by the database's dialect."""
    return _seal_on(dialect).mark(address)


def seal_of(connection: Connection) -> Seal:
    """The seal of a connection, for migrations."""
    return _seal_on(connection.dialect)


def _seal_on(dialect: Dialect) -> Seal:
    seal: Seal | None = dialect.__dict__.get("seal")
    if seal is None:
        raise Unreadable("the database was opened without the secret that its addresses are sealed with")
    return seal


def _derive(secret: str, purpose: str) -> bytes:
    """A key of its own for each purpose: 32 bytes, HKDF with SHA-256 and no salt (RFC 5869, 2.2 and 2.3)."""
    extracted = digest(bytes(32), secret.encode(), "sha256")
    return digest(extracted, f"wortmeldung.{purpose}".encode() + b"\x01", "sha256")
