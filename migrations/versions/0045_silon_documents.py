"""Silon: conclusions of verification, and uploads of a nomination whose place is not known yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from electsys.migrating import append_only, guard_party_rows

revision = "0045"
down_revision = "0043"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def upgrade() -> None:
    op.create_table(
        "nomination_verdict",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("nomination_id", sa.Integer, nullable=False),
        sa.Column("round", sa.SmallInteger, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("counts", JSONB(), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("letter_id", sa.Integer, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "outcome in ('clear', 'defer', 'fail')", name=op.f("ck_nomination_verdict_outcome")
        ),
        sa.CheckConstraint(
            "outcome = 'clear' or reason is not null", name=op.f("ck_nomination_verdict_reason")
        ),
        sa.CheckConstraint("round > 0", name=op.f("ck_nomination_verdict_round")),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["nomination.id"], name=op.f("fk_nomination_verdict_nomination_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination_verdict")),
        sa.UniqueConstraint("nomination_id", "round", name="uq_nomination_verdict_round"),
    )
    append_only("nomination_verdict")
    op.create_table(
        "candidate_upload",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("nomination_id", sa.Integer, nullable=False),
        sa.Column("region", CODE, nullable=False),
        sa.Column("party_id", sa.Integer),
        sa.Column("file_id", sa.BigInteger, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("kind", sa.Text),
        sa.Column("number", sa.SmallInteger),
        sa.Column("state", sa.Text, server_default="menunggu", nullable=False),
        sa.Column("document_id", sa.Integer),
        sa.Column("uploaded_by", sa.Integer),
        sa.Column("uploaded_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "state in ('menunggu', 'ditempatkan', 'dibuang')", name=op.f("ck_candidate_upload_state")
        ),
        sa.CheckConstraint(
            "(state = 'ditempatkan') = (document_id is not null)", name=op.f("ck_candidate_upload_placed")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["candidate_document.id"], name=op.f("fk_candidate_upload_document_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_candidate_upload_file_id")),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["nomination.id"], name=op.f("fk_candidate_upload_nomination_id")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["account.id"], name=op.f("fk_candidate_upload_uploaded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_upload")),
        sa.UniqueConstraint("file_id", name="uq_candidate_upload_file"),
    )
    op.create_index(
        "ix_candidate_upload_waiting",
        "candidate_upload",
        ["nomination_id"],
        postgresql_where=sa.text("state = 'menunggu'"),
    )
    guard_party_rows("candidate_upload", "region")


def downgrade() -> None:
    op.drop_table("candidate_upload")
    op.drop_table("nomination_verdict")
