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
OUTCOMES = "('membatalkan', 'membatalkan_sebagian', 'menafsirkan', 'menolak')"
N, ALL = [0], [0, 2, 4]
#: Kinds as first installed (domain.md 8.1), the higher law first: code, type, name, abbreviation, further
#: words, citation, stem, lengths of unit codes, kind of official document. Admins may change them.
KINDS = (
    ("uu", "peraturan", "Undang-Undang", "UU", ["undang undang"], "UU", "uu", N, None),
    (
        "perppu",
        "peraturan",
        "Peraturan Pemerintah Pengganti Undang-Undang",
        "PERPPU",
        ["perpu"],
        "Perppu",
        "perppu",
        N,
        None,
    ),
    ("pp", "peraturan", "Peraturan Pemerintah", "PP", [], "PP", "pp", N, None),
    ("perpres", "peraturan", "Peraturan Presiden", "PERPRES", [], "Perpres", "perpres", N, None),
    (
        "permenkumham",
        "peraturan",
        "Peraturan Menteri Hukum dan Hak Asasi Manusia",
        "PERMENKUMHAM",
        ["permenkumham"],
        "Permenkumham",
        "permenkumham",
        N,
        None,
    ),
    (
        "pkpu",
        "peraturan",
        "Peraturan Komisi Pemilihan Umum",
        "PKPU",
        ["peraturan kpu"],
        "PKPU",
        "pkpu",
        N,
        "PKPU",
    ),
    (
        "kpt",
        "peraturan",
        "Keputusan Komisi Pemilihan Umum",
        "KEPKPU",
        ["keputusan kpu", "kep kpu", "kep", "kpt", "sk kpu"],
        "Kep",
        "kpt",
        N,
        "Kpt",
    ),
    (
        "kpt_prov",
        "peraturan",
        "Keputusan KPU Provinsi",
        "KEPKPUPROV",
        ["keputusan kpu provinsi", "keputusan kip aceh"],
        None,
        "kpt",
        [2],
        "Kpt",
    ),
    (
        "kpt_kabko",
        "peraturan",
        "Keputusan KPU Kabupaten/Kota",
        "KEPKPUKABKO",
        ["keputusan kpu kabupaten", "keputusan kpu kota", "keputusan kip"],
        None,
        "kpt",
        [4],
        "Kpt",
    ),
    ("se", "peraturan", "Surat Edaran", "SE", ["edaran"], None, "se", ALL, "SE"),
    ("sd", "peraturan", "Surat Dinas", "SD", [], None, "sd", ALL, None),
    (
        "pks",
        "peraturan",
        "Nota Kesepahaman dan Perjanjian Kerja Sama",
        "MOU/PKS",
        ["mou", "perjanjian", "nota kesepahaman"],
        None,
        "pks",
        ALL,
        "PKS",
    ),
    ("putusan_mk", "putusan", "Putusan Mahkamah Konstitusi", "PUTMK", ["putusan mk"], "MK", "mk", N, None),
    ("putusan_ma", "putusan", "Putusan Mahkamah Agung", "PUTMA", ["putusan ma"], "MA", "ma", N, None),
    (
        "putusan_ptun",
        "putusan",
        "Putusan Pengadilan Tata Usaha Negara",
        "PUTPTUN",
        ["putusan ptun"],
        "PTUN",
        "ptun",
        ALL,
        None,
    ),
    (
        "putusan_bawaslu",
        "putusan",
        "Putusan Badan Pengawas Pemilihan Umum",
        "PUTBAWASLU",
        ["putusan bawaslu"],
        "Bawaslu",
        "bawaslu",
        ALL,
        None,
    ),
    (
        "putusan_dkpp",
        "putusan",
        "Putusan Dewan Kehormatan Penyelenggara Pemilu",
        "PUTDKPP",
        ["putusan dkpp"],
        "DKPP",
        "dkpp",
        ALL,
        None,
    ),
    ("rancangan", "monografi", "Rancangan Peraturan", "RANCANGAN", ["rpkpu"], None, "rancangan", ALL, None),
    ("naskah_akademik", "monografi", "Naskah Akademik", "NA", [], None, "na", ALL, None),
    ("penelitian", "monografi", "Penelitian Hukum", "PENELITIAN", ["kajian"], None, "penelitian", ALL, None),
    ("monografi", "monografi", "Monografi Hukum", "MONOGRAFI", ["buku"], None, "buku", ALL, None),
    ("artikel", "artikel", "Artikel Hukum", "ARTIKEL", [], None, "artikel", ALL, None),
    ("infografis", "artikel", "Infografis", "INFOGRAFIS", ["poster"], None, "infografis", ALL, None),
)


def _kinds(table: sa.Table) -> None:
    names = ("code", "type", "name", "abbreviation", "aliases", "cite", "stem", "unit_digits")
    op.bulk_insert(
        table,
        [
            dict(zip((*names, "document_kind"), kind, strict=True)) | {"position": position}
            for position, kind in enumerate(KINDS, start=1)
        ],
    )


def _text(name: str, default: str | None = None, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable, server_default=default)


def _now(name: str) -> sa.Column[sa.DateTime]:
    return sa.Column(name, INSTANT, nullable=False, server_default=NOW)


def upgrade() -> None:
    kinds = op.create_table(
        "law_kind",
        sa.Column("code", sa.Text, primary_key=True),
        _text("type"),
        _text("name"),
        _text("abbreviation"),
        sa.Column("aliases", ARRAY(sa.Text), nullable=False, server_default="{}"),
        _text("cite", nullable=True),
        _text("stem"),
        sa.Column("unit_digits", ARRAY(sa.SmallInteger), nullable=False),
        _text("document_kind", nullable=True),
        sa.Column("position", sa.SmallInteger, nullable=False),
        sa.CheckConstraint("type in ('peraturan', 'monografi', 'artikel', 'putusan')", name="type"),
        sa.CheckConstraint("code ~ '^[a-z0-9_]+$' and stem ~ '^[a-z]+$'", name="code"),
        sa.CheckConstraint("unit_digits <@ '{0,2,4}' and cardinality(unit_digits) > 0", name="unit_digits"),
    )
    _kinds(kinds)
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
        sa.Column("ruling_kinds", ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("ruling_regions", ARRAY(sa.Text), nullable=False, server_default="{}"),
        _text("legal_status", nullable=True),
        _text("state", "konsep"),
        _text("withdrawal", nullable=True),
        sa.Column("to_confirm", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("official_id", sa.BigInteger, sa.ForeignKey("official_document.id"), unique=True),
        _now("created_at"),
        sa.Column("published_at", INSTANT),
        _now("changed_at"),
        sa.UniqueConstraint("kind", "unit", "number", "year", name="uq_law_document_number"),
        sa.CheckConstraint("state in ('konsep', 'terbit', 'ditarik')", name="state"),
        sa.CheckConstraint("state = 'konsep' or published_at is not null", name="published"),
        sa.CheckConstraint(f"legal_status in {STATUSES}", name="legal_status"),
        sa.CheckConstraint("(state = 'ditarik') = (withdrawal is not null)", name="withdrawal"),
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
        _text("outcome", nullable=True),
        _text("note", ""),
        _now("created_at"),
        sa.UniqueConstraint("source_id", "kind", "target_id", name="uq_law_relation_once"),
        sa.CheckConstraint("source_id <> target_id", name="not_itself"),
        sa.CheckConstraint(f"kind in {RELATIONS}", name="kind"),
        sa.CheckConstraint(f"outcome in {OUTCOMES}", name="outcome"),
        sa.CheckConstraint("(kind = 'menguji') = (outcome is not null)", name="ruling"),
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
