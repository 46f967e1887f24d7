"""Silon: papers of supporters, the history of their flags, and who was confirmed in another's list."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from electsys.migrating import append_only, guard_party_rows

revision = "0050"
down_revision = "0047"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
KINDS = "'putus', 'tarik', 'faktual', 'putusan'"

#: Every change of flags leaves a row, whatever part of the house made it. Who and why stand in settings of
#: the transaction (``app.flag_cause``, ``app.flag_account``, ``app.flag_actor``). The owner's rights: the
#: other row of a double lies, as a rule, outside the region of whoever changed the first.
CAME = """
create function supporter_flags_came() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    insert into supporter_flag_event (supporter_id, village_code, flag, raised, cause, account_id, actor)
    select n.id, n.village_code, f.flag, true,
        coalesce(nullif(current_setting('app.flag_cause', true), ''), 'supporter:' || n.id),
        nullif(current_setting('app.flag_account', true), '')::integer,
        coalesce(nullif(current_setting('app.flag_actor', true), ''), 'sistem')
    from fresh n, unnest(n.flags) as f(flag) where n.flags <> '{}' order by n.id;
    return null;
end $$
"""
CHANGED = """
create function supporter_flags_changed() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    insert into supporter_flag_event (supporter_id, village_code, flag, raised, cause, account_id, actor)
    select n.id, n.village_code, f.flag, f.raised,
        coalesce(nullif(current_setting('app.flag_cause', true), ''), 'supporter:' || n.id),
        nullif(current_setting('app.flag_account', true), '')::integer,
        coalesce(nullif(current_setting('app.flag_actor', true), ''), 'sistem')
    from fresh n join stale o on o.id = n.id and o.flags <> n.flags, lateral (
        select flag, true as raised from unnest(n.flags) flag where flag <> all (o.flags)
        union all
        select flag, false from unnest(o.flags) flag where flag <> all (n.flags)
    ) f order by n.id;
    return null;
end $$
"""

#: One person supports one alone: whether a visit found that this number supports somebody else there. It
#: tells yes or no, never whom.
CONFIRMED = """
create function supporter_confirmed(contest smallint, place text, nik bytea, own integer) returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
    select exists (
        select from supporter s join verification_sample_member m on m.subject = 'supporter:' || s.id
        where s.nik_index = nik and s.contest_id = contest and s.area = place and s.nomination_id <> own
            and m.state = 'ms')
$$
"""


def upgrade() -> None:
    op.drop_constraint(op.f("ck_supporter_round"), "supporter")
    op.create_check_constraint(op.f("ck_supporter_round"), "supporter", "round >= 1")
    _kinds(f"{KINDS}, 'ubah'")
    op.create_table(
        "supporter_flag_event",
        sa.Column("id", sa.BigInteger, sa.Identity(cache=20), nullable=False),
        sa.Column("supporter_id", sa.BigInteger, nullable=False),
        sa.Column("party_id", sa.Integer),
        sa.Column("village_code", CODE, nullable=False),
        sa.Column("flag", sa.Text, nullable=False),
        sa.Column("raised", sa.Boolean, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("account_id", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supporter_flag_event")),
    )
    op.create_index("ix_supporter_flag_event_supporter", "supporter_flag_event", ["supporter_id", "id"])
    op.create_table(
        "supporter_paper",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("supporter_id", sa.BigInteger, nullable=False),
        sa.Column("party_id", sa.Integer),
        sa.Column("village_code", CODE, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("file_id", sa.BigInteger, nullable=False),
        sa.Column("current", sa.Boolean, server_default=sa.text("true"), nullable=False),
        sa.Column("uploaded_by", sa.Integer),
        sa.Column("uploaded_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint("kind in ('pernyataan', 'ktp')", name=op.f("ck_supporter_paper_kind")),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporter.id"], name=op.f("fk_supporter_paper_supporter_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_supporter_paper_file_id")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["account.id"], name=op.f("fk_supporter_paper_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supporter_paper")),
        sa.UniqueConstraint("file_id", name="uq_supporter_paper_file"),
    )
    op.create_index(
        "uq_supporter_paper_current",
        "supporter_paper",
        ["supporter_id", "kind"],
        unique=True,
        postgresql_where=sa.text("current"),
    )
    op.create_index("ix_supporter_paper_supporter", "supporter_paper", ["supporter_id", "id"])
    append_only("supporter_flag_event")
    for table in ("supporter_flag_event", "supporter_paper"):
        guard_party_rows(table, "village_code")
    for body in (CAME, CHANGED, CONFIRMED):
        op.execute(body)
    op.execute(
        "create trigger flags_came after insert on supporter referencing new table as fresh"
        " for each statement execute function supporter_flags_came()"
    )
    op.execute(
        "create trigger flags_changed after update on supporter referencing old table as stale"
        " new table as fresh for each statement execute function supporter_flags_changed()"
    )


def downgrade() -> None:
    op.execute("drop trigger flags_changed on supporter")
    op.execute("drop trigger flags_came on supporter")
    op.execute("drop function supporter_confirmed(smallint, text, bytea, integer)")
    op.drop_table("supporter_paper")
    op.drop_table("supporter_flag_event")
    op.execute("drop function supporter_flags_changed()")
    op.execute("drop function supporter_flags_came()")
    _kinds(KINDS)
    op.drop_constraint(op.f("ck_supporter_round"), "supporter")
    op.create_check_constraint(op.f("ck_supporter_round"), "supporter", "round between 1 and 3")


def _kinds(kinds: str) -> None:
    op.drop_constraint(op.f("ck_supporter_event_kind"), "supporter_event")
    op.create_check_constraint(op.f("ck_supporter_event_kind"), "supporter_event", f"kind in ({kinds})")
