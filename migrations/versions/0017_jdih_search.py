"""Full-text search of the register: the configuration, pages as text, one entry a document, known words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

DOCUMENT = "law_document.id"
FILE = "stored_file.id"


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _of(name: str, target: str) -> sa.Column[int]:
    kind = sa.Integer if target == DOCUMENT else sa.BigInteger
    return sa.Column(name, kind, sa.ForeignKey(target), nullable=False, primary_key=True)


def upgrade() -> None:
    # PostgreSQL's Indonesian stemmer behind unaccent. Stop words would have to be a file of the server:
    # they are data of the code (modules/jdih/rules/words.py), dropped before a text comes here.
    op.execute("create text search configuration indonesia (copy = indonesian)")
    op.execute(
        "alter text search configuration indonesia"
        " alter mapping for word, hword, hword_part with unaccent, indonesian_stem"
    )
    op.execute(
        "create aggregate jdih_concat(tsvector) (sfunc = tsvector_concat, stype = tsvector, initcond = '')"
    )
    op.create_table(
        "law_reading",
        _of("document_id", DOCUMENT),
        _of("file_id", FILE),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("characters", sa.Integer, nullable=False),
        sa.Column("cut", sa.Boolean, nullable=False),
        _text("problem", nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
    )
    op.create_table(
        "law_text",
        _of("document_id", DOCUMENT),
        _of("file_id", FILE),
        sa.Column("page", sa.Integer, primary_key=True),
        _text("text"),
        sa.Column("vector", TSVECTOR, nullable=False),
    )
    op.create_table(
        "law_index",
        _of("document_id", DOCUMENT),
        _text("kind"),
        _text("type"),
        sa.Column("year", sa.SmallInteger, nullable=False),
        sa.Column("unit", sa.Text(collation="C"), nullable=False),
        _text("legal_status", nullable=True),
        sa.Column("subjects", ARRAY(sa.Text), nullable=False),
        sa.Column("number_keys", ARRAY(sa.Text), nullable=False),
        sa.Column("dated", sa.Date, nullable=False),
        _text("title"),
        sa.Column("head", TSVECTOR, nullable=False),
        sa.Column("vector", TSVECTOR, nullable=False),
    )
    # No pending list: a search never has to read through what was indexed a moment ago.
    for name in ("vector", "number_keys", "title"):
        what = f"{name} gin_trgm_ops" if name == "title" else name
        op.execute(
            f"create index ix_law_index_{name} on law_index using gin ({what}) with (fastupdate = off)"
        )
    op.create_index("ix_law_index_dated", "law_index", ["dated"])
    op.create_table("law_word", sa.Column("word", sa.Text, primary_key=True))
    op.execute("create index ix_law_word_word on law_word using gin (word gin_trgm_ops)")
    # Ranking reads the row; only the large vector lies outside it, unpacked.
    op.execute("alter table law_index alter column vector set storage external")


def downgrade() -> None:
    for table in ("law_word", "law_index", "law_text", "law_reading"):
        op.drop_table(table)
    op.execute("drop aggregate jdih_concat(tsvector)")
    op.execute("drop text search configuration indonesia")
