"""Filing what a reader gives: batch by batch, each in one transaction, so that whoever is killed in between has lost
nothing and adds nothing twice when started again.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import anyio.to_thread
from sqlmodel.ext.asyncio.session import AsyncSession

from models.contact import ArrivingContact, settle_contacts
from models.db import Database
from models.imported import (
    Known,
    Told,
    add_comments,
    attach,
    imported_id,
    known_comments,
    prompts_elsewhere,
    settle_outcome,
    settle_pages,
    settle_prompts,
)
from models.site import Site
from moderation.judge import Judges
from service.exchange.account import Account
from service.exchange.contacts import prepare_contact
from service.exchange.preparing import (
    ID,
    NotTaken,
    Prepared,
    clean_title,
    page_of,
    prepare,
    prepare_outcome,
    prepare_questions,
    prepare_stored,
)
from service.exchange.record import Fault, Item, Place, Record, Stored

BATCH = 200
_MOST_PLACES = 250_000
_MOST_CONTACTS = 1000


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the file with the ids that it will have here."""

    item: Record | Stored
    id: str
    parent: str | None
    page: str


@dataclass(frozen=True, slots=True)
class _Page:
    title: str = ""
    open: bool = True
    created: datetime | None = None
    questions: tuple[Mapping[str, Any], ...] = ()
    outcome: Mapping[str, Any] | None = None


@dataclass
class Filing:
    """An import under way. With `dry`, everything is done but writing.

    `judges` are called when something waits for a decision: most files need none, and they take memory.
    """

    db: Database
    judges: Callable[[], Judges]
    site: Site
    system: str
    now: datetime
    dry: bool = False
    account: Account = field(default_factory=Account)
    _rows: list[_Row] = field(default_factory=list)
    _pages: dict[str, _Page] = field(default_factory=dict)
    _contacts: list[ArrivingContact] = field(default_factory=list)
    # Answers that came before what they answer, by its id.
    _early: defaultdict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    # Ids of questions that other sites of ours have.
    _asked_elsewhere: set[str] = field(default_factory=set)
    # Pages of comments that would be here by now, in a dry run.
    _would_be: dict[str, str] = field(default_factory=dict)

    async def take(self, item: Item) -> None:
        """File the item, or keep it for the next batch."""
        if isinstance(item, Fault):
            self.account.refuse(item.where, item.reason)
            return
        try:
            if isinstance(item, Stored) and item.kind == "contact":
                self._note_contact(item)
            elif isinstance(item, Place) or (isinstance(item, Stored) and item.kind == "thread"):
                self._note_page(item)
            else:
                self._rows.append(self._row(item))
        except NotTaken as error:
            self.account.refuse(item.where, str(error))
        if len(self._rows) >= BATCH:
            await self._file()

    async def finish(self) -> Account:
        """File what is left, and say which answers never found what they answer."""
        await self._file()
        await self._close_pages()
        if self._contacts and not self.dry:
            async with self.db.writing() as session:
                await settle_contacts(session, self.site, self._contacts)
        for waiting in self._early.values():
            for _child, where in waiting:
                self.account.mention(where, "what it answers is not there; it stands alone now")
        return self.account

    def _note_contact(self, item: Stored) -> None:
        if len(self._contacts) >= _MOST_CONTACTS:
            raise NotTaken(f"more than {_MOST_CONTACTS} contacts")
        self._contacts.append(prepare_contact(item.content, self.site))

    def _note_page(self, item: Place | Stored) -> None:
        if isinstance(item, Place):
            page, noted = page_of(item.page), _Page(clean_title(item.title, self.site), item.open)
        else:
            page, noted = self._stored_page(item)
        known = self._pages.get(page)
        if known is not None:
            noted = _Page(
                known.title or noted.title,
                known.open and noted.open,
                known.created or noted.created,
                known.questions or noted.questions,
                known.outcome or noted.outcome,
            )
        elif len(self._pages) >= _MOST_PLACES:
            raise NotTaken(f"more than {_MOST_PLACES} pages")
        self._pages[page] = noted

    def _stored_page(self, item: Stored) -> tuple[str, _Page]:
        page, title, created = (item.content.get(each, "") for each in ("page", "title", "created_at"))
        try:
            since = datetime.fromisoformat(created) if created else None
        except (TypeError, ValueError):
            raise NotTaken("“created_at” is not a time") from None
        if not isinstance(page, str) or not isinstance(title, str) or (since and since.tzinfo is None):
            raise NotTaken("a page that is not what it should be")
        questions = prepare_questions(item.content.get("questions", []), self.site)
        open_ = item.content.get("open") is not False
        outcome = prepare_outcome(item.content.get("outcome"), self.site)
        return page_of(page), _Page(clean_title(title, self.site), open_, since, questions, outcome)

    def _row(self, item: Record | Stored) -> _Row:
        if isinstance(item, Record):
            parent = self._id(item.parent) if item.parent else None
            return _Row(item, self._id(item.source), parent, page_of(item.page))
        own, above, page = (item.content.get(each) for each in ("id", "parent", "page"))
        if not _is_id(own) or not (above is None or _is_id(above)) or not isinstance(page, str):
            raise NotTaken("without an id or a page")
        return _Row(item, str(own), str(above) if above else None, page_of(page))

    def _id(self, source: str) -> str:
        return imported_id(self.site, self.system, source)

    async def _file(self) -> None:
        """One batch: look what is here, prepare what is not, add it."""
        rows, self._rows = self._rows, []
        if not rows:
            return
        rows, known = await self._look_up(rows)
        fresh: dict[str, _Row] = {}
        for row in rows:
            if row.id in known or row.id in fresh or row.id in self._would_be:
                self.account.present += 1
                await self._mend(row, known)
            else:
                fresh[row.id] = row
        prepared = await anyio.to_thread.run_sync(self._prepare_all, list(fresh.values())) if fresh else []
        taken: dict[str, tuple[_Row, Prepared]] = {}
        for row, result in zip(fresh.values(), prepared, strict=True):
            if isinstance(result, NotTaken):
                self.account.refuse(row.item.where, str(result))
            else:
                taken[row.id] = (row, self._placed(row, result, known, taken))
        await self._add(taken)

    async def _look_up(self, rows: list[_Row]) -> tuple[list[_Row], dict[str, Known]]:
        """What is here already. An id that is in use at another site of ours gets another one here, always the same."""
        ids = {each for row in rows for each in (row.id, row.parent) if each}
        async with self.db.reading() as session:
            known = await known_comments(session, ids)
            asked = {each["id"] for row in rows if (noted := self._pages.get(row.page)) for each in noted.questions}
            self._asked_elsewhere |= await prompts_elsewhere(session, self.site, asked) if asked else set()
            elsewhere = {each for each, here in known.items() if here.site_id != self.site.id}
            if elsewhere:
                rows = [self._moved(row, elsewhere) for row in rows]
                known |= await known_comments(session, {self._id(each) for each in elsewhere})
        return rows, {each: here for each, here in known.items() if here.site_id == self.site.id}

    def _moved(self, row: _Row, elsewhere: set[str]) -> _Row:
        own = self._id(row.id) if row.id in elsewhere else row.id
        above = self._id(row.parent) if row.parent in elsewhere and row.parent else row.parent
        return replace(row, id=own, parent=above)

    def _prepare_all(self, rows: list[_Row]) -> list[Prepared | NotTaken]:
        return [self._attempt(row) for row in rows]

    def _attempt(self, row: _Row) -> Prepared | NotTaken:
        try:
            return self._prepare(row)
        except NotTaken as error:
            return error

    def _prepare(self, row: _Row) -> Prepared:
        if isinstance(row.item, Record):
            return prepare(row.item, row.id, self.site, self.judges)
        prepared = prepare_stored(row.item, row.id, row.page, self.site)
        question = prepared.comment.columns.get("question")
        if question not in self._asked_elsewhere:
            return prepared
        columns = {**prepared.comment.columns, "question": self._id(f"question {question}")}
        return replace(prepared, comment=replace(prepared.comment, columns=columns))

    def _placed(
        self, row: _Row, prepared: Prepared, known: dict[str, Known], fresh: dict[str, tuple[_Row, Prepared]]
    ) -> Prepared:
        """Under what it answers, if that is here or comes before it in this batch; otherwise it waits for it."""
        if row.parent is None:
            return prepared
        pages = [
            known[row.parent].page if row.parent in known else None,
            fresh[row.parent][0].page if row.parent in fresh else None,
            self._would_be.get(row.parent),
        ]
        if row.page in pages:
            return replace(prepared, comment=replace(prepared.comment, parent=row.parent))
        self._early[row.parent].append((row.id, row.item.where))
        return prepared

    async def _mend(self, row: _Row, known: dict[str, Known]) -> None:
        """An import that was killed may have left an answer alone."""
        if not row.parent or row.id not in known or known[row.id].parent_id is not None:
            return
        if row.parent not in known or self.dry:
            self._early[row.parent].append((row.id, row.item.where))
            return
        async with self.db.writing() as session:
            await attach(session, row.id, row.parent, self.now)

    async def _add(self, fresh: dict[str, tuple[_Row, Prepared]]) -> None:
        added = set(fresh)
        if self.dry:
            self._would_be |= {each: row.page for each, (row, _prepared) in fresh.items()}
            for each in added:
                self._early.pop(each, None)
        elif fresh:
            async with self.db.writing() as session:
                threads = await self._threads(session, {row.page for row, _prepared in fresh.values()})
                comments = [prepared.comment for _row, prepared in fresh.values()]
                added = await add_comments(session, self.site, comments, threads, self.now)
                attached = [each for each in added if each in self._early]
                left = {each: await self._attach_all(session, each) for each in attached}
            for each, children in left.items():
                self._early.pop(each)
                for _child, where in children:
                    self.account.mention(where, "what it answers is on another page, or answers it; it stands alone")
        self.account.added += len(added)
        self.account.present += len(fresh) - len(added)
        for each in added:
            row, prepared = fresh[each]
            self.account.waiting += prepared.comment.columns["status"] == "pending"
            for change in prepared.changes:
                self.account.mention(row.item.where, change)

    async def _attach_all(self, session: AsyncSession, parent: str) -> list[tuple[str, str]]:
        """Those of the waiting answers that could not be put under it."""
        waiting = self._early[parent]
        return [each for each in waiting if not await attach(session, each[0], parent, self.now)]

    async def _threads(self, session: AsyncSession, pages: Collection[str]) -> dict[str, int]:
        """The threads of the pages, with the questions and the outcome that were told of them."""
        noted = {each: self._pages.get(each, _Page()) for each in sorted(pages)}
        told = {page: Told(each.title, each.open, each.created or self.now) for page, each in noted.items()}
        threads = await settle_pages(session, self.site, told)
        for page, each in noted.items():
            if each.questions:
                ids = {prompt["id"] for prompt in each.questions}
                self._asked_elsewhere |= await prompts_elsewhere(session, self.site, ids)
                own = [self._own_prompt(prompt) for prompt in each.questions]
                await settle_prompts(session, self.site, threads[page], own)
            if each.outcome:
                await settle_outcome(session, self.site, threads[page], each.outcome)
        return threads

    def _own_prompt(self, prompt: Mapping[str, Any]) -> Mapping[str, Any]:
        """A question whose id is in use at another site of ours gets another one here, always the same."""
        used = prompt["id"] in self._asked_elsewhere
        return {**prompt, "id": self._id(f"question {prompt['id']}")} if used else prompt

    async def _close_pages(self) -> None:
        """A page on which nobody wrote stays closed, too; what was told of all other pages, their comments brought."""
        pages = [page for page, noted in self._pages.items() if not noted.open or noted.created]
        for start in range(0, 0 if self.dry else len(pages), BATCH):
            async with self.db.writing() as session:
                await self._threads(session, set(pages[start : start + BATCH]))


def _is_id(value: object) -> bool:
    return isinstance(value, str) and bool(ID.fullmatch(value))
