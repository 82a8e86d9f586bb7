"""The judges as a filter, in process and as a command."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from moderation.assess import assess
from moderation.classifier import load
from moderation.judge import Judges
from moderation.netiquette import load_netiquette

FIELDS = {
    "id", "html", "text", "author_name", "author_url", "spam", "violation", "findings", "lane", "refused", "explanation",
}  # fmt: skip


@pytest.fixture(scope="module")
def judges() -> Judges:
    return Judges(load(), load_netiquette())


def one(judges: Judges, line: bytes | dict[str, Any]) -> dict[str, Any]:
    content = line if isinstance(line, bytes) else json.dumps(line).encode()
    (answer,) = assess([content], judges)
    assert answer.endswith(b"\n")
    assert answer.count(b"\n") == 1
    judged = json.loads(answer)
    assert isinstance(judged, dict)
    return judged


def test_a_comment_gets_every_field_of_the_contract(judges: Judges) -> None:
    judged = one(judges, {"id": "k1", "text": "Danke für den **Beitrag**!", "author_name": "Anna"})
    assert set(judged) == FIELDS
    assert judged["id"] == "k1"
    assert judged["html"].strip() == "<p>Danke für den <strong>Beitrag</strong>!</p>"
    assert judged["lane"] == "review"
    assert judged["refused"] is False
    assert 0 < judged["spam"] < 1


def test_spam_goes_to_its_lane_with_reasons(judges: Judges) -> None:
    text = "Jetzt 500% Bonus im Online Casino sichern! www.spielglueck-24.top"
    judged = one(judges, {"text": text, "author_name": "Casino Bonus", "author_url": "http://spielglueck-24.top"})
    assert judged["lane"] == "spam"
    assert {"label", "text", "start", "end", "weight"} <= set(judged["explanation"][0])


def test_a_text_that_the_thread_has_is_refused(judges: Judges) -> None:
    text = "Wann wird die Brücke am Mühlbach endlich gebaut, das war doch zugesagt?"
    assert one(judges, {"text": text, "previous": [text]})["refused"] is True
    assert one(judges, {"text": text, "previous": []})["refused"] is False


def test_an_address_is_hidden_wherever_it_stands(judges: Judges) -> None:
    line = {
        "text": "Schreiben Sie an anna.berg@web.de",
        "author_name": "anna.berg@web.de",
        "author_email": "anna.berg@web.de",
        "author_url": "mailto:anna.berg@web.de",
    }
    judged = one(judges, line)
    assert "anna.berg" not in json.dumps(judged)
    assert judged["author_url"] is None


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"nonsense",
        b"\xff\xfe",
        b"[1]",
        b'"text"',
        b"{}",
        b'{"text": 1}',
        b'{"text": null}',
        b'{"text": "a", "author_name": 3}',
        b'{"text": "a", "previous": "b"}',
        b'{"text": "a", "previous": [1]}',
        b'{"text": "a", "id": []}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"9" * 10_000,
    ],
)
def test_a_line_that_is_no_comment_gives_an_error_in_its_place(judges: Judges, line: bytes) -> None:
    assert set(one(judges, line)) == {"error"}


@pytest.mark.parametrize("text", ["\ud800 hallo", "a\0b", ">" * 5000 + " tief", "x" * 1_000_000, "", "\u202e\u200b"])
def test_any_text_gets_a_judgement(judges: Judges, text: str) -> None:
    assert set(one(judges, json.dumps({"text": text}).encode())) == FIELDS


def test_lines_stay_in_order(judges: Judges) -> None:
    lines = [b'{"id": 1, "text": "eins"}', b"oops", b'{"id": 3, "text": "drei"}']
    answers = [json.loads(each) for each in assess(lines, judges)]
    assert [each.get("id") for each in answers] == [1, None, 3]


def test_without_a_classifier_everything_goes_to_review(judges: Judges) -> None:
    text = "Jetzt 500% Bonus im Online Casino sichern! www.spielglueck-24.top"
    (answer,) = assess([json.dumps({"text": text}).encode()], Judges(None, judges.netiquette))
    judged = json.loads(answer)
    assert judged["spam"] is None
    assert judged["lane"] == "review"


def run(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "moderation", *arguments], input=given, capture_output=True, check=False
    )


def test_the_command_answers_line_by_line() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "moderation", "assess"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin
    assert process.stdout
    with process:
        process.stdin.write(b'{"id": 1, "text": "Danke!"}\n')
        process.stdin.flush()
        # The answer comes while the input is still open.
        assert json.loads(process.stdout.readline())["id"] == 1
        process.stdin.close()
        assert process.wait() == 0


def test_wrong_usage_and_failures_have_their_exit_status(tmp_path: Path) -> None:
    assert run("dance").returncode == 2
    broken = tmp_path / "rules.toml"
    broken.write_text("not [ toml", encoding="utf-8")
    failed = run("assess", "--netiquette", str(broken))
    assert failed.returncode == 1
    assert failed.stderr.decode().count("\n") == 1


@pytest.mark.parametrize("command", [("train", "--output"), ("evaluate", "--card")])
def test_where_the_result_goes_is_looked_at_before_the_long_work(tmp_path: Path, command: tuple[str, str]) -> None:
    pytest.importorskip("sklearn", reason="training needs the extra 'train'")
    (tmp_path / "file").touch()
    name, option = command
    failed = run(name, option, str(tmp_path / "file" / "result"))
    assert failed.returncode == 1
    assert failed.stderr.decode().count("\n") == 1
    run(name, str(tmp_path / "nothing.jsonl"), option, str(tmp_path / "new" / "result"))
    assert (tmp_path / "new").is_dir()
