"""Reading a body: cheap to refuse, whatever it holds."""

import contextlib
import json
import time

import pytest

from service.admission import MOST_BYTES, MOST_DEPTH, MOST_FORM_BYTES, _too_deep, _urlencoded
from service.errors import Problem

DEEP = MOST_DEPTH + 1


@pytest.mark.parametrize(
    "body, deep",
    [
        (b"", False),
        (b"[]", False),
        (b"[" * MOST_DEPTH + b"]" * MOST_DEPTH, False),
        (b"[" * DEEP + b"]" * DEEP, True),
        (b"[" * DEEP, True),
        (b'{"a":' * DEEP, True),
        (b'{"a":[' * 10 + b"1" + b"]}" * 10, False),
        (b'{"a":[' * 11 + b"1" + b"]}" * 11, True),
        (b'"' + b"[" * 100 + b'"', False),
        (b'"\\"' + b"[" * 100 + b'"', False),
        (b'"\\\\"' + b"[" * 100, True),
        (b'"' + b"[" * 100, False),
        (b"]" * 100 + b"[", False),
        (b"[]" * 100, False),
    ],
)
def test_only_brackets_outside_strings_make_depth(body, deep):
    assert _too_deep(body) is deep


@pytest.mark.parametrize(
    "body",
    [b"[" * MOST_BYTES, b"[]" * (MOST_BYTES // 2), b'"' * MOST_BYTES, b'\\"' * (MOST_BYTES // 2), b'"\\' * (MOST_BYTES // 2),
     b'"' + b"\\" * (MOST_BYTES - 1), b"[" * (MOST_BYTES // 2) + b"]" * (MOST_BYTES // 2), b'[""' * (MOST_BYTES // 4),
     json.dumps({"text": "Ä" * 10_000}).encode()],
    ids=lambda body: repr(body[:8]),
)  # fmt: skip
def test_depth_is_found_in_a_few_milliseconds(body):
    best = min(_timed(body) for _ in range(5))
    assert best < 0.02  # 2 ms on an idle machine


def _timed(body: bytes) -> float:
    started = time.perf_counter()
    _too_deep(body)
    return time.perf_counter() - started


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"", {}),
        (b"text=Gr%C3%BC%C3%9Fe+aus+M%2B%26&name=", {"text": "Grüße aus M+&", "name": ""}),
        (b"&text=a&&text=b&", {"text": "b"}),
        (b"text", {"text": ""}),
        (b"=a", {"": "a"}),
        (b"text=100%&name=%zz%4", {"text": "100%", "name": "%zz%4"}),
        (b"text=%FF%C3", {"text": "\ufffd\ufffd"}),
        ("text=Grüße".encode(), {"text": "Grüße"}),
        (b"text=a%3Db=c;d", {"text": "a=b=c;d"}),
    ],
)
def test_a_form_is_read_as_browsers_write_it(body, fields):
    assert _urlencoded(body) == fields


@pytest.mark.parametrize("unit", [b"&", b"a=&", b"%", b"%F0%9F%98%80", b"%0a", b"%41a", b"+", b"=", b"<"])
def test_a_form_is_read_in_a_few_milliseconds(unit):
    """It may be long, since it comes back with what was typed, and it is read before any limit of senders."""
    body = b"text=" + unit * (MOST_FORM_BYTES // len(unit) - 2)
    best = 1.0
    for _ in range(5):
        started = time.process_time()
        with contextlib.suppress(Problem):
            _urlencoded(body)
        best = min(best, time.process_time() - started)
    assert best < 0.25  # 60 ms on an idle machine, where every other letter is escaped
