"""Sirekap: determinations of results, and audits of what was published.

What is determined or dropped is frozen by triggers, with all its parts.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from electsys.migrating import append_only

revision = "0054"
down_revision = "0056"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("now()")

FROZEN = """
create function determination_frozen() returns trigger language plpgsql as $$
begin
    if old.state in ('ditetapkan', 'dibatalkan') or tg_op = 'DELETE' then
        raise exception using errcode = 'restrict_violation',
            message = 'determination ' || old.id || ' is ' || old.state || ': ' || tg_op || ' refused';
    end if;
    return new;
end $$;
create trigger frozen before update or delete on determination
    for each row execute function determination_frozen();
create function determination_child_frozen() returns trigger language plpgsql as $$
declare
    parent integer := case when tg_op = 'DELETE' then old.determination_id else new.determination_id end;
begin
    if exists (select from determination d where d.id = parent and d.state in ('ditetapkan', 'dibatalkan'))
        or tg_op = 'UPDATE' and new.determination_id <> old.determination_id
    then
        raise exception using errcode = 'restrict_violation',
            message = tg_table_name || ' of determination ' || parent || ' is frozen: ' || tg_op
                || ' refused';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$
"""


def upgrade() -> None:
    op.create_table(
        "determination",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("contest_id", sa.SmallInteger, nullable=False),
        sa.Column("area", CODE, nullable=False),
        sa.Column("version", sa.SmallInteger, nullable=False),
        sa.Column("state", sa.Text, server_default="konsep", nullable=False),
        sa.Column("ruling", sa.Text),
        sa.Column("recaps", JSONB, nullable=False),
        sa.Column("law", JSONB, nullable=False),
        sa.Column("summary", JSONB, nullable=False),
        sa.Column("open_ties", sa.Integer, nullable=False),
        sa.Column("valid", sa.BigInteger, nullable=False),
        sa.Column("computed_by", sa.Integer),
        sa.Column("computed_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("submitted_by", sa.Integer),
        sa.Column("submitted_at", INSTANT),
        sa.Column("decided_by", sa.Integer),
        sa.Column("decided_at", INSTANT),
        sa.Column("minutes_id", sa.Integer),
        sa.Column("decision_id", sa.Integer),
        sa.Column("decision_number", sa.Text),
        sa.CheckConstraint(
            "state in ('konsep', 'pleno', 'ditetapkan', 'dibatalkan')", name=op.f("ck_determination_state")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_determination_version")),
        sa.CheckConstraint(
            "(submitted_by is null) = (submitted_at is null)", name=op.f("ck_determination_submitted")
        ),
        sa.CheckConstraint(
            "(decided_by is null) = (decided_at is null)", name=op.f("ck_determination_decided")
        ),
        sa.CheckConstraint(
            "state <> 'pleno' or submitted_by is not null", name=op.f("ck_determination_plenary")
        ),
        sa.CheckConstraint(
            "(state = 'ditetapkan') = (decided_at is not null)"
            " and (state = 'ditetapkan') = (decision_number is not null)"
            " and (state <> 'ditetapkan' or submitted_by is not null and open_ties = 0)",
            name=op.f("ck_determination_determined"),
        ),
        sa.CheckConstraint("decided_by <> submitted_by", name=op.f("ck_determination_second_person")),
        *_keys(
            "determination",
            election_id="election",
            contest_id="contest",
            computed_by="account",
            submitted_by="account",
            decided_by="account",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_determination")),
        sa.UniqueConstraint("contest_id", "area", "version", name="uq_determination_version"),
    )
    op.create_index(
        "uq_determination_open",
        "determination",
        ["contest_id", "area"],
        unique=True,
        postgresql_where=sa.text("state in ('konsep', 'pleno')"),
    )
    op.create_table(
        "determination_part",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("determination_id", sa.Integer, nullable=False),
        sa.Column("key", CODE, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("dapil_id", sa.Integer),
        sa.Column("region", CODE, nullable=False),
        sa.Column("seats", sa.SmallInteger),
        sa.Column("valid", sa.BigInteger, nullable=False),
        sa.Column("trace", JSONB, nullable=False),
        sa.CheckConstraint("seats > 0", name=op.f("ck_determination_part_seats")),
        sa.CheckConstraint("valid >= 0", name=op.f("ck_determination_part_valid")),
        *_keys("determination_part", determination_id="determination", dapil_id="dapil"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_determination_part")),
        sa.UniqueConstraint("determination_id", "key", name="uq_determination_part"),
    )
    op.create_table(
        "determination_result",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("determination_id", sa.Integer, nullable=False),
        sa.Column("part_id", sa.Integer, nullable=False),
        sa.Column("participant_id", sa.Integer, nullable=False),
        sa.Column("candidate_number", sa.SmallInteger),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("votes", sa.BigInteger, nullable=False),
        sa.Column("seats", sa.SmallInteger),
        sa.Column("rank", sa.SmallInteger),
        sa.Column("elected", sa.Boolean, nullable=False),
        sa.Column("spread", JSONB, nullable=False),
        sa.CheckConstraint(
            "votes >= 0 and seats >= 0 and rank > 0", name=op.f("ck_determination_result_numbers")
        ),
        *_keys(
            "determination_result",
            determination_id="determination",
            part_id="determination_part",
            participant_id="participant",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_determination_result")),
        sa.UniqueConstraint(
            *("part_id", "participant_id", "candidate_number"),
            name="uq_determination_result",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(
        "ix_determination_result_elected", "determination_result", ["determination_id", "elected"]
    )
    op.create_table(
        "determination_tie",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("determination_id", sa.Integer, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("tied", JSONB, nullable=False),
        sa.Column("places", sa.SmallInteger, nullable=False),
        sa.Column("steps", JSONB, nullable=False),
        sa.Column("decided", JSONB),
        sa.Column("reason", sa.Text),
        sa.Column("decided_by", sa.Integer),
        sa.Column("decided_at", INSTANT),
        sa.CheckConstraint(
            "(decided is null) = (decided_at is null) and (decided_at is null) = (decided_by is null)"
            " and (decided is null or btrim(coalesce(reason, '')) <> '')",
            name=op.f("ck_determination_tie_decided"),
        ),
        *_keys("determination_tie", determination_id="determination", decided_by="account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_determination_tie")),
        sa.UniqueConstraint("determination_id", "place", name="uq_determination_tie"),
    )
    _audits()
    op.execute(FROZEN)
    for table in ("determination_part", "determination_result", "determination_tie"):
        op.execute(
            f"create trigger frozen before insert or update or delete on {table}"
            " for each row execute function determination_child_frozen()"
        )


def _audits() -> None:
    op.create_table(
        "result_audit",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("contest_id", sa.SmallInteger, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("state", sa.Text, server_default="disiapkan", nullable=False),
        sa.Column("assertions", JSONB, nullable=False),
        sa.Column("participants", JSONB, nullable=False),
        sa.Column("risk_limit", sa.Text, nullable=False),
        sa.Column("total", sa.Text, nullable=False),
        sa.Column("stations", sa.Integer, nullable=False),
        sa.Column("missing", sa.Integer, nullable=False),
        sa.Column("frame_sha256", sa.Text, nullable=False),
        sa.Column("draws", sa.Integer, server_default="0", nullable=False),
        sa.Column("planned", sa.Integer, nullable=False),
        sa.Column("seed", sa.Text),
        sa.Column("seed_source", sa.Text),
        sa.Column("prepared_by", sa.Integer, nullable=False),
        sa.Column("prepared_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("seeded_by", sa.Integer),
        sa.Column("seeded_at", INSTANT),
        sa.Column("closed_at", INSTANT),
        sa.CheckConstraint(
            "state in ('disiapkan', 'diundi', 'selesai', 'hitung_penuh')", name=op.f("ck_result_audit_state")
        ),
        sa.CheckConstraint(
            "(state = 'disiapkan') = (seed is null) and (seed is null) = (seeded_by is null)"
            " and (seed is null) = (seed_source is null) and (seed is null) = (seeded_at is null)",
            name=op.f("ck_result_audit_seed"),
        ),
        sa.CheckConstraint("seeded_by <> prepared_by", name=op.f("ck_result_audit_second_person")),
        sa.CheckConstraint(
            "(state in ('selesai', 'hitung_penuh')) = (closed_at is not null)",
            name=op.f("ck_result_audit_closed"),
        ),
        sa.CheckConstraint(
            "stations > 0 and planned > 0 and draws >= 0 and missing >= 0",
            name=op.f("ck_result_audit_numbers"),
        ),
        *_keys(
            "result_audit",
            election_id="election",
            contest_id="contest",
            prepared_by="account",
            seeded_by="account",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_audit")),
    )
    op.create_index("ix_result_audit_contest", "result_audit", ["contest_id", "region"])
    op.create_table(
        "audit_station",
        sa.Column("audit_id", sa.Integer, nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("ballots", sa.Integer, nullable=False),
        sa.Column("votes", sa.ARRAY(sa.Integer), nullable=False),
        sa.CheckConstraint("ballots >= 0 and 0 <= all (votes)", name=op.f("ck_audit_station_numbers")),
        *_keys("audit_station", audit_id="result_audit"),
        sa.PrimaryKeyConstraint("audit_id", "code", name=op.f("pk_audit_station")),
    )
    op.create_table(
        "audit_draw",
        sa.Column("audit_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("code", CODE, nullable=False),
        *_keys("audit_draw", audit_id="result_audit"),
        sa.PrimaryKeyConstraint("audit_id", "number", name=op.f("pk_audit_draw")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("audit_id", sa.Integer, nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("votes", sa.ARRAY(sa.Integer), nullable=False),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint("0 <= all (votes)", name=op.f("ck_audit_entry_votes")),
        *_keys("audit_entry", audit_id="result_audit", account_id="account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_station", "audit_entry", ["audit_id", "code"])
    for table in ("audit_station", "audit_draw", "audit_entry"):
        append_only(table)


def _keys(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]


def downgrade() -> None:
    for table in ("audit_entry", "audit_draw", "audit_station", "result_audit"):
        op.drop_table(table)
    for table in ("determination_tie", "determination_result", "determination_part", "determination"):
        op.drop_table(table)
    op.execute("drop function determination_child_frozen()")
    op.execute("drop function determination_frozen()")
