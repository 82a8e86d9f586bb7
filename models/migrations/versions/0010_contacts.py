"""Contacts, and what readers write to them in confidence"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_OF_SITE = ("last_resort_id", "private_contact_id")


def upgrade() -> None:
    op.create_table(
        "contact",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("function", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("absent_from", sa.Date(), nullable=True),
        sa.Column("absent_until", sa.Date(), nullable=True),
        sa.Column("substitute_id", sa.String(length=24), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_contact_site_id_site")),
        sa.ForeignKeyConstraint(["substitute_id"], ["contact.id"], name=op.f("fk_contact_substitute_id_contact")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("site_id", "key", name=op.f("uq_contact_site_id_key")),
    )
    op.create_table(
        "privatemessage",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.String(length=24), nullable=True),
        sa.Column("notice_id", sa.String(length=24), nullable=False),
        sa.Column("page", sa.String(length=2000), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("email_mark", sa.String(length=64), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("spam", sa.Float(), nullable=True),
        sa.Column("hints", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_privatemessage_contact_id_contact")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_privatemessage_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privatemessage")),
    )
    op.create_index("ix_privatemessage_contact_id", "privatemessage", ["contact_id"])
    op.create_index("ix_privatemessage_email_mark", "privatemessage", ["email_mark"])
    op.create_index("ix_privatemessage_open", "privatemessage", ["site_id", "delivered_at"])
    # Without a key to `contact`: adding one to a table that is there would copy the table on SQLite.
    for name in _OF_SITE:
        op.add_column("site", sa.Column(name, sa.String(length=24), nullable=True))


def downgrade() -> None:
    for name in _OF_SITE:
        op.drop_column("site", name)
    op.drop_table("privatemessage")
    op.drop_table("contact")
