"""What is kept of a comment that may announce a crime against life or safety (DSA Art. 18), frozen and signed.

While a piece of evidence is not released, no retention period ends for its comment.
"""

from datetime import datetime

from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from models.base import UtcDateTime, new_id
from models.seal import Sealed


class Evidence(SQLModel, table=True):
    """`bundle` is the JSON that was frozen, `digest` its SHA-256, `signature` our keyed hash over it."""

    id: str = Field(default_factory=new_id, primary_key=True, max_length=24)
    site_id: int = Field(foreign_key="site.id", index=True)
    comment_id: str = Field(foreign_key="comment.id", index=True, max_length=64)
    moderator_id: int | None = Field(default=None, foreign_key="moderator.id")
    bundle: str = Field(sa_type=Sealed)
    digest: str = Field(max_length=64)
    signature: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=UtcDateTime)
    released_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def held() -> SelectOfScalar[str]:
    """The ids of comments under legal hold, for the conditions of other queries."""
    return select(Evidence.comment_id).where(col(Evidence.released_at).is_(None))


async def is_held(session: AsyncSession, comment_id: str) -> bool:
    """Whether nothing may be taken from the comment."""
    found = await session.exec(held().where(col(Evidence.comment_id) == comment_id).limit(1))
    return found.first() is not None


async def evidence_of(session: AsyncSession, comment_id: str) -> list[Evidence]:
    """What was frozen of a comment, newest first."""
    query = select(Evidence).where(col(Evidence.comment_id) == comment_id)
    return list(await session.exec(query.order_by(col(Evidence.created_at).desc())))
