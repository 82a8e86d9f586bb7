"""Software sorts: the weighing chooses a lane, and refuses only for what is neutral to opinion."""

import pytest

from moderation.policy import Policy
from moderation.verdict import Finding, Score, weigh

POLICY = Policy(spam_threshold=0.9)


def finding(severity: str, priority: str = "normal") -> Finding:
    return Finding("links", severity, "…", priority=priority)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("spam", "lane"), [(0.0, "review"), (0.899, "review"), (0.9, "spam"), (1.0, "spam"), (None, "review")]
)
def test_the_threshold_chooses_the_lane(spam: float | None, lane: str) -> None:
    assert weigh(Score(spam, 0.0), (), POLICY).lane == lane


def test_no_score_refuses() -> None:
    assert not weigh(Score(1.0, 1.0), (), POLICY).refused


@pytest.mark.parametrize(("severity", "refused"), [("note", False), ("hold", False), ("refuse", True)])
def test_only_a_refusing_rule_refuses(severity: str, refused: bool) -> None:
    assert weigh(Score(0.0, 0.0), (finding(severity),), POLICY).refused is refused


def test_a_failed_judge_sends_everything_to_review() -> None:
    assert weigh(Score(1.0, 0.0), (), POLICY, failed=("netiquette",)).lane == "review"


def test_a_text_unlike_all_training_goes_to_review() -> None:
    assert weigh(Score(1.0, 0.0, familiar=False), (), POLICY).lane == "review"


def test_what_is_urgent_never_waits_among_the_spam() -> None:
    verdict = weigh(Score(1.0, 0.0), (finding("hold", "urgent"),), POLICY)
    assert (verdict.lane, verdict.priority) == ("review", "urgent")


def test_the_highest_priority_counts() -> None:
    assert weigh(Score(0.0, 0.0), (finding("note"), finding("hold", "high")), POLICY).priority == "high"
