"""Tables of intake: bulk files on their way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "intake_file",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("spec", sa.Text, nullable=False),
        sa.Column("context", sa.Text, nullable=False, server_default=""),
        sa.Column("file_id", sa.BigInteger, sa.ForeignKey("stored_file.id"), nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="cocokkan"),
        sa.Column("format", JSONB, nullable=False),
        sa.Column("header", JSONB, nullable=False),
        sa.Column("mapping", JSONB),
        sa.Column("counts", JSONB, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("findings", JSONB, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("sheet_id", sa.BigInteger, sa.ForeignKey("stored_file.id")),
        sa.Column("mode", sa.Text),
        sa.Column("job_id", sa.BigInteger, sa.ForeignKey("job.id")),
        sa.Column("message", sa.Text),
        sa.Column("result", JSONB),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False, server_default=sa.func.now()),
        sa.Column("finished_at", INSTANT),
        sa.CheckConstraint(
            "state in ('cocokkan', 'diperiksa', 'siap', 'diterapkan', 'selesai', 'ditolak', 'dibatalkan')",
            name="state",
        ),
        sa.CheckConstraint("mapping is not null or state in ('cocokkan', 'dibatalkan')", name="mapping"),
        sa.CheckConstraint("mode in ('semua', 'sahih')", name="mode"),
        sa.CheckConstraint("mode is not null or state not in ('diterapkan', 'selesai')", name="applied"),
        sa.CheckConstraint(
            "(finished_at is not null) = (state in ('selesai', 'ditolak', 'dibatalkan'))", name="finished"
        ),
        sa.CheckConstraint("message is not null or state not in ('selesai', 'ditolak')", name="message"),
    )
    op.create_index("ix_intake_file_account", "intake_file", ["account_id", sa.text("id desc")])
    op.create_index("ix_intake_file_file", "intake_file", ["file_id"])


def downgrade() -> None:
    op.drop_table("intake_file")
