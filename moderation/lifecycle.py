"""A comment's life as one table: which action leads from which status to which."""

from enum import StrEnum


class Status(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    SPAM = "spam"
    DELETED = "deleted"


class Action(StrEnum):
    """What a person can do to a comment. `WITHDRAW` and `EDIT` are the author's, all others a moderator's."""

    APPROVE = "approve"
    REJECT = "reject"
    SPAM = "spam"
    HOLD = "hold"
    DELETE = "delete"
    PIN = "pin"
    UNPIN = "unpin"
    FEATURE = "feature"
    UNFEATURE = "unfeature"
    WITHDRAW = "withdraw"
    EDIT = "edit"
    REDACT = "redact"


class NotAllowed(Exception):
    """The action does not exist for a comment in that status."""

    def __init__(self, status: Status, action: str) -> None:
        super().__init__(f"a comment that is {status} cannot be subject to {action}")
        self.status = status
        self.action = action


_P, _A, _R, _S, _D = Status
_LIVING = (_P, _A, _R, _S)
_TABLE: dict[Action, dict[Status, Status]] = {
    Action.APPROVE: {_P: _A, _R: _A, _S: _A},
    Action.REJECT: {_P: _R, _A: _R, _S: _R},
    Action.SPAM: {_P: _S, _A: _S, _R: _S},
    # What waits already is kept back: it leaves the lane until somebody takes it up again.
    Action.HOLD: {_P: _P, _A: _P, _R: _P, _S: _P},
    Action.DELETE: dict.fromkeys(_LIVING, _D),
    Action.PIN: {_A: _A},
    Action.UNPIN: {_A: _A},
    Action.FEATURE: {_A: _A},
    Action.UNFEATURE: {_A: _A},
    Action.WITHDRAW: dict.fromkeys(_LIVING, _D),
    # An approved text that changes has not been read by anybody: it waits again.
    Action.EDIT: {_P: _P, _A: _P},
    Action.REDACT: {_P: _P, _A: _A},
}


def after(status: Status, action: Action) -> Status:
    """The status that follows, or `NotAllowed`."""
    try:
        return _TABLE[action][status]
    except KeyError:
        raise NotAllowed(status, action) from None


def actions(status: Status) -> tuple[Action, ...]:
    """What can be done to a comment in this status, in the order of the table."""
    return tuple(action for action, row in _TABLE.items() if status in row)
