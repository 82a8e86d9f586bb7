"""Times as other systems write them, as ISO 8601 with a zone."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_EARLIEST, _LATEST = 1990, 2200


class BadTime(ValueError):
    """Not a time that a comment can have been written at."""


def read_time(text: str) -> str:
    """Of `2025-10-07 13:05:00`, `2025-10-07T13:05:00Z` and the like; without a zone it is UTC. Or `BadTime`."""
    try:
        return _checked(datetime.fromisoformat(text.strip()))
    except ValueError:
        raise BadTime(f"“{text.strip()[:40]}” is not a time") from None


def read_mail_time(text: str) -> str:
    """Of `Tue, 07 Oct 2025 13:05:00 +0000`, as feeds have it. Or `BadTime`."""
    try:
        return _checked(parsedate_to_datetime(text.strip()))
    except ValueError:
        raise BadTime(f"“{text.strip()[:40]}” is not a time") from None


def read_seconds(seconds: object) -> str:
    """Of seconds since 1970. Or `BadTime`."""
    try:
        return _checked(datetime.fromtimestamp(float(seconds), UTC))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError, OSError):
        raise BadTime(f"“{str(seconds)[:40]}” is not a time") from None


def _checked(time: datetime) -> str:
    known = time if time.tzinfo else time.replace(tzinfo=UTC)
    if not _EARLIEST <= known.year <= _LATEST:
        raise ValueError
    return known.astimezone(UTC).isoformat()
