"""Silon: portraits, papers and reviews of lists, clarification of public responses; search by name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from electsys.migrating import append_only, guard_party_rows

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def upgrade() -> None:
    op.create_table(
        "candidate_portrait",
        sa.Column("source_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("file_id", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], ["stored_file.id"], name=op.f("fk_candidate_portrait_source_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_candidate_portrait_file_id")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_candidate_portrait")),
    )
    op.create_table(
        "listing_paper",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("listing_id", sa.Integer),
        sa.Column("ballot_id", sa.Integer),
        sa.Column("file_id", sa.BigInteger, nullable=False),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint("(listing_id is null) <> (ballot_id is null)", name=op.f("ck_listing_paper_one")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_listing_paper_listing_id")),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name=op.f("fk_listing_paper_ballot_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_listing_paper_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_paper")),
        sa.UniqueConstraint("listing_id", name=op.f("uq_listing_paper_listing_id")),
        sa.UniqueConstraint("ballot_id", name=op.f("uq_listing_paper_ballot_id")),
    )
    op.create_table(
        "listing_review",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("nomination_id", sa.Integer, nullable=False),
        sa.Column("listing_id", sa.Integer),
        sa.Column("ballot_id", sa.Integer),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("note", sa.Text, server_default="", nullable=False),
        sa.Column("account_id", sa.Integer),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint("(listing_id is null) <> (ballot_id is null)", name=op.f("ck_listing_review_one")),
        sa.CheckConstraint("outcome in ('sesuai', 'koreksi')", name=op.f("ck_listing_review_outcome")),
        sa.CheckConstraint("outcome = 'sesuai' or note <> ''", name=op.f("ck_listing_review_note")),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["nomination.id"], name=op.f("fk_listing_review_nomination_id")
        ),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_listing_review_listing_id")),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name=op.f("fk_listing_review_ballot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_review")),
    )
    op.create_index("ix_listing_review_listing", "listing_review", ["listing_id", "nomination_id", "id"])
    op.create_index("ix_listing_review_ballot", "listing_review", ["ballot_id", "nomination_id", "id"])
    op.create_table(
        "candidate_clarification",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("response_id", sa.BigInteger, nullable=False),
        sa.Column("candidate_id", sa.BigInteger, nullable=False),
        sa.Column("nomination_id", sa.Integer, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("party_id", sa.Integer),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("asked_by", sa.Integer),
        sa.Column("asked_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("file_id", sa.BigInteger),
        sa.Column("answered_by", sa.Integer),
        sa.Column("answered_at", INSTANT),
        sa.CheckConstraint("question <> ''", name=op.f("ck_candidate_clarification_question")),
        sa.CheckConstraint(
            "(answer is null) = (answered_at is null)", name=op.f("ck_candidate_clarification_answered")
        ),
        sa.CheckConstraint("due_at > asked_at", name=op.f("ck_candidate_clarification_due")),
        sa.ForeignKeyConstraint(
            ["response_id"], ["public_response.id"], name=op.f("fk_candidate_clarification_response_id")
        ),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_candidate_clarification_candidate_id")
        ),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["nomination.id"], name=op.f("fk_candidate_clarification_nomination_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_candidate_clarification_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_clarification")),
        sa.UniqueConstraint("response_id", name=op.f("uq_candidate_clarification_response_id")),
    )
    op.create_index("ix_candidate_clarification_candidate", "candidate_clarification", ["candidate_id"])
    op.create_index("ix_candidate_clarification_nomination", "candidate_clarification", ["nomination_id"])
    guard_party_rows("candidate_clarification", "region")
    op.execute("revoke delete, truncate on candidate_clarification from electsys_app")
    for table in ("candidate_portrait", "listing_paper", "listing_review"):
        append_only(table)
    op.create_index(
        "ix_listing_entry_name",
        "listing_entry",
        [sa.text("upper(name) gin_trgm_ops")],
        postgresql_using="gin",
    )
    op.create_index("ix_listing_entry_nomination", "listing_entry", ["nomination_id"])


def downgrade() -> None:
    op.drop_index("ix_listing_entry_nomination", "listing_entry")
    op.drop_index("ix_listing_entry_name", "listing_entry")
    for table in ("candidate_clarification", "listing_review", "listing_paper", "candidate_portrait"):
        op.drop_table(table)
