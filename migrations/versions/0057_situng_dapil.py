"""Situng: contests with a ballot a dapil; a total knows whose ballot orders its votes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("region_total", sa.Column("dapil_id", sa.Integer, sa.ForeignKey("dapil.id")))
    op.create_index("ix_region_total_dapil", "region_total", ["contest_id", "dapil_id"])
    op.alter_column("result_batch", "ballot_id", nullable=True)


def downgrade() -> None:
    op.alter_column("result_batch", "ballot_id", nullable=False)
    op.drop_column("region_total", "dapil_id")
