"""One JSON line an event on standard error. Lines carry ids and outcomes, never bodies, names, addresses or secrets."""

import contextlib
import json
import logging
import sys
import traceback
from collections.abc import Callable
from types import TracebackType

import structlog
from structlog.typing import EventDict, Processor

# Libraries put into their messages what they were given: an address with its password, a statement with its values.
_QUIET = {
    "alembic": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "aiosqlite": logging.WARNING,
    "asyncio": logging.WARNING,
}
_MOST_FRAMES = 30
_of_caller = structlog.stdlib.LoggerFactory([__name__])
_encode = json.JSONEncoder(default=repr).encode


class Lines:
    """Where a module's events leave: one write a line, to what is standard error now.

    Every request leaves a line, and the standard library's way there takes three times as long.
    """

    def __init__(self, *names: str) -> None:
        known = _of_caller(*names)
        self.name: str = known.name
        self.wants: Callable[[int], bool] = known.isEnabledFor

    def write(self, line: str) -> None:
        """Never fails: nobody's request may, because a disk is full or nobody reads any more."""
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(line + "\n")
            sys.stderr.flush()

    debug = info = warning = error = critical = write


def configure_logs(level: int = logging.INFO) -> None:
    """Send our own events and the libraries' messages through the same processors."""
    structlog.configure(
        processors=_OWN,
        logger_factory=Lines,
        wrapper_class=structlog.make_filtering_bound_logger(logging.NOTSET),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.PositionalArgumentsFormatter(), *_SHARED],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, as_json],
        use_get_message=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, quiet in _QUIET.items():
        logging.getLogger(name).setLevel(max(level, quiet))
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True


def keep_wanted(logger: Lines, level: str, event: EventDict) -> EventDict:
    """The event, unless nobody wants to hear of its level."""
    if not logger.wants(logging.getLevelName(level.upper())):
        raise structlog.DropEvent
    return event


def tell_where(_: object, __: str, event: EventDict) -> EventDict:
    """In the place of an exception: its class, and where it passed. Its message may hold what somebody wrote."""
    raised = event.pop("exc_info", None)
    if not raised:
        return event
    error = _error_of(raised)
    if error is not None:
        event["error"] = type(error).__name__
        event["frames"] = _frames(error.__traceback__)
    return event


def hide_addresses(_: object, __: str, event: EventDict) -> EventDict:
    """The last line of defence: a word with an @ in it is not written."""
    return {key: _hidden(value) for key, value in event.items()}


def as_json(_: object, __: str, event: EventDict) -> str:
    """One line, in ASCII: nothing in it can end it early."""
    return _encode(event)


def _error_of(raised: object) -> BaseException | None:
    if isinstance(raised, BaseException):
        return raised
    found = raised[1] if isinstance(raised, tuple) else sys.exc_info()[1]
    return found if isinstance(found, BaseException) else None


def _frames(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_MOST_FRAMES:]
    return [f"{each.filename}:{each.lineno} {each.name}" for each in frames]


def _hidden(value: object) -> object:
    if not isinstance(value, str) or "@" not in value:
        return value
    return " ".join("[hidden]" if "@" in word else word for word in value.split())


_SHARED: list[Processor] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    tell_where,
    hide_addresses,
]
# One list for good: loggers that are in use already keep it.
_OWN: list[Processor] = [keep_wanted, *_SHARED, as_json]
