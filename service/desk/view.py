"""A view of the queue as a link: what is looked at, read from the query and written back to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from models.question import ANY, LANES, Question, Range
from moderation.lifecycle import Status
from moderation.working_time import ZONE

PAGE_LENGTH = 25
DECIDED = "decided"
_LONGEST = 200
# What a filter asks for besides lane, site and place.
_FILTERS = ("status", "words", "page", "rule", "author", "wave", "asked", "mine", "spam", "violation", "since", "until")


@dataclass(frozen=True, slots=True)
class View:
    """What of the queue is looked at; as a query it can be kept as a link. Wrong values fall back to the usual ones.

    `spam` and `violation` are percentages from and to, such as `30-70`; `since` and `until` days, both counted in.
    `asked` is a question under an article.
    """

    lane: str = "review"
    site: str = ""
    status: str = ""
    words: str = ""
    page: str = ""
    rule: str = ""
    author: str = ""
    wave: str = ""
    asked: str = ""
    mine: str = ""
    spam: str = ""
    violation: str = ""
    since: str = ""
    until: str = ""
    after: str = ""

    @property
    def path(self) -> str:
        """The path of this view, without what is usual."""
        told = {each.name: getattr(self, each.name) for each in fields(self)}
        query = urlencode({_NAMES.get(name, name): value for name, value in told.items() if value != _USUAL[name]})
        return "/desk" + (f"?{query}" if query else "")

    @property
    def filtered(self) -> bool:
        """Whether something narrows the lane."""
        return any(getattr(self, each) for each in _FILTERS)

    def at(self, **changes: str) -> str:
        """The path of a view that differs in these; it begins at its first page."""
        return replace(self, **{"after": "", **changes}).path

    def unfiltered(self) -> str:
        """The path of the whole lane."""
        return self.at(**dict.fromkeys(_FILTERS, ""))

    def question(self, sites: Sequence[int], moderator_id: int) -> Question:
        """What to ask the queue."""
        decided = self.lane == DECIDED
        everything = bool(self.author or self.wave) and self.lane == "review"
        status = Status(self.status or Status.APPROVED) if decided else None
        return Question(
            sites=tuple(sites),
            lane=None if decided or everything else next(each for each in LANES if each == self.lane),
            status=status,
            words=self.words,
            after=self.after or None,
            limit=PAGE_LENGTH,
            newest=decided,
            page=self.page,
            rule=self.rule,
            spam=_range(self.spam),
            violation=_range(self.violation),
            since=_start(self.since),
            until=_start(self.until, timedelta(days=1)),
            author=self.author,
            assignee=moderator_id if self.mine else None,
            wave=self.wave,
            prompt=self.asked,
        )


def read_view(asked: Mapping[str, str]) -> View:
    """The view that a query asks for."""
    told = {each.name: _plain(asked.get(_NAMES.get(each.name, each.name), "")) for each in fields(View)}
    # Two fields of the form make one range.
    for name in ("spam", "violation"):
        least, most = _plain(asked.get(f"{name}-from", "")), _plain(asked.get(f"{name}-to", ""))
        told[name] = told[name] or (f"{least or 0}-{most or 100}" if least or most else "")
    view = View(**told)
    return replace(
        view,
        lane=view.lane if view.lane in (*LANES, DECIDED) else "review",
        status=view.status if view.lane == DECIDED and view.status in list(Status) else "",
        mine="yes" if view.mine == "yes" else "",
        spam=view.spam if _range(view.spam) != ANY else "",
        violation=view.violation if _range(view.violation) != ANY else "",
        since=view.since if _start(view.since) else "",
        until=view.until if _start(view.until) else "",
    )


def ends_of(told: str) -> tuple[str, str]:
    """The two percentages of a range, for its two fields; empty where it is open."""
    found = _range(told)
    least, most = round(found.least * 100), round(found.most * 100)
    return (str(least) if least > 0 else "", str(most) if most < 100 else "")


def _range(told: str) -> Range:
    least, _dash, most = told.partition("-")
    if not all(each.isascii() and each.isdigit() and len(each) < 4 for each in (least, most)):
        return ANY
    found = Range(int(least) / 100, int(most) / 100)
    return found if found.least <= found.most <= 1 else ANY


def _start(told: str, more: timedelta = timedelta()) -> datetime | None:
    """The beginning of a day where the sites are, and some time later; None for what is no day."""
    try:
        day = date.fromisoformat(told)
        return (datetime.combine(day, time(), ZONE) + more).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _plain(told: str) -> str:
    return "".join(each for each in told.strip()[:_LONGEST] if each.isprintable())


_NAMES = {"words": "q", "asked": "question"}
_USUAL = {each.name: each.default for each in fields(View)}
