"""Silon: the parties behind a pair, and the draw of the pairs' numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from electsys.migrating import append_only

revision = "0048"
down_revision = "0049"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def upgrade() -> None:
    op.create_table(
        "nomination_party",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("nomination_id", sa.Integer, nullable=False),
        sa.Column("contest_id", sa.SmallInteger, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("party_id", sa.Integer, nullable=False),
        sa.Column("active", sa.Boolean, server_default=sa.text("true"), nullable=False),
        sa.Column("added_by", sa.Integer),
        sa.Column("added_at", INSTANT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["nomination.id"], name=op.f("fk_nomination_party_nomination_id")
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_nomination_party_contest_id")),
        sa.ForeignKeyConstraint(["added_by"], ["account.id"], name=op.f("fk_nomination_party_added_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination_party")),
    )
    op.create_index(
        "uq_nomination_party_contest",
        "nomination_party",
        ["contest_id", "region", "party_id"],
        unique=True,
        postgresql_where=sa.text("active"),
    )
    op.create_index("ix_nomination_party_nomination", "nomination_party", ["nomination_id"])
    op.create_table(
        "pair_draw",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("contest_id", sa.SmallInteger, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("seed", sa.Text, nullable=False),
        sa.Column("seed_source", sa.Text, nullable=False),
        sa.Column("result", JSONB, nullable=False),
        sa.Column("listing_id", sa.Integer, nullable=False),
        sa.Column("letter_id", sa.BigInteger),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("held_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint("seed <> '' and seed_source <> ''", name=op.f("ck_pair_draw_seed")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_pair_draw_contest_id")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_pair_draw_listing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair_draw")),
    )
    op.create_index("ix_pair_draw_contest", "pair_draw", ["contest_id", "region"])
    append_only("pair_draw")


def downgrade() -> None:
    op.drop_table("pair_draw")
    op.drop_table("nomination_party")
