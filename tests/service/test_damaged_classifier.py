"""A damaged file of weights: comments go to review, the log and `doctor` say so, and nothing stands still."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from moderation.classifier.artifact import SHIPPED
from moderation.draft import Draft
from moderation.judge import judge
from moderation.policy import Policy
from moderation.reading import Standing
from service.bench import load_judges
from service.checkup import look_at_all
from service.state import Service

CASINO = "Casino Bonus gratis, jetzt anmelden auf www.spielglueck-24.top und 500 Euro am Tag gewinnen"


@pytest.fixture(params=["truncated", "flipped", "missing"])
def damaged(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "artifact.bin"
    content = bytearray(SHIPPED.read_bytes())
    if request.param == "truncated":
        path.write_bytes(content[: len(content) // 2])
    elif request.param == "flipped":
        content[-1000] ^= 0x10
        path.write_bytes(content)
    monkeypatch.setattr("moderation.classifier.model.SHIPPED", path)
    return path


@pytest.mark.usefixtures("damaged")
def test_comments_go_to_review_and_the_log_says_why() -> None:
    with capture_logs() as logged:
        judges = load_judges()
    assert [each["event"] for each in logged] == ["classifier_missing"]
    verdict = judge(Draft("/", CASINO), Standing(), Policy(spam_threshold=0.01), judges).verdict
    assert (verdict.lane, verdict.refused, verdict.failed) == ("review", False, ("classifier",))
    assert verdict.score.spam is None


@pytest.mark.usefixtures("damaged")
async def test_doctor_names_the_damage_and_the_mend(service: Service) -> None:
    [check] = [each for each in await look_at_all(service.settings) if each.name == "classifier"]
    assert check.level == "failure"
    assert "artifact.bin" in check.mend
