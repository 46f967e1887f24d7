"""Voters, their past and events, lists and counts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from electsys.migrating import PROVINCES, append_only, partition_by_province

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("now()")

#: Tables with rows about people, and the column that says where a row lies.
GUARDED = {
    "voter": "village_code",
    "voter_past": "village_code",
    "voter_event": "village_code",
    "voter_list_entry": "tps_code",
    "voter_list_mark": "tps_code",
}
APPEND_ONLY = ("voter_event", "voter_list_entry", "voter_list_mark", "voter_area_count")

#: The second lock, as on ``person`` (0004). The first branch is asked once a statement, not once a row. It is
#: as fine as a village: who works in one polling station may send a voter to another of the village (TMS
#: code 8), and a row must be visible after its change too.
SCOPE = """
    (select coalesce(current_setting('app.scope', true), '') in ('', '*'))
    or exists (
        select from unnest(string_to_array(current_setting('app.scope', true), ',')) as code
        where starts_with({column}, left(code, 10))
    )
"""

#: Nothing is corrected in silence: a change of the data comes with the next version, and the row before is
#: kept. A new key (the first three bytes of the envelope) seals the same data again and is no change.
KEEP_PAST = """
create function voter_keeps_past() returns trigger language plpgsql as $$
begin
    if new.id <> old.id or new.province <> old.province or new.election_id <> old.election_id then
        raise exception using errcode = 'restrict_violation', message = 'voter: a row keeps its place';
    end if;
    if new.version = old.version + 1 then
        insert into voter_past (province, voter_id, version, village_code, tps_code, sealed, name,
            birth_place, birth_year, sex, marital_status, address, rt, rw, ktp_el, state)
        values (old.province, old.id, old.version, old.village_code, old.tps_code, old.sealed, old.name,
            old.birth_place, old.birth_year, old.sex, old.marital_status, old.address, old.rt, old.rw,
            old.ktp_el, old.state);
        new.changed_at := clock_timestamp();
    elsif new.version <> old.version
        or (new.village_code, new.name, new.birth_place, new.birth_year, new.sex, new.marital_status,
            new.address, new.rt, new.rw, new.ktp_el, new.nik_index, new.passport_index, new.family)
           is distinct from
           (old.village_code, old.name, old.birth_place, old.birth_year, old.sex, old.marital_status,
            old.address, old.rt, old.rw, old.ktp_el, old.nik_index, old.passport_index, old.family)
        or (new.sealed <> old.sealed
            and substring(new.sealed from 1 for 3) = substring(old.sealed from 1 for 3))
    then
        raise exception using errcode = 'restrict_violation',
            message = 'voter: a change of data needs the next version';
    end if;
    return new;
end $$
"""

#: What a row said before stays as it was; only a new key may seal it again.
PAST_STAYS = """
create function voter_past_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and to_jsonb(new) - 'sealed' = to_jsonb(old) - 'sealed'
        and substring(new.sealed from 1 for 3) <> substring(old.sealed from 1 for 3)
    then
        return new;
    end if;
    raise exception using errcode = 'restrict_violation',
        message = 'voter_past is append-only: ' || tg_op || ' refused';
end $$
"""

#: A NIK finds its rows wherever they lie; who does not know the number finds nobody by this door.
BY_NIK = """
create function voter_by_nik(election smallint, wanted bytea) returns setof voter
language sql stable security definer set search_path = pg_catalog, public
as $$ select * from public.voter where nik_index = wanted and election_id = election order by id $$
"""


def upgrade() -> None:
    op.create_table(
        "voter_roll",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("state", sa.Text, server_default="penyusunan", nullable=False),
        sa.Column("changed_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "state in ('penyusunan', 'coklit', 'dphp', 'dps', 'dpshp', 'dpt')",
            name=op.f("ck_voter_roll_state"),
        ),
        sa.CheckConstraint("length(region) = 4", name=op.f("ck_voter_roll_region")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_voter_roll_election_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voter_roll")),
        sa.UniqueConstraint("election_id", "region", name="uq_voter_roll_region"),
    )
    op.create_table(
        "voter_quarter",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("roll_id", sa.Integer, nullable=False),
        sa.Column("year", sa.SmallInteger, nullable=False),
        sa.Column("number", sa.SmallInteger, nullable=False),
        sa.Column("state", sa.Text, server_default="terbuka", nullable=False),
        sa.Column("opening", sa.Integer, nullable=False),
        sa.Column("fresh", sa.Integer, server_default="0", nullable=False),
        sa.Column("moved_in", sa.Integer, server_default="0", nullable=False),
        sa.Column("struck", sa.Integer, server_default="0", nullable=False),
        sa.Column("moved_out", sa.Integer, server_default="0", nullable=False),
        sa.Column("amended", sa.Integer, server_default="0", nullable=False),
        sa.Column("closing", sa.Integer),
        sa.Column("letter_id", sa.Integer),
        sa.Column("opened_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.CheckConstraint(
            "(state = 'ditutup') = (closing is not null)", name=op.f("ck_voter_quarter_closed")
        ),
        sa.CheckConstraint("state in ('terbuka', 'ditutup')", name=op.f("ck_voter_quarter_state")),
        sa.CheckConstraint(
            "closing = opening + fresh + moved_in - struck - moved_out",
            name=op.f("ck_voter_quarter_movement"),
        ),
        sa.CheckConstraint("number between 1 and 4", name=op.f("ck_voter_quarter_number")),
        sa.ForeignKeyConstraint(["roll_id"], ["voter_roll.id"], name=op.f("fk_voter_quarter_roll_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voter_quarter")),
        sa.UniqueConstraint("roll_id", "year", "number", name="uq_voter_quarter_number"),
    )
    op.create_table(
        "voter_batch",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("file_id", sa.Integer),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("file_sha256", sa.Text, nullable=False),
        sa.Column("received", sa.Integer, nullable=False),
        sa.Column("accepted", sa.Integer, nullable=False),
        sa.Column("rejected", sa.Integer, nullable=False),
        sa.Column("duplicate", sa.Integer, nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("doubtful", sa.Integer, nullable=False),
        sa.Column("created_by", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("created_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint("source in ('dp4', 'dpb', 'dpt', 'ppln')", name=op.f("ck_voter_batch_source")),
        sa.CheckConstraint("received = accepted + rejected + duplicate", name=op.f("ck_voter_batch_balance")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_voter_batch_created_by")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_voter_batch_election_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_voter_batch_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voter_batch")),
    )
    op.create_index("ix_voter_batch_region", "voter_batch", ["election_id", "region"])
    op.create_table(
        "voter_batch_village",
        sa.Column("batch_id", sa.Integer, nullable=False),
        sa.Column("village_code", CODE, nullable=False),
        sa.Column("received", sa.Integer, nullable=False),
        sa.Column("accepted", sa.Integer, nullable=False),
        sa.Column("rejected", sa.Integer, nullable=False),
        sa.Column("duplicate", sa.Integer, nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("doubtful", sa.Integer, nullable=False),
        sa.CheckConstraint(
            "received = accepted + rejected + duplicate", name=op.f("ck_voter_batch_village_balance")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["voter_batch.id"], name=op.f("fk_voter_batch_village_batch_id")
        ),
        sa.PrimaryKeyConstraint("batch_id", "village_code", name=op.f("pk_voter_batch_village")),
    )
    op.execute("create sequence voter_id_seq cache 100")
    op.create_table(
        "voter",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("province", sa.CHAR(length=2), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("village_code", CODE, nullable=False),
        sa.Column("tps_code", CODE),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("nik_index", sa.LargeBinary),
        sa.Column("passport_index", sa.LargeBinary),
        sa.Column("family", sa.BigInteger),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("birth_place", sa.Text, nullable=False),
        sa.Column("birth_year", sa.SmallInteger, nullable=False),
        sa.Column("sex", sa.CHAR(length=1), nullable=False),
        sa.Column("marital_status", sa.CHAR(length=1), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("rt", sa.Text, nullable=False),
        sa.Column("rw", sa.Text, nullable=False),
        sa.Column("ktp_el", sa.CHAR(length=1)),
        sa.Column("state", sa.Text, server_default="potensial", nullable=False),
        sa.Column("tms_code", sa.Text),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("doubts", sa.ARRAY(sa.Text), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("version", sa.SmallInteger, server_default="1", nullable=False),
        sa.Column("batch_id", sa.Integer),
        sa.Column("changed_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint("(state = 'tms') = (tms_code is not null)", name=op.f("ck_voter_tms")),
        sa.CheckConstraint("ktp_el in ('S', 'B')", name=op.f("ck_voter_ktp_el")),
        sa.CheckConstraint("marital_status in ('B', 'S', 'P')", name=op.f("ck_voter_marital_status")),
        sa.CheckConstraint("sex in ('L', 'P')", name=op.f("ck_voter_sex")),
        sa.CheckConstraint(
            "state in ('potensial', 'sesuai', 'ubah', 'baru', 'tms')", name=op.f("ck_voter_state")
        ),
        sa.CheckConstraint(
            "nik_index is not null or passport_index is not null", name=op.f("ck_voter_number")
        ),
        sa.CheckConstraint(
            "province = left(village_code, 2) and length(village_code) = 10", name=op.f("ck_voter_village")
        ),
        sa.CheckConstraint(
            "tps_code is null or left(tps_code, 10) = village_code", name=op.f("ck_voter_tps")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["voter_batch.id"], name=op.f("fk_voter_batch_id")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_voter_election_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_voter_person_id")),
        sa.PrimaryKeyConstraint("id", "province", name=op.f("pk_voter")),
        postgresql_partition_by="LIST (province)",
    )
    partition_by_province("voter")
    op.create_index(
        "ix_voter_doubtful",
        "voter",
        ["election_id", "village_code"],
        postgresql_where=sa.text("doubts <> '{}'"),
    )
    op.create_index("ix_voter_nik", "voter", ["nik_index", "election_id"])
    op.create_index(
        "ix_voter_passport",
        "voter",
        ["passport_index"],
        postgresql_where=sa.text("passport_index is not null"),
    )
    op.create_index("ix_voter_person_id", "voter", ["person_id"])
    op.create_index("ix_voter_place", "voter", ["election_id", "village_code", "tps_code"])
    op.execute("alter sequence voter_id_seq owned by voter.id")
    op.execute("create sequence voter_past_seq cache 20")
    op.create_table(
        "voter_past",
        sa.Column("id", sa.BigInteger, server_default=sa.text("nextval('voter_past_seq')"), nullable=False),
        sa.Column("province", sa.CHAR(length=2), nullable=False),
        sa.Column("voter_id", sa.BigInteger, nullable=False),
        sa.Column("version", sa.SmallInteger, nullable=False),
        sa.Column("village_code", CODE, nullable=False),
        sa.Column("tps_code", CODE),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("birth_place", sa.Text, nullable=False),
        sa.Column("birth_year", sa.SmallInteger, nullable=False),
        sa.Column("sex", sa.CHAR(length=1), nullable=False),
        sa.Column("marital_status", sa.CHAR(length=1), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("rt", sa.Text, nullable=False),
        sa.Column("rw", sa.Text, nullable=False),
        sa.Column("ktp_el", sa.CHAR(length=1)),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("until", INSTANT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", "province", name=op.f("pk_voter_past")),
        postgresql_partition_by="LIST (province)",
    )
    partition_by_province("voter_past")
    op.create_index("ix_voter_past_voter", "voter_past", ["voter_id", "version"])
    op.execute("create sequence voter_event_seq cache 20")
    op.create_table(
        "voter_event",
        sa.Column("id", sa.BigInteger, server_default=sa.text("nextval('voter_event_seq')"), nullable=False),
        sa.Column("province", sa.CHAR(length=2), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("voter_id", sa.BigInteger, nullable=False),
        sa.Column("village_code", CODE, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("code", sa.Text),
        sa.Column("version", sa.SmallInteger, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("file_id", sa.Integer),
        sa.Column("quarter_id", sa.Integer),
        sa.Column("details", JSONB, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("account_id", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint("kind <> 'tms' or code is not null", name=op.f("ck_voter_event_tms")),
        sa.CheckConstraint(
            "kind in ('sesuai', 'ubah', 'baru', 'tms', 'pulih', 'tempat', 'masuk', 'keluar', 'tanda')",
            name=op.f("ck_voter_event_kind"),
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_voter_event_file_id")),
        sa.ForeignKeyConstraint(["quarter_id"], ["voter_quarter.id"], name=op.f("fk_voter_event_quarter_id")),
        sa.PrimaryKeyConstraint("id", "province", name=op.f("pk_voter_event")),
        postgresql_partition_by="LIST (province)",
    )
    partition_by_province("voter_event")
    op.create_index("ix_voter_event_place", "voter_event", ["election_id", "village_code", "id"])
    op.create_index(
        "ix_voter_event_quarter",
        "voter_event",
        ["quarter_id"],
        postgresql_where=sa.text("quarter_id is not null"),
    )
    op.create_index("ix_voter_event_voter", "voter_event", ["voter_id", "id"])
    op.create_table(
        "voter_list",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("roll_id", sa.Integer, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("sequence", sa.SmallInteger, server_default="1", nullable=False),
        sa.Column("male", sa.Integer, nullable=False),
        sa.Column("female", sa.Integer, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("letter_id", sa.Integer),
        sa.Column("determined_by", sa.Text, nullable=False),
        sa.Column("determined_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "stage in ('a_daftar', 'dphp', 'dps', 'dpshp', 'dpt')", name=op.f("ck_voter_list_stage")
        ),
        sa.CheckConstraint("male >= 0 and female >= 0", name=op.f("ck_voter_list_counts")),
        sa.ForeignKeyConstraint(["roll_id"], ["voter_roll.id"], name=op.f("fk_voter_list_roll_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voter_list")),
        sa.UniqueConstraint("roll_id", "stage", "sequence", name="uq_voter_list_stage"),
    )
    op.create_table(
        "voter_list_entry",
        sa.Column("province", sa.CHAR(length=2), nullable=False),
        sa.Column("list_id", sa.Integer, nullable=False),
        sa.Column("tps_code", CODE, nullable=False),
        sa.Column("number", sa.SmallInteger, nullable=False),
        sa.Column("voter_id", sa.BigInteger, nullable=False),
        sa.Column("version", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint(
            "province", "list_id", "tps_code", "number", name=op.f("pk_voter_list_entry")
        ),
        postgresql_partition_by="LIST (province)",
    )
    partition_by_province("voter_list_entry")
    op.create_index("ix_voter_list_entry_voter", "voter_list_entry", ["voter_id", "list_id"])
    op.execute("create sequence voter_list_mark_seq cache 20")
    op.create_table(
        "voter_list_mark",
        sa.Column(
            "id", sa.BigInteger, server_default=sa.text("nextval('voter_list_mark_seq')"), nullable=False
        ),
        sa.Column("province", sa.CHAR(length=2), nullable=False),
        sa.Column("list_id", sa.Integer, nullable=False),
        sa.Column("voter_id", sa.BigInteger, nullable=False),
        sa.Column("tps_code", CODE, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "kind in ('meninggal', 'ganda', 'tms', 'pindah_keluar', 'batal')",
            name=op.f("ck_voter_list_mark_kind"),
        ),
        sa.PrimaryKeyConstraint("id", "province", name=op.f("pk_voter_list_mark")),
        postgresql_partition_by="LIST (province)",
    )
    partition_by_province("voter_list_mark")
    op.create_index("ix_voter_list_mark_list", "voter_list_mark", ["list_id", "tps_code"])
    op.create_index("ix_voter_list_mark_voter", "voter_list_mark", ["voter_id", "id"])
    op.create_table(
        "voter_area_count",
        sa.Column("list_id", sa.Integer, nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("parent", CODE, nullable=False),
        sa.Column("stations", sa.Integer, nullable=False),
        sa.Column("male", sa.Integer, nullable=False),
        sa.Column("female", sa.Integer, nullable=False),
        sa.Column("facts", JSONB, server_default=sa.text("'{}'"), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["voter_list.id"], name=op.f("fk_voter_area_count_list_id")),
        sa.PrimaryKeyConstraint("list_id", "code", name=op.f("pk_voter_area_count")),
    )
    op.create_index("ix_voter_area_count_parent", "voter_area_count", ["list_id", "parent"])
    op.create_table(
        "voter_recap",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("sequence", sa.SmallInteger, server_default="1", nullable=False),
        sa.Column("rolls", sa.Integer, nullable=False),
        sa.Column("stations", sa.Integer, nullable=False),
        sa.Column("male", sa.Integer, nullable=False),
        sa.Column("female", sa.Integer, nullable=False),
        sa.Column("letter_id", sa.Integer),
        sa.Column("determined_by", sa.Text, nullable=False),
        sa.Column("determined_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint("stage in ('dphp', 'dps', 'dpshp', 'dpt')", name=op.f("ck_voter_recap_stage")),
        sa.CheckConstraint("length(region) in (0, 2)", name=op.f("ck_voter_recap_region")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_voter_recap_election_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voter_recap")),
        sa.UniqueConstraint("election_id", "region", "stage", "sequence", name="uq_voter_recap_stage"),
    )

    op.execute(KEEP_PAST)
    op.execute(
        "create trigger keep_past before update on voter for each row execute function voter_keeps_past()"
    )
    op.execute(PAST_STAYS)
    op.execute(
        "create trigger stays before update or delete on voter_past "
        "for each row execute function voter_past_stays()"
    )
    op.execute("revoke update, delete, truncate on voter_past from electsys_app")
    op.execute("revoke delete, truncate on voter from electsys_app")
    op.execute(BY_NIK)
    _guard()
    for table in APPEND_ONLY:
        append_only(table)


def _guard() -> None:
    """The second lock on every table with rows about people."""
    for table, column in GUARDED.items():
        scope = SCOPE.format(column=column)
        op.execute(f"create policy {table}_read on {table} for select using ({scope})")
        op.execute(f"create policy {table}_add on {table} for insert with check ({scope})")
        op.execute(f"create policy {table}_change on {table} for update using ({scope}) with check ({scope})")
        op.execute(f"alter table {table} enable row level security")
        for code in (*(f"p{p}" for p in PROVINCES), "default"):  # a partition by its own name shows nothing
            op.execute(f"alter table {table}_{code} enable row level security")


def downgrade() -> None:
    for table in reversed(
        (
            *("voter_roll", "voter_quarter", "voter_batch", "voter_batch_village", "voter", "voter_past"),
            *("voter_event", "voter_list", "voter_list_entry", "voter_list_mark"),
            *("voter_area_count", "voter_recap"),
        )
    ):
        op.execute(f"drop table {table} cascade")
    for name in ("voter_past_seq", "voter_event_seq", "voter_list_mark_seq"):
        op.execute(f"drop sequence {name}")
    op.execute("drop function voter_keeps_past()")
    op.execute("drop function voter_past_stays()")
