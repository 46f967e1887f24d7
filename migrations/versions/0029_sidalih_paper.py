"""Visits from paper, and visits that did not fit the list any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)

SCOPE = """
    (select coalesce(current_setting('app.scope', true), '') in ('', '*'))
    or exists (
        select from unnest(string_to_array(current_setting('app.scope', true), ',')) as code
        where starts_with(tps_code, code)
    )
"""
PAPER = "(source = 'kertas') = (visitor is not null) and (visitor is null) = (visited_on is null)"


def upgrade() -> None:
    op.add_column("household_visit", sa.Column("visitor", sa.Text))
    op.add_column("household_visit", sa.Column("visited_on", sa.Date))
    op.create_check_constraint(op.f("ck_household_visit_paper"), "household_visit", PAPER)
    op.create_table(
        "visit_conflict",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("tps_code", CODE, nullable=False),
        sa.Column("house", sa.BigInteger, nullable=False),
        sa.Column("device_id", sa.Integer, nullable=False),
        sa.Column("packet_key", sa.Uuid, nullable=False),
        sa.Column("voters", sa.ARRAY(sa.BigInteger), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("account_id", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("made_at", INSTANT),
        sa.Column("received_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.Column("state", sa.Text, server_default="terbuka", nullable=False),
        sa.Column("decided_at", INSTANT),
        sa.Column("decided_by", sa.Text),
        sa.Column("reason", sa.Text),
        sa.CheckConstraint(
            "state in ('terbuka', 'dicatat', 'dibuang', 'diulang')", name=op.f("ck_visit_conflict_state")
        ),
        sa.CheckConstraint(
            "(state = 'terbuka') = (decided_at is null)", name=op.f("ck_visit_conflict_decided")
        ),
        sa.CheckConstraint("(decided_at is null) = (decided_by is null)", name=op.f("ck_visit_conflict_by")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_visit_conflict_election_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_conflict")),
        sa.UniqueConstraint("device_id", "packet_key", name="uq_visit_conflict_packet"),
    )
    op.create_index("ix_visit_conflict_place", "visit_conflict", ["election_id", "tps_code", "state"])
    op.execute(f"create policy visit_conflict_all on visit_conflict using ({SCOPE}) with check ({SCOPE})")
    op.execute("alter table visit_conflict enable row level security")
    op.execute("revoke delete, truncate on visit_conflict from electsys_app")


def downgrade() -> None:
    op.drop_table("visit_conflict")
    op.drop_constraint(op.f("ck_household_visit_paper"), "household_visit")
    op.drop_column("household_visit", "visited_on")
    op.drop_column("household_visit", "visitor")
