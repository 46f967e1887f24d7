"""Proposals for polling stations and electoral districts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("now()")

#: The second lock, as on ``voter`` (0020): these rows name voters.
SCOPE = """
    (select coalesce(current_setting('app.scope', true), '') in ('', '*'))
    or exists (
        select from unnest(string_to_array(current_setting('app.scope', true), ',')) as code
        where starts_with(village_code, code)
    )
"""


def upgrade() -> None:
    op.create_table(
        "tps_proposal",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("village_code", CODE, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("state", sa.Text, server_default="menunggu", nullable=False),
        sa.Column("cap", sa.SmallInteger, nullable=False),
        sa.Column("voters", sa.Integer, nullable=False),
        sa.Column("families", sa.Integer, nullable=False),
        sa.Column("before", JSONB, nullable=False),
        sa.Column("score", JSONB, nullable=False),
        sa.Column("loads", JSONB, nullable=False),
        sa.Column("oversize", JSONB, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("created_by", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("created_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided_at", INSTANT),
        sa.CheckConstraint("mode in ('tetap', 'ulang')", name=op.f("ck_tps_proposal_mode")),
        sa.CheckConstraint(
            "state in ('menunggu', 'diterapkan', 'dibuang')", name=op.f("ck_tps_proposal_state")
        ),
        sa.CheckConstraint(
            "(state = 'menunggu') = (decided_at is null) and (decided_at is null) = (decided_by is null)",
            name=op.f("ck_tps_proposal_decided"),
        ),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_tps_proposal_created_by")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_tps_proposal_election_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tps_proposal")),
    )
    op.create_index(
        "uq_tps_proposal_waiting",
        "tps_proposal",
        ["election_id", "village_code"],
        unique=True,
        postgresql_where=sa.text("state = 'menunggu'"),
    )
    op.create_table(
        "tps_proposal_family",
        sa.Column("proposal_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("village_code", CODE, nullable=False),
        sa.Column("members", sa.ARRAY(sa.BigInteger), nullable=False),
        sa.Column("present", JSONB, nullable=False),
        sa.Column("tps_code", CODE, nullable=False),
        sa.CheckConstraint("cardinality(members) > 0", name=op.f("ck_tps_proposal_family_members")),
        sa.CheckConstraint("left(tps_code, 10) = village_code", name=op.f("ck_tps_proposal_family_village")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["tps_proposal.id"], name=op.f("fk_tps_proposal_family_proposal_id")
        ),
        sa.PrimaryKeyConstraint("proposal_id", "number", name=op.f("pk_tps_proposal_family")),
    )
    op.create_table(
        "tps_change",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("village_code", CODE, nullable=False),
        sa.Column("proposal_id", sa.Integer),
        sa.Column("voters", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("account_id", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("undone_by", sa.Text),
        sa.Column("undone_at", INSTANT),
        sa.CheckConstraint("(undone_at is null) = (undone_by is null)", name=op.f("ck_tps_change_undone")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_tps_change_election_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["tps_proposal.id"], name=op.f("fk_tps_change_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tps_change")),
    )
    op.create_index("ix_tps_change_village", "tps_change", ["election_id", "village_code", "id"])
    op.create_table(
        "dapil_proposal",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("chamber", sa.Text, nullable=False),
        sa.Column("body_code", CODE, nullable=False),
        sa.Column("population", sa.Integer, nullable=False),
        sa.Column("population_source", sa.Text, nullable=False),
        sa.Column("seats", sa.SmallInteger, nullable=False),
        sa.Column("units", JSONB, nullable=False),
        sa.Column("splits", JSONB, nullable=False),
        sa.Column("present", JSONB),
        sa.Column("plans", JSONB, nullable=False),
        sa.Column("on_map", sa.Boolean, nullable=False),
        sa.Column("chosen", sa.SmallInteger),
        sa.Column("chosen_reason", sa.Text),
        sa.Column("created_by", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("created_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint("chamber in ('dprd_prov', 'dprd_kabko')", name=op.f("ck_dapil_proposal_chamber")),
        sa.CheckConstraint(
            "chosen >= 1 and chosen <= jsonb_array_length(plans)", name=op.f("ck_dapil_proposal_chosen")
        ),
        sa.CheckConstraint(
            "(chosen is null) = (chosen_reason is null)", name=op.f("ck_dapil_proposal_reason")
        ),
        sa.CheckConstraint("seats > 0 and population > 0", name=op.f("ck_dapil_proposal_seats")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_dapil_proposal_created_by")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_dapil_proposal_election_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dapil_proposal")),
    )
    op.create_index("ix_dapil_proposal_body", "dapil_proposal", ["election_id", "body_code", "id"])

    op.execute(f"create policy tps_proposal_family_read on tps_proposal_family for select using ({SCOPE})")
    op.execute(
        f"create policy tps_proposal_family_add on tps_proposal_family for insert with check ({SCOPE})"
    )
    op.execute("alter table tps_proposal_family enable row level security")
    op.execute("revoke delete, truncate on tps_proposal, tps_change, dapil_proposal from electsys_app")
    op.execute("revoke update, delete, truncate on tps_proposal_family from electsys_app")


def downgrade() -> None:
    for table in ("dapil_proposal", "tps_change", "tps_proposal_family", "tps_proposal"):
        op.execute(f"drop table {table} cascade")
