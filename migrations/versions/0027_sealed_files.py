"""Files with numbers of persons lie sealed: the key of each in an envelope of its row."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TABLES = ("stored_file", "upload")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("sealed", sa.LargeBinary))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "sealed")
