"""The one place where the steps meet: from a draft to everything the machine has to say about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from moderation.classifier import Classifier
from moderation.draft import LONGEST_JUDGED, Draft
from moderation.netiquette import Netiquette, check
from moderation.personal_data import Masked, addresses, mask_html, mask_text, mask_url
from moderation.policy import Policy
from moderation.prose import html_of, paragraphs_of
from moderation.reading import Reading, Shown, Standing, read
from moderation.render import plain, render
from moderation.sanitize import sanitize
from moderation.similarity import sketch
from moderation.tidy import tidy, tidy_traced
from moderation.verdict import Finding, Judged, Score, weigh

_T = TypeVar("_T")


class JudgeMissing(Exception):
    """A judge could not be loaded; its message names it."""


@dataclass(frozen=True, slots=True)
class Judges:
    """Who judges. `classifier` is None when its artifact could not be loaded: then everything goes to review."""

    classifier: Classifier | None
    netiquette: Netiquette | None


def judge(draft: Draft, standing: Standing, policy: Policy, judges: Judges) -> Judged:
    """Everything the machine has to say about a draft. Never raises for a text, whatever it holds."""
    shown = show(draft, standing.language)
    reading = read(shown, standing)
    failed: list[str] = []
    score = _attempt("classifier", lambda: _score(judges, reading, policy), Score(None, None), failed)
    none: tuple[Finding, ...] = ()
    findings = _attempt("netiquette", lambda: _check(judges, reading, score), none, failed)
    return Judged(draft, shown, weigh(score, findings, policy, tuple(failed)), sketch(shown.text))


def warm(judges: Judges) -> None:
    """Let the judges read their word lists, which they do with the first comment, before anybody waits for it."""
    judge(Draft(page="/", text="Danke, das ist ein guter Hinweis."), Standing(), Policy(), judges)


def show(draft: Draft, language: str, longest: int = LONGEST_JUDGED) -> Shown:
    """What will be stored and shown of a draft: tidy, rendered, sanitised, addresses hidden. Never raises.

    What is longer than `longest` is cut off: it would be refused, so nobody gets to see it.

    An address that only appears once the Markdown is rendered would stay readable in the source. Then the plain
    text of what is shown takes the source's place.
    """
    typed, tidied = tidy_traced(draft.text[:longest])
    source = mask_text(typed, language)
    name = mask_text(" ".join(tidy(draft.name).split()), language)
    text, masked, trace = source.text, source.count + name.count, tidied.then(source.trace)
    html = shown_html(text, language)
    if not html.count:
        return Shown(text, html.text, name.text, mask_url(draft.url), masked, trace)
    masked += html.count
    text = mask_text(plain(html.text), language).text
    again = shown_html(text, language)
    return Shown(text, again.text, name.text, mask_url(draft.url), masked)


def shown_html(text: str, language: str) -> Masked:
    """The text rendered, sanitised and without addresses; prose the short way, most of the time for what it costs."""
    paragraphs = paragraphs_of(text)
    if paragraphs is not None and not any(map(addresses, paragraphs)):
        return Masked(html_of(paragraphs), 0)
    return mask_html(sanitize(render(text)), language)


def _score(judges: Judges, reading: Reading, policy: Policy) -> Score:
    if judges.classifier is None:
        raise JudgeMissing("classifier")
    return judges.classifier.score(reading, prior=policy.spam_prior)


def _check(judges: Judges, reading: Reading, score: Score) -> tuple[Finding, ...]:
    if judges.netiquette is None:
        raise JudgeMissing("netiquette")
    return check(reading, judges.netiquette, score)


def _attempt(name: str, ask: Callable[[], _T], otherwise: _T, failed: list[str]) -> _T:
    try:
        return ask()
    except Exception:  # noqa: BLE001  # a judge that fails costs neither the comment nor the other judge's opinion
        failed.append(name)
        return otherwise
