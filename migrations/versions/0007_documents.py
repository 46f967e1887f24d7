"""Stored files, uploads, numbers and official documents; kinds and number templates as data."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Code = sa.Text(collation="C")
Instant = sa.DateTime(timezone=True)

#: Suffixes of PKPU 2/2021 jo 8/2021 (domain.md 9.1) and the groups of domain.md 9.2.
KINDS = (
    ("PKPU", "Peraturan", "arahan", "produk_hukum"),
    ("Kpt", "Keputusan", "arahan", "produk_hukum"),
    ("Ins", "Instruksi", "arahan", "naskah"),
    ("SOP", "Standar Operasional Prosedur", "arahan", "naskah"),
    ("SE", "Surat Edaran", "arahan", "naskah"),
    ("ST", "Surat Tugas", "arahan", "naskah"),
    ("ND", "Nota Dinas", "korespondensi", "naskah"),
    ("SD", "Surat Dinas", "korespondensi", "naskah"),
    ("Und", "Undangan", "korespondensi", "naskah"),
    ("BA", "Berita Acara", "khusus", "naskah"),
    ("Pu", "Pengumuman", "khusus", "naskah"),
    ("SK", "Surat Keterangan", "khusus", "naskah"),
    ("SP", "Surat Pernyataan", "khusus", "naskah"),
    ("SKu", "Surat Kuasa", "khusus", "naskah"),
    ("PKS", "Perjanjian Kerja Sama", "khusus", "naskah"),
    ("Lap", "Laporan", "khusus", "naskah"),
    ("Not", "Notula", "khusus", "naskah"),
)
OLD = "{urut}/Kpts/KPU/TAHUN {tahun}"
MIDDLE = "{urut}/{klasifikasi}-{jenis}/{kode}/{satker}/{bulan_romawi}/{tahun}"
NEW = "{urut}/{klasifikasi}-{jenis}/{kode}/{tahun}"
LAW = "{urut} Tahun {tahun}"
TEMPLATES = (
    ("produk_hukum", OLD, dt.date(2003, 1, 1), dt.date(2015, 12, 31), "Sebelum 2016 (domain.md 9.1)"),
    ("produk_hukum", MIDDLE, dt.date(2016, 1, 1), dt.date(2020, 12, 31), "Sebelum PKPU 2/2021"),
    ("produk_hukum", LAW, dt.date(2021, 1, 1), None, "PKPU 2/2021 jo PKPU 8/2021"),
    ("naskah", MIDDLE, dt.date(2003, 1, 1), dt.date(2020, 12, 31), "Sebelum PKPU 2/2021"),
    ("naskah", NEW, dt.date(2021, 1, 1), None, "PKPU 2/2021 jo PKPU 8/2021, Kep KPU 57/2022"),
)


def _now(name: str = "created_at") -> sa.Column[dt.datetime]:
    return sa.Column(name, Instant, nullable=False, server_default=sa.func.now())


def _text(name: str, **options: bool) -> sa.Column[str]:
    return sa.Column(name, sa.Text, **{"nullable": False, **options})


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    _files()
    _numbers()
    _documents()


def _files() -> None:
    op.create_table(
        "file_limit",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("max_bytes", sa.BigInteger, nullable=False),
        sa.Column("max_pages", sa.Integer),
        sa.Column("max_pixels", sa.BigInteger),
        _check("file_limit", "positive", "max_bytes > 0 and max_pages > 0 and max_pixels > 0"),
    )
    op.create_table(
        "stored_file",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        _text("sha256"),
        _text("received_sha256"),
        sa.Column("size", sa.BigInteger, nullable=False),
        _text("media_type"),
        _text("kind"),
        _text("name"),
        _text("origin"),
        sa.Column("account_id", sa.Integer),
        _now(),
        _check("stored_file", "hashes", "sha256 ~ '^[0-9a-f]{64}$' and received_sha256 ~ '^[0-9a-f]{64}$'"),
        _check("stored_file", "size", "size >= 0"),
        _check("stored_file", "origin", "origin in ('unggahan', 'sistem')"),
    )
    op.create_index("ix_stored_file_sha256", "stored_file", ["sha256"])
    op.create_index("ix_stored_file_account", "stored_file", ["account_id", sa.text("id desc")])
    op.create_table(
        "upload",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("token", sa.Text, nullable=False, unique=True),
        sa.Column("account_id", sa.Integer, nullable=False),
        _text("kind"),
        _text("name"),
        sa.Column("length", sa.BigInteger, nullable=False),
        _text("expected_sha256", nullable=True),
        sa.Column("file_id", sa.BigInteger, sa.ForeignKey("stored_file.id")),
        _now(),
        sa.Column("expires_at", Instant, nullable=False),
        _check("upload", "length", "length > 0"),
        _check("upload", "hash", "expected_sha256 ~ '^[0-9a-f]{64}$'"),
    )
    op.create_index("ix_upload_account", "upload", ["account_id", "id"])
    op.create_index("ix_upload_expires_at", "upload", ["expires_at"])
    op.create_index("ix_upload_file", "upload", ["file_id"])


def _numbers() -> None:
    kinds = op.create_table(
        "document_kind",
        sa.Column("code", sa.Text, primary_key=True),
        _text("name"),
        _text("family"),
        _text("number_group"),
        _check("document_kind", "family", "family in ('arahan', 'korespondensi', 'khusus')"),
        _check("document_kind", "number_group", "number_group in ('produk_hukum', 'naskah')"),
    )
    templates = op.create_table(
        "number_template",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        _text("number_group"),
        sa.Column("unit", Code),
        _text("pattern"),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        _text("source"),
        _check("number_template", "validity", "valid_to >= valid_from"),
        _check("number_template", "number_group", "number_group in ('produk_hukum', 'naskah')"),
        ExcludeConstraint(
            ("number_group", "="),
            (sa.text("coalesce(unit, '*')"), "="),
            (sa.text("daterange(valid_from, valid_to, '[]')"), "&&"),
            name="ex_number_template_one_at_a_time",
        ),
    )
    op.bulk_insert(
        kinds, [dict(zip(("code", "name", "family", "number_group"), k, strict=True)) for k in KINDS]
    )
    names = ("number_group", "pattern", "valid_from", "valid_to", "source")
    op.bulk_insert(templates, [dict(zip(names, t, strict=True)) for t in TEMPLATES])
    op.create_table(
        "number_counter",
        sa.Column("series", sa.Text, primary_key=True),
        sa.Column("unit", Code, primary_key=True),
        sa.Column("year", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer, nullable=False),
    )
    op.create_table(
        "number_entry",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        _text("series"),
        sa.Column("unit", Code, nullable=False),
        sa.Column("year", sa.SmallInteger, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        _text("status"),
        _text("note", nullable=True),
        sa.Column("account_id", sa.Integer),
        _now(),
        sa.UniqueConstraint("series", "unit", "year", "number", name="uq_number_entry_number"),
        _check("number_entry", "status", "status in ('dipesan', 'terbit', 'batal')"),
        _check("number_entry", "note", "(status = 'batal') = (note is not null)"),
        _check("number_entry", "number", "number > 0"),
    )
    # A number, once taken, is never given back: not even by a mistake in the program.
    for table in ("number_counter", "number_entry"):
        op.execute(f"revoke delete, truncate on {table} from electsys_app")


def _documents() -> None:
    op.create_table(
        "official_document",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("token", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, sa.ForeignKey("document_kind.code"), nullable=False),
        _text("number"),
        sa.Column("entry_id", sa.BigInteger, sa.ForeignKey("number_entry.id"), nullable=False, unique=True),
        _text("title"),
        sa.Column("unit", Code, nullable=False),
        _text("series"),
        sa.Column("date", sa.Date, nullable=False),
        _text("subject"),
        sa.Column("signers", JSONB, nullable=False),
        sa.Column("file_id", sa.BigInteger, sa.ForeignKey("stored_file.id"), nullable=False),
        sa.Column("status", sa.Text, nullable=False, server_default="terbit"),
        _text("note", nullable=True),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.Column("act_id", sa.BigInteger, nullable=False),
        _now(),
        _check("official_document", "status", "status in ('terbit', 'batal')"),
        _check("official_document", "note", "(status = 'batal') = (note is not null)"),
    )
    op.create_index("ix_official_document_unit", "official_document", ["unit", sa.text("id desc")])
    op.create_index("ix_official_document_subject", "official_document", ["subject"])
    op.create_index("ix_official_document_file", "official_document", ["file_id"])


def downgrade() -> None:
    for table in (
        "official_document",
        "number_entry",
        "number_counter",
        "number_template",
        "document_kind",
        "upload",
        "stored_file",
        "file_limit",
    ):
        op.drop_table(table)
