"""Synthetic documents of law with real PDF files: to measure the search and to look at it.

Everything comes from a seed and is invented; titles follow the pattern of real ones. Register rows are
written as they are, without the register's own operations (10,000 drafts and publications would measure
those); files are stored, read and indexed the way of any upload.
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from electsys.db import db
from electsys.documents import store_file
from electsys.ledger import Actor
from modules.jdih import indexing
from modules.jdih.jobs import read_file
from modules.jdih.models.register import LawDocument, LawFile

#: (kind, weight, has satker): most of a register are decisions of kab/kota.
KINDS = (("kpt_kabko", 60, 4), ("kpt_prov", 12, 2), ("kpt", 15, 0), ("pkpu", 4, 0), ("putusan_mk", 4, 0))
DOINGS = (
    *("Penetapan", "Pedoman Teknis", "Perubahan atas Penetapan", "Tata Cara", "Pembentukan", "Pengangkatan"),
    *("Pemberhentian", "Jadwal", "Standar Operasional", "Pencabutan", "Petunjuk Pelaksanaan"),
)
MATTERS = (
    *("Daftar Pemilih Tetap", "Daftar Pemilih Sementara", "Rekapitulasi Hasil Penghitungan Perolehan Suara"),
    *("Calon Terpilih Anggota DPRD", "Panitia Pemilihan Kecamatan", "Panitia Pemungutan Suara", "Kampanye"),
    *("Dana Kampanye", "Logistik dan Perlengkapan Pemungutan Suara", "Daerah Pemilihan dan Alokasi Kursi"),
    *("Pencalonan Gubernur dan Wakil Gubernur", "Verifikasi Partai Politik Peserta Pemilu"),
    *("Pemutakhiran Data Pemilih Berkelanjutan", "Pengganti Antarwaktu Anggota DPRD", "Debat Publik"),
    *("Badan Ad Hoc", "Tempat Pemungutan Suara", "Lembaga Survei dan Hitung Cepat", "Kode Klasifikasi Arsip"),
)
SUBJECTS = (
    *("pencalonan", "daftar pemilih", "kampanye", "logistik", "rekapitulasi", "badan ad hoc"),
    "partai politik",
)
STATUSES = ("berlaku",) * 12 + ("diubah", "dicabut", "dicabut_sebagian")
UNITS = [f"{p}{k:02d}" for p in (11, 12, 13, 14, 31, 32, 33, 34, 35, 61, 73, 91) for k in range(1, 24)]
COMMON = """
    pemilihan umum komisi provinsi kabupaten kota anggota suara pemilih daftar tetap hasil peserta
    partai politik calon penetapan keputusan peraturan ketua sekretaris tahapan jadwal penghitungan
    pemungutan rekapitulasi kecamatan desa kelurahan petugas rapat pleno berita acara saksi bawaslu
    pengawas undang undang pasal ayat ketentuan dimaksud huruf dokumen syarat verifikasi
    administrasi faktual perbaikan kampanye dana laporan logistik kotak bilik surat tinta formulir
    sertifikat salinan pengumuman tanggapan masyarakat keberatan sengketa putusan mahkamah
    konstitusi dewan perwakilan rakyat daerah presiden wakil gubernur bupati wali
    """.split()  # noqa: SIM905  (words read best as words)
SYLLABLES = """
    ba be bi ka ke ko la le lu ma me mu na ni no pa pe ra re ri sa se su ta te ti wa ya
    """.split()  # noqa: SIM905  (words read best as words)
LINES = 38


def rare_words(n: int, rng: random.Random) -> list[str]:
    """Invented words, for a vocabulary as wide as that of real texts."""
    return ["".join(rng.choices(SYLLABLES, k=rng.randrange(2, 6))) for _ in range(n)]


def plain_pdf(pages: Iterable[Sequence[str]]) -> bytes:
    """A PDF of lines of Latin text, a sequence a page: valid, small, and made at once."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    kids = []
    for lines in pages:
        kids.append(len(objects) + 1)
        shown = " T* ".join(f"({_escaped(line)}) Tj" for line in lines)
        stream = f"BT /F1 11 Tf 14 TL 50 790 Td {shown} ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects) + 2} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(f'{k} 0 R' for k in kids)}] /Count {len(kids)} >>"
    out, offsets = [b"%PDF-1.4\n"], []
    for number, body in enumerate(objects, 1):
        offsets.append(sum(map(len, out)))
        out.append(f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1", "replace"))
    start = sum(map(len, out))
    rows = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    out.append(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}".encode())
    out.append(f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode())
    return b"".join(out)


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def make_documents(
    count: int, *, seed: int = 2024, pages: int = 6, tell: Callable[[int], Any] = lambda done: None
) -> int:
    """Make published documents with one PDF each, of one to ``2 * pages`` pages; return how many.

    Commits every hundred. ``tell`` hears how many are done.
    """
    rng = random.Random(seed)  # noqa: S311  (invented documents, not a secret)
    rare = rare_words(20_000, rng)
    actor = Actor.system("demo")
    numbers = itertools.count(1)
    for done in range(1, count + 1):
        document = _document(next(numbers), rng)
        db.session.add(document)
        db.session.flush()
        content = plain_pdf(_pages(document, rng, rare, rng.randrange(1, 2 * pages)))
        file = store_file(
            io.BytesIO(content), name=f"{document.stem}.pdf", kind="document", actor=actor, origin="sistem"
        )
        db.session.add(
            LawFile(document_id=document.id, file_id=file.id, role="utama", label="Salinan", position=1)
        )
        db.session.flush()
        read_file(document.id, file)
        indexing.index(document, document.kind_row)
        if done % 100 == 0 or done == count:
            db.session.commit()
            tell(done)
    return count


def _document(n: int, rng: random.Random) -> LawDocument:
    kind, _weight, digits = rng.choices(KINDS, [k[1] for k in KINDS])[0]
    year = rng.choices(range(2017, 2027), [1, 1, 3, 3, 2, 3, 6, 9, 3, 2])[0]
    unit = rng.choice(UNITS)[:digits] if digits else ""
    matter = rng.choice(MATTERS)
    place = f" di Wilayah {unit}" if unit else ""
    number = f"{n}/PUU-XXI/{year}" if kind == "putusan_mk" else str(n)
    day = dt.date(year, 1, 1) + dt.timedelta(days=rng.randrange(365))
    return LawDocument(
        kind=kind,
        unit=unit,
        number=number,
        year=year,
        title=f"{rng.choice(DOINGS)} {matter}{place} {rng.choice(('Tahun', 'Pemilihan Umum Tahun'))} {year}",
        stem=f"{unit + '-' if unit else ''}{year}{kind.replace('_', '')}{n:05d}",
        heading="Indonesia. Komisi Pemilihan Umum",
        place="Jakarta",
        set_on=day,
        subjects=rng.sample(SUBJECTS, rng.randrange(1, 3)),
        abstract=f"Bahwa {matter.lower()} perlu diatur. {' '.join(rng.choices(COMMON, k=40)).capitalize()}.",
        legal_status=rng.choice(STATUSES),
        state="terbit",
        published_at=dt.datetime.now(dt.UTC),
    )


def _pages(document: LawDocument, rng: random.Random, rare: list[str], count: int) -> list[list[str]]:
    """Pages as a decision has them: common words of the field, some of this matter, some rare ones."""
    own = [w.lower() for w in document.title.split()] * 3
    pages = []
    for n in range(count):
        lines = [f"Pasal {n + 1}"] if n else [document.title[:90]]
        for _ in range(LINES):
            # The n-th rare word comes up about once in n: a few of them often, most hardly ever.
            odd = [rare[min(len(rare) - 1, int(rng.paretovariate(0.35)))] for _ in range(3)]
            lines.append(" ".join(rng.sample([*rng.choices(COMMON, k=7), *rng.choices(own, k=2), *odd], 12)))
        pages.append(lines)
    return pages
