"""Sirekap: the recap ladder, its plenaries, and files for work offline.

``recap_must_add_up`` is the law of the ladder in the database: a closed D.Hasil is the sum of its columns,
and each column of a D.Hasil above the kecamatan is the Jumlah Akhir of its locked child.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from electsys.migrating import append_only, partition_by_province

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

#: Sums arrays position by position; an unknown cell adds nothing.
VOTE_SUM = """
create function vote_add(bigint[], bigint[]) returns bigint[] language sql immutable parallel safe as $$
    select array_agg(coalesce(a, 0) + coalesce(b, 0) order by n)
    from unnest(coalesce($1, '{}'), $2) with ordinality as u(a, b, n)
$$;
create aggregate vote_sum(bigint[]) (
    sfunc = vote_add, stype = bigint[], combinefunc = vote_add, parallel = safe
)
"""

#: The columns that count: of each unit the highest number.
CURRENT = """
create view recap_current with (security_invoker = true) as
select distinct on (province, recap_id, unit) *
from recap_column order by province, recap_id, unit, number desc
"""

ADD_UP = """
create function recap_must_add_up(this integer) returns void language plpgsql as $$
declare
    form recap%rowtype;
    total recap_version%rowtype;
    found record;
    width integer;
begin
    select * into form from recap where id = this;
    if form.id is null or form.state not in ('ditutup', 'disahkan') then
        return;
    end if;
    select * into total from recap_version where recap_id = this and number = form.version;
    select vote_sum(votes) as votes, vote_sum(cells) as cells, count(*) as columns,
           min(cardinality(votes)) as narrow, max(cardinality(votes)) as wide
        into found from recap_current where province = form.province and recap_id = this;
    select count(*) into width from ballot_line where ballot_id = form.ballot_id;
    if total.recap_id is null or found.votes is distinct from total.votes
            or found.cells is distinct from total.cells or found.columns <> total.columns
            or found.narrow <> found.wide or found.wide <> width then
        raise exception using errcode = 'check_violation', constraint = 'recap_must_add_up',
            message = format('recap %s: Jumlah Akhir is not the sum of its columns', this);
    end if;
    if form.tier not in ('kecamatan', 'ppln') and (
        exists (
            select from recap c
            left join recap_version v on v.recap_id = c.id and v.number = c.version
            left join recap_current k
                on k.province = form.province and k.recap_id = this and k.unit = c.region
            where c.parent_id = this
              and (c.state <> 'disahkan'
                   or k.votes is distinct from v.votes or k.cells is distinct from v.cells)
        )
        or (select count(*) from recap c where c.parent_id = this) <> found.columns
    ) then
        raise exception using errcode = 'check_violation', constraint = 'recap_must_add_up',
            message = format('recap %s: a column is not the Jumlah Akhir of its locked child', this);
    end if;
end $$;
create function recap_watch() returns trigger language plpgsql as $$
declare each integer;
begin
    for each in
        select id from changed where state in ('ditutup', 'disahkan')
        union select parent_id from changed where parent_id is not null
    loop
        perform recap_must_add_up(each);
    end loop;
    return null;
end $$;
create trigger add_up after update on recap referencing new table as changed
    for each statement execute function recap_watch();
create trigger add_up_new after insert on recap referencing new table as changed
    for each statement execute function recap_watch()
"""

#: A closed D.Hasil takes corrections only, and with each its new sums in the same transaction.
CLOSED = """
create function recap_column_closed() returns trigger language plpgsql as $$
begin
    if exists (
        select from written w join recap r on r.id = w.recap_id
        where r.province <> w.province
           or r.state = 'belum'
           or r.state in ('ditutup', 'disahkan') and w.source not in ('pembetulan', 'd_hasil')
    ) then
        raise exception using errcode = 'check_violation', constraint = 'recap_column_closed',
            message = 'recap_column: a D.Hasil that is not open takes corrections only';
    end if;
    return null;
end $$;
create trigger closed after insert on recap_column referencing new table as written
    for each statement execute function recap_column_closed();
create function recap_column_adds_up() returns trigger language plpgsql as $$
begin
    perform recap_must_add_up(new.recap_id);
    return null;
end $$
"""
DEFERRED = """
create constraint trigger adds_up after insert on recap_column deferrable initially deferred
    for each row when (new.source in ('pembetulan', 'd_hasil')) execute function recap_column_adds_up()
"""

APPEND_ONLY = (*("recap_column", "recap_version", "recap_correction", "recap_signature", "recap_attendance"),)


def upgrade() -> None:
    op.create_table(
        "recap",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger(), nullable=False),
        sa.Column("contest_id", sa.SmallInteger(), nullable=False),
        sa.Column("dapil_id", sa.Integer(), nullable=True),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(collation="C"), nullable=False),
        sa.Column("province", sa.CHAR(length=2), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("form_model", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="belum", nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_by", sa.Integer(), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes_id", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'disahkan') = (locked_at is not null) and (locked_at is null) = (locked_by is null)",
            name=op.f("ck_recap_locked"),
        ),
        sa.CheckConstraint(
            "(state in ('ditutup', 'disahkan')) = (closed_at is not null) and (closed_at is null) = "
            "(closed_by is null)",
            name=op.f("ck_recap_closed"),
        ),
        sa.CheckConstraint(
            "length(region) = case tier when 'kecamatan' then 6 when 'provinsi' then 2 when 'nasional' "
            "then 0 else 4 end and (tier = 'ppln') = (tier <> 'nasional' and province = '99')",
            name=op.f("ck_recap_region"),
        ),
        sa.CheckConstraint(
            "province = case when region = '' then '00' else left(region, 2) end",
            name=op.f("ck_recap_province"),
        ),
        sa.CheckConstraint(
            "state = 'belum' or opened_at is not null and opened_by is not null", name=op.f("ck_recap_opened")
        ),
        sa.CheckConstraint("state in ('belum', 'dibuka') or version > 0", name=op.f("ck_recap_version")),
        sa.CheckConstraint(
            "state in ('belum', 'dibuka', 'ditutup', 'disahkan')", name=op.f("ck_recap_state")
        ),
        sa.CheckConstraint(
            "tier in ('kecamatan', 'kabko', 'provinsi', 'nasional', 'ppln')", name=op.f("ck_recap_tier")
        ),
        sa.CheckConstraint("locked_by <> closed_by", name=op.f("ck_recap_second_person")),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name=op.f("fk_recap_ballot_id")),
        sa.ForeignKeyConstraint(["closed_by"], ["account.id"], name=op.f("fk_recap_closed_by")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_recap_contest_id")),
        sa.ForeignKeyConstraint(["dapil_id"], ["dapil.id"], name=op.f("fk_recap_dapil_id")),
        sa.ForeignKeyConstraint(["document_id"], ["official_document.id"], name=op.f("fk_recap_document_id")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_recap_election_id")),
        sa.ForeignKeyConstraint(["locked_by"], ["account.id"], name=op.f("fk_recap_locked_by")),
        sa.ForeignKeyConstraint(["opened_by"], ["account.id"], name=op.f("fk_recap_opened_by")),
        sa.ForeignKeyConstraint(["parent_id"], ["recap.id"], name=op.f("fk_recap_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recap")),
        sa.UniqueConstraint(
            "contest_id",
            "dapil_id",
            "tier",
            "region",
            name="uq_recap_unit",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_recap_parent_id"), "recap", ["parent_id"], unique=False)
    op.create_index("ix_recap_region", "recap", ["election_id", "region"], unique=False)
    op.create_table(
        "recap_column",
        sa.Column("province", sa.CHAR(length=2), nullable=False),
        sa.Column("recap_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(collation="C"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=True),
        sa.Column("cells", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("votes", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("missing", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(source = 'tanpa_formulir') = (coalesce(missing, '') <> '')",
            name=op.f("ck_recap_column_missing"),
        ),
        sa.CheckConstraint(
            "(source = 'tanpa_formulir') = (source_id is null)", name=op.f("ck_recap_column_source_id")
        ),
        sa.CheckConstraint(
            "source in ('c_hasil', 'd_hasil', 'pembetulan', 'tanpa_formulir')",
            name=op.f("ck_recap_column_source"),
        ),
        sa.CheckConstraint(
            "array_position(votes, null) is null and 0 <= all (votes)", name=op.f("ck_recap_column_votes")
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_recap_column_number")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recap_column_account_id")),
        sa.ForeignKeyConstraint(["recap_id"], ["recap.id"], name=op.f("fk_recap_column_recap_id")),
        sa.PrimaryKeyConstraint("province", "recap_id", "unit", "number", name=op.f("pk_recap_column")),
        postgresql_partition_by="LIST (province)",
    )
    op.create_table(
        "witness_mandate",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("region", sa.Text(collation="C"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("letter_number", sa.Text(), nullable=False),
        sa.Column("letter_date", sa.Date(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "btrim(name) <> '' and btrim(letter_number) <> ''", name=op.f("ck_witness_mandate_letter")
        ),
        sa.CheckConstraint(
            "(ended_at is null) = (ended_because is null)", name=op.f("ck_witness_mandate_ended")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_witness_mandate_account_id")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_witness_mandate_created_by")),
        sa.ForeignKeyConstraint(
            ["election_id"], ["election.id"], name=op.f("fk_witness_mandate_election_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_witness_mandate_file_id")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_witness_mandate_participant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_witness_mandate")),
    )
    op.create_index("ix_witness_mandate_region", "witness_mandate", ["election_id", "region"], unique=False)
    op.create_index(
        "uq_witness_mandate",
        "witness_mandate",
        ["participant_id", "region"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "recap_attendance",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger(), nullable=False),
        sa.Column("region", sa.Text(collation="C"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("mandate_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(role = 'saksi') = (mandate_id is not null)", name=op.f("ck_recap_attendance_mandate")
        ),
        sa.CheckConstraint(
            "role in ('anggota', 'saksi', 'pengawas', 'undangan')", name=op.f("ck_recap_attendance_role")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recap_attendance_account_id")),
        sa.ForeignKeyConstraint(
            ["election_id"], ["election.id"], name=op.f("fk_recap_attendance_election_id")
        ),
        sa.ForeignKeyConstraint(
            ["mandate_id"], ["witness_mandate.id"], name=op.f("fk_recap_attendance_mandate_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recap_attendance")),
        sa.UniqueConstraint("election_id", "region", "day", "name", "role", name="uq_recap_attendance"),
    )
    op.create_table(
        "recap_objection",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("recap_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(collation="C"), nullable=True),
        sa.Column("row", sa.Text(), nullable=True),
        sa.Column("mandate_id", sa.Integer(), nullable=True),
        sa.Column("filed_by", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), server_default="diajukan", nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'diajukan') = (decided_at is null) and (decided_at is null) = (decided_by is "
            "null) and (decided_at is null or btrim(coalesce(outcome, '')) <> '')",
            name=op.f("ck_recap_objection_decided"),
        ),
        sa.CheckConstraint("btrim(statement) <> ''", name=op.f("ck_recap_objection_statement")),
        sa.CheckConstraint(
            "state in ('diajukan', 'diterima_langsung_diperbaiki', 'ditolak', 'dicatat')",
            name=op.f("ck_recap_objection_state"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recap_objection_account_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_recap_objection_decided_by")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_recap_objection_file_id")),
        sa.ForeignKeyConstraint(
            ["mandate_id"], ["witness_mandate.id"], name=op.f("fk_recap_objection_mandate_id")
        ),
        sa.ForeignKeyConstraint(["recap_id"], ["recap.id"], name=op.f("fk_recap_objection_recap_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recap_objection")),
    )
    op.create_index(op.f("ix_recap_objection_recap_id"), "recap_objection", ["recap_id"], unique=False)
    op.create_table(
        "recap_correction",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("recap_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(collation="C"), nullable=False),
        sa.Column("made_in", sa.Integer(), nullable=True),
        sa.Column("ruling", sa.Text(), nullable=True),
        sa.Column("before_cells", sa.ARRAY(sa.BigInteger()), nullable=True),
        sa.Column("before_votes", sa.ARRAY(sa.BigInteger()), nullable=True),
        sa.Column("after_cells", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("after_votes", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence_file_id", sa.BigInteger(), nullable=False),
        sa.Column("photo_file_id", sa.BigInteger(), nullable=False),
        sa.Column("objection_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("btrim(reason) <> ''", name=op.f("ck_recap_correction_reason")),
        sa.CheckConstraint(
            "(before_votes is null) = (before_cells is null)", name=op.f("ck_recap_correction_before")
        ),
        sa.CheckConstraint(
            "(made_in is null) = (ruling is not null)", name=op.f("ck_recap_correction_plenary_or_ruling")
        ),
        sa.CheckConstraint("approved_by <> account_id", name=op.f("ck_recap_correction_second_person")),
        sa.CheckConstraint(
            "before_votes is distinct from after_votes or before_cells is distinct from after_cells",
            name=op.f("ck_recap_correction_changed"),
        ),
        sa.CheckConstraint(
            "ruling is null or approved_by is not null", name=op.f("ck_recap_correction_approved")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recap_correction_account_id")),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["account.id"], name=op.f("fk_recap_correction_approved_by")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_file_id"], ["stored_file.id"], name=op.f("fk_recap_correction_evidence_file_id")
        ),
        sa.ForeignKeyConstraint(["made_in"], ["recap.id"], name=op.f("fk_recap_correction_made_in")),
        sa.ForeignKeyConstraint(
            ["objection_id"], ["recap_objection.id"], name=op.f("fk_recap_correction_objection_id")
        ),
        sa.ForeignKeyConstraint(
            ["photo_file_id"], ["stored_file.id"], name=op.f("fk_recap_correction_photo_file_id")
        ),
        sa.ForeignKeyConstraint(["recap_id"], ["recap.id"], name=op.f("fk_recap_correction_recap_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recap_correction")),
    )
    op.create_index(op.f("ix_recap_correction_made_in"), "recap_correction", ["made_in"], unique=False)
    op.create_index(op.f("ix_recap_correction_recap_id"), "recap_correction", ["recap_id"], unique=False)
    op.create_table(
        "recap_proposal",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("recap_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(collation="C"), nullable=False),
        sa.Column("ruling", sa.Text(), nullable=False),
        sa.Column("cells", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("votes", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence_file_id", sa.BigInteger(), nullable=False),
        sa.Column("photo_file_id", sa.BigInteger(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("correction_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "btrim(ruling) <> '' and btrim(reason) <> ''", name=op.f("ck_recap_proposal_ruling")
        ),
        sa.CheckConstraint(
            "(decided_by is null) = (decided_at is null)"
            " and (correction_id is null or decided_by <> proposed_by)",
            name=op.f("ck_recap_proposal_second_person"),
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_recap_proposal_{column}"))
            for column, table in (
                ("recap_id", "recap"),
                ("evidence_file_id", "stored_file"),
                ("photo_file_id", "stored_file"),
                ("proposed_by", "account"),
                ("decided_by", "account"),
                ("correction_id", "recap_correction"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recap_proposal")),
    )
    op.create_index("ix_recap_proposal_recap_id", "recap_proposal", ["recap_id"])
    op.create_table(
        "recap_version",
        sa.Column("recap_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=True),
        sa.Column("cells", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("votes", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("columns", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(act = 'pembetulan') = (correction_id is not null)", name=op.f("ck_recap_version_correction")
        ),
        sa.CheckConstraint("act in ('penutupan', 'pembetulan')", name=op.f("ck_recap_version_act")),
        sa.CheckConstraint("number > 0", name=op.f("ck_recap_version_number")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recap_version_account_id")),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["recap_correction.id"], name=op.f("fk_recap_version_correction_id")
        ),
        sa.ForeignKeyConstraint(["recap_id"], ["recap.id"], name=op.f("fk_recap_version_recap_id")),
        sa.PrimaryKeyConstraint("recap_id", "number", name=op.f("pk_recap_version")),
    )
    op.create_table(
        "recap_reading",
        sa.Column("recap_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(collation="C"), nullable=False),
        sa.Column("panel", sa.SmallInteger(), nullable=True),
        sa.Column("read_by", sa.Integer(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(read_by is null) = (read_at is null)", name=op.f("ck_recap_reading_read")),
        sa.CheckConstraint("panel > 0", name=op.f("ck_recap_reading_panel")),
        sa.ForeignKeyConstraint(["read_by"], ["account.id"], name=op.f("fk_recap_reading_read_by")),
        sa.ForeignKeyConstraint(["recap_id"], ["recap.id"], name=op.f("fk_recap_reading_recap_id")),
        sa.PrimaryKeyConstraint("recap_id", "unit", name=op.f("pk_recap_reading")),
    )
    op.create_table(
        "recap_signature",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("recap_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("mandate_id", sa.Integer(), nullable=True),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(role = 'saksi') = (mandate_id is not null)", name=op.f("ck_recap_signature_mandate")
        ),
        sa.CheckConstraint("role in ('ketua', 'anggota', 'saksi')", name=op.f("ck_recap_signature_role")),
        sa.CheckConstraint("signed = (reason is null)", name=op.f("ck_recap_signature_reason")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recap_signature_account_id")),
        sa.ForeignKeyConstraint(
            ["mandate_id"], ["witness_mandate.id"], name=op.f("fk_recap_signature_mandate_id")
        ),
        sa.ForeignKeyConstraint(["recap_id"], ["recap.id"], name=op.f("fk_recap_signature_recap_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recap_signature")),
        sa.UniqueConstraint("recap_id", "version", "role", "name", name="uq_recap_signature"),
    )
    op.create_table(
        "recap_export",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("recap_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("base", JSONB, nullable=False),
        sa.Column("exported_by", sa.Integer(), nullable=False),
        sa.Column("exported_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("returned_by", sa.Integer(), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report", JSONB, nullable=True),
        sa.CheckConstraint(
            "(returned_at is null) = (returned_by is null) and (returned_at is null) = (report is null)",
            name=op.f("ck_recap_export_returned"),
        ),
        sa.ForeignKeyConstraint(["exported_by"], ["account.id"], name=op.f("fk_recap_export_exported_by")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_recap_export_file_id")),
        sa.ForeignKeyConstraint(["recap_id"], ["recap.id"], name=op.f("fk_recap_export_recap_id")),
        sa.ForeignKeyConstraint(["returned_by"], ["account.id"], name=op.f("fk_recap_export_returned_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recap_export")),
        sa.UniqueConstraint("nonce", name=op.f("uq_recap_export_nonce")),
    )
    op.create_index(op.f("ix_recap_export_recap_id"), "recap_export", ["recap_id"], unique=False)

    partition_by_province("recap_column")
    for table in APPEND_ONLY:
        append_only(table)
    for statement in (VOTE_SUM, CURRENT, ADD_UP, CLOSED, DEFERRED):
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop view recap_current")
    for table in (
        *(
            "recap_proposal",
            "recap_export",
            "recap_signature",
            "recap_reading",
            "recap_version",
            "recap_correction",
        ),
        *("recap_objection", "recap_attendance", "witness_mandate", "recap_column", "recap"),
    ):
        op.drop_table(table)
    for name in (
        *("recap_column_adds_up()", "recap_column_closed()", "recap_watch()", "recap_must_add_up(integer)"),
    ):
        op.execute(f"drop function {name}")
    op.execute("drop aggregate vote_sum(bigint[])")
    op.execute("drop function vote_add(bigint[], bigint[])")
