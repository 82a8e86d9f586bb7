"""A wave's first cards are found without a look at all the others"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_comment_wave", "comment")
    op.create_index(
        "ix_comment_wave",
        "comment",
        ["wave", "status", "follows", sa.text("priority DESC"), "created_at", "id", "site_id", "lane", "held"],
    )


def downgrade() -> None:
    op.drop_index("ix_comment_wave", "comment")
    op.create_index("ix_comment_wave", "comment", ["wave", "status"])
