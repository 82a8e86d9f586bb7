"""Sentences that a site's moderators need often: what an author is told when a comment is rejected by a rule."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime

LONGEST = 2000
MOST_PER_SITE = 200


class TooManySentences(Exception):
    """A list that nobody reads through helps nobody."""


class Sentence(SQLModel, table=True):
    """One sentence for one rule, in the language of the authors it is for."""

    id: int | None = Field(default=None, primary_key=True)
    site_id: int = Field(foreign_key="site.id", index=True)
    rule: str = Field(max_length=40)
    language: str = Field(max_length=12)
    text: str = Field(max_length=LONGEST)
    created_at: datetime = Field(sa_type=UtcDateTime)


async def add_sentence(
    session: AsyncSession, site_id: int, rule: str, language: str, text: str, now: datetime
) -> Sentence:
    """One more sentence for the rule, or `TooManySentences`; the same one twice is kept once."""
    present = await sentences_of(session, [site_id])
    for each in present:
        if (each.rule, each.language, each.text) == (rule, language, text):
            return each
    if len(present) >= MOST_PER_SITE:
        raise TooManySentences
    sentence = Sentence(site_id=site_id, rule=rule, language=language, text=text, created_at=now)
    session.add(sentence)
    await session.flush()
    return sentence


async def drop_sentence(session: AsyncSession, site_id: int, sentence_id: int) -> None:
    """The site does not offer the sentence any more; what was decided with it stays as it was."""
    await session.exec(delete(Sentence).where(col(Sentence.id) == sentence_id, col(Sentence.site_id) == site_id))


async def sentences_of(session: AsyncSession, sites: Sequence[int]) -> list[Sentence]:
    """All sentences of these sites, by rule and then in the order in which they were added."""
    found = await session.exec(
        select(Sentence).where(col(Sentence.site_id).in_(sites)).order_by(col(Sentence.rule), col(Sentence.id))
    )
    return list(found)
