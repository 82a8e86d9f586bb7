"""What the site's decisions have taught the classifier, to look at and, for an admin, to take back."""

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from models.comment import Comment, comments_by_id
from models.lesson import Lesson, Lessons, count_lessons, latest_lessons, restore, roll_back
from models.moderator import names_of
from models.site import Site
from models.trip import InSession
from service.desk.guard import Desk, signed_in
from service.errors import Problem, _
from service.learning import Weight, learned_at, strongest_words
from service.moderating import own_sites
from service.state import service_of

MOST_LESSONS = 30
_EXCERPT = 90
_ADMINS_ONLY = _("Only admins of the site can change what was learned.")


@dataclass(frozen=True, slots=True)
class Row:
    """A lesson as the page shows it; `by` is empty for somebody who is gone."""

    id: int
    comment: str
    excerpt: str
    spam: bool
    by: str
    at: datetime
    set_aside: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One site's learning. `bar`: the spam probability from which a comment waits in the spam lane."""

    site: Site
    admin: bool
    counts: Lessons
    prior: float
    rows: list[Row]
    words: list[Weight]


@signed_in
async def get_learning(desk: Desk) -> Response:
    """`GET /desk/learning`: for each of the moderator's sites, how much was learned, from what, and which words."""
    service = service_of(desk.request)
    classifier = service.judges.classifier
    panels = [await _panel(desk, site) for site in await own_sites(service, desk.deciding)]
    return desk.page(
        "desk/learning.html",
        panels=panels,
        model=classifier.artifact.version if classifier else "",
        done=desk.request.query_params.get("done", ""),
    )


@signed_in
async def post_roll_back(desk: Desk) -> Response:
    """`POST /desk/learning/{site}/roll-back`: no lesson after `to` counts any more."""
    site = await _administered(desk)
    told = desk.form.get("to", "")
    if not (told.isascii() and told.isdigit() and len(told) < 10):
        raise Problem(422, _("Please choose the last lesson that shall count."))
    async with service_of(desk.request).db.writing() as session:
        await roll_back(session, site.id or 0, int(told))
    return desk.go("/desk/learning?done=back")


@signed_in
async def post_restore(desk: Desk) -> Response:
    """`POST /desk/learning/{site}/restore`: what was rolled back counts again."""
    site = await _administered(desk)
    async with service_of(desk.request).db.writing() as session:
        await restore(session, site.id or 0)
    return desk.go("/desk/learning?done=restored")


async def _administered(desk: Desk) -> Site:
    [site] = await own_sites(service_of(desk.request), desk.deciding, desk.request.path_params["site"])
    if not desk.deciding.may(site.id or 0, "learning"):
        raise Problem(403, _ADMINS_ONLY)
    return site


async def _panel(desk: Desk, site: Site) -> Panel:
    service = service_of(desk.request)
    async with service.db.reading() as session:
        counts = await count_lessons(session, site.id or 0)
        lessons = await latest_lessons(session, site.id or 0, MOST_LESSONS)
        comments = await comments_by_id(session, {each.comment_id for each in lessons})
        names = await names_of(InSession(session), {each.moderator_id for each in lessons if each.moderator_id})
        learned = await learned_at(service, site.id or 0, site.taught)
    return Panel(
        site=site,
        admin=desk.deciding.may(site.id or 0, "learning"),
        counts=counts,
        prior=learned.prior,
        rows=[_row(each, comments[each.comment_id], names) for each in lessons],
        words=await strongest_words(service, learned, list(comments.values())),
    )


def _row(lesson: Lesson, comment: Comment, names: dict[int, str]) -> Row:
    short = " ".join(comment.text.split())
    excerpt = short if len(short) <= _EXCERPT else short[:_EXCERPT].rsplit(" ", 1)[0] + " …"
    by = names.get(lesson.moderator_id or 0, "")
    return Row(lesson.id or 0, comment.id, excerpt, lesson.spam, by, lesson.created_at, lesson.set_aside)
