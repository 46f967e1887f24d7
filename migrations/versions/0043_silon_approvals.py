"""Silon: what the centre of a party approved: which names, by whom, in whose names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from electsys.migrating import append_only

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "nomination_approval",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("nomination_id", sa.Integer, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("names", sa.SmallInteger, nullable=False),
        sa.Column("chair", sa.Text, nullable=False),
        sa.Column("secretary", sa.Text, nullable=False),
        sa.Column("account_id", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("octet_length(digest) = 32", name=op.f("ck_nomination_approval_digest")),
        sa.CheckConstraint(
            "chair <> '' and secretary <> '' and names > 0", name=op.f("ck_nomination_approval_said")
        ),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["nomination.id"], name=op.f("fk_nomination_approval_nomination_id")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_nomination_approval_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination_approval")),
    )
    op.create_index("ix_nomination_approval_nomination", "nomination_approval", ["nomination_id", "id"])
    append_only("nomination_approval")


def downgrade() -> None:
    op.drop_table("nomination_approval")
