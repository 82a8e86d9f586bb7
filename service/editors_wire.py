"""The JSON shapes of what editors put under pages and bring from elsewhere."""

from collections.abc import Callable
from typing import Literal

from typing_extensions import TypedDict  # pydantic cannot read typing's own before Python 3.12

from models.asked import Put
from service.exchange.account import Account
from service.wire import time_shape


class PromptShape(TypedDict):
    """A question under an article as editors get it. `open`: nobody has closed it; `waiting`: answers not decided."""

    id: str
    site: str
    page: str
    text: str
    position: int
    open: bool
    closes_at: str | None
    retired: bool
    count: int
    waiting: int


class PromptsShape(TypedDict):
    questions: list[PromptShape]


class ImportRemarkShape(TypedDict):
    """A row that was refused, or taken with a change; `where` names it."""

    kind: Literal["refused", "changed"]
    where: str
    reason: str


class ImportedShape(TypedDict):
    """What became of the rows: `read` is the sum of `added`, `present` and `refused`; `waiting` of the added."""

    read: int
    added: int
    present: int
    refused: int
    waiting: int
    remarks: list[ImportRemarkShape]


def prompt_shape(put: Put) -> PromptShape:
    """A question as editors get it."""
    prompt = put.prompt
    return {
        "id": prompt.id,
        "site": put.site.key,
        "page": put.page,
        "text": prompt.text,
        "position": prompt.position,
        "open": prompt.open,
        "closes_at": time_shape(prompt.closes_at) if prompt.closes_at else None,
        "retired": prompt.retired,
        "count": put.count,
        "waiting": put.waiting,
    }


def imported_shape(account: Account, reason: Callable[[str], str]) -> ImportedShape:
    """What became of the rows of an import; `reason` says a reason in the reader's language."""
    return {
        "read": account.read,
        "added": account.added,
        "present": account.present,
        "refused": account.refused,
        "waiting": account.waiting,
        "remarks": [
            {"kind": each.kind, "where": each.where, "reason": reason(each.reason)} for each in account.remarks
        ],
    }
