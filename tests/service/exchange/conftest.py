"""What tests of the exchange begin with: a site, and a way to import into it and to look at what came."""

from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import col, select

from models.comment import Comment
from models.site import Site
from models.thread import Thread
from service.exchange.account import Account
from service.exchange.filing import Filing
from service.exchange.reading import read_file
from service.exchange.writers import csv, jsonl, wxr
from service.state import Service
from tests.builders import add_site

FILES = Path(__file__).parent / "files"
WRITERS = {"jsonl": jsonl.write, "wxr": wxr.write, "csv": csv.write}


@dataclass
class Exchange:
    service: Service
    site: Site

    async def bring(self, form: str, path: Path, *, dry: bool = False) -> Account:
        """Import a file, read by the real process."""
        filing = Filing(self.service.db, lambda: self.service.judges, self.site, form, self.service.clock(), dry)
        async with aclosing(read_file(form, path)) as items:
            async for item in items:
                await filing.take(item)
        return await filing.finish()

    async def comments(self) -> list[Comment]:
        async with self.service.db.reading() as session:
            query = select(Comment).where(Comment.site_id == self.site.id)
            return list(await session.exec(query.order_by(col(Comment.created_at), col(Comment.id))))

    async def threads(self) -> dict[str, Thread]:
        async with self.service.db.reading() as session:
            found = await session.exec(select(Thread).where(Thread.site_id == self.site.id))
            return {each.page: each for each in found}

    async def give(self, form: str, *, addresses: bool = True) -> bytes:
        """The export in this format."""
        async with self.service.db.reading() as session:
            return b"".join([part async for _, part in WRITERS[form](session, self.site, addresses=addresses)])


@pytest.fixture
async def exchange(service) -> Exchange:
    return Exchange(service, await add_site(service))


def told(account: Account) -> tuple[int, int, int]:
    """Added, already there, refused."""
    return account.added, account.present, account.refused
