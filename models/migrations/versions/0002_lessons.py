"""What decisions teach the classifier of a site"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("site") as batch_op:
        batch_op.add_column(sa.Column("taught", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "lesson",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.String(length=64), nullable=False),
        sa.Column("moderator_id", sa.Integer(), nullable=True),
        sa.Column("spam", sa.Boolean(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("set_aside", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_lesson_comment_id_comment")),
        sa.ForeignKeyConstraint(["moderator_id"], ["moderator.id"], name=op.f("fk_lesson_moderator_id_moderator")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_lesson_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
        sa.UniqueConstraint("comment_id", name=op.f("uq_lesson_comment_id")),
    )
    op.create_index(op.f("ix_lesson_site_id"), "lesson", ["site_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_lesson_site_id"), table_name="lesson")
    op.drop_table("lesson")
    with op.batch_alter_table("site") as batch_op:
        batch_op.drop_column("taught")
