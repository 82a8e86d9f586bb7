"""The moderators' queue: what waits, urgent first, then oldest."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple, get_args

from sqlalchemy import ColumnElement, and_, case, false, literal, or_, tuple_
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime
from models.comment import Comment, comments_by_id, find_comment
from models.contains import Contains
from models.prompt import Prompt
from models.report import Objection, Report
from models.search import found_by
from models.site import Site
from models.thread import Thread
from moderation.lifecycle import Status

Lane = Literal["review", "spam", "reports", "objections", "held"]
LANES: tuple[Lane, ...] = get_args(Lane)
_FOLDED_LANES = ("review", "spam")
_BROUGHT_BACK = ("reports", "objections")
_MOST_PAGES = 500
_FAR = 20


class BadCursor(ValueError):
    """The place to go on from was not made by `queue`."""


class Range(NamedTuple):
    """Probabilities from `least` up to `most`."""

    least: float = 0.0
    most: float = 1.0


ANY = Range()


@dataclass(frozen=True, slots=True)
class Question:
    """What of the queue is asked for. Without a status: what waits in the lane; with one: whatever has it.

    `newest`: the newest first, whatever its priority, for looking at what was decided. `page`: a part of the page's
    path or title. `author`: a comment, for everything by the same person: of the same confirmed address, or else
    of the same keyed hash. `wave`: everything that belongs to it. `prompt`: what answers this question of a page.
    Unless one of these narrows the question, a wave shows its first card only.
    """

    sites: tuple[int, ...]
    lane: Lane | None = None
    status: Status | None = None
    words: str = ""
    after: str | None = None
    limit: int = 50
    newest: bool = False
    page: str = ""
    rule: str = ""
    spam: Range = ANY
    violation: Range = ANY
    since: datetime | None = None
    until: datetime | None = None
    author: str = ""
    assignee: int | None = None
    wave: str = ""
    prompt: str = ""

    @property
    def narrow(self) -> bool:
        """Whether more is asked for than a lane of some sites."""
        usual = (
            self.words,
            self.page,
            self.rule,
            self.author,
            self.wave,
            self.prompt,
            self.since,
            self.until,
            self.assignee,
        )
        return any(usual) or (self.spam, self.violation) != (ANY, ANY)


@dataclass(frozen=True, slots=True)
class Case:
    """A comment with what a moderator must see beside it. `chain`: what it answers, beginning with the first."""

    comment: Comment
    site: Site
    thread: Thread
    chain: tuple[Comment, ...] = ()

    @property
    def parent(self) -> Comment | None:
        """What the comment answers, or None."""
        return self.chain[-1] if self.chain else None


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of the queue; `next` is where to go on, or None at the end."""

    cases: list[Case]
    next: str | None


class _Place(NamedTuple):
    """Where a comment stands in the queue."""

    priority: int
    created_at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much waits for a person, over all sites, and since when the oldest does."""

    lanes: dict[str, int]
    oldest: datetime | None


async def queue(session: AsyncSession, question: Question) -> Slice:
    """The part of the queue that is asked for. Raises `BadCursor`."""
    places = await _places(session, question)
    ids = [place.id for place in places[: question.limit]]
    query = (
        select(Comment, Site, Thread)
        .join(Site, col(Site.id) == col(Comment.site_id))
        .join(Thread, col(Thread.id) == col(Comment.thread_id))
        .where(col(Comment.id).in_(ids))
    )
    rows = {row[0].id: row for row in await session.exec(query)}
    chains = await _chains(session, [comment for comment, _, _ in rows.values()])
    cases = [
        Case(comment, site, thread, chains.get(comment.id, ()))
        for comment, site, thread in (rows[each] for each in ids)
    ]
    more = len(places) > question.limit
    return Slice(cases, _cursor(cases[-1].comment) if more else None)


async def case_of(session: AsyncSession, comment_id: str) -> Case | None:
    """One comment with what belongs beside it, or None."""
    query = (
        select(Comment, Site, Thread)
        .join(Site, col(Site.id) == col(Comment.site_id))
        .join(Thread, col(Thread.id) == col(Comment.thread_id))
        .where(col(Comment.id) == comment_id)
    )
    row = (await session.exec(query)).first()
    if row is None:
        return None
    comment, site, thread = row
    chains = await _chains(session, [comment])
    return Case(comment, site, thread, chains.get(comment.id, ()))


async def lane_counts(session: AsyncSession, sites: tuple[int, ...]) -> dict[Lane, int]:
    """How many comments wait in each lane; those of a wave count each."""
    here = col(Comment.site_id).in_(sites)
    spam = func.sum(case((and_(col(Comment.lane) == "spam", col(Comment.held).is_(False)), 1), else_=0))
    held = func.sum(case((col(Comment.held), 1), else_=0))
    waiting = select(func.count(), spam, held).where(here, Comment.status == Status.PENDING)
    every, in_spam, kept_back = (await session.exec(waiting)).one()
    counts: dict[Lane, int] = {"review": every - (in_spam or 0) - (kept_back or 0), "spam": in_spam or 0}
    counts["reports"] = await _brought_back(session, Report, here)
    counts["objections"] = await _brought_back(session, Objection, here)
    counts["held"] = kept_back or 0
    return counts


async def backlog(session: AsyncSession) -> Backlog:
    """What waits in the whole installation, for its operator."""
    waits = Comment.status == Status.PENDING
    found = await session.exec(select(Comment.lane, func.count()).where(waits).group_by(col(Comment.lane)))
    lanes = {"review": 0, "spam": 0} | dict(found.all())
    oldest = await session.exec(select(func.min(Comment.created_at)).where(waits, Comment.lane == "review"))
    return Backlog(lanes, oldest.one())


async def _brought_back(session: AsyncSession, kind: type[Report] | type[Objection], here: ColumnElement[bool]) -> int:
    # A join might begin with all comments of the sites.
    there = select(Comment.id).where(col(Comment.id) == col(kind.comment_id), here).exists()
    open_ = select(func.count(func.distinct(kind.comment_id))).where(col(kind.settled_at).is_(None), there)
    return (await session.exec(open_)).one()


async def _places(session: AsyncSession, question: Question) -> list[_Place]:
    """The places to show and one more, if there is one.

    Each site is asked for itself: then an index gives its comments in order, and nothing is sorted but the few
    that come first.
    """
    places: list[_Place] = []
    conditions = [*_conditions(question), *await _narrowing(session, question)]
    for site in question.sites:
        found = await session.exec(
            select(Comment.priority, Comment.created_at, Comment.id)
            .where(_at(site, question), *conditions)
            .order_by(*_order(question))
            .limit(question.limit + 1)
        )
        places += [_Place(*row) for row in found]
    if question.newest:
        places.sort(key=lambda each: (each.created_at, each.id), reverse=True)
    else:
        places.sort(key=lambda each: (-each.priority, each.created_at, each.id))
    return places[: question.limit + 1]


def _at(site: int, question: Question) -> ColumnElement[bool]:
    """The site's comments. Few are reported; the sum says to look these up and not for them among all of the site."""
    number = col(Comment.site_id)
    return number + 0 == site if question.lane in _BROUGHT_BACK else number == site


def _conditions(question: Question) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if question.status is not None:
        conditions.append(col(Comment.status) == question.status)
    if question.lane is not None:
        conditions.append(_in_lane(question.lane, question.status))
    if question.lane is None and question.status is None and not question.author:
        conditions.append(col(Comment.status) == Status.PENDING)
    if question.lane in _FOLDED_LANES and question.status is None and not question.narrow:
        conditions.append(col(Comment.follows).is_(False))
    if question.after:
        conditions.append(_behind(question.after, newest=question.newest))
    return conditions


async def _narrowing(session: AsyncSession, question: Question) -> list[ColumnElement[bool]]:
    """What is filtered by. All but words, author and wave stands in the queue's index."""
    conditions = await found_by(session, question.words)
    if question.page:
        conditions.append(col(Comment.thread_id).in_(await _threads(session, question)))
    if question.rule:
        conditions.append(Contains(col(Comment.rules), f" {question.rule} "))
    for column, asked in ((col(Comment.spam), question.spam), (col(Comment.violation), question.violation)):
        if asked != ANY:
            conditions.append(column.between(asked.least, asked.most))
    if question.since:
        conditions.append(col(Comment.created_at) >= question.since)
    if question.until:
        conditions.append(col(Comment.created_at) < question.until)
    return [*conditions, *await _belonging(session, question)]


async def _belonging(session: AsyncSession, question: Question) -> list[ColumnElement[bool]]:
    """To whom or to what it shall belong: a colleague, a wave, a question of a page, an author."""
    conditions: list[ColumnElement[bool]] = []
    if question.assignee:
        conditions.append(col(Comment.assignee_id) == question.assignee)
    if question.wave:
        conditions.append(col(Comment.wave) == question.wave)
    if question.prompt:
        conditions += await _under_prompt(session, question.prompt)
    if question.author:
        conditions.append(await _by_author(session, question.author))
    return conditions


async def _threads(session: AsyncSession, question: Question) -> list[int | None]:
    part = question.page.casefold()
    found = await session.exec(
        select(Thread.id)
        .where(
            col(Thread.site_id).in_(question.sites),
            or_(Contains(func.lower(Thread.page), part), Contains(func.lower(Thread.title), part)),
        )
        .limit(_MOST_PAGES)
    )
    return list(found)


async def _under_prompt(session: AsyncSession, prompt_id: str) -> list[ColumnElement[bool]]:
    """What stands under the question; its page is named, too, since the index knows that."""
    prompt = await session.get(Prompt, prompt_id)
    if prompt is None:
        return [false()]
    return [col(Comment.thread_id) == prompt.thread_id, col(Comment.question) == prompt_id]


async def _by_author(session: AsyncSession, comment_id: str) -> ColumnElement[bool]:
    """The same person, as far as anybody can know: an address that was only typed proves nothing."""
    comment = await find_comment(session, comment_id)
    if comment is None:
        return false()
    here = col(Comment.site_id) == comment.site_id
    if comment.email_mark and comment.email_confirmed:
        return and_(here, col(Comment.email_mark) == comment.email_mark, col(Comment.email_confirmed))
    if comment.sender:
        return and_(here, col(Comment.sender) == comment.sender)
    return col(Comment.id) == comment_id


def _order(question: Question) -> tuple[Any, ...]:
    if question.newest:
        return col(Comment.created_at).desc(), col(Comment.id).desc()
    return col(Comment.priority).desc(), col(Comment.created_at), col(Comment.id)


def _in_lane(lane: Lane, status: Status | None) -> ColumnElement[bool]:
    if lane == "reports":
        open_ = select(Report.comment_id).where(col(Report.settled_at).is_(None))
        return col(Comment.id).in_(open_)
    if lane == "objections":
        open_ = select(Objection.comment_id).where(col(Objection.settled_at).is_(None))
        return col(Comment.id).in_(open_)
    if lane == "held":
        return and_(col(Comment.held), col(Comment.status) == Status.PENDING)
    in_lane = col(Comment.lane) == lane
    if status is not None:
        return in_lane
    return and_(in_lane, col(Comment.status) == Status.PENDING, col(Comment.held).is_(False))


def _cursor(comment: Comment) -> str:
    return f"{comment.priority}~{comment.created_at.isoformat()}~{comment.id}"


def _behind(cursor: str, *, newest: bool) -> ColumnElement[bool]:
    try:
        priority, at, comment_id = cursor.split("~", 2)
        rank, time = int(priority), datetime.fromisoformat(at)
    except ValueError:
        raise BadCursor(cursor) from None
    if time.tzinfo is None or abs(rank) > 9 or not comment_id.isascii() or not comment_id.isprintable():
        raise BadCursor(cursor)
    place = tuple_(col(Comment.created_at), col(Comment.id))
    here = tuple_(literal(time, UtcDateTime), literal(comment_id))
    if newest:
        return place < here
    # The first half says nothing new, but an index can start from it.
    return and_(col(Comment.priority) <= rank, or_(col(Comment.priority) < rank, place > here))


async def _chains(session: AsyncSession, comments: list[Comment]) -> dict[str, tuple[Comment, ...]]:
    """What each comment answers, and what that answers, up to `_FAR` steps; in two questions however many there are."""
    asked = [each.id for each in comments if each.parent_id]
    if not asked:
        return {}
    step: Any = select(col(Comment.id).label("of"), col(Comment.parent_id).label("parent"), literal(1).label("far"))
    up = step.where(col(Comment.id).in_(asked)).cte("up", recursive=True)
    further = select(up.c.of, Comment.parent_id, up.c.far + 1).join(Comment, col(Comment.id) == up.c.parent)
    up = up.union_all(further.where(col(Comment.parent_id).is_not(None), up.c.far < _FAR))
    steps = list(await session.exec(select(up.c.of, up.c.parent).order_by(up.c.far.desc())))
    known = await comments_by_id(session, {parent for _of, parent in steps})
    chains: defaultdict[str, list[Comment]] = defaultdict(list)
    for of, parent in steps:
        if parent in known:
            chains[of].append(known[parent])
    return {of: tuple(chain) for of, chain in chains.items()}
