"""Situng: the sums of parties as written (F.108); the checks that let an election open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0060"
down_revision = "0054"
branch_labels = None
depends_on = None

NONE = sa.text("'{}'")
SUMS = (
    ("result_version", "sums"),
    ("capture", "first_sums"),
    ("capture", "second_sums"),
    ("capture", "sums"),
)
BEFORE = (
    "cells is null or third_person is not null"
    " or (first_cells, first_votes) is not distinct from (second_cells, second_votes)"
    " and (cells, votes) is not distinct from (first_cells, first_votes)"
)
AFTER = (
    "cells is null or third_person is not null"
    " or (first_cells, first_votes, first_sums)"
    " is not distinct from (second_cells, second_votes, second_sums)"
    " and (cells, votes, sums) is not distinct from (first_cells, first_votes, first_sums)"
)


def upgrade() -> None:
    for table, column in SUMS:
        op.add_column(table, sa.Column(column, ARRAY(sa.Integer), nullable=False, server_default=NONE))
    op.drop_constraint("ck_capture_settled", "capture")
    op.create_check_constraint("settled", "capture", AFTER)


def downgrade() -> None:
    op.drop_constraint("ck_capture_settled", "capture")
    op.create_check_constraint("settled", "capture", BEFORE)
    for table, column in SUMS:
        op.drop_column(table, column)
