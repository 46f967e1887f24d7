"""Samples of the limited visit (coktas), plenaries of a semester, dapil of the DPR."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
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

#: Once a sample is drawn, who stands in it never changes: what a row may still get is its outcome.
FROZEN = """
create function limited_visit_stays() returns trigger language plpgsql as $$
declare
    drawn boolean;
begin
    select state <> 'kerangka' into strict drawn from limited_visit where id = new.visit_id;
    if drawn and (tg_op = 'INSERT'
        or (new.visit_id, new.voter_id, new.province, new.village_code, new.doubts, new.rank)
            is distinct from
            (old.visit_id, old.voter_id, old.province, old.village_code, old.doubts, old.rank))
    then
        raise exception using errcode = 'restrict_violation', message = 'limited_visit: the sample is drawn';
    end if;
    return new;
end $$
"""
DRAWN = """
create function limited_visit_once() returns trigger language plpgsql as $$
begin
    if old.state <> 'kerangka' then
        raise exception using errcode = 'restrict_violation', message = 'limited_visit: the sample is drawn';
    end if;
    return new;
end $$
"""
CHAMBER = "ck_dapil_proposal_chamber"


def upgrade() -> None:
    op.create_table(
        "limited_visit",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("quarter_id", sa.Integer, nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("state", sa.Text, server_default="kerangka", nullable=False),
        sa.Column("frame", sa.Integer, nullable=False),
        sa.Column("frame_digest", sa.LargeBinary, nullable=False),
        sa.Column("seed", sa.Text),
        sa.Column("size", sa.Integer),
        sa.Column("sample_digest", sa.LargeBinary),
        sa.Column("frozen_by", sa.Text, nullable=False),
        sa.Column("frozen_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("drawn_by", sa.Text),
        sa.Column("drawn_at", INSTANT),
        sa.CheckConstraint(
            "state in ('kerangka', 'ditetapkan', 'dibuang')", name=op.f("ck_limited_visit_state")
        ),
        sa.CheckConstraint("length(region) = 4", name=op.f("ck_limited_visit_region")),
        sa.CheckConstraint("frame > 0 and (size between 1 and frame)", name=op.f("ck_limited_visit_size")),
        sa.CheckConstraint(
            "num_nulls(seed, size, sample_digest, drawn_by, drawn_at) = case state when 'ditetapkan' then 0"
            " else 5 end",
            name=op.f("ck_limited_visit_drawn"),
        ),
        sa.ForeignKeyConstraint(
            ["quarter_id"], ["voter_quarter.id"], name=op.f("fk_limited_visit_quarter_id")
        ),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_limited_visit_election_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limited_visit")),
    )
    op.create_index(
        "uq_limited_visit_quarter",
        "limited_visit",
        ["quarter_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'dibuang'"),
    )
    op.create_table(
        "limited_visit_voter",
        sa.Column("visit_id", sa.Integer, nullable=False),
        sa.Column("voter_id", sa.BigInteger, nullable=False),
        sa.Column("province", sa.CHAR(length=2), nullable=False),
        sa.Column("village_code", CODE, nullable=False),
        sa.Column("doubts", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("rank", sa.Integer),
        sa.Column("outcome", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("actor", sa.Text),
        sa.Column("recorded_at", INSTANT),
        sa.CheckConstraint(
            "outcome in ('sesuai', 'ubah', 'tms', 'tidak_ditemui')",
            name=op.f("ck_limited_visit_voter_outcome"),
        ),
        sa.CheckConstraint(
            "num_nulls(outcome, actor, recorded_at) in (0, 3)", name=op.f("ck_limited_visit_voter_recorded")
        ),
        sa.CheckConstraint(
            "outcome is null or rank is not null", name=op.f("ck_limited_visit_voter_sampled")
        ),
        sa.CheckConstraint(
            "outcome <> 'tidak_ditemui' or note is not null", name=op.f("ck_limited_visit_voter_note")
        ),
        sa.CheckConstraint("province = left(village_code, 2)", name=op.f("ck_limited_visit_voter_province")),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["limited_visit.id"], name=op.f("fk_limited_visit_voter_visit_id")
        ),
        sa.PrimaryKeyConstraint("visit_id", "voter_id", name=op.f("pk_limited_visit_voter")),
        sa.UniqueConstraint("visit_id", "rank", name="uq_limited_visit_voter_rank"),
    )
    op.create_index("ix_limited_visit_voter_voter", "limited_visit_voter", ["voter_id"])
    table = "limited_visit_voter"
    op.execute(f"create policy {table}_read on {table} for select using ({SCOPE})")
    op.execute(f"create policy {table}_add on {table} for insert with check ({SCOPE})")
    op.execute(f"create policy {table}_change on {table} for update using ({SCOPE}) with check ({SCOPE})")
    op.execute(f"alter table {table} enable row level security")
    op.execute(FROZEN)
    op.execute(
        f"create trigger stays before insert or update on {table}"
        " for each row execute function limited_visit_stays()"
    )
    op.execute(DRAWN)
    op.execute(
        "create trigger once before update on limited_visit"
        " for each row execute function limited_visit_once()"
    )
    op.execute("revoke delete, truncate on limited_visit, limited_visit_voter from electsys_app")

    op.create_table(
        "voter_semester",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("year", sa.SmallInteger, nullable=False),
        sa.Column("half", sa.SmallInteger, nullable=False),
        sa.Column("rolls", sa.Integer, nullable=False),
        *(
            sa.Column(name, sa.Integer, nullable=False)
            for name in ("opening", "fresh", "moved_in", "struck", "moved_out", "amended", "closing")
        ),
        sa.Column("letter_id", sa.Integer),
        sa.Column("determined_by", sa.Text, nullable=False),
        sa.Column("determined_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint("length(region) in (0, 2)", name=op.f("ck_voter_semester_region")),
        sa.CheckConstraint("half in (1, 2)", name=op.f("ck_voter_semester_half")),
        sa.CheckConstraint(
            "closing = opening + fresh + moved_in - struck - moved_out",
            name=op.f("ck_voter_semester_movement"),
        ),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_voter_semester_election_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voter_semester")),
        sa.UniqueConstraint("election_id", "region", "year", "half", name="uq_voter_semester_half"),
    )
    op.execute("revoke delete, truncate on voter_semester from electsys_app")

    op.drop_constraint(CHAMBER, "dapil_proposal")
    op.create_check_constraint(
        op.f(CHAMBER), "dapil_proposal", "chamber in ('dpr', 'dprd_prov', 'dprd_kabko')"
    )


def downgrade() -> None:
    op.execute("delete from dapil_proposal where chamber = 'dpr'")
    op.drop_constraint(CHAMBER, "dapil_proposal")
    op.create_check_constraint(op.f(CHAMBER), "dapil_proposal", "chamber in ('dprd_prov', 'dprd_kabko')")
    op.drop_table("voter_semester")
    op.drop_table("limited_visit_voter")
    op.drop_table("limited_visit")
    op.execute("drop function limited_visit_stays()")
    op.execute("drop function limited_visit_once()")
