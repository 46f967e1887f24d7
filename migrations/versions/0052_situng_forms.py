"""Situng: forms that were printed for a region, PDF by PDF."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from electsys.migrating import append_only

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "form_print",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("election_id", sa.SmallInteger, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("contests", sa.ARRAY(sa.SmallInteger), nullable=False),
        sa.Column("forms", sa.Integer, nullable=False),
        sa.Column("created_by", sa.Integer, nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("length(region) >= 4", name=op.f("ck_form_print_region")),
        sa.CheckConstraint("forms > 0", name=op.f("ck_form_print_forms")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_form_print_election_id")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_form_print_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_print")),
    )
    op.create_index("ix_form_print_region", "form_print", ["election_id", "region"])
    op.create_table(
        "form_print_part",
        sa.Column("print_id", sa.Integer, nullable=False),
        sa.Column("position", sa.SmallInteger, nullable=False),
        sa.Column("contest_id", sa.SmallInteger, nullable=False),
        sa.Column("ballot_id", sa.Integer, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("forms", sa.Integer, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("without_dpt", sa.Integer, nullable=False),
        sa.Column("file_id", sa.BigInteger, nullable=False),
        sa.Column("made_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["print_id"], ["form_print.id"], name=op.f("fk_form_print_part_print_id")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_form_print_part_contest_id")),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name=op.f("fk_form_print_part_ballot_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_form_print_part_file_id")),
        sa.PrimaryKeyConstraint("print_id", "position", name=op.f("pk_form_print_part")),
    )
    append_only("form_print")
    append_only("form_print_part")


def downgrade() -> None:
    op.drop_table("form_print_part")
    op.drop_table("form_print")
