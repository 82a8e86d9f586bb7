"""What the judges say: scores, findings, and the verdict that weighs them."""

from dataclasses import dataclass
from typing import Literal

from moderation.draft import Draft
from moderation.policy import Policy
from moderation.reading import Shown

Severity = Literal["note", "hold", "refuse"]
Priority = Literal["normal", "high", "urgent"]
Lane = Literal["review", "spam"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule saw. `start` and `end` are offsets in the shown text, in characters, or None for the whole.

    `case`: the special case for which the rule has texts of their own, or "".
    """

    rule: str
    severity: Severity
    message: str
    start: int | None = None
    end: int | None = None
    priority: Priority = "normal"
    case: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that weighed in a score: `weight` in log-odds, positive towards `head`."""

    head: Literal["spam", "violation"]
    label: str
    text: str
    start: int | None
    end: int | None
    weight: float


@dataclass(frozen=True, slots=True)
class Score:
    """Calibrated probabilities from 0 to 1, or None where the classifier could not judge.

    `familiar` is false for a text outside what the classifier was trained on; such a text goes to review.
    `threshold`: the spam probability from which the classifier itself would choose the spam lane.
    """

    spam: float | None
    violation: float | None
    reasons: tuple[Reason, ...] = ()
    familiar: bool = True
    model: str = ""
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The machine's opinion. It sorts; it never approves and never rejects.

    `refused` rests on rules that are neutral to opinion alone; `failed` names the judges that could not speak.
    """

    lane: Lane
    refused: bool
    priority: Priority
    findings: tuple[Finding, ...]
    score: Score
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A draft with what will be shown of it and what the judges say. `sketch` tells which texts are nearly the same."""

    draft: Draft
    shown: Shown
    verdict: Verdict
    sketch: tuple[int, ...] = ()


def weigh(score: Score, findings: tuple[Finding, ...], policy: Policy, failed: tuple[str, ...] = ()) -> Verdict:
    """One verdict from all that was seen. When a judge failed, the comment goes to review."""
    threshold = score.threshold if policy.spam_threshold is None else policy.spam_threshold
    spam = (
        not failed
        and score.familiar
        and score.spam is not None
        and threshold is not None
        and score.spam >= threshold
        and not any(each.priority == "urgent" for each in findings)
    )
    return Verdict(
        lane="spam" if spam else "review",
        refused=any(each.severity == "refuse" for each in findings),
        priority=_highest(findings),
        findings=findings,
        score=score,
        failed=failed,
    )


def _highest(findings: tuple[Finding, ...]) -> Priority:
    seen = {each.priority for each in findings}
    return "urgent" if "urgent" in seen else "high" if "high" in seen else "normal"
