"""Reading a body: cheap to refuse, whatever it holds."""

import json
import time

import pytest

from service.admission import MOST_BYTES, MOST_DEPTH, _too_deep

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
