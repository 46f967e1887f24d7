"""Copies of lists and their control rows; the budget of rows by the moment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from electsys.migrating import append_only

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("now()")

#: A person who asks who holds their data is outside every region; this door shows where a list names a row,
#: and nothing of the row.
PLACES = """
create function voter_places(wanted bigint[]) returns table (list_id integer, tps_code text)
language sql stable security definer set search_path = pg_catalog, public
as $$ select e.list_id, e.tps_code from public.voter_list_entry e where e.voter_id = any(wanted) $$
"""


def upgrade() -> None:
    op.execute("alter table disclosure_budget add column at timestamptz")
    op.execute("update disclosure_budget set at = day::timestamp at time zone 'Asia/Jakarta'")
    op.execute("delete from disclosure_budget where used = 0")
    op.execute("alter table disclosure_budget drop constraint pk_disclosure_budget")
    op.execute("alter table disclosure_budget drop constraint ck_disclosure_budget_used")
    op.drop_column("disclosure_budget", "day")
    op.alter_column("disclosure_budget", "at", nullable=False)
    op.add_column("disclosure_budget", sa.Column("id", sa.BigInteger, sa.Identity(always=True)))
    op.create_primary_key("pk_disclosure_budget", "disclosure_budget", ["id"])
    op.create_check_constraint("used", "disclosure_budget", "used > 0")
    op.create_index("ix_disclosure_budget_account_id_at", "disclosure_budget", ["account_id", "at"])

    op.create_table(
        "voter_copy",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("list_id", sa.Integer, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("profile", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("state", sa.Text, server_default="diminta", nullable=False),
        sa.Column("requested_by", sa.Integer, nullable=False),
        sa.Column("requested_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("decided_by", sa.Integer),
        sa.Column("decided_at", INSTANT),
        sa.Column("file_id", sa.BigInteger),
        sa.Column("rows", sa.Integer),
        sa.Column("controls", sa.Integer),
        sa.Column("built_at", INSTANT),
        sa.Column("expires_at", INSTANT),
        sa.Column("downloaded_at", INSTANT),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("shown_at", INSTANT),
        sa.CheckConstraint(
            "(state = 'diminta') = (decided_by is null) and (decided_by is null) = (decided_at is null)",
            name=op.f("ck_voter_copy_decided"),
        ),
        sa.CheckConstraint(
            "(state in ('dibuat', 'diunduh', 'kedaluwarsa')) = (file_id is not null)"
            " and num_nulls(file_id, rows, controls, built_at, expires_at) in (0, 5)",
            name=op.f("ck_voter_copy_built"),
        ),
        sa.CheckConstraint(
            "state <> 'diunduh' or downloaded_at is not null", name=op.f("ck_voter_copy_downloaded")
        ),
        sa.CheckConstraint("state <> 'kedaluwarsa' or sealed is null", name=op.f("ck_voter_copy_password")),
        sa.CheckConstraint(
            "state in ('diminta', 'disetujui', 'dibuat', 'diunduh', 'kedaluwarsa', 'ditolak')",
            name=op.f("ck_voter_copy_state"),
        ),
        sa.CheckConstraint("decided_by <> requested_by", name=op.f("ck_voter_copy_two_people")),
        sa.CheckConstraint("length(region) in (4, 6, 10, 13)", name=op.f("ck_voter_copy_region")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_voter_copy_decided_by")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_voter_copy_election_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_voter_copy_file_id")),
        sa.ForeignKeyConstraint(["list_id"], ["voter_list.id"], name=op.f("fk_voter_copy_list_id")),
        sa.ForeignKeyConstraint(["requested_by"], ["account.id"], name=op.f("fk_voter_copy_requested_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voter_copy")),
    )
    op.create_index("ix_voter_copy_list", "voter_copy", ["list_id"])
    op.create_index("ix_voter_copy_region", "voter_copy", ["region", "id"])
    op.create_table(
        "voter_canary",
        sa.Column("nik_index", sa.LargeBinary, nullable=False),
        sa.Column("name_index", sa.LargeBinary, nullable=False),
        sa.Column("copy_id", sa.Integer, nullable=False),
        sa.Column("tps_code", CODE, nullable=False),
        sa.CheckConstraint(
            "octet_length(nik_index) = 32 and octet_length(name_index) = 32",
            name=op.f("ck_voter_canary_indexes"),
        ),
        sa.ForeignKeyConstraint(["copy_id"], ["voter_copy.id"], name=op.f("fk_voter_canary_copy_id")),
        sa.PrimaryKeyConstraint("nik_index", name=op.f("pk_voter_canary")),
    )
    op.create_index("ix_voter_canary_copy", "voter_canary", ["copy_id"])
    op.create_index("ix_voter_canary_name", "voter_canary", ["name_index"])
    op.create_table(
        "voter_canary_touch",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("copy_id", sa.Integer, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("account_id", sa.Integer),
        sa.Column("at", INSTANT, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(["copy_id"], ["voter_copy.id"], name=op.f("fk_voter_canary_touch_copy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voter_canary_touch")),
    )
    op.create_index("ix_voter_canary_touch_copy", "voter_canary_touch", ["copy_id", "id"])
    for table in ("voter_canary", "voter_canary_touch"):
        append_only(table)
    op.execute(PLACES)


def downgrade() -> None:
    op.execute("drop function voter_places(bigint[])")
    for table in ("voter_canary_touch", "voter_canary", "voter_copy"):
        op.drop_table(table)
    op.drop_table("disclosure_budget")
    op.create_table(
        "disclosure_budget",
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("used", sa.Integer, nullable=False),
        sa.CheckConstraint("used >= 0", name="used"),
    )
