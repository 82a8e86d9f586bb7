"""The talks at the desk: every page that people talk on, and what editors ask there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.responses import Response

from models.asked import Put
from models.prompt import Prompt, TooManyPrompts
from models.site import Site
from models.talk import talks
from models.thread import BadPage, Thread, find_thread, normalise_page
from moderation.draft import BadDraft
from moderation.working_time import ZONE
from service.asking import Change, change_question, put_questions, question_of, questions_at
from service.desk.guard import Desk, signed_in
from service.desk.paths import talk_path
from service.errors import _, as_problem
from service.moderating import own_sites
from service.pages.links import article_url
from service.state import service_of

PER_PAGE = 50
_LONGEST_SEARCH = 200
_DONE = {
    "asked": _("The questions stand under the article."),
    "saved": _("The question is changed."),
    "moved": _("The question has moved."),
    "closed": _("The question takes no more answers."),
    "opened": _("The question takes answers again."),
    "retired": _("The question is not asked any more. Its answers stand among the other comments."),
    "restored": _("The question is asked again."),
}
_NO_PAGE = _("Please give the page's address or path, such as /magazin/artikel.")
_NO_QUESTION = _("Please write at least one question, each on a line of its own.")
_TOO_LONG = _("A question may have 500 characters at most.")
_NO_TIME = _("Please give the time as day and hour.")
_EMPTY = _("A question needs a text. To take it back, retire it.")


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form carried that could not be taken, and why. `of` is the question it was about, or empty."""

    fault: str
    of: str
    text: str
    closes: str
    title: str = ""


@signed_in
async def get_talks(desk: Desk) -> Response:
    """`GET /desk/talks`: the pages of the moderator's sites, the newest first, with a way to ask on any other."""
    return await _list(desk)


@signed_in
async def get_talk(desk: Desk) -> Response:
    """`GET /desk/sites/{site}/talk?page=…`: what the page asks, and what can be done about it."""
    site = await _site(desk)
    try:
        page = normalise_page(desk.request.query_params.get("page", ""))
    except BadPage:
        return await _list(desk, fault=desk.tell(_NO_PAGE), typed=desk.request.query_params.get("page", ""))
    return await _talk(desk, site, page)


@signed_in
async def post_questions(desk: Desk) -> Response:
    """`POST /desk/sites/{site}/talk`: more questions, one a line, and when they close."""
    site, page = await _site(desk), normalise_page(desk.form.get("page", ""))
    text, closes, title = (desk.form.get(each, "") for each in ("text", "closes", "title"))
    lines = [line for line in text.splitlines() if line.strip()]
    try:
        closes_at = parse_local(closes)
        await put_questions(service_of(desk.request), desk.deciding, site, page, lines, closes_at, title)
    except (BadDraft, TooManyPrompts) as error:
        status, fault = _refusal(desk, error, _NO_QUESTION)
        return await _talk(desk, site, page, status, typed=Typed(fault, "", text, closes, title))
    return desk.go(talk_path(site, page, done="asked") + "#questions")


@signed_in
async def post_question(desk: Desk) -> Response:
    """`POST /desk/questions/{id}`: `do` says what; text and closing time are kept with it, whatever it is."""
    service = service_of(desk.request)
    prompt, site, thread = await question_of(service, desk.deciding, desk.request.path_params["id"])
    try:
        change, done = await _change(desk, prompt, site, thread)
        await change_question(service, desk.deciding, prompt.id, change)
    except (BadDraft, TooManyPrompts) as error:
        status, fault = _refusal(desk, error, _EMPTY)
        typed = Typed(fault, prompt.id, desk.form.get("text", ""), desk.form.get("closes", ""))
        return await _talk(desk, site, thread.page, status, typed=typed)
    return desk.go(talk_path(site, thread.page, done=done) + f"#q-{prompt.id}")


def parse_local(told: str) -> datetime | None:
    """A time as a form's field has it, by the sites' own clocks; None for none, `BadDraft` for what is no time."""
    if not told.strip():
        return None
    try:
        return datetime.fromisoformat(told.strip()).replace(tzinfo=ZONE).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadDraft(()) from None


async def _change(desk: Desk, prompt: Prompt, site: Site, thread: Thread) -> tuple[Change, str]:
    """What the pressed button asks for, and what to say of it afterwards."""
    asked = [each.prompt.id for each in await questions_at(service_of(desk.request), site, thread.page)]
    place = asked.index(prompt.id) + 1
    buttons: dict[str, tuple[dict[str, object], str]] = {
        "up": ({"place": max(1, place - 1)}, "moved"),
        "down": ({"place": place + 1}, "moved"),
        "close": ({"open": False}, "closed"),
        "open": ({"open": True}, "opened"),
        "retire": ({"retired": True}, "retired"),
        "restore": ({"retired": False, "place": len(asked)}, "restored"),
    }
    more, done = buttons.get(desk.form.get("do", ""), ({}, "saved"))
    closes_at = parse_local(desk.form.get("closes", ""))
    if done == "opened" and closes_at and closes_at <= service_of(desk.request).clock():
        closes_at = None  # whoever opens it again wants it open
    change = Change(text=desk.form.get("text", ""), reschedules=True, closes_at=closes_at, **more)  # type: ignore[arg-type]
    return change, done


async def _list(desk: Desk, fault: str = "", typed: str = "") -> Response:
    service = service_of(desk.request)
    query = desk.request.query_params
    sites = await own_sites(service, desk.deciding)
    words = query.get("q", "").replace("\0", "")[:_LONGEST_SEARCH]
    told = query.get("before", "")
    before = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else None
    async with service.db.reading() as session:
        found = await talks(session, [each.id or 0 for each in sites], words, before, PER_PAGE + 1)
    shown = found[:PER_PAGE]
    return desk.page(
        "desk/talks.html",
        422 if fault else 200,
        talks=shown,
        sites=sites,
        askable=[each for each in sites if desk.deciding.may(each.id or 0, "ask")],
        words=words,
        before=before,
        further=shown[-1].thread.id if len(found) > PER_PAGE else None,
        fault=fault,
        typed=typed,
        path=talk_path,
    )


async def _talk(desk: Desk, site: Site, page: str, status: int = 200, typed: Typed | None = None) -> Response:
    service = service_of(desk.request)
    puts = await questions_at(service, site, page)
    async with service.db.reading() as session:
        thread = await find_thread(session, site, page)
    asked = [each for each in puts if not each.prompt.retired]
    done = desk.request.query_params.get("done", "")
    return desk.page(
        "desk/talk.html",
        status,
        site=site,
        page=page,
        thread=thread,
        article=article_url(site, page),
        asked=asked,
        retired=[each for each in puts if each.prompt.retired],
        open=_open_ids(puts, service.clock()),
        may_ask=desk.deciding.may(site.id or 0, "ask"),
        may_digest=desk.deciding.may(site.id or 0, "decide"),
        typed=typed,
        done=desk.tell(_DONE[done]) if done in _DONE and typed is None else "",
        local=lambda time: time.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M") if time else "",
        path=talk_path,
    )


def _open_ids(puts: Sequence[Put], now: datetime) -> set[str]:
    return {each.prompt.id for each in puts if each.prompt.takes_answers(now)}


def _refusal(desk: Desk, error: BadDraft | TooManyPrompts, missing: str) -> tuple[int, str]:
    """The status and the sentence for what could not be taken; `missing` says what an empty text lacks."""
    if isinstance(error, TooManyPrompts):
        problem = as_problem(error)
        return problem.status, desk.tell(problem.detail)
    faults = {(each.field, each.fault) for each in error.faults}
    if ("text", "too_long") in faults:
        return 422, desk.tell(_TOO_LONG)
    return 422, desk.tell(missing if faults else _NO_TIME)


async def _site(desk: Desk) -> Site:
    [site] = await own_sites(service_of(desk.request), desk.deciding, desk.request.path_params["site"])
    return site
