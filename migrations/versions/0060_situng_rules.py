"""Situng: the sums of parties as written (F.108); the checks that let an election open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0060"
down_revision = "0054"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
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
FROZEN = """
create function setup_check_frozen() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.state in ('lulus', 'gagal', 'dibatalkan') then
        raise exception using errcode = 'restrict_violation',
            message = 'setup_check ' || old.id || ' is ' || old.state || ': ' || tg_op || ' refused';
    end if;
    return new;
end $$;
create trigger frozen before update or delete on setup_check
    for each row execute function setup_check_frozen();
"""


def upgrade() -> None:
    for table, column in SUMS:
        op.add_column(table, sa.Column(column, ARRAY(sa.Integer), nullable=False, server_default=NONE))
    op.drop_constraint("ck_capture_settled", "capture")
    op.create_check_constraint("settled", "capture", AFTER)
    # The few forms whose votes are those of a neighbour, for the queue of those that may be mixed up.
    op.create_index(
        "ix_result_version_alike",
        "result_version",
        ["contest_id", "tps_code"],
        postgresql_where=sa.text("'W.120:kembar' = any (warnings)"),
    )
    op.create_table(
        "setup_check",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("election_id", sa.SmallInteger, sa.ForeignKey("election.id"), nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="diminta"),
        sa.Column("fingerprint", sa.Text),
        sa.Column("findings", JSONB, nullable=False, server_default="[]"),
        sa.Column("requested_by", sa.Integer, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("requested_at", INSTANT, nullable=False, server_default=sa.text("now()")),
        sa.Column("run_by", sa.Integer, sa.ForeignKey("account.id")),
        sa.Column("finished_at", INSTANT),
        sa.CheckConstraint("state in ('diminta', 'dibatalkan', 'berjalan', 'lulus', 'gagal')", name="state"),
        sa.CheckConstraint("run_by <> requested_by", name="second_person"),
        sa.CheckConstraint("state in ('diminta', 'dibatalkan') or run_by is not null", name="run"),
        sa.CheckConstraint(
            "(state in ('lulus', 'gagal')) = (finished_at is not null and fingerprint is not null)",
            name="finished",
        ),
    )
    op.create_index("ix_setup_check_election", "setup_check", ["election_id", "id"])
    # What was found is evidence: a check that is over never changes.
    op.execute(FROZEN)


def downgrade() -> None:
    op.drop_table("setup_check")
    op.drop_index("ix_result_version_alike", "result_version")
    op.execute("drop function setup_check_frozen")
    op.drop_constraint("ck_capture_settled", "capture")
    op.create_check_constraint("settled", "capture", BEFORE)
    for table, column in SUMS:
        op.drop_column(table, column)
