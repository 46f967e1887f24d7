"""House-to-house visits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from electsys.migrating import append_only

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("now()")

SCOPE = """
    (select coalesce(current_setting('app.scope', true), '') in ('', '*'))
    or exists (
        select from unnest(string_to_array(current_setting('app.scope', true), ',')) as code
        where starts_with(tps_code, code)
    )
"""


def upgrade() -> None:
    op.create_table(
        "visit_task",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("tps_code", CODE, nullable=False),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("given_by", sa.Text, nullable=False),
        sa.Column("given_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.CheckConstraint("length(tps_code) = 13", name=op.f("ck_visit_task_tps")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_visit_task_account_id")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_visit_task_election_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_task")),
    )
    op.create_index(op.f("ix_visit_task_account_id"), "visit_task", ["account_id"])
    op.create_index(
        "uq_visit_task_tps",
        "visit_task",
        ["election_id", "tps_code"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "household_visit",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("province", sa.CHAR(length=2), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("tps_code", CODE, nullable=False),
        sa.Column("house", sa.BigInteger, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("device_id", sa.Integer),
        sa.Column("packet_key", sa.Uuid),
        sa.Column("outcomes", JSONB, nullable=False),
        sa.Column("photos", JSONB, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("account_id", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("made_at", INSTANT),
        sa.Column("received_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint("source in ('gawai', 'kertas')", name=op.f("ck_household_visit_source")),
        sa.CheckConstraint("province = left(tps_code, 2)", name=op.f("ck_household_visit_province")),
        sa.ForeignKeyConstraint(
            ["election_id"], ["election.id"], name=op.f("fk_household_visit_election_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_visit")),
        sa.UniqueConstraint("device_id", "packet_key", name="uq_household_visit_packet"),
    )
    op.create_index("ix_household_visit_tps", "household_visit", ["election_id", "tps_code", "house"])
    op.create_table(
        "visit_photo",
        sa.Column("visit_id", sa.BigInteger, nullable=False),
        sa.Column("file_id", sa.Integer, nullable=False),
        sa.Column("voter_id", sa.BigInteger, nullable=False),
        sa.Column("received_at", INSTANT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_visit_photo_file_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["household_visit.id"], name=op.f("fk_visit_photo_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", "file_id", name=op.f("pk_visit_photo")),
    )
    op.create_index(op.f("ix_visit_photo_voter_id"), "visit_photo", ["voter_id"])
    op.execute(f"create policy household_visit_all on household_visit using ({SCOPE}) with check ({SCOPE})")
    op.execute("alter table household_visit enable row level security")
    append_only("household_visit")
    append_only("visit_photo")


def downgrade() -> None:
    for table in ("visit_photo", "household_visit", "visit_task"):
        op.drop_table(table)
