"""Doubles: runs, pairs, decisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from electsys.migrating import append_only

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("now()")

#: Whoever may see one of the two rows sees the pair.
SCOPE = """
    (select coalesce(current_setting('app.scope', true), '') in ('', '*'))
    or exists (
        select from unnest(string_to_array(current_setting('app.scope', true), ',')) as code
        where starts_with(first_village, code) or starts_with(second_village, code)
    )
"""

#: The two rows of a pair for whoever may see the pair, though one of them lies in another region: to compare
#: them is what the pair is for.
SIDES = f"""
create function voters_of_case(wanted bigint) returns setof voter
language sql stable security definer set search_path = pg_catalog, public
as $$
    select v.* from public.double_case c join public.voter v on v.id in (c.first_id, c.second_id)
    where c.id = wanted and ({SCOPE})
$$
"""


def upgrade() -> None:
    op.create_table(
        "double_run",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("engine", sa.Text, nullable=False),
        sa.Column("rows", sa.Integer, server_default="0", nullable=False),
        sa.Column("pairs", sa.Integer, server_default="0", nullable=False),
        sa.Column("fresh", sa.Integer, server_default="0", nullable=False),
        sa.Column("known", sa.Integer, server_default="0", nullable=False),
        sa.Column("vanished", sa.Integer, server_default="0", nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("started_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("finished_at", INSTANT),
        sa.CheckConstraint("engine in ('nik', 'duckdb', 'spark')", name=op.f("ck_double_run_engine")),
        sa.CheckConstraint("pairs = fresh + known", name=op.f("ck_double_run_pairs")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_double_run_election_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_double_run")),
    )
    op.create_table(
        "double_case",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("first_id", sa.BigInteger, nullable=False),
        sa.Column("first_village", CODE, nullable=False),
        sa.Column("second_id", sa.BigInteger, nullable=False),
        sa.Column("second_village", CODE, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("weight", sa.Float),
        sa.Column("waterfall", JSONB, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("state", sa.Text, server_default="terbuka", nullable=False),
        sa.Column("keep_id", sa.BigInteger),
        sa.Column("how", sa.Text),
        sa.Column("merge_id", sa.Integer),
        sa.Column("reason", sa.Text),
        sa.Column("run_id", sa.Integer),
        sa.Column("decided_by", sa.Integer),
        sa.Column("decided_at", INSTANT),
        sa.Column("leased_by", sa.Integer),
        sa.Column("leased_until", INSTANT),
        sa.Column("created_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "(state = 'sama') = (keep_id is not null)"
            " and (keep_id is null or keep_id in (first_id, second_id))",
            name=op.f("ck_double_case_keep"),
        ),
        sa.CheckConstraint(
            "(state in ('sama', 'berbeda')) = (decided_at is not null)", name=op.f("ck_double_case_decided")
        ),
        sa.CheckConstraint(
            "state in ('terbuka', 'sama', 'berbeda', 'hilang')", name=op.f("ck_double_case_state")
        ),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_double_case_order")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_double_case_decided_by")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_double_case_election_id")),
        sa.ForeignKeyConstraint(["leased_by"], ["account.id"], name=op.f("fk_double_case_leased_by")),
        sa.ForeignKeyConstraint(["merge_id"], ["person_merge.id"], name=op.f("fk_double_case_merge_id")),
        sa.ForeignKeyConstraint(["run_id"], ["double_run.id"], name=op.f("fk_double_case_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_double_case")),
        sa.UniqueConstraint("election_id", "first_id", "second_id", name="uq_double_case_pair"),
    )
    op.create_index("ix_double_case_first", "double_case", ["first_id"])
    op.create_index(
        "ix_double_case_open",
        "double_case",
        ["election_id", "region", "id"],
        postgresql_where=sa.text("state = 'terbuka'"),
    )
    op.create_index("ix_double_case_second", "double_case", ["second_id"])
    op.create_index("ix_double_case_village", "double_case", ["election_id", "first_village"])
    op.create_table(
        "double_event",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("case_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("keep_id", sa.BigInteger),
        sa.Column("reason", sa.Text),
        sa.Column("account_id", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "kind in ('sama', 'berbeda', 'batal', 'serah', 'hilang', 'kembali')",
            name=op.f("ck_double_event_kind"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["double_case.id"], name=op.f("fk_double_event_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_double_event")),
    )
    op.create_index(op.f("ix_double_event_case_id"), "double_event", ["case_id"])
    op.execute(f"create policy double_case_all on double_case using ({SCOPE}) with check (true)")
    op.execute("alter table double_case enable row level security")
    op.execute("revoke delete, truncate on double_case from electsys_app")
    append_only("double_event")
    op.execute(SIDES)


def downgrade() -> None:
    op.execute("drop function voters_of_case(bigint)")
    for table in ("double_event", "double_case", "double_run"):
        op.drop_table(table)
