"""What of a comment is carried from one installation to another, whatever columns it has by then.

Left out is what the other side makes anew (search, marks, waves) and what lasts a day (`sender`).
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, inspect
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.decision import Decision
from models.moderator import Moderator
from models.outcome import Outcome
from models.prompt import Prompt

LEFT_OUT = frozenset(["email_mark", "search", "rules", "sender", "wave", "follows", "assignee_id"])
_DECIDED = (
    "action", "from_status", "to_status", "rule", "statement", "seen_revision", "netiquette", "proposed", "batch",
)  # fmt: skip
_CONCLUDED = ("title", "text", "html", "day", "created_at", "changed_at", "told_at")
_ASKED = ("id", "position", "text", "open", "closes_at", "retired", "created_at")


class NotPortable(ValueError):
    """A field that cannot be what it says; the message names it."""


def carried_columns() -> list[Column[Any]]:
    """The columns that are carried. References are not: ids of other tables mean nothing elsewhere."""
    return [each for each in _columns(Comment).values() if each.name not in LEFT_OUT and not each.foreign_keys]


def pack(comment: Comment) -> dict[str, Any]:
    """The carried columns of a comment as JSON has them, and the id of the comment that it answers."""
    packed = {each.name: _as_json(getattr(comment, each.name)) for each in carried_columns()}
    return packed | {"parent": comment.parent_id}


def unpack(packed: Mapping[str, Any]) -> dict[str, Any]:
    """The carried columns with values of their types, or `NotPortable`. A column that is missing has its default."""
    columns = {each.name: each for each in carried_columns()}
    unknown = packed.keys() - columns.keys() - {"parent"}
    if unknown:
        raise NotPortable(f"“{min(unknown)[:40]}” is not known")
    return {name: _of_type(columns[name], value) for name, value in packed.items() if name != "parent"}


async def histories(session: AsyncSession, ids: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """The decisions about these comments, oldest first; `by` is the moderator, or None where the author acted."""
    query = (
        select(Decision, Moderator)
        .join(Moderator, col(Moderator.id) == col(Decision.moderator_id), isouter=True)
        .where(col(Decision.comment_id).in_(list(ids)))
        .order_by(col(Decision.id))
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for decision, moderator in await session.exec(query):
        known: Moderator | None = moderator
        told = {name: getattr(decision, name) for name in _DECIDED}
        told["at"] = _as_json(decision.created_at)
        told["by"] = {"email": known.email, "name": known.name} if known else None
        found.setdefault(decision.comment_id, []).append(told)
    return found


def unpack_decision(packed: Any) -> tuple[dict[str, Any], dict[str, str] | None]:
    """The columns of a decision, and who decided; or `NotPortable`."""
    if not isinstance(packed, Mapping) or packed.keys() - {*_DECIDED, "at", "by"}:
        raise NotPortable("“history” is not known")
    table = _columns(Decision)
    columns = {name: _of_type(table[name], packed[name]) for name in _DECIDED if name in packed}
    columns["created_at"] = _of_type(table["created_at"], packed.get("at"))
    by = packed.get("by")
    if by is None:
        return columns, None
    if not isinstance(by, Mapping) or not all(isinstance(each, str) and len(each) < 255 for each in by.values()):
        raise NotPortable("“history” names nobody")
    return columns, {"email": by.get("email", ""), "name": by.get("name", "")}


def pack_prompt(prompt: Prompt) -> dict[str, Any]:
    """A question under a page as JSON has it."""
    return {name: _as_json(getattr(prompt, name)) for name in _ASKED}


def unpack_prompt(packed: Any) -> dict[str, Any]:
    """The columns of a prompt with values of their types, or `NotPortable`."""
    if not isinstance(packed, Mapping) or packed.keys() != set(_ASKED):
        raise NotPortable("“questions” are not what they should be")
    table = _columns(Prompt)
    return {name: _of_type(table[name], packed[name]) for name in _ASKED}


def pack_outcome(outcome: Outcome) -> dict[str, Any]:
    """What became of a talk, as JSON has it."""
    return {name: _as_json(getattr(outcome, name)) for name in _CONCLUDED}


def unpack_outcome(packed: Any) -> dict[str, Any]:
    """The columns of a note with values of their types, or `NotPortable`."""
    if not isinstance(packed, Mapping) or packed.keys() != set(_CONCLUDED):
        raise NotPortable("“outcome” is not what it should be")
    table = _columns(Outcome)
    return {name: _of_type(table[name], packed[name]) for name in _CONCLUDED}


def _columns(table: type[SQLModel]) -> dict[str, Column[Any]]:
    return {each.name: each for each in inspect(table).local_table.columns}


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _of_type(column: Column[Any], value: Any) -> Any:
    if value is None:
        if column.nullable:
            return None
        raise NotPortable(f"“{column.name}” is missing")
    kind = _python_type(column)
    if kind is datetime:
        return _time(column.name, value)
    if kind is date:
        return _date(column.name, value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not kind and not (_is_json(kind) and isinstance(value, dict | list)):
        raise NotPortable(f"“{column.name}” is not what it should be")
    longest = getattr(column.type, "length", None)
    if kind is str and ("\0" in value or (longest and len(value) > longest)):
        raise NotPortable(f"“{column.name}” is too long, or no text")
    if kind is int and not -(2**31) <= value < 2**31:
        raise NotPortable(f"“{column.name}” is too large")
    return value


def _time(name: str, value: Any) -> datetime:
    try:
        time = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise NotPortable(f"“{name}” is not a time") from None
    if time.tzinfo is None:
        raise NotPortable(f"“{name}” has no zone")
    return time


def _date(name: str, value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise NotPortable(f"“{name}” is not a day") from None


def _is_json(kind: type[Any]) -> bool:
    return kind in (dict, list, object)


def _python_type(column: Column[Any]) -> type[Any]:
    kind = getattr(column.type, "impl", column.type)
    kind = getattr(kind, "impl_instance", kind)
    python_type: type[Any] = kind.python_type
    return python_type
