"""Moderators' passwords: argon2id, the same work for an address that nobody has, and none that is quickly guessed."""

from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

SHORTEST = 12
LONGEST = 200
# What a guesser tries who knows German; `is_easy` adds who somebody is, and what their site is called.
_NEAR = (
    "wortmeldung", "passwort", "kennwort", "geheim", "geheimnis", "kommentar", "kommentare", "moderation", "redaktion",
    "rathaus", "gemeinde", "stadt", "verein", "sommer", "winter", "herbst", "frühling", "montag", "dienstag",
    "mittwoch", "donnerstag", "freitag", "januar", "februar", "april", "august", "september", "oktober", "november",
    "dezember", "hallo", "liebe", "schatz", "engel", "familie", "mutter", "vater", "kinder", "deutschland", "berlin",
    "hamburg", "münchen", "fussball", "test",
)  # fmt: skip
_FEWEST_GUESSES = 10**10
_LOOKED_AT = 72  # the estimate takes longer than it is worth for more; what is longer only adds to this
# The second recommended setting of RFC 9106, section 4: 64 MiB, three passes, four lanes.
_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
# What no password hashes to, with the same settings: written out, since to hash one takes a sixth of a start.
NOBODYS = f"$argon2id$v=19$m=65536,t=3,p=4${'A' * 22}${'A' * 43}"


def hash_password(password: str) -> str:
    """What is stored of a password. Takes some tens of milliseconds: call it off the event loop."""
    return _hasher.hash(password)


def is_easy(password: str, words: Iterable[str]) -> bool:
    """Whether fewer than 10^10 guesses find it: a common password, a keyboard's row, a year behind a word, or one's own
    name, address or site (`words`). Counted by zxcvbn (Wheeler, USENIX Security 2016), with 30,000 common passwords.

    Takes some milliseconds, the first time some tens: call it off the event loop.
    """
    from zxcvbn import zxcvbn  # noqa: PLC0415  # 15 MiB of lists for what most processes never do

    parts = [
        part for word in words for part in (word, *word.replace("@", " ").replace(".", " ").split()) if len(part) > 2
    ]
    told = zxcvbn(password[:_LOOKED_AT], user_inputs=[*_NEAR, *parts[:100]])
    return bool(told["guesses"] < _FEWEST_GUESSES)


def matches(stored: str | None, password: str) -> bool:
    """Whether it is the password. Without a stored one the work is the same and the answer no.

    So the time tells nobody whether an address has an account.
    """
    try:
        return _hasher.verify(stored or NOBODYS, password) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether it was hashed with weaker settings than today's."""
    return _hasher.check_needs_rehash(stored)
