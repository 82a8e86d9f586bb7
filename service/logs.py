"""One JSON line an event on standard error. Lines carry ids and outcomes, never bodies, names, addresses or secrets."""

import logging
import sys
import traceback
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


def configure_logs(level: int = logging.INFO) -> None:
    """Send our own events and the libraries' messages through the same processors."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        tell_where,
        hide_addresses,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.PositionalArgumentsFormatter(), *shared],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
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
