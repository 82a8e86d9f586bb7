"""The whole table: every action in every status."""

import pytest

from moderation.lifecycle import Action, NotAllowed, Status, actions, after

# Rows: action. Columns: pending, approved, rejected, spam, deleted; "-" is not allowed.
TABLE = """
approve     approved  -         approved  approved  -
reject      rejected  rejected  -         rejected  -
spam        spam      spam      spam      -         -
hold        pending   pending   pending   pending   -
delete      deleted   deleted   deleted   deleted   -
pin         -         approved  -         -         -
unpin       -         approved  -         -         -
feature     -         approved  -         -         -
unfeature   -         approved  -         -         -
withdraw    deleted   deleted   deleted   deleted   -
edit        pending   pending   -         -         -
redact      pending   approved  -         -         -
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]
CELLS = [(row[0], status, cell) for row in ROWS for status, cell in zip(Status, row[1:], strict=True)]


def test_the_table_names_every_action() -> None:
    assert [row[0] for row in ROWS] == list(Action)


@pytest.mark.parametrize(("action", "status", "expected"), CELLS)
def test_each_action_leads_where_the_table_says(action: str, status: Status, expected: str) -> None:
    if expected == "-":
        with pytest.raises(NotAllowed):
            after(status, Action(action))
        return
    assert after(status, Action(action)) == expected


@pytest.mark.parametrize("status", Status)
def test_what_is_offered_is_what_is_allowed(status: Status) -> None:
    assert list(actions(status)) == [Action(action) for action, of, cell in CELLS if of == status and cell != "-"]


def test_a_deleted_comment_stays_deleted() -> None:
    assert actions(Status.DELETED) == ()
