"""The judges as a filter: one JSON object a line in, one a line out, in order, whatever comes in."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from moderation.classifier import label_text
from moderation.draft import Draft
from moderation.judge import Judges, judge
from moderation.policy import Policy
from moderation.reading import Standing
from moderation.verdict import Judged, Reason

MOST_PREVIOUS = 1000
_TEXTS = ("author_name", "author_url", "author_email")


class BadLine(Exception):
    """A line that holds no comment; the message says why."""


def assess(lines: Iterable[bytes], judges: Judges, language: str = "de") -> Iterator[bytes]:
    """The judgement of each line, or `{"error": …}` in its place; never raises for what a line holds.

    Lines end with a line feed. `language`: that of the site, and of messages and labels.
    """
    for line in lines:
        try:
            answer = _judged(_comment(line), judges, language)
        except BadLine as error:
            answer = {"error": str(error)}
        yield json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _comment(line: bytes) -> dict[str, Any]:
    try:
        comment = json.loads(line.decode())
    except UnicodeDecodeError as error:
        raise BadLine("the line is not UTF-8") from error
    except RecursionError as error:
        raise BadLine("the JSON is nested too deeply") from error
    except ValueError as error:
        raise BadLine("the line is not JSON") from error
    if not isinstance(comment, dict):
        raise BadLine("the line is not a JSON object")
    if not isinstance(comment.get("text"), str):
        raise BadLine("text is missing or not a string")
    for name in _TEXTS:
        if not isinstance(comment.get(name), str | None):
            raise BadLine(f"{name} is not a string")
    if isinstance(comment.get("id"), bool) or not isinstance(comment.get("id"), str | int | None):
        raise BadLine("id is neither a string nor a whole number")
    previous = comment.get("previous")
    if previous is not None and not (isinstance(previous, list) and all(isinstance(each, str) for each in previous)):
        raise BadLine("previous is not a list of strings")
    return comment


def _judged(comment: dict[str, Any], judges: Judges, language: str) -> dict[str, Any]:
    # Built directly: what is too long for the form shall get its finding here, not an error.
    draft = Draft(
        page="/",
        text=_storable(comment["text"]),
        name=_storable(comment.get("author_name")),
        email=_storable(comment.get("author_email")),
        url=_storable(comment.get("author_url")),
    )
    previous = tuple(_storable(each) for each in (comment.get("previous") or [])[:MOST_PREVIOUS])
    judged = judge(draft, Standing(language=language, previous=previous), Policy(), judges)
    return _answer(comment.get("id"), judged, language)


def _answer(number: str | int | None, judged: Judged, language: str) -> dict[str, Any]:
    shown, verdict = judged.shown, judged.verdict
    return {
        "id": _storable(number) if isinstance(number, str) else number,
        "html": shown.html,
        "text": shown.text,
        "author_name": shown.name,
        "author_url": shown.url,
        "spam": _rounded(verdict.score.spam),
        "violation": _rounded(verdict.score.violation),
        "findings": [
            {
                "rule": each.rule,
                "severity": each.severity,
                "message": each.message,
                "start": each.start,
                "end": each.end,
            }
            for each in verdict.findings
        ],
        "lane": verdict.lane,
        "refused": verdict.refused,
        "explanation": [_explained(each, language) for each in verdict.score.reasons],
    }


def _explained(reason: Reason, language: str) -> dict[str, Any]:
    return {
        "head": reason.head,
        "feature": reason.label,
        "label": label_text(reason.label, language),
        "text": reason.text,
        "start": reason.start,
        "end": reason.end,
        "weight": reason.weight,
    }


def _rounded(probability: float | None) -> float | None:
    return None if probability is None else round(probability, 6)


def _storable(text: str | None) -> str:
    """The text without what no database stores: NUL and lone surrogates become replacement characters."""
    return (text or "").replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
