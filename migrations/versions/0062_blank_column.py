"""The blank column beside a single pair is told by a mark, not by its name (UU 10/2016 art. 54C, 54D)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "participant", sa.Column("blank", sa.Boolean, nullable=False, server_default=sa.text("false"))
    )
    op.execute("update participant set blank = true where name = 'Kolom kosong yang tidak bergambar'")
    op.create_check_constraint("ck_participant_blank", "participant", "not blank or kind = 'pasangan'")
    op.create_index(
        "uq_participant_blank",
        "participant",
        ["contest_id", "region_code"],
        unique=True,
        postgresql_where=sa.text("blank"),
    )


def downgrade() -> None:
    op.drop_index("uq_participant_blank", "participant")
    op.drop_constraint("ck_participant_blank", "participant")
    op.drop_column("participant", "blank")
