"""Results of polling stations: batches, versions, forms, totals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from electsys.migrating import append_only, partition_by_province

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
NOW = sa.text("now()")

#: What foreign keys from every version to its TPS, contest and batch would say, a statement at a time.
REFERENCES = """
create function result_version_refers() returns trigger language plpgsql as $$
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
        "result_batch",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("contest_id", sa.SmallInteger, sa.ForeignKey("contest.id"), nullable=False),
        sa.Column("ballot_id", sa.Integer, sa.ForeignKey("ballot.id"), nullable=False),
        sa.Column("form_model", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("file_id", sa.Integer),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("file_sha256", sa.Text, nullable=False),
        sa.Column("mapping", JSONB),
        sa.Column("reason", sa.Text),
        sa.Column("counts", JSONB, nullable=False),
        sa.Column("job_id", sa.Integer),
        sa.Column("created_by", sa.Integer, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("confirmed_by", sa.Integer, sa.ForeignKey("account.id")),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("applied_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "state in ('dimuat', 'ditolak', 'menunggu', 'dikonfirmasi', 'diterapkan', 'dibatalkan')",
            name="state",
        ),
        sa.CheckConstraint("source in ('impor', 'pembetulan')", name="source"),
        sa.CheckConstraint("confirmed_by <> created_by", name="second_person"),
        sa.CheckConstraint(
            "state not in ('dikonfirmasi', 'diterapkan') or confirmed_by is not null", name="confirmed"
        ),
        sa.CheckConstraint("state <> 'diterapkan' or applied_at is not null", name="applied"),
        sa.CheckConstraint("source <> 'pembetulan' or reason is not null", name="reason"),
    )
    op.create_index("ix_result_batch_contest_id", "result_batch", ["contest_id"])

    op.execute("create sequence result_version_seq cache 100")
    op.create_table(
        "result_version",
        sa.Column("province", sa.CHAR(2), primary_key=True),
        sa.Column("contest_id", sa.SmallInteger, primary_key=True),
        sa.Column("tps_code", CODE, primary_key=True),
        sa.Column(
            "id", sa.BigInteger, primary_key=True, server_default=sa.text("nextval('result_version_seq')")
        ),
        sa.Column("batch_id", sa.Integer, nullable=False),
        sa.Column("vote_kind", sa.Text, nullable=False),
        sa.Column("cells", ARRAY(sa.Integer), nullable=False),
        sa.Column("votes", ARRAY(sa.Integer), nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("faults", ARRAY(sa.Text), nullable=False),
        sa.Column("warnings", ARRAY(sa.Text), nullable=False),
        sa.Column("row_number", sa.Integer),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        postgresql_partition_by="LIST (province)",
    )
    partition_by_province("result_version")
    op.create_index("ix_result_version_batch_id", "result_version", ["batch_id"])
    append_only("result_version")
    op.execute(REFERENCES)
    op.execute(
        "create trigger refer after insert on result_version referencing new table as written "
        "for each statement execute function result_version_refers()"
    )

    op.create_table(
        "result_form",
        sa.Column("province", sa.CHAR(2), primary_key=True),
        sa.Column("contest_id", sa.SmallInteger, primary_key=True),
        sa.Column("tps_code", CODE, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("latest_id", sa.BigInteger, nullable=False),
        sa.Column("accepted_id", sa.BigInteger),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.CheckConstraint("state in ('belum_lengkap', 'anomali', 'diterima')", name="state"),
        sa.CheckConstraint("state <> 'diterima' or accepted_id = latest_id", name="accepted"),
        postgresql_partition_by="LIST (province)",
    )
    partition_by_province("result_form")
    op.create_index(
        "ix_result_form_anomaly",
        "result_form",
        ["contest_id", "tps_code"],
        postgresql_where=sa.text("state = 'anomali'"),
    )

    op.create_table(
        "region_total",
        sa.Column("contest_id", sa.SmallInteger, sa.ForeignKey("contest.id"), primary_key=True),
        sa.Column("area", sa.Text, primary_key=True),
        sa.Column("code", CODE, primary_key=True),
        sa.Column("parent", CODE),
        sa.Column("votes", ARRAY(sa.BigInteger), nullable=False),
        sa.Column("cells", ARRAY(sa.BigInteger), nullable=False),
        *(
            sa.Column(name, sa.Integer, nullable=False)
            for name in ("expected", "received", "entered", "accepted", "flagged")
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.CheckConstraint("area in ('wilayah', 'dapil')", name="area"),
        sa.CheckConstraint(
            "accepted <= received and entered <= received and flagged <= received", name="counts"
        ),
    )
    op.create_index("ix_region_total_parent", "region_total", ["contest_id", "area", "parent"])

    op.create_table(
        "total_delta",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("contest_id", sa.SmallInteger, nullable=False),
        sa.Column("village", CODE, nullable=False),
        sa.Column("votes", ARRAY(sa.BigInteger), nullable=False),
        sa.Column("cells", ARRAY(sa.BigInteger), nullable=False),
        *(
            sa.Column(name, sa.Integer, nullable=False)
            for name in ("received", "entered", "accepted", "flagged")
        ),
    )


def downgrade() -> None:
    for table in ("total_delta", "region_total", "result_form", "result_version"):
        op.drop_table(table)
    op.execute("drop function result_version_refers")
    op.execute("drop sequence result_version_seq")
    op.drop_table("result_batch")
