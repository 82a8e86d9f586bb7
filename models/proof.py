"""What proves who somebody is besides a password: one-time codes, recovery codes, passkeys; and who guesses too much.

A passkey counts as both factors, since it asks for the person's finger or PIN (user verification).
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update
from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime, insert_on
from models.desk_session import DeskSession, digest
from models.moderator import Moderator
from models.rights import Passkey, has_factor
from models.trip import InSession

RECOVERY_CODES = 10
MOST_PASSKEYS = 20
# A sender may be a whole town hall behind one address, so it may fail more often than one account.
SENDER_FREE_FAILURES = 20
SENDER_FIRST_PAUSE = timedelta(minutes=1)
SENDER_LONGEST_PAUSE = timedelta(hours=1)
_REMEMBERED = timedelta(days=1)
_WAITS_FOR_FACTOR = timedelta(minutes=10)
# Without letters and digits that are mistaken for one another.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


class RecoveryCode(SQLModel, table=True):
    """A code that stands in for the second factor, once. 50 random bits, so a plain hash keeps it only as long as
    nobody has the database; whoever has it needs the password as well.
    """

    digest: str = Field(primary_key=True, max_length=64)
    moderator_id: int = Field(foreign_key="moderator.id", index=True)


class SenderPause(SQLModel, table=True):
    """How often one sender (a keyed hash of today) failed to sign in, and until when it must wait.

    Wrong second factors of a person are counted here, too, as `second factor ID`: a pause of their passwords, which
    anybody can cause, must not keep out who comes by link.
    """

    sender: str = Field(primary_key=True, max_length=64)
    failures: int = 0
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    at: datetime = Field(sa_type=UtcDateTime, index=True)


async def set_totp(session: AsyncSession, moderator_id: int, secret: str | None) -> None:
    """Give the moderator a secret for one-time codes in place of any other, or take it away."""
    await session.exec(update(Moderator).where(col(Moderator.id) == moderator_id).values(totp=secret, totp_step=0))


async def use_totp_step(session: AsyncSession, moderator_id: int, step: int) -> bool:
    """Take the code of a period; False for one that was taken already, or is older. Of two at once, one is first."""
    taken = await session.exec(
        update(Moderator)
        .where(col(Moderator.id) == moderator_id, col(Moderator.totp_step) < step)
        .values(totp_step=step)
        .returning(col(Moderator.id))
    )
    return taken.first() is not None


async def new_recovery_codes(session: AsyncSession, moderator_id: int) -> list[str]:
    """Codes in place of all earlier ones. They are shown once; only hashes are kept."""
    await session.exec(delete(RecoveryCode).where(col(RecoveryCode.moderator_id) == moderator_id))
    codes = ["-".join(_letters(5) for _ in range(2)) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(digest=_digest_of(moderator_id, each), moderator_id=moderator_id) for each in codes)
    await session.flush()
    return codes


async def use_recovery_code(session: AsyncSession, moderator_id: int, code: str) -> bool:
    """Use a code up; False for one that is invented or used."""
    used = await session.exec(
        delete(RecoveryCode)
        .where(
            col(RecoveryCode.digest) == _digest_of(moderator_id, code), col(RecoveryCode.moderator_id) == moderator_id
        )
        .returning(col(RecoveryCode.moderator_id))
    )
    return used.first() is not None


async def count_recovery_codes(session: AsyncSession, moderator_id: int) -> int:
    """How many are left."""
    query = select(func.count()).select_from(RecoveryCode).where(col(RecoveryCode.moderator_id) == moderator_id)
    return (await session.exec(query)).one()


async def passkeys_of(session: AsyncSession, moderator_id: int) -> list[Passkey]:
    """The moderator's passkeys, oldest first."""
    query = select(Passkey).where(col(Passkey.moderator_id) == moderator_id).order_by(col(Passkey.created_at))
    return list(await session.exec(query))


async def add_passkey(session: AsyncSession, passkey: Passkey) -> bool:
    """Keep a new passkey; False where it is registered already or there are `MOST_PASSKEYS`."""
    if await session.get(Passkey, passkey.id) or len(await passkeys_of(session, passkey.moderator_id)) >= MOST_PASSKEYS:
        return False
    session.add(passkey)
    await session.flush()
    return True


async def use_passkey(session: AsyncSession, passkey_id: str, sign_count: int, asked: datetime, now: datetime) -> bool:
    """Note a use. False where the challenge was made before the last one, as when an answer is sent again."""
    used = await session.exec(
        update(Passkey)
        .where(col(Passkey.id) == passkey_id, or_(col(Passkey.used_at).is_(None), col(Passkey.used_at) < asked))
        .values(sign_count=sign_count, used_at=now)
        .returning(col(Passkey.id))
    )
    return used.first() is not None


async def remove_passkey(session: AsyncSession, moderator_id: int, passkey_id: str) -> bool:
    """Forget a passkey of the moderator; False if there is none."""
    gone = await session.exec(
        delete(Passkey)
        .where(col(Passkey.id) == passkey_id, col(Passkey.moderator_id) == moderator_id)
        .returning(col(Passkey.id))
    )
    return gone.first() is not None


async def drop_factors(session: AsyncSession, moderator_id: int) -> None:
    """Take all second factors away, as for somebody who has lost them."""
    await set_totp(session, moderator_id, None)
    await session.exec(delete(RecoveryCode).where(col(RecoveryCode.moderator_id) == moderator_id))
    await session.exec(delete(Passkey).where(col(Passkey.moderator_id) == moderator_id))


async def sender_waits_until(session: AsyncSession, sender: str, now: datetime) -> datetime | None:
    """Until when this sender may not try again, or None."""
    found = await session.get(SenderPause, sender)
    return found.until if found and found.until and found.until > now else None


async def note_sender_failure(
    session: AsyncSession, sender: str, now: datetime, free: int = SENDER_FREE_FAILURES
) -> None:
    """Count a failure; from `free` on, each makes the next wait twice as long. Old rows go."""
    await session.exec(delete(SenderPause).where(col(SenderPause.at) < now - _REMEMBERED))
    insert = insert_on(session.get_bind().dialect.name)
    row = insert(SenderPause).values(sender=sender, failures=1, at=now)
    counted = await session.exec(
        row.on_conflict_do_update(
            index_elements=["sender"], set_={"failures": col(SenderPause.failures) + 1, "at": now}
        ).returning(col(SenderPause.failures))
    )
    failures: int = counted.one()[0]
    if failures >= free:
        pause = min(SENDER_FIRST_PAUSE * 2 ** min(failures - free, 10), SENDER_LONGEST_PAUSE)
        await session.exec(update(SenderPause).where(col(SenderPause.sender) == sender).values(until=now + pause))


async def ask_for_factor(session: AsyncSession, secret: str) -> bool:
    """Let a session that was just opened wait for the second factor, if its person has one; whether it waits."""
    opened = await session.get_one(DeskSession, digest(secret))
    opened.waits = await has_factor(InSession(session), opened.moderator_id)
    session.add(opened)
    await session.flush()
    return opened.waits


async def waiting_session(session: AsyncSession, secret: str, now: datetime) -> DeskSession | None:
    """The session with this secret that waits for the second factor, or None once that took too long."""
    found = await session.get(DeskSession, digest(secret))
    return found if found and found.waits and now - found.created_at < _WAITS_FOR_FACTOR else None


def _letters(number: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(number))


def _digest_of(moderator_id: int, code: str) -> str:
    # With the person's id, so that equal codes of two people are two rows.
    return digest(f"{moderator_id} {''.join(each for each in code.casefold() if each.isalnum())}")
