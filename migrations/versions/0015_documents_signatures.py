"""Suffixes of back-dated numbers, signatures of official documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from electsys.migrating import append_only

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("number_entry", sa.Column("suffix", sa.Text, nullable=False, server_default=""))
    op.add_column("number_entry", sa.Column("approved_by", sa.Integer))
    op.drop_constraint("uq_number_entry_number", "number_entry")
    op.create_unique_constraint(
        "uq_number_entry_number", "number_entry", ["series", "unit", "year", "number", "suffix"]
    )
    for name, rule in (
        ("suffix", "suffix ~ '^[a-z]?$'"),
        # A back-dated number is approved by somebody else than who asks for it; others need nobody.
        ("approved", "(suffix <> '') = (approved_by is not null)"),
        ("two_people", "approved_by <> account_id"),
    ):
        op.create_check_constraint(op.f(f"ck_number_entry_{name}"), "number_entry", rule)
    op.add_column("official_document", sa.Column("content_sha256", sa.Text))
    op.create_table(
        "document_signature",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column(
            "document_id", sa.BigInteger, sa.ForeignKey("official_document.id"), nullable=False, index=True
        ),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("file_id", sa.BigInteger, sa.ForeignKey("stored_file.id"), nullable=False),
        sa.Column("signer", sa.Text, nullable=False),
        sa.Column("certificate", sa.Text),
        sa.Column("signed_at", sa.DateTime(timezone=True)),
        sa.Column("account_id", sa.Integer),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
        sa.CheckConstraint("kind in ('elektronik', 'basah')", name=op.f("ck_document_signature_kind")),
        sa.CheckConstraint(
            "(kind = 'elektronik') = (certificate is not null)",
            name=op.f("ck_document_signature_certificate"),
        ),
    )
    append_only("document_signature")
    op.execute(
        "insert into document_kind (code, name, family, number_group)"
        " values ('TS', 'Telaahan Staf', 'khusus', 'naskah')"
    )


def downgrade() -> None:
    op.execute("delete from document_kind where code = 'TS'")
    op.drop_table("document_signature")
    op.drop_column("official_document", "content_sha256")
    for name in ("two_people", "approved", "suffix"):
        op.drop_constraint(op.f(f"ck_number_entry_{name}"), "number_entry")
    op.drop_constraint("uq_number_entry_number", "number_entry")
    op.create_unique_constraint(
        "uq_number_entry_number", "number_entry", ["series", "unit", "year", "number"]
    )
    op.drop_column("number_entry", "approved_by")
    op.drop_column("number_entry", "suffix")
