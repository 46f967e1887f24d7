"""The projection that answers public checks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

PARTITIONS = 16


def upgrade() -> None:
    op.create_table(
        "voter_lookup",
        sa.Column("pair", sa.LargeBinary, primary_key=True),
        sa.Column("election_id", sa.SmallInteger, sa.ForeignKey("election.id"), primary_key=True),
        sa.Column("voter_id", sa.BigInteger, primary_key=True),
        sa.Column("list_id", sa.Integer, nullable=False),
        sa.Column("tps_code", sa.Text(collation="C"), nullable=False),
        sa.Column("number", sa.SmallInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("mark", sa.Text),
        postgresql_partition_by="HASH (pair)",
    )
    for n in range(PARTITIONS):
        op.execute(
            f"create table voter_lookup_h{n:02} partition of voter_lookup "
            f"for values with (modulus {PARTITIONS}, remainder {n})"
        )
    op.create_index("ix_voter_lookup_list_id", "voter_lookup", ["list_id"])


def downgrade() -> None:
    op.drop_table("voter_lookup")
