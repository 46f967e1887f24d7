"""Factual verification: the public seed of samples, photos that come later, visits to offices and boards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from electsys.migrating import append_only

revision = "0035"
down_revision = "0037"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def upgrade() -> None:
    op.create_table(
        "verification_seed",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("seed", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint("seed <> '' and source <> ''", name=op.f("ck_verification_seed_seed")),
        sa.ForeignKeyConstraint(
            ["election_id"], ["election.id"], name=op.f("fk_verification_seed_election_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_seed")),
        sa.UniqueConstraint("election_id", "kind", name="uq_verification_seed_kind"),
    )
    op.create_table(
        "verification_contact_photo",
        sa.Column("contact_id", sa.BigInteger, nullable=False),
        sa.Column("file_id", sa.BigInteger, nullable=False),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["verification_contact.id"], name=op.f("fk_verification_contact_photo_contact_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_verification_contact_photo_file_id")
        ),
        sa.PrimaryKeyConstraint("contact_id", "file_id", name=op.f("pk_verification_contact_photo")),
    )
    op.create_table(
        "party_factual_check",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("registration_id", sa.Integer, nullable=False),
        sa.Column("party_id", sa.Integer, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("sequence", sa.SmallInteger, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("aspect", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("details", postgresql.JSONB, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("photos", sa.ARRAY(sa.BigInteger), nullable=False),
        sa.Column("visited_at", INSTANT, nullable=False),
        sa.Column("account_id", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "step in ('verfak', 'verfak_perbaikan')", name=op.f("ck_party_factual_check_step")
        ),
        sa.CheckConstraint(
            "aspect in ('kantor', 'kepengurusan', 'perempuan')", name=op.f("ck_party_factual_check_aspect")
        ),
        sa.CheckConstraint("state in ('ms', 'bms', 'tms')", name=op.f("ck_party_factual_check_state")),
        sa.CheckConstraint("state = 'ms' or reason is not null", name=op.f("ck_party_factual_check_reason")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_factual_check_party_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["party_registration.id"],
            name=op.f("fk_party_factual_check_registration_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_factual_check")),
    )
    op.create_index(
        "ix_party_factual_check_area",
        "party_factual_check",
        ["registration_id", "step", "sequence", "region", "aspect", "id"],
    )
    for table in ("verification_seed", "verification_contact_photo", "party_factual_check"):
        append_only(table)


def downgrade() -> None:
    for table in ("party_factual_check", "verification_contact_photo", "verification_seed"):
        op.drop_table(table)
