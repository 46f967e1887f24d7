"""The register of law of JDIH: kinds, documents, files, relations, versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from electsys.migrating import append_only

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
STATUSES = "('berlaku', 'diubah', 'dicabut_sebagian', 'dicabut', 'tidak_berlaku')"
RELATIONS = "('mengubah', 'mencabut', 'mencabut_sebagian', 'melaksanakan', 'menguji', 'menetapkan_perppu')"


def _text(name: str, default: str | None = None, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable, server_default=default)


def _now(name: str) -> sa.Column[sa.DateTime]:
    return sa.Column(name, INSTANT, nullable=False, server_default=NOW)


def upgrade() -> None:
    op.create_table(
        "law_kind",
        sa.Column("code", sa.Text, primary_key=True),
        _text("type"),
        _text("name"),
        _text("abbreviation"),
        sa.Column("aliases", ARRAY(sa.Text), nullable=False, server_default="{}"),
        _text("document_kind", nullable=True),
        sa.Column("position", sa.SmallInteger, nullable=False),
        sa.CheckConstraint("type in ('peraturan', 'monografi', 'artikel', 'putusan')", name="type"),
    )
    op.create_table(
        "law_document",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("kind", sa.Text, sa.ForeignKey("law_kind.code"), nullable=False),
        sa.Column("unit", CODE, nullable=False, server_default=""),
        _text("number", nullable=True),
        sa.Column("year", sa.SmallInteger, nullable=False),
        _text("title"),
        sa.Column("citation", sa.Text, unique=True),
        sa.Column("stem", sa.Text, nullable=False, unique=True),
        _text("heading"),
        _text("court", nullable=True),
        _text("place", ""),
        sa.Column("set_on", sa.Date),
        sa.Column("promulgated_on", sa.Date),
        _text("source", ""),
        *(
            _text(name, nullable=True)
            for name in ("publisher", "edition", "call_number", "physical", "isbn", "book_number")
        ),
        sa.Column("subjects", ARRAY(sa.Text), nullable=False, server_default="{}"),
        _text("language", "Indonesia"),
        _text("location", ""),
        _text("field_of_law", ""),
        _text("abstract", ""),
        _text("legal_status", nullable=True),
        _text("state", "konsep"),
        sa.Column("to_confirm", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("official_id", sa.BigInteger, sa.ForeignKey("official_document.id"), unique=True),
        _now("created_at"),
        sa.Column("published_at", INSTANT),
        _now("changed_at"),
        sa.UniqueConstraint("kind", "unit", "number", "year", name="uq_law_document_number"),
        sa.CheckConstraint("state in ('konsep', 'terbit', 'ditarik')", name="state"),
        sa.CheckConstraint("state = 'konsep' or published_at is not null", name="published"),
        sa.CheckConstraint(f"legal_status in {STATUSES}", name="legal_status"),
        sa.CheckConstraint("year between 1900 and 2200", name="year"),
    )
    op.create_index(
        "ix_law_document_changed_at",
        "law_document",
        ["changed_at", "id"],
        postgresql_where=sa.text("state <> 'konsep'"),
    )
    op.create_index("ix_law_document_unit", "law_document", ["unit", "state", sa.text("year desc")])
    op.create_table(
        "law_file",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("document_id", sa.Integer, sa.ForeignKey("law_document.id"), nullable=False),
        sa.Column("file_id", sa.BigInteger, sa.ForeignKey("stored_file.id"), nullable=False),
        _text("role"),
        _text("label"),
        sa.Column("position", sa.SmallInteger, nullable=False),
        sa.UniqueConstraint("document_id", "file_id", name="uq_law_file_file"),
        sa.CheckConstraint("role in ('utama', 'lampiran', 'abstrak')", name="role"),
    )
    op.create_index("ix_law_file_document_id", "law_file", ["document_id"])
    op.create_table(
        "law_relation",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("source_id", sa.Integer, sa.ForeignKey("law_document.id"), nullable=False),
        _text("kind"),
        sa.Column("target_id", sa.Integer, sa.ForeignKey("law_document.id"), nullable=False),
        _text("note", ""),
        _now("created_at"),
        sa.UniqueConstraint("source_id", "kind", "target_id", name="uq_law_relation_once"),
        sa.CheckConstraint("source_id <> target_id", name="not_itself"),
        sa.CheckConstraint(f"kind in {RELATIONS}", name="kind"),
    )
    op.create_index("ix_law_relation_target_id", "law_relation", ["target_id"])
    op.create_table(
        "law_version",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("document_id", sa.Integer, sa.ForeignKey("law_document.id"), nullable=False),
        sa.Column("version", sa.SmallInteger, nullable=False),
        sa.Column("snapshot", JSONB, nullable=False),
        _text("reason"),
        _text("created_by"),
        _now("created_at"),
        sa.UniqueConstraint("document_id", "version", name="uq_law_version_version"),
    )
    append_only("law_version")


def downgrade() -> None:
    for table in ("law_version", "law_relation", "law_file", "law_document", "law_kind"):
        op.drop_table(table)
