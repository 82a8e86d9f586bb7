"""Moderators' passwords: argon2id, and the same work for an address that nobody has."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

SHORTEST = 12
LONGEST = 200
# The second recommended setting of RFC 9106, section 4: 64 MiB, three passes, four lanes.
_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)


def hash_password(password: str) -> str:
    """What is stored of a password. Takes some tens of milliseconds: call it off the event loop."""
    return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether it is the password. Without a stored one the work is the same and the answer no.

    So the time tells nobody whether an address has an account.
    """
    try:
        return _hasher.verify(stored or _nobodys(), password) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether it was hashed with weaker settings than today's."""
    return _hasher.check_needs_rehash(stored)


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this password")


# Made now: the first sign-in for an unknown address must not take twice as long as the next.
_nobodys()
