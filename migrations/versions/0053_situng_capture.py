"""Situng: captures by people, photos of forms, readings of a machine; versions that people entered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from electsys.migrating import append_only, partition_by_province

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
NONE = sa.text("'{}'")

#: As in 0011, and a version that people entered has its capture behind it.
REFERENCES = """
create or replace function result_version_refers() returns trigger language plpgsql as $$
begin
    if exists (
        select from (select distinct batch_id, contest_id from written where batch_id is not null) as w
        where not exists (select from result_batch b where b.id = w.batch_id and b.contest_id = w.contest_id)
    ) then
        raise exception using errcode = 'foreign_key_violation',
            message = 'result_version: a batch of this contest must stand behind every version';
    end if;
    if exists (
        select from written w where w.capture_round is not null and not exists (
            select from capture c where c.province = w.province and c.contest_id = w.contest_id
            and c.tps_code = w.tps_code and c.round = w.capture_round and c.second_person is not null)
    ) then
        raise exception using errcode = 'foreign_key_violation',
            message = 'result_version: a capture with two entries must stand behind every entered version';
    end if;
    if exists (
        select from written w join contest c on c.id = w.contest_id
        where not exists (select from tps t where t.election_id = c.election_id
                          and t.province = w.province and t.code = w.tps_code)
    ) then
        raise exception using errcode = 'foreign_key_violation',
            message = 'result_version: a TPS of the election must stand behind every version';
    end if;
    return null;
end $$
"""
BEFORE = """
create or replace function result_version_refers() returns trigger language plpgsql as $$
begin
    if exists (
        select from (select distinct batch_id, contest_id from written) as w
        where not exists (select from result_batch b where b.id = w.batch_id and b.contest_id = w.contest_id)
    ) then
        raise exception using errcode = 'foreign_key_violation',
            message = 'result_version: a batch of this contest must stand behind every version';
    end if;
    if exists (
        select from written w join contest c on c.id = w.contest_id
        where not exists (select from tps t where t.election_id = c.election_id
                          and t.province = w.province and t.code = w.tps_code)
    ) then
        raise exception using errcode = 'foreign_key_violation',
            message = 'result_version: a TPS of the election must stand behind every version';
    end if;
    return null;
end $$
"""


def upgrade() -> None:
    op.create_table(
        "capture",
        sa.Column("province", sa.CHAR(2), primary_key=True),
        sa.Column("contest_id", sa.SmallInteger, sa.ForeignKey("contest.id"), primary_key=True),
        sa.Column("tps_code", CODE, primary_key=True),
        sa.Column("round", sa.SmallInteger, primary_key=True),
        sa.Column("vote_kind", sa.Text, nullable=False),
        sa.Column("ballot_id", sa.Integer, sa.ForeignKey("ballot.id"), nullable=False),
        sa.Column("form_model", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="kosong"),
        *(
            column
            for person in ("first", "second")
            for column in (
                sa.Column(f"{person}_person", sa.Integer, sa.ForeignKey("account.id")),
                sa.Column(f"{person}_key", sa.Uuid),
                sa.Column(f"{person}_cells", ARRAY(sa.Integer)),
                sa.Column(f"{person}_votes", ARRAY(sa.Integer)),
                sa.Column(f"{person}_at", INSTANT),
            )
        ),
        sa.Column("third_person", sa.Integer, sa.ForeignKey("account.id")),
        sa.Column("third_at", INSTANT),
        sa.Column("cells", ARRAY(sa.Integer)),
        sa.Column("votes", ARRAY(sa.Integer)),
        sa.Column("complete", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("faults", ARRAY(sa.Text), nullable=False, server_default=NONE),
        sa.Column("warnings", ARRAY(sa.Text), nullable=False, server_default=NONE),
        sa.Column("reasons", JSONB, nullable=False, server_default=NONE),
        sa.Column("version_id", sa.BigInteger),
        sa.Column("published_at", INSTANT),
        sa.Column("claimed_by", sa.Integer, sa.ForeignKey("account.id")),
        sa.Column("claimed_until", INSTANT),
        sa.Column("decision", sa.Text),
        sa.Column("decision_file_id", sa.BigInteger, sa.ForeignKey("stored_file.id")),
        sa.Column("opened_by", sa.Integer, sa.ForeignKey("account.id")),
        sa.Column("created_at", INSTANT, nullable=False, server_default=NOW),
        sa.CheckConstraint(
            "state in ('kosong', 'entri_pertama', 'selisih', 'menunggu_foto', 'diterima', 'anomali',"
            " 'belum_lengkap')",
            name="state",
        ),
        sa.CheckConstraint("first_person <> second_person", name="second_person"),
        sa.CheckConstraint("third_person <> first_person and third_person <> second_person", name="third"),
        sa.CheckConstraint(
            "num_nulls(first_person, first_cells, first_votes, first_at) in (0, 4)"
            " and num_nulls(second_person, second_cells, second_votes, second_at) in (0, 4)"
            " and num_nulls(third_person, third_at) in (0, 2)",
            name="entries",
        ),
        sa.CheckConstraint("state = 'kosong' or first_person is not null", name="first"),
        sa.CheckConstraint(
            "state in ('kosong', 'entri_pertama') or second_person is not null", name="second"
        ),
        sa.CheckConstraint(
            "state in ('kosong', 'entri_pertama', 'selisih') or (cells is not null and votes is not null)",
            name="agreed",
        ),
        sa.CheckConstraint(
            "cells is null or third_person is not null"
            " or (first_cells, first_votes) is not distinct from (second_cells, second_votes)"
            " and (cells, votes) is not distinct from (first_cells, first_votes)",
            name="settled",
        ),
        sa.CheckConstraint(
            "(state in ('diterima', 'anomali', 'belum_lengkap')) = (version_id is not null)",
            name="published",
        ),
        sa.CheckConstraint("state <> 'diterima' or (complete and faults = '{}')", name="accepted"),
        sa.CheckConstraint("state <> 'anomali' or faults <> '{}'", name="anomaly"),
        sa.CheckConstraint("(claimed_by is null) = (claimed_until is null)", name="claimed"),
        sa.CheckConstraint("round >= 1", name="round"),
        sa.CheckConstraint(
            "round = 1 or (decision is not null and decision_file_id is not null and opened_by is not null)",
            name="decision",
        ),
        postgresql_partition_by="LIST (province)",
    )
    partition_by_province("capture")
    op.create_index(
        "ix_capture_waiting",
        "capture",
        ["contest_id", "state", "tps_code"],
        postgresql_where=sa.text(
            "state in ('kosong', 'entri_pertama', 'selisih', 'menunggu_foto', 'anomali')"
        ),
    )
    op.create_index(
        "ix_capture_claimed",
        "capture",
        ["claimed_by"],
        postgresql_where=sa.text("claimed_by is not null"),
    )

    op.create_table(
        "capture_draft",
        sa.Column("province", sa.CHAR(2), primary_key=True),
        sa.Column("contest_id", sa.SmallInteger, primary_key=True),
        sa.Column("tps_code", CODE, primary_key=True),
        sa.Column("round", sa.SmallInteger, primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("values", JSONB, nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False, server_default=NOW),
    )

    op.execute("create sequence form_photo_seq cache 100")
    op.create_table(
        "form_photo",
        sa.Column("province", sa.CHAR(2), primary_key=True),
        sa.Column("id", sa.BigInteger, primary_key=True, server_default=sa.text("nextval('form_photo_seq')")),
        sa.Column("contest_id", sa.SmallInteger, sa.ForeignKey("contest.id"), nullable=False),
        sa.Column("tps_code", CODE, nullable=False),
        sa.Column("round", sa.SmallInteger, nullable=False),
        sa.Column("page", sa.SmallInteger, nullable=False),
        sa.Column("file_id", sa.BigInteger, sa.ForeignKey("stored_file.id"), nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("received_sha256", sa.Text, nullable=False),
        sa.Column("seen_tps", CODE),
        sa.Column("seen_page", sa.SmallInteger),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False, server_default=NOW),
        sa.ForeignKeyConstraint(
            ("province", "contest_id", "tps_code", "round"),
            ("capture.province", "capture.contest_id", "capture.tps_code", "capture.round"),
            name="fk_form_photo_capture",
        ),
        sa.UniqueConstraint("province", "received_sha256", name="uq_form_photo_content"),
        sa.CheckConstraint("page between 1 and 50", name="page"),
        postgresql_partition_by="LIST (province)",
    )
    partition_by_province("form_photo")
    op.create_index(
        "ix_form_photo_form", "form_photo", ["contest_id", "tps_code", "round", "page", sa.text("id desc")]
    )
    op.create_index("ix_form_photo_received", "form_photo", ["received_sha256"])
    op.create_index("ix_form_photo_file", "form_photo", ["file_id"])
    op.create_index(
        "ix_form_photo_swapped",
        "form_photo",
        ["contest_id", "tps_code"],
        postgresql_where=sa.text("seen_tps <> tps_code"),
    )
    append_only("form_photo")

    op.create_table(
        "machine_reading",
        sa.Column("province", sa.CHAR(2), primary_key=True),
        sa.Column("photo_id", sa.BigInteger, primary_key=True),
        sa.Column("reader", sa.Text, nullable=False),
        sa.Column("picture_id", sa.BigInteger, sa.ForeignKey("stored_file.id")),
        sa.Column("hints", ARRAY(sa.Text), nullable=False, server_default=NONE),
        sa.Column("cells", JSONB, nullable=False),
        sa.Column("unsure", sa.SmallInteger, nullable=False),
        sa.Column("read_at", INSTANT, nullable=False, server_default=NOW),
        sa.ForeignKeyConstraint(
            ("province", "photo_id"),
            ("form_photo.province", "form_photo.id"),
            name="fk_machine_reading_photo",
        ),
        sa.CheckConstraint("unsure >= 0", name="unsure"),
        postgresql_partition_by="LIST (province)",
    )
    partition_by_province("machine_reading")

    op.alter_column("result_version", "batch_id", nullable=True)
    op.add_column("result_version", sa.Column("capture_round", sa.SmallInteger))
    op.add_column("result_version", sa.Column("source", sa.Text, nullable=False, server_default="berkas"))
    op.add_column("result_version", sa.Column("photos", ARRAY(sa.Text), nullable=False, server_default=NONE))
    op.create_check_constraint("source", "result_version", "source in ('berkas', 'entri')")
    op.create_check_constraint(
        "origin",
        "result_version",
        "(source = 'berkas') = (batch_id is not null) and (source = 'entri') = (capture_round is not null)",
    )
    op.create_check_constraint("photos", "result_version", "source = 'berkas' or cardinality(photos) > 0")
    op.execute(REFERENCES)


def downgrade() -> None:
    op.execute(BEFORE)
    for name in ("photos", "origin", "source"):
        op.drop_constraint(f"ck_result_version_{name}", "result_version")
    for name in ("photos", "source", "capture_round"):
        op.drop_column("result_version", name)
    op.alter_column("result_version", "batch_id", nullable=False)
    for table in ("machine_reading", "form_photo", "capture_draft", "capture"):
        op.drop_table(table)
    op.execute("drop sequence form_photo_seq")
