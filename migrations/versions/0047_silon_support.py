"""Silon: supporters of persons and of independent pairs, their events, and the steps of the support."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from electsys.migrating import append_only, guard_party_rows

revision = "0047"
down_revision = "0048"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
NO_FLAGS = sa.text("'{}'")

STATE_NEEDS_EVENT = """
create function supporter_state_needs_event() returns trigger language plpgsql as $$
begin
    if new.state <> old.state and (new.event_id is not distinct from old.event_id or not exists (
        select from supporter_event e
        where e.id = new.event_id and e.supporter_id = new.id
            and e.from_state = old.state and e.to_state = new.state))
    then
        raise exception using errcode = 'restrict_violation',
            message = 'supporter: ' || old.state || ' -> ' || new.state || ' without an event';
    end if;
    return new;
end $$
"""

#: What rows of these numbers say to each other in one contest and area, for every list that bears one. Of
#: several rows of one person in one list the first alone counts. The owner's rights: the other row lies in
#: another's list.
REFLAG = """
create function supporter_reflag(contest smallint, place text, niks bytea[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    changed bigint;
begin
    perform pg_advisory_xact_lock(20240216, hashtext(contest || ':' || place));
    with asked as materialized (select distinct k from unnest(niks) k),
    near as materialized (
        select s.id, s.nomination_id, s.nik_index, s.state, s.own_flags, s.flags,
            s.state in ('baru', 'ms', 'bms') as active
        from supporter s join asked on asked.k = s.nik_index
        where s.contest_id = contest and s.area = place
    ),
    counted as (
        select near.*,
            min(id) filter (where active) over (partition by nik_index, nomination_id) as first,
            min(nomination_id) filter (where active) over (partition by nik_index) as lowest,
            max(nomination_id) filter (where active) over (partition by nik_index) as highest
        from near
    ),
    judged as (
        select id, flags, case when state = 'ditarik' then '{}' else array_remove(array[
            case when active and id <> first then 'ganda_internal' end,
            case when lowest <> nomination_id or highest <> nomination_id then 'ganda_eksternal' end
        ], null) || own_flags end as after
        from counted
    ),
    moved as (
        update supporter s set flags = j.after, changed_at = now() from judged j
        where s.id = j.id and not (j.after @> j.flags and j.flags @> j.after)
        returning 1
    )
    select count(*) into changed from moved;
    return changed;
end $$
"""


def upgrade() -> None:
    op.create_table(
        "supporter_batch",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("nomination_id", sa.Integer, nullable=False),
        sa.Column("file_id", sa.BigInteger),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("file_sha256", sa.Text, nullable=False),
        sa.Column("received", sa.Integer, nullable=False),
        sa.Column("accepted", sa.Integer, nullable=False),
        sa.Column("rejected", sa.Integer, nullable=False),
        sa.Column("duplicate", sa.Integer, nullable=False),
        sa.Column("flagged", sa.Integer, nullable=False),
        sa.Column("created_by", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("created_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "received = accepted + rejected + duplicate", name=op.f("ck_supporter_batch_balance")
        ),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["nomination.id"], name=op.f("fk_supporter_batch_nomination_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_supporter_batch_file_id")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_supporter_batch_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supporter_batch")),
    )
    op.create_index("ix_supporter_batch_nomination", "supporter_batch", ["nomination_id", "id"])
    op.execute("create sequence supporter_id_seq cache 100")
    op.create_table(
        "supporter",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("nomination_id", sa.Integer, nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("contest_id", sa.SmallInteger, nullable=False),
        sa.Column("area", CODE, nullable=False),
        sa.Column("village_code", CODE, nullable=False),
        sa.Column("party_id", sa.Integer),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("nik_index", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sex", sa.CHAR(1), nullable=False),
        sa.Column("birth_place", sa.Text, nullable=False),
        sa.Column("birth_year", sa.SmallInteger, nullable=False),
        sa.Column("marital_status", sa.CHAR(1), nullable=False),
        sa.Column("occupation", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("rt", sa.Text),
        sa.Column("rw", sa.Text),
        sa.Column("signed", sa.Boolean, server_default=sa.text("true"), nullable=False),
        sa.Column("state", sa.Text, server_default="baru", nullable=False),
        sa.Column("event_id", sa.BigInteger),
        sa.Column("own_flags", sa.ARRAY(sa.Text), server_default=NO_FLAGS, nullable=False),
        sa.Column("flags", sa.ARRAY(sa.Text), server_default=NO_FLAGS, nullable=False),
        sa.Column("round", sa.SmallInteger, server_default="1", nullable=False),
        sa.Column("batch_id", sa.Integer),
        sa.Column("created_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("changed_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint("length(village_code) = 10", name=op.f("ck_supporter_village")),
        sa.CheckConstraint("party_id is null", name=op.f("ck_supporter_party")),
        sa.CheckConstraint("sex in ('L', 'P')", name=op.f("ck_supporter_sex")),
        sa.CheckConstraint("marital_status in ('B', 'S', 'P')", name=op.f("ck_supporter_marital_status")),
        sa.CheckConstraint(
            "state in ('baru', 'ms', 'bms', 'tms', 'ditarik')", name=op.f("ck_supporter_state")
        ),
        sa.CheckConstraint("state = 'baru' or event_id is not null", name=op.f("ck_supporter_event")),
        sa.CheckConstraint("own_flags <@ flags or state = 'ditarik'", name=op.f("ck_supporter_flags")),
        sa.CheckConstraint(
            "flags <@ array['ganda_internal', 'ganda_eksternal', 'bukan_pemilih', 'pekerjaan', 'usia',"
            " 'luar_wilayah', 'nik']::text[]",
            name=op.f("ck_supporter_known_flags"),
        ),
        sa.CheckConstraint("octet_length(nik_index) = 32", name=op.f("ck_supporter_nik_index")),
        sa.CheckConstraint("round between 1 and 3", name=op.f("ck_supporter_round")),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["nomination.id"], name=op.f("fk_supporter_nomination_id")
        ),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_supporter_election_id")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_supporter_contest_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["supporter_batch.id"], name=op.f("fk_supporter_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supporter")),
    )
    op.execute("alter sequence supporter_id_seq owned by supporter.id")
    op.create_index("ix_supporter_nik", "supporter", ["nik_index", "contest_id", "area"])
    op.create_index("ix_supporter_place", "supporter", ["nomination_id", "village_code", "state"])
    op.create_index(
        "ix_supporter_counted",
        "supporter",
        ["nomination_id", "village_code"],
        postgresql_where=sa.text(
            "state in ('baru', 'ms') and not (flags @> array['ganda_internal']::text[])"
        ),
    )
    op.create_index(
        "ix_supporter_flagged",
        "supporter",
        ["nomination_id", "id"],
        postgresql_where=sa.text("flags <> '{}' and state <> 'ditarik'"),
    )
    op.create_table(
        "supporter_event",
        sa.Column("id", sa.BigInteger, sa.Identity(cache=20), nullable=False),
        sa.Column("supporter_id", sa.BigInteger, nullable=False),
        sa.Column("party_id", sa.Integer),
        sa.Column("village_code", CODE, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("from_state", sa.Text, nullable=False),
        sa.Column("to_state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("account_id", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "kind in ('putus', 'tarik', 'faktual', 'putusan')", name=op.f("ck_supporter_event_kind")
        ),
        sa.CheckConstraint(
            "to_state not in ('tms', 'bms') or reason is not null", name=op.f("ck_supporter_event_reason")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supporter_event")),
    )
    op.create_index("ix_supporter_event_supporter", "supporter_event", ["supporter_id", "id"])
    op.create_table(
        "support_step",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("nomination_id", sa.Integer, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("sequence", sa.SmallInteger, server_default="1", nullable=False),
        sa.Column("counts", JSONB, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("document_id", sa.BigInteger),
        sa.Column("letter_id", sa.Integer),
        sa.Column("account_id", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "outcome in ('ajukan', 'lanjut', 'perbaiki', 'memenuhi', 'tms')",
            name=op.f("ck_support_step_outcome"),
        ),
        sa.CheckConstraint(
            "outcome not in ('perbaiki', 'tms') or reason is not null", name=op.f("ck_support_step_reason")
        ),
        sa.CheckConstraint("octet_length(digest) = 32", name=op.f("ck_support_step_digest")),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["nomination.id"], name=op.f("fk_support_step_nomination_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["official_document.id"], name=op.f("fk_support_step_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_step")),
        sa.UniqueConstraint("nomination_id", "step", "sequence", name="uq_support_step_sequence"),
    )
    op.execute(STATE_NEEDS_EVENT)
    op.execute(
        "create trigger state_needs_event before update of state on supporter"
        " for each row execute function supporter_state_needs_event()"
    )
    op.execute(REFLAG)
    for table in ("supporter_event", "support_step"):
        append_only(table)
    for table in ("supporter", "supporter_event"):
        guard_party_rows(table, "village_code")


def downgrade() -> None:
    op.execute("drop function supporter_reflag(smallint, text, bytea[])")
    for table in ("support_step", "supporter_event", "supporter", "supporter_batch"):
        op.drop_table(table)
    op.execute("drop function supporter_state_needs_event()")
