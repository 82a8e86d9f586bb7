"""Whether a site takes comments now, when it expects to have read them, and what it says in its own words."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from babel.dates import format_date
from sqlalchemy import bindparam
from sqlmodel import col, func, select

from models.comment import Comment
from models.site import Site, hours_of
from models.trip import Trip
from moderation.lifecycle import Status
from moderation.working_time import ZONE
from service.errors import Problem, _
from service.texts import language_in, tell

_NO_REASON = _("No comments are taken at the moment. Please come back later; you can still read along.")
_FULL = _("Many comments are waiting to be read, so no more are taken at the moment. Please come back later.")
_SOME_WAIT = _("A comment in which something is noticed is read by a person before it appears.")
_EXPECTED = _("It is expected to be read %(day)s.")
_DATES = {"de": "'am' d. MMMM", "en": "'on' d MMMM"}


async def pause_of(trip: Trip, site: Site, language: str) -> str:
    """Why the site takes no comments at the moment, in words for readers; empty while it does."""
    if site.paused:
        return site.pause_reason or tell(language, _NO_REASON)
    if site.most_waiting and await _waiting(trip, site) >= site.most_waiting:
        return site.pause_reason or tell(language, _FULL)
    return ""


def require_taking(reason: str) -> None:
    """Stop (409) what cannot be taken now, for the reason that `pause_of` gives. The author's text goes back."""
    if reason:
        raise Problem(409, "%(reason)s", {"reason": reason}, more={"code": "paused"})


def expected(site: Site, now: datetime, language: str) -> str:
    """When a comment that comes now will have been read, as a sentence; empty where the site promises nothing."""
    if not site.target_minutes:
        return ""
    due = hours_of(site).after(now, timedelta(minutes=site.target_minutes))
    return tell(language, _EXPECTED, day=_day(due, now, language)) if due else ""


def promise_of(site: Site, language: str) -> str:
    """What happens to a comment where not every one waits for a person; empty where every one does."""
    return "" if site.holds == "everything" else tell(language, _SOME_WAIT)


def own_words(site: Site, place: str, language: str) -> str:
    """What the site itself says in a place, in the reader's language or else in its own; or nothing."""
    told = site.texts.get(place, {})
    return told.get(language_in(language), "") or told.get(site.plain_language, "")


def _day(due: datetime, now: datetime, language: str) -> str:
    day, today = due.astimezone(ZONE).date(), now.astimezone(ZONE).date()
    days = (day - today).days
    if days < 2:
        return tell(language, _("tomorrow") if days else _("today"))
    spoken = language_in(language)
    return _spoken(day, "EEEE" if days < 7 else _DATES[spoken], spoken)


@lru_cache(maxsize=64)
def _spoken(day: date, form: str, language: str) -> str:
    return str(format_date(day, form, locale=language))


async def _waiting(trip: Trip, site: Site) -> int:
    """How many wait in review, counted no further than matters. What looks like spam fills no queue."""
    told = {"site": site.id, "pending": Status.PENDING, "most": site.most_waiting}
    counted: int = (await trip.ask(_WAITING, told))[0][0]
    return counted


_IN_REVIEW = (
    select(Comment.id)
    .where(
        col(Comment.site_id) == bindparam("site"),
        col(Comment.status) == bindparam("pending"),
        col(Comment.lane) == "review",
    )
    .limit(bindparam("most"))
    .subquery()
)
_WAITING = select(func.count(_IN_REVIEW.c.id))
