"""The desk: draws of a second look, disagreements that a third settles, whose judgements were last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from electsys.migrating import append_only

revision = "0034"
down_revision = "0038"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("now()")

KINDS = "kind in ('putus', 'batal', 'periksa_kedua', 'tarik'{more})"


def _kinds(more: str) -> None:
    op.drop_constraint(op.f("ck_verification_event_kind"), "verification_event")
    op.create_check_constraint(
        op.f("ck_verification_event_kind"), "verification_event", KINDS.format(more=more)
    )


def upgrade() -> None:
    op.add_column("verification_item", sa.Column("settled_by", sa.Integer))
    op.add_column("verification_item", sa.Column("settled_at", INSTANT))
    op.create_foreign_key(
        op.f("fk_verification_item_settled_by"), "verification_item", "account", ["settled_by"], ["id"]
    )
    op.create_check_constraint(
        op.f("ck_verification_item_settled"),
        "verification_item",
        "(settled_by is null) = (settled_at is null) and (settled_by is null or second_state is not null)",
    )
    op.create_check_constraint(
        op.f("ck_verification_item_third"),
        "verification_item",
        "settled_by <> decided_by and settled_by <> second_by",
    )
    op.create_index(
        "ix_verification_item_decided",
        "verification_item",
        ["queue", "election_id", "decided_at"],
        postgresql_where=sa.text("decided_at is not null"),
    )
    op.create_index(
        "ix_verification_item_decider",
        "verification_item",
        ["decided_by", "decided_at"],
        postgresql_where=sa.text("decided_by is not null"),
    )
    op.create_index(
        "ix_verification_item_look",
        "verification_item",
        ["queue", "election_id", "region"],
        postgresql_where=sa.text("second_look"),
    )
    _kinds(", 'selesai'")
    op.create_table(
        "verification_draw",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("seed", sa.Text, nullable=False),
        sa.Column("share", sa.Text, nullable=False),
        sa.Column("frame_size", sa.Integer, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("frame_digest", sa.LargeBinary, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint("seed <> ''", name=op.f("ck_verification_draw_seed")),
        sa.CheckConstraint("0 < size and size <= frame_size", name=op.f("ck_verification_draw_sizes")),
        sa.CheckConstraint("octet_length(frame_digest) = 32", name=op.f("ck_verification_draw_digest")),
        sa.ForeignKeyConstraint(
            ["election_id"], ["election.id"], name=op.f("fk_verification_draw_election_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_draw")),
    )
    op.create_index(
        "ix_verification_draw_queue", "verification_draw", ["queue", "election_id", "region", "id"]
    )
    append_only("verification_draw")


def downgrade() -> None:
    op.drop_table("verification_draw")
    _kinds("")
    op.drop_index("ix_verification_item_look", "verification_item")
    op.drop_index("ix_verification_item_decider", "verification_item")
    op.drop_index("ix_verification_item_decided", "verification_item")
    for name in ("third", "settled"):
        op.drop_constraint(op.f(f"ck_verification_item_{name}"), "verification_item")
    op.drop_column("verification_item", "settled_at")
    op.drop_column("verification_item", "settled_by")
