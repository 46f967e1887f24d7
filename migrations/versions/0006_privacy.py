"""Daily budgets of personal data, and the register of disclosures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from electsys.migrating import append_only

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "disclosure_budget",
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("used", sa.Integer, nullable=False),
        sa.CheckConstraint("used >= 0", name="used"),
    )
    op.create_table(
        "disclosure",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("account_id", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("region", sa.Text(collation="C")),
        sa.Column("recipient", sa.Text),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("file_sha256", sa.LargeBinary),
        sa.CheckConstraint("kind in ('reveal', 'export', 'refused')", name="kind"),
        sa.CheckConstraint(
            "kind <> 'export' or (recipient is not null and octet_length(file_sha256) = 32)", name="export"
        ),
    )
    op.create_index("ix_disclosure_subject_id", "disclosure", ["subject", "id"])
    op.create_index("ix_disclosure_account_id_id", "disclosure", ["account_id", "id"])
    append_only("disclosure")


def downgrade() -> None:
    op.drop_table("disclosure")
    op.drop_table("disclosure_budget")
