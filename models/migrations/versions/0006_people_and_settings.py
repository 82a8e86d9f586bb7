"""People and settings: second factors, senders who guess, what a site holds, its pauses, texts and own netiquette"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _with_default(name: str, kind: sa.types.TypeEngine[Any], default: str) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, server_default=sa.text(default))


def upgrade() -> None:
    # Adding a column needs no copy of the table, on either database.
    for table, columns in _added().items():
        for column in columns:
            op.add_column(table, column)
    op.create_table(
        "edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(80), nullable=False),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("moderator_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["moderator_id"], ["moderator.id"], name=op.f("fk_edition_moderator_id_moderator")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_edition_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
    )
    op.create_index("ix_edition_site_id", "edition", ["site_id"])
    op.create_table(
        "recoverycode",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("moderator_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["moderator.id"], name=op.f("fk_recoverycode_moderator_id_moderator")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_recoverycode")),
    )
    op.create_index("ix_recoverycode_moderator_id", "recoverycode", ["moderator_id"])
    op.create_table(
        "passkey",
        sa.Column("id", sa.String(1400), nullable=False),
        sa.Column("moderator_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("public_key", sa.String(4000), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("transports", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["moderator_id"], ["moderator.id"], name=op.f("fk_passkey_moderator_id_moderator")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
    )
    op.create_index("ix_passkey_moderator_id", "passkey", ["moderator_id"])
    op.create_table(
        "senderpause",
        sa.Column("sender", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sender", name=op.f("pk_senderpause")),
    )
    op.create_index("ix_senderpause_at", "senderpause", ["at"])


def downgrade() -> None:
    for table in ("senderpause", "passkey", "recoverycode", "edition"):
        op.drop_table(table)
    for table, columns in reversed(_added().items()):
        for column in columns:
            op.drop_column(table, column.name)


def _added() -> dict[str, list[sa.Column[Any]]]:
    return {
        "site": [
            _with_default("holds", sa.String(12), "'everything'"),
            _with_default("texts", sa.JSON(), "'{}'"),
            _with_default("paused", sa.Boolean(), "false"),
            _with_default("pause_reason", sa.String(500), "''"),
            _with_default("most_waiting", sa.Integer(), "0"),
            _with_default("close_days", sa.Integer(), "0"),
            _with_default("second_factor", sa.Boolean(), "false"),
            sa.Column("edition_id", sa.Integer(), nullable=True),
        ],
        "thread": [_with_default("aged", sa.Boolean(), "false")],
        "decision": [_with_default("policy", sa.String(12), "''")],
        "moderator": [sa.Column("totp", sa.String(), nullable=True), _with_default("totp_step", sa.Integer(), "0")],
        "desksession": [
            _with_default("waits", sa.Boolean(), "false"),
            _with_default("agent", sa.String(80), "''"),
        ],
    }
