"""The trail and its seals: append-only, and the columns that prove order are the server's alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from electsys.migrating import append_only

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

#: What the application may give; id, at, cluster and xid come from the server.
GIVEN = "account_id, actor, grant_id, verb, subject, region, election_id, reason, details, request_id, origin"


def upgrade() -> None:
    op.create_table(
        "act",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("account_id", sa.BigInteger),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("grant_id", sa.BigInteger),
        sa.Column("verb", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("region", sa.Text),
        sa.Column("election_id", sa.SmallInteger),
        sa.Column("reason", sa.Text),
        sa.Column("details", JSONB, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("request_id", sa.Text),
        sa.Column("origin", sa.LargeBinary),
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
    )
    op.create_index("ix_act_cluster_xid", "act", ["cluster", "xid"])
    op.create_index("ix_act_account_id_id", "act", ["account_id", "id"])
    op.create_index("ix_act_actor_id", "act", ["actor", "id"])
    op.create_index(
        "ix_act_subject_id", "act", ["subject", "id"], postgresql_ops={"subject": "text_pattern_ops"}
    )
    op.create_index("ix_act_verb_id", "act", ["verb", "id"], postgresql_ops={"verb": "text_pattern_ops"})
    op.create_index(
        "ix_act_region_id", "act", ["region", "id"], postgresql_ops={"region": "text_pattern_ops"}
    )
    op.create_index("ix_act_at", "act", ["at"])
    op.create_table(
        "act_seal",
        sa.Column("batch", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("cluster", sa.BigInteger, nullable=False),
        sa.Column("from_xid", sa.BigInteger, nullable=False),
        sa.Column("to_xid", sa.BigInteger, nullable=False),
        sa.Column("first_id", sa.BigInteger, nullable=False),
        sa.Column("last_id", sa.BigInteger, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("ids", ARRAY(sa.BigInteger), nullable=False),
        sa.Column("leaves", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("previous", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("from_xid < to_xid", name="range"),
    )
    op.create_index("ix_act_seal_cluster_from_xid", "act_seal", ["cluster", "from_xid"], unique=True)
    for table in ("act", "act_seal"):
        append_only(table)
    op.execute("revoke insert on act from electsys_app")
    op.execute(f"grant insert ({GIVEN}) on act to electsys_app")


def downgrade() -> None:
    op.drop_table("act_seal")
    op.drop_table("act")
