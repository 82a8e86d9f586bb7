"""What readers are owed: subscriptions, visits to one's data, requests, evidence, who looked at what, legal settings"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("site", sa.Column("legal", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("moderator", sa.Column("mail", sa.String(length=12), nullable=False, server_default="each"))
    op.create_table(
        "auditentry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("moderator_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["moderator_id"], ["moderator.id"], name=op.f("fk_auditentry_moderator_id_moderator")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_auditentry_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auditentry")),
    )
    op.create_index("ix_auditentry_created_at", "auditentry", ["created_at"], unique=False)
    op.create_index("ix_auditentry_site_id", "auditentry", ["site_id"], unique=False)
    op.create_table(
        "datarequest",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_mark", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("statement", sa.String(length=4000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_datarequest_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_datarequest")),
    )
    op.create_index("ix_datarequest_email_mark", "datarequest", ["email_mark"], unique=False)
    op.create_index("ix_datarequest_site_id", "datarequest", ["site_id"], unique=False)
    op.create_table(
        "visit",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_mark", sa.String(length=64), nullable=False),
        sa.Column("inside", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_visit_site_id_site")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_visit")),
    )
    op.create_index("ix_visit_email_mark", "visit", ["email_mark"], unique=False)
    op.create_index("ix_visit_expires_at", "visit", ["expires_at"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.String(length=64), nullable=False),
        sa.Column("moderator_id", sa.Integer(), nullable=True),
        sa.Column("bundle", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_evidence_comment_id_comment")),
        sa.ForeignKeyConstraint(["moderator_id"], ["moderator.id"], name=op.f("fk_evidence_moderator_id_moderator")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_evidence_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index("ix_evidence_comment_id", "evidence", ["comment_id"], unique=False)
    op.create_index("ix_evidence_site_id", "evidence", ["site_id"], unique=False)
    op.create_table(
        "subscription",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("email_mark", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("wording", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_subscription_comment_id_comment")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_subscription_site_id_site")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_subscription_thread_id_thread")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
    )
    op.create_index("ix_subscription_comment_id", "subscription", ["comment_id"], unique=False)
    op.create_index("ix_subscription_email_mark", "subscription", ["email_mark"], unique=False)
    op.create_index("ix_subscription_site_id", "subscription", ["site_id"], unique=False)
    op.create_index("ix_subscription_thread", "subscription", ["thread_id", "confirmed_at", "ended_at"], unique=False)


def downgrade() -> None:
    for table in ("subscription", "evidence", "visit", "datarequest", "auditentry"):
        op.drop_table(table)
    op.drop_column("moderator", "mail")
    op.drop_column("site", "legal")
