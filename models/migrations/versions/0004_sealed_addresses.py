"""E-mail addresses are sealed, and found again by their marks"""

import sqlalchemy as sa
from alembic import op

from models.seal import seal_of

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TABLES = ("comment", "moderator", "report")


def upgrade() -> None:
    op.drop_index("ix_comment_email", table_name="comment")
    for table in _TABLES:
        _widen(table, None)
        # A moderator always has an address; until it is sealed below, the mark is empty.
        is_moderator = table == "moderator"
        mark = sa.Column(
            "email_mark", sa.String(length=64), nullable=not is_moderator, server_default="" if is_moderator else None
        )
        op.add_column(table, mark)
        _each(table, _close)
        op.create_index(f"ix_{table}_email_mark", table, ["email_mark"], unique=is_moderator)
    op.add_column("notice", sa.Column("mark", sa.String(length=64), nullable=True))
    op.create_index("ix_notice_mark", "notice", ["mark"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_notice_mark", table_name="notice")
    op.drop_column("notice", "mark")
    for table in reversed(_TABLES):
        _each(table, _open)
        op.drop_index(f"ix_{table}_email_mark", table_name=table)
        op.drop_column(table, "email_mark")
        _widen(table, 254)
    op.create_index("ix_comment_email", "comment", ["email"], unique=False)


def _widen(table: str, length: int | None) -> None:
    """SQLite takes a text of any length for VARCHAR(254), and would have to copy the whole table to change the word."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(table, "email", type_=sa.String(length=length))


def _each(table: str, changed) -> None:  # type: ignore[no-untyped-def]
    rows = sa.table(table, sa.column("id"), sa.column("email"), sa.column("email_mark"))
    connection = op.get_bind()
    found = connection.execute(sa.select(rows.c.id, rows.c.email).where(rows.c.email.is_not(None), rows.c.email != ""))
    for row_id, email in found.all():
        connection.execute(sa.update(rows).where(rows.c.id == row_id).values(changed(connection, email)))


def _close(connection: sa.Connection, email: str) -> dict[str, str]:
    seal = seal_of(connection)
    return {"email": seal.close(email), "email_mark": seal.mark(email)}


def _open(connection: sa.Connection, email: str) -> dict[str, str]:
    return {"email": seal_of(connection).open(email)}
