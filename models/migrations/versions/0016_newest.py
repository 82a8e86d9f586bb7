"""What was said last in a thread is found without a look at all that was said there"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_comment_newest", "comment", ["thread_id", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_comment_newest", "comment")
