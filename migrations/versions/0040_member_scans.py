"""Scans of the cards and KTP-el of members."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from electsys.migrating import guard_party_rows

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")


def upgrade() -> None:
    op.create_table(
        "party_member_scan",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("member_id", sa.BigInteger, nullable=False),
        sa.Column("party_id", sa.Integer, nullable=False),
        sa.Column("village_code", CODE, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("file_id", sa.BigInteger, nullable=False),
        sa.Column("current", sa.Boolean, server_default=sa.text("true"), nullable=False),
        sa.Column("uploaded_by", sa.Integer),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind in ('kta', 'ktp')", name=op.f("ck_party_member_scan_kind")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["party_member.id"], name=op.f("fk_party_member_scan_member_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_member_scan_party_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_party_member_scan_file_id")),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["account.id"], name=op.f("fk_party_member_scan_uploaded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_member_scan")),
        sa.UniqueConstraint("file_id", name="uq_party_member_scan_file"),
    )
    op.create_index(
        "uq_party_member_scan_current",
        "party_member_scan",
        ["member_id", "kind"],
        unique=True,
        postgresql_where=sa.text("current"),
    )
    op.create_index("ix_party_member_scan_member", "party_member_scan", ["member_id", "id"])
    guard_party_rows("party_member_scan", "village_code")


def downgrade() -> None:
    op.drop_table("party_member_scan")
