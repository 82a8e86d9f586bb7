"""Webhooks that can be paused, and whose secret can be changed without a gap"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("webhook", sa.Column("paused", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("webhook", sa.Column("former_secret", sa.String(), nullable=True))
    op.add_column("webhook", sa.Column("former_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("webhook", "former_until")
    op.drop_column("webhook", "former_secret")
    op.drop_column("webhook", "paused")
