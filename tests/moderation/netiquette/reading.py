"""A comment for the detectors, made as the judges make it."""

from functools import lru_cache

from moderation.classifier import Classifier, load
from moderation.netiquette import Netiquette, check, load_netiquette
from moderation.reading import Form, Reading, Standing
from moderation.render import render
from moderation.sanitize import sanitize
from moderation.verdict import Finding


@lru_cache(maxsize=1)
def default() -> Netiquette:
    return load_netiquette()


@lru_cache(maxsize=1)
def classifier() -> Classifier:
    return load()


def reading(
    text: str,
    *,
    name: str = "Anke",
    language: str = "de",
    masked: int = 0,
    previous: tuple[str, ...] = (),
    recent: int = 0,
    reserved: tuple[str, ...] = (),
    form: Form | None = None,
    editor: bool = False,
) -> Reading:
    standing = Standing(language, previous, recent, reserved, editor=editor, form=form or Form(seconds=30.0))
    return Reading(text, sanitize(render(text)), name, None, masked, standing)


def findings(text: str, netiquette: Netiquette | None = None, **known: object) -> tuple[Finding, ...]:
    subject = reading(text, **known)  # type: ignore[arg-type]  # passed on as they are
    return check(subject, netiquette or default(), classifier().score(subject))


def rules_of(text: str, **known: object) -> set[str]:
    return {each.rule for each in findings(text, **known)}  # type: ignore[arg-type]


def held(text: str, **known: object) -> list[tuple[str, str]]:
    """Rules that would hold the text, each with its passage."""
    return [(each.rule, text[each.start : each.end]) for each in findings(text, **known) if each.severity != "note"]  # type: ignore[arg-type]
