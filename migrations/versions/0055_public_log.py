"""The public log: entries, leaves, nodes, checkpoints, witnesses; and the publication of results."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from electsys.migrating import append_only

revision = "0055"
down_revision = "0057"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)
CLOCK = sa.text("clock_timestamp()")

#: The index of a log has no gap and no second writer, whoever inserts.
GAPLESS = """
create function leaf_follows() returns trigger language plpgsql as $$
begin
    if exists (
        select from (
            select election_id, min("index") as low, max("index") as high, count(*) as n
            from written group by election_id
        ) as w
        where w.high - w.low + 1 <> w.n
           or w.low > 0 and not exists (
               select from leaf l where l.election_id = w.election_id and l."index" = w.low - 1)
    ) then
        raise exception using errcode = 'restrict_violation',
            message = 'leaf: an index follows the one before, without a gap';
    end if;
    return null;
end $$
"""


def upgrade() -> None:
    op.create_table(
        "leaf_entry",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("election_id", sa.SmallInteger, sa.ForeignKey("election.id"), nullable=False),
        sa.Column("subject", CODE, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column(
            "hash",
            sa.LargeBinary,
            sa.Computed("sha256('\\x00'::bytea || body)", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "cluster",
            sa.BigInteger,
            server_default=sa.text("(pg_control_system()).system_identifier"),
            nullable=False,
        ),
        sa.Column(
            "xid",
            sa.BigInteger,
            server_default=sa.text("pg_current_xact_id()::text::bigint"),
            nullable=False,
        ),
        sa.CheckConstraint("octet_length(body) between 2 and 65535", name=op.f("ck_leaf_entry_size")),
        sa.CheckConstraint("seq > 0", name=op.f("ck_leaf_entry_seq")),
        sa.UniqueConstraint("election_id", "subject", "seq", name=op.f("uq_leaf_entry_seq")),
    )
    op.create_index("ix_leaf_entry_cluster_xid", "leaf_entry", ["cluster", "xid"])
    op.create_table(
        "leaf",
        sa.Column("election_id", sa.SmallInteger, primary_key=True),
        sa.Column("index", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("entry_id", sa.BigInteger, sa.ForeignKey("leaf_entry.id"), nullable=False, unique=True),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    op.execute(GAPLESS)
    op.execute(
        "create trigger follows after insert on leaf referencing new table as written"
        " for each statement execute function leaf_follows()"
    )
    op.create_table(
        "log_node",
        sa.Column("election_id", sa.SmallInteger, primary_key=True),
        sa.Column("level", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("index", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "log_horizon",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("cluster", sa.BigInteger, nullable=False),
        sa.Column("horizon", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_log_horizon_cluster_horizon", "log_horizon", ["cluster", "horizon"])
    op.create_table(
        "log_checkpoint",
        sa.Column("election_id", sa.SmallInteger, primary_key=True),
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("signed_at", INSTANT, server_default=CLOCK, nullable=False),
    )
    op.create_table(
        "log_witness",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("added_at", INSTANT, server_default=CLOCK, nullable=False),
    )
    op.create_table(
        "log_cosignature",
        sa.Column("election_id", sa.SmallInteger, primary_key=True),
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("witness_id", sa.Integer, sa.ForeignKey("log_witness.id"), primary_key=True),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    )
    for table in LOG:
        append_only(table)
    op.execute("revoke insert on leaf_entry from electsys_app")
    op.execute("grant insert (election_id, subject, seq, body) on leaf_entry to electsys_app")
    publication()


def publication() -> None:
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("election_id", sa.SmallInteger, sa.ForeignKey("election.id"), nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("as_of", sa.BigInteger, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("manifest_sha256", sa.Text, nullable=False),
        sa.Column("files", sa.Integer, nullable=False),
        sa.Column("written", sa.Integer, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, server_default=sa.text("now()"), nullable=False),
    )
    op.create_index("ix_publication_election_id", "publication", ["election_id"])
    append_only("publication")
    op.create_table(
        "publication_stop",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("election_id", sa.SmallInteger, sa.ForeignKey("election.id"), nullable=False),
        sa.Column("state", sa.Text, server_default="diajukan", nullable=False),
        sa.Column("notice", sa.Text, nullable=False),
        sa.Column("asked_by", sa.Integer, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("asked_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.Column("ordered_by", sa.Integer, sa.ForeignKey("account.id")),
        sa.Column("ordered_at", INSTANT),
        sa.Column("ended_by", sa.Integer, sa.ForeignKey("account.id")),
        sa.Column("ended_at", INSTANT),
        sa.CheckConstraint(
            "state in ('diajukan', 'berlaku', 'berakhir', 'ditolak')", name=op.f("ck_publication_stop_state")
        ),
        sa.CheckConstraint("length(trim(notice)) >= 20", name=op.f("ck_publication_stop_notice")),
        sa.CheckConstraint("ordered_by <> asked_by", name=op.f("ck_publication_stop_second_person")),
        sa.CheckConstraint(
            "state not in ('berlaku', 'berakhir') or (ordered_by is not null and ordered_at is not null)",
            name=op.f("ck_publication_stop_ordered"),
        ),
        sa.CheckConstraint(
            "state <> 'berakhir' or (ended_by is not null and ended_at is not null)",
            name=op.f("ck_publication_stop_ended"),
        ),
    )
    op.create_index(
        "uq_publication_stop_open",
        "publication_stop",
        ["election_id"],
        unique=True,
        postgresql_where=sa.text("state in ('diajukan', 'berlaku')"),
    )


LOG = (
    *("leaf_entry", "leaf", "log_node", "log_horizon"),
    *("log_checkpoint", "log_witness", "log_cosignature"),
)


def downgrade() -> None:
    op.drop_table("publication_stop")
    op.drop_table("publication")
    for table in reversed(LOG):
        op.drop_table(table)
    op.execute("drop function leaf_follows()")
