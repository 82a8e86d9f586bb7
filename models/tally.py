"""How often something was done in a moving window, counted by the database for all processes: on PostgreSQL.

A window by the database's clock, so that machines need not agree about the time. Each count is one statement in no
transaction, and its table is written to no log: after a crash of the database it is empty, and limits begin anew. On
SQLite the table stays empty: there a count would wait for a commit on the disk, twice for each post.
"""

from datetime import datetime

from sqlalchemy import ARRAY, JSON, Float, LargeBinary, delete, func, text
from sqlmodel import Field, SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime
from models.trip import Trip

# Of as many newest times as are allowed, the oldest alone decides. PostgreSQL looks at the row that stands when the
# lock is had, so of several at once no more pass than are allowed.
_TAKE = text(r"""
    INSERT INTO tally AS known (key, times, until)
    SELECT :key, ARRAY[extract(epoch FROM clock_timestamp())], clock_timestamp() + make_interval(secs => :seconds)
    WHERE CAST(:most AS integer) > 0
    ON CONFLICT (key) DO UPDATE
    SET times = (excluded.times || known.times)[1 \: CAST(:most AS integer)], until = excluded.until
    WHERE known.times[CAST(:most AS integer)] IS NULL
       OR known.times[CAST(:most AS integer)] <= extract(epoch FROM clock_timestamp()) - CAST(:seconds AS float)
    RETURNING true
""")
_FREE_IN = text("""
    SELECT times[CAST(:most AS integer)] + CAST(:seconds AS float) - extract(epoch FROM clock_timestamp())
    FROM tally WHERE key = :key
""")


class Tally(SQLModel, table=True):
    """When it was done, in seconds, newest first; nothing to remember after `until`. `key` says what, unreadably."""

    key: bytes = Field(primary_key=True, sa_type=LargeBinary)
    times: list[float] = Field(sa_type=ARRAY(Float).with_variant(JSON(), "sqlite"))
    until: datetime = Field(sa_type=UtcDateTime)


async def take(trip: Trip, key: bytes, most: int, seconds: int) -> bool:
    """Count one now, unless `most` were counted in the last `seconds`; whether it was counted."""
    return bool(await trip.ask(_TAKE, {"key": key, "most": most, "seconds": seconds}))


async def free_in(trip: Trip, key: bytes, most: int, seconds: int) -> float:
    """In how many seconds one more may be counted; 0 for now."""
    found = await trip.ask(_FREE_IN, {"key": key, "most": most, "seconds": seconds})
    return max(0.0, float(found[0][0] or 0)) if found else 0.0


async def forget_tallies(session: AsyncSession) -> None:
    """Drop what counts no longer."""
    await session.exec(delete(Tally).where(col(Tally.until) <= func.now()))
