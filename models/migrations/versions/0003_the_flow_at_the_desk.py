"""Waves, claims, second opinions, search and working time: the flow at the desk"""

import json
import re
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_HOURS = [[["09:00", "17:00"]]] * 5 + [[], []]
_WORD = re.compile(r"[^\W_]+")
_QUEUE: list[str | sa.TextClause | sa.ColumnElement[Any]] = [
    "site_id",
    "status",
    sa.text("priority DESC"),
    "created_at",
    "id",
    "lane",
]
_FILTERS = ["held", "follows", "assignee_id", "thread_id", "spam", "violation", "rules"]


def upgrade() -> None:
    _widen_tables()
    _make_tables()
    _fold_anew()
    with op.batch_alter_table("comment") as batch_op:
        batch_op.drop_index("ix_comment_queue")
        batch_op.create_index("ix_comment_queue", [*_QUEUE, *_FILTERS])
        batch_op.create_index("ix_comment_sender", ["site_id", "sender", "created_at"])
        batch_op.create_index("ix_comment_wave", ["wave", "status"])


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for trigger in ("filed", "changed", "gone"):
            op.execute(f"DROP TRIGGER IF EXISTS search_{trigger}")
        for table in ("words", "place", "stale"):
            op.execute(f"DROP TABLE IF EXISTS search_{table}")
    else:
        op.execute("DROP INDEX IF EXISTS search_words")
    with op.batch_alter_table("comment") as batch_op:
        for index in ("ix_comment_wave", "ix_comment_sender", "ix_comment_queue"):
            batch_op.drop_index(index)
    for table in ("waveband", "wave", "happening", "original", "sentence", "claim"):
        op.drop_table(table)
    with op.batch_alter_table("decision") as batch_op:
        batch_op.drop_index("ix_decision_batch")
    for table, columns in _ADDED.items():
        with op.batch_alter_table(table) as batch_op:
            for column in columns:
                batch_op.drop_column(column.name)
    with op.batch_alter_table("comment") as batch_op:
        batch_op.create_index("ix_comment_queue", _QUEUE)


def _added(name: str, kind: sa.types.TypeEngine[Any], default: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=default is None, server_default=None if default is None else sa.text(default))


_ADDED = {
    "comment": [
        _added("rules", sa.String(300), "''"),
        _added("held", sa.Boolean(), "false"),
        _added("wave", sa.String(64)),
        _added("follows", sa.Boolean(), "false"),
        _added("assignee_id", sa.Integer()),
        _added("redacted", sa.Boolean(), "false"),
    ],
    "decision": [_added("proposed", sa.String(12), "''"), _added("batch", sa.String(24))],
    "site": [
        _added("state", sa.String(2), "''"),
        _added("hours", sa.JSON(), "'" + json.dumps(_HOURS).replace(":", "\\:") + "'"),
        _added("target_minutes", sa.Integer(), "480"),
        _added("second_rules", sa.JSON(), "'[]'"),
        _added("second_bands", sa.JSON(), "'[]'"),
    ],
    "moderator": [_added("keys", sa.JSON(), "'{}'"), _added("shield", sa.Boolean(), "true")],
}


def _widen_tables() -> None:
    for table, columns in _ADDED.items():
        with op.batch_alter_table(table) as batch_op:
            for column in columns:
                batch_op.add_column(column)
    with op.batch_alter_table("decision") as batch_op:
        batch_op.create_index("ix_decision_batch", ["batch"])


def _make_tables() -> None:
    op.create_table(
        "claim",
        sa.Column("comment_id", sa.String(64), nullable=False),
        sa.Column("moderator_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["moderator_id"], ["moderator.id"], name=op.f("fk_claim_moderator_id_moderator")),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_claim")),
    )
    op.create_table(
        "sentence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(40), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("text", sa.String(2000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_sentence_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sentence")),
    )
    op.create_index("ix_sentence_site_id", "sentence", ["site_id"])
    op.create_table(
        "original",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.String(64), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_original_comment_id_comment")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_original_decision_id_decision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_original")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_original_decision_id")),
    )
    op.create_index("ix_original_comment_id", "original", ["comment_id"])
    op.create_index("ix_original_until", "original", ["until"])
    op.create_table(
        "happening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("moderator_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_happening")),
        # Numbers are places in a stream: one that was used must not be given again once old rows are gone.
        sqlite_autoincrement=True,
    )
    op.create_index("ix_happening_at", "happening", ["at"])
    op.create_table(
        "wave",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("sketch", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave")),
    )
    op.create_table(
        "waveband",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("band", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("wave_id", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_waveband_site_id_site")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_waveband_wave_id_wave")),
        sa.PrimaryKeyConstraint("site_id", "band", "wave_id", name=op.f("pk_waveband")),
    )
    op.create_index("ix_waveband_wave_id", "waveband", ["wave_id"])


def _fold_anew() -> None:
    """Search looks for the beginnings of words, and filters for the names of rules."""
    comment = sa.table(
        "comment",
        sa.column("id", sa.String()),
        sa.column("search", sa.String()),
        sa.column("findings", sa.JSON()),
        sa.column("rules", sa.String()),
    )
    bind = op.get_bind()
    for row in bind.execute(sa.select(comment.c.id, comment.c.search, comment.c.findings)).all():
        rules = "".join(f" {each} " for each in dict.fromkeys(finding["rule"] for finding in row.findings))
        words = "".join(f" {each}" for each in _WORD.findall(row.search.casefold()))
        change = comment.update().where(comment.c.id == row.id)
        bind.execute(change.values(search=words, rules=rules[:300]))
