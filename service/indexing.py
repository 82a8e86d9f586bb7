"""Keeping the index of words up to date: the courier does it soon after comments come, a search does the rest."""

from models.db import Database
from models.search import take_up_words, words_wait


async def take_up(db: Database, most: int) -> bool:
    """Let the index know at most so many comments that are new or changed; whether others wait.

    Each time is one short transaction, so that a large import keeps nobody from posting.
    """
    async with db.reading() as session:
        if not await words_wait(session):
            return False
    async with db.writing() as session:
        await take_up_words(session, most)
        return await words_wait(session)
