"""Tables of jobs: procrastinate's queue, our own job rows, and the beats of periodic work."""

from __future__ import annotations

from importlib.resources import files

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    schema = files("procrastinate").joinpath("sql/schema.sql").read_text(encoding="utf-8")
    # By the driver itself: the file has percent signs and many statements.
    op.get_bind().connection.driver_connection.execute(schema)
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("task", sa.Text, nullable=False),
        sa.Column("subject", sa.Text),
        sa.Column("lock", sa.Text),
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("args", JSONB, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="menunggu"),
        sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("cancel_requested", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("done", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("total", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("stage", sa.Text, nullable=False, server_default=""),
        sa.Column("message", sa.Text),
        sa.Column("error_id", sa.Text),
        sa.Column("result_url", sa.Text),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id")),
        sa.Column("grant_id", sa.Integer),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.Column("queue_id", sa.BigInteger),
        sa.Column("created_at", INSTANT, nullable=False, server_default=sa.func.now()),
        sa.Column("started_at", INSTANT),
        sa.Column("progress_at", INSTANT),
        sa.Column("finished_at", INSTANT),
        sa.CheckConstraint(
            "state in ('menunggu', 'berjalan', 'selesai', 'gagal', 'dibatalkan')", name="state"
        ),
        sa.CheckConstraint(
            "(finished_at is not null) = (state in ('selesai', 'gagal', 'dibatalkan'))", name="finished"
        ),
        sa.CheckConstraint("state <> 'berjalan' or started_at is not null", name="started"),
        sa.CheckConstraint("done >= 0 and total >= 0", name="progress"),
        sa.CheckConstraint("result_url like '/%%' and result_url not like '//%%'", name="result_url"),
    )
    op.create_index("ix_job_account", "job", ["account_id", sa.text("id desc")])
    op.create_index("ix_job_subject", "job", ["subject"])
    op.create_index(
        "ix_job_lock", "job", ["lock", "id"], postgresql_where=sa.text("state in ('menunggu', 'berjalan')")
    )
    op.create_table(
        "job_beat",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("started_at", INSTANT),
        sa.Column("finished_at", INSTANT),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        sa.Column("error_id", sa.Text),
    )


def downgrade() -> None:
    op.drop_table("job_beat")
    op.drop_table("job")
    op.execute(
        "drop table procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, "
        "procrastinate_workers cascade"
    )
    op.execute(
        """
        do $$
        declare each record;
        begin
            for each in
                select oid::regprocedure as name from pg_proc
                where proname like 'procrastinate\\_%' and pronamespace = 'public'::regnamespace
            loop
                execute format('drop function %s cascade', each.name);
            end loop;
        end $$
        """
    )
    for name in ("job_to_defer_v1", "job_event_type", "job_status"):
        op.execute(f"drop type procrastinate_{name}")
