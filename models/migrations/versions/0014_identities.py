"""Who a person is at the sign-in provider, beside their address"""

import sqlalchemy as sa
from alembic import op

from models.base import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("issuer", sa.String(300), nullable=False),
        sa.Column("moderator_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["moderator_id"], ["moderator.id"], name="fk_identity_moderator_id_moderator"),
        sa.PrimaryKeyConstraint("id", name="pk_identity"),
        sa.UniqueConstraint("moderator_id", "issuer", name="uq_identity_moderator_id_issuer"),
    )


def downgrade() -> None:
    op.drop_table("identity")
