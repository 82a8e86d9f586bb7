"""How shapes leave as JSON."""

from datetime import UTC, datetime, timedelta, timezone

import orjson
import pytest

from service.wire import as_json, time_shape

NOON = datetime(2026, 3, 2, 12, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize("time", [NOON, NOON.replace(microsecond=999_999), NOON.replace(year=900)])
def test_a_time_leaves_the_same_as_text_and_as_itself(time: datetime) -> None:
    assert as_json({"at": time}) == orjson.dumps({"at": time_shape(time)})


def test_a_time_of_another_zone_is_told_in_utc() -> None:
    assert time_shape(NOON.astimezone(timezone(timedelta(hours=2)))) == "2026-03-02T12:00:05Z"
