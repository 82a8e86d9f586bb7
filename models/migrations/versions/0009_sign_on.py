"""Keys of host sites that sign their people on, the tokens that were used, and what a site lets such people do"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signonkey",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_signonkey_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signonkey")),
    )
    op.create_index("ix_signonkey_site_id", "signonkey", ["site_id"])
    op.create_table(
        "usedtoken",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("comment_id", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_usedtoken_site_id_site")),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_usedtoken")),
    )
    op.create_index("ix_usedtoken_expires_at", "usedtoken", ["expires_at"])
    op.add_column("site", sa.Column("editors_publish", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("site", "editors_publish")
    op.drop_table("usedtoken")
    op.drop_table("signonkey")
