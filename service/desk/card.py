"""A dossier as a moderator's card: everything to see, in words, with passages marked."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from string import ascii_lowercase
from typing import Any, Literal
from urllib.parse import urlsplit

from markupsafe import Markup

from models.agreement import needs_second
from models.comment import Comment
from models.decision import UNDO, UNDO_WITHIN, Logged, last_act
from models.dossier import Dossier
from models.rights import Deciding
from models.site import hours_of
from moderation.classifier import label_text, summary
from moderation.lifecycle import Status
from moderation.netiquette import Netiquette
from moderation.netiquette.rules import title_of
from moderation.verdict import Reason, Score
from service.desk import words
from service.desk.marks import Ground, Piece, mark
from service.errors import _
from service.moderators_wire import masked_address, moderators_actions
from service.texts import tell

Head = Literal["spam", "violation"]
MARKED_FROM = 0.3
_URGENT = 2
_LONGEST_PASSAGE = 300
_PLAIN_HTML = re.compile(r"</?p>|<br ?/?>")


@dataclass(frozen=True, slots=True)
class Gauge:
    """A calibrated probability as a bar, in words, and with what weighed most for and against it.

    `percent` is from 1 to 99: a classifier is never certain, and a rounded 100 would say so.
    """

    title: str
    percent: int
    likelihood: str
    alarming: bool
    toward: list[Ground]
    against: list[Ground]


@dataclass(frozen=True, slots=True)
class Offer:
    """A rule to name in a rejection; `sentence` can begin the statement to the author."""

    id: str
    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Age:
    """How long a comment has waited in working time, and how that stands to what the site promises."""

    worked: timedelta
    standing: Literal["fresh", "due", "late"]


@dataclass(frozen=True, slots=True)
class Card:
    """One comment at the desk. `undoable`: the moderator's own decision that can still be taken back.

    `age` is None once it is decided. `passages` are offered for taking out. `hidden`: a threat, shown only on asking;
    `endangered`: rather somebody who needs help. `second`: two people must agree; `opined`: the moderator was the first
    of them. `barred`: the author objects to what this moderator decided. `author`: by what other comments of the same
    person can be found.
    """

    dossier: Dossier
    pieces: list[Piece]
    rules: list[Ground]
    gauges: list[Gauge]
    summary: str
    failed: list[str]
    address: str | None
    host: str
    page_url: str
    actions: Sequence[str]
    suspected: str
    formatted: bool
    undoable: Logged | None
    age: Age | None
    passages: list[str]
    hidden: bool
    endangered: bool
    second: bool
    opined: bool
    barred: bool
    may_answer: bool
    may_decide: bool
    author: Literal["address", "sender", ""]


def card(dossier: Dossier, deciding: Deciding, netiquette: Netiquette | None, language: str, now: datetime) -> Card:
    """The card in the moderator's language. The netiquette gives the rules' titles; without it, ids must do."""
    comment, site = dossier.case.comment, dossier.case.site
    passages = _found(comment.findings, netiquette, language)
    weighed = _weighed(comment, language)
    held = [each["rule"] for each in comment.findings if each["severity"] == "hold"]
    return Card(
        dossier=dossier,
        pieces=mark(comment.text, [*passages, *(ground for _, ground in weighed)]),
        rules=list({each.ref: each for each in passages}.values()),
        gauges=_gauges(comment.spam, comment.violation, weighed, language),
        summary=summary(_score(comment.spam, comment.violation, comment.reasons), language),
        failed=[tell(language, words.JUDGES[each]) for each in comment.failed if each in words.JUDGES],
        address=masked_address(comment.email),
        host=urlsplit(comment.url).hostname or "" if comment.url else "",
        page_url=(site.origins[0] if site.origins else "") + dossier.case.thread.page,
        actions=[each.value for each in moderators_actions(Status(comment.status)) if not _idle(dossier, each.value)],
        suspected=held[0] if held else "",
        formatted="<" in _PLAIN_HTML.sub("", comment.html),
        undoable=undoable(dossier.history, deciding, now),
        age=_age(dossier, now),
        passages=_passages(comment),
        hidden=deciding.shield and comment.priority >= _URGENT,
        endangered=any(each.get("case") == "help" for each in comment.findings),
        second=comment.status == Status.PENDING and needs_second(site, comment),
        opined=any(each.moderator_id == deciding.id for each in dossier.opinions),
        barred=dossier.objection is not None and _decided_against(dossier.history, deciding),
        may_answer=deciding.may(comment.site_id, "answer"),
        may_decide=deciding.may(comment.site_id, "decide"),
        author="address" if comment.email and comment.email_confirmed else "sender" if comment.sender else "",
    )


def undoable(history: Sequence[Logged], deciding: Deciding, now: datetime) -> Logged | None:
    """The last decision, if it is this moderator's own and not too old to be taken back."""
    last = last_act(history)
    if last is None or last.moderator_id != deciding.id or last.action == UNDO:
        return None
    return last if now - last.created_at <= UNDO_WITHIN else None


def _age(dossier: Dossier, now: datetime) -> Age | None:
    """Late once the site's promise is over, due when half of it is."""
    comment, site = dossier.case.comment, dossier.case.site
    if comment.status != Status.PENDING:
        return None
    worked = hours_of(site).between(comment.created_at, now)
    target = timedelta(minutes=site.target_minutes)
    return Age(worked, "late" if worked >= target else "due" if worked >= target / 2 else "fresh")


def _passages(comment: Comment) -> list[str]:
    """What findings point to, without repetition and in order."""
    found = (comment.text[each["start"] : each["end"]] for each in comment.findings if each["start"] is not None)
    return [each for each in dict.fromkeys(found) if each.strip() and len(each) <= _LONGEST_PASSAGE]


def _decided_against(history: Sequence[Logged], deciding: Deciding) -> bool:
    against = (Status.REJECTED, Status.SPAM)
    return any(each.moderator_id == deciding.id and each.to_status in against for each in history)


def offers(netiquette: Netiquette | None, language: str, reader: str) -> list[Offer]:
    """The rules that a rejection can name: titles in the moderator's language, sentences in the author's."""
    if netiquette is None:
        return []
    return [
        Offer(each.id, each.text(language).title, each.text(reader).explanation)
        for each in netiquette.rules
        if each.enabled
    ]


def rule_options(offered: Sequence[Offer]) -> Callable[[str], Markup]:
    """What gives the options of a list of rules with one of them chosen; many such lists on a page are written once."""
    option, selected = Markup('<option value="{}"{}>{}</option>'), Markup(" selected")

    @cache
    def options(chosen: str) -> Markup:
        return Markup("").join(
            option.format(each.id, selected if each.id == chosen else "", each.title) for each in offered
        )

    return options


def _found(findings: Sequence[Mapping[str, Any]], netiquette: Netiquette | None, language: str) -> list[Ground]:
    """A ground for each passage; passages of which a rule says the same share a number."""
    numbers: dict[tuple[str, str], str] = {}
    return [
        Ground(
            ref=numbers.setdefault((each["rule"], each["message"]), str(len(numbers) + 1)),
            kind="rule",
            title=title_of(netiquette, each["rule"], language, each.get("case", "")),
            message=each["message"],
            start=each["start"],
            end=each["end"],
        )
        for each in findings
    ]


def _weighed(comment: Comment, language: str) -> list[tuple[Head, Ground]]:
    """What weighed in the probabilities. Where one is low, marking its words would only distract from reading."""
    probabilities = {"spam": comment.spam or 0, "violation": comment.violation or 0}
    letters = iter(ascii_lowercase)
    return [
        (each["head"], _ground(next(letters, "") if _worth_marking(each, probabilities) else "", each, language))
        for each in comment.reasons
    ]


def _worth_marking(reason: Mapping[str, Any], probabilities: Mapping[str, float]) -> bool:
    return reason["start"] is not None and probabilities[reason["head"]] >= MARKED_FROM


def _ground(letter: str, reason: Mapping[str, Any], language: str) -> Ground:
    label = label_text(reason["label"], language)
    return Ground(
        ref=letter,
        kind="toward" if reason["weight"] > 0 else "against",
        title=tell(language, _("“%(word)s”"), word=reason["text"]) if reason["text"] else label,
        message=label if reason["text"] and reason["label"] not in _PLAIN_WORDS else "",
        start=reason["start"],
        end=reason["end"],
    )


def _gauges(
    spam: float | None, violation: float | None, weighed: Sequence[tuple[Head, Ground]], language: str
) -> list[Gauge]:
    heads: tuple[tuple[Head, str, float | None], ...] = (
        ("spam", _SPAM, spam),
        ("violation", _VIOLATION, violation),
    )
    return [
        Gauge(
            title=tell(language, name),
            percent=min(99, max(1, round(probability * 100))),
            likelihood=tell(language, words.likelihood(probability)),
            alarming=probability >= 0.7,
            toward=[ground for of, ground in weighed if of == head and ground.kind == "toward"],
            against=[ground for of, ground in weighed if of == head and ground.kind == "against"],
        )
        for head, name, probability in heads
        if probability is not None
    ]


def _score(spam: float | None, violation: float | None, reasons: Sequence[Mapping[str, Any]]) -> Score:
    return Score(spam, violation, tuple(Reason(**each) for each in reasons))


def _idle(dossier: Dossier, action: str) -> bool:
    """A pinned comment is not pinned again."""
    comment = dossier.case.comment
    return (
        (action == "pin" and comment.pinned)
        or (action == "unpin" and not comment.pinned)
        or (action == "feature" and comment.featured)
        or (action == "unfeature" and not comment.featured)
    )


_PLAIN_WORDS = ("word", "pair")
_SPAM = _("Spam")
_VIOLATION = _("Breach of the rules")
