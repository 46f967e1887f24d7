"""Tables of notices: the inbox, the mail preference, and the mails that wait to be sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("values", JSONB, nullable=False),
        sa.Column("link", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False, server_default="info"),
        sa.Column("created_at", INSTANT, nullable=False, server_default=sa.func.now()),
        sa.Column("read_at", INSTANT),
        sa.Column("mailed_at", INSTANT),
        sa.CheckConstraint("level in ('info', 'tugas', 'penting')", name="level"),
        sa.CheckConstraint("link like '/%%' and link not like '//%%'", name="link"),
    )
    op.create_index("ix_notice_account", "notice", ["account_id", sa.text("id desc")])
    op.create_index("ix_notice_unread", "notice", ["account_id"], postgresql_where=sa.text("read_at is null"))
    op.create_table(
        "notice_setting",
        sa.Column(
            "account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("mail", sa.Text, nullable=False),
        sa.Column("digest_on", sa.Date),
        sa.CheckConstraint("mail in ('langsung', 'harian', 'tidak')", name="mail"),
    )
    op.create_table(
        "mail",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False, server_default=sa.func.now()),
    )


def downgrade() -> None:
    for name in ("mail", "notice_setting", "notice"):
        op.drop_table(name)
