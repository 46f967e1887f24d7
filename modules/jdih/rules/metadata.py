"""The metadata of each type of document, as one table (Permenkumham 8/2019; domain.md 8.1).

Forms, the document page, the feed and the check before publication all read :data:`FIELDS`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from flask_babel import lazy_gettext as _l

TYPES = ("peraturan", "monografi", "artikel", "putusan")
Input = Literal["line", "long", "date", "list", "checks", "regions"]


@dataclass(frozen=True)
class Field:
    """One field: its column in law_document, its official key, and how each type uses it."""

    #: Column of law_document, and name in forms.
    name: str
    #: The official key of domain.md 8.1.
    key: str
    #: Type -> label; a type that is not here does not have the field.
    labels: Mapping[str, Any]
    #: Types that cannot be published without it.
    required: frozenset[str] = frozenset()
    #: Types whose record is thin without it; shown as a to-do, it stops nobody.
    wanted: frozenset[str] = frozenset()
    input: Input = "line"
    #: Type -> an example, shown as the field's hint.
    examples: Mapping[str, Any] = field(default_factory=dict)
    max: int = 500

    def label(self, type: str) -> Any:
        """The label of a type of document."""
        return self.labels[type]

    def example(self, type: str) -> Any:
        """The example of a type, the general one where it has none of its own."""
        return self.examples.get(type, self.examples.get("*", ""))


def _all(label: Any) -> dict[str, Any]:
    return dict.fromkeys(TYPES, label)


LAW = frozenset({"peraturan", "putusan"})
EVERY = frozenset(TYPES)
_P, _M, _A = frozenset({"peraturan"}), frozenset({"monografi"}), frozenset({"artikel"})

FIELDS: tuple[Field, ...] = (
    Field(
        "title",
        "judul",
        _all(_l("Judul")),
        EVERY,
        input="long",
        max=2000,
        examples={
            "peraturan": _l("Isi bagian “tentang” saja, misalnya: Pencalonan Anggota DPR dan DPRD."),
            "putusan": _l("Misalnya: Pengujian UU 7/2017 tentang Pemilihan Umum."),
        },
    ),
    Field(
        "number",
        "nomor",
        {"peraturan": _l("Nomor peraturan"), "putusan": _l("Nomor putusan")},
        LAW,
        max=80,
        examples={
            "peraturan": _l("Seperti tertulis, misalnya 10."),
            "putusan": _l("Seperti tertulis, misalnya 90/PUU-XXI/2023."),
        },
    ),
    Field(
        "call_number",
        "nomor_panggil",
        {"monografi": _l("Nomor panggil")},
        wanted=_M,
        max=80,
        examples={"*": _l("Misalnya 342.07 KOM p.")},
    ),
    Field(
        "heading",
        "teu",
        _all(_l("T.E.U. badan/orang")),
        EVERY,
        examples={
            "*": _l("Misalnya Indonesia. Komisi Pemilihan Umum; untuk orang: nama keluarga, nama depan.")
        },
    ),
    Field(
        "court",
        "jenis_peradilan",
        {"putusan": _l("Lembaga peradilan")},
        frozenset({"putusan"}),
        max=200,
        examples={"*": _l("Misalnya Mahkamah Konstitusi.")},
    ),
    Field("edition", "edisi", {"monografi": _l("Cetakan/edisi")}, wanted=_M, max=80),
    Field(
        "place",
        "tempat_terbit",
        {
            "peraturan": _l("Tempat penetapan"),
            "monografi": _l("Tempat terbit"),
            "artikel": _l("Tempat terbit"),
            "putusan": _l("Tempat peradilan"),
        },
        LAW,
        wanted=_M | _A,
        max=120,
        examples={"*": _l("Misalnya Jakarta.")},
    ),
    Field("publisher", "penerbit", {"monografi": _l("Penerbit")}, _M, max=200),
    Field(
        "set_on",
        "tanggal_penetapan",
        {"peraturan": _l("Tanggal penetapan"), "putusan": _l("Tanggal dibacakan")},
        wanted=LAW,
        input="date",
    ),
    Field(
        "promulgated_on",
        "tanggal_pengundangan",
        {"peraturan": _l("Tanggal pengundangan")},
        input="date",
    ),
    Field(
        "physical",
        "deskripsi_fisik",
        {"monografi": _l("Deskripsi fisik")},
        wanted=_M,
        max=200,
        examples={"*": _l("Misalnya x, 214 hlm.; 23 cm.")},
    ),
    Field(
        "source",
        "sumber",
        {"peraturan": _l("Sumber (LN/BN)"), "artikel": _l("Sumber (majalah atau jurnal)")},
        _A,
        max=300,
        examples={
            "peraturan": _l("Misalnya BN Tahun 2023 Nomor 334."),
            "artikel": _l("Nama majalah, jilid, nomor, halaman."),
        },
    ),
    Field(
        "subjects",
        "subjek",
        _all(_l("Subjek")),
        wanted=EVERY,
        input="list",
        examples={"*": _l("Satu subjek satu baris, misalnya: pencalonan.")},
    ),
    Field("isbn", "isbn", {"monografi": _l("ISBN")}, max=20, examples={"*": _l("13 atau 10 angka.")}),
    Field("language", "bahasa", _all(_l("Bahasa")), EVERY, max=60),
    Field(
        "location",
        "lokasi",
        _all(_l("Lokasi")),
        max=200,
        examples={"*": _l("Tempat dokumen asli disimpan, misalnya Biro Hukum KPU.")},
    ),
    Field(
        "field_of_law",
        "bidang_hukum",
        _all(_l("Bidang hukum")),
        wanted=EVERY,
        max=120,
        examples={"*": _l("Misalnya Hukum tata negara.")},
    ),
    Field("book_number", "nomor_induk_buku", {"monografi": _l("Nomor induk buku")}, max=60),
    Field(
        "abstract",
        "abstrak",
        {"peraturan": _l("Abstrak"), "putusan": _l("Abstrak")},
        wanted=LAW,
        input="long",
        max=20_000,
        examples={
            "*": _l("Alasan, dasar hukum, dan isi pokok; pisahkan dengan baris kosong."),
        },
    ),
    Field(
        "ruling_kinds",
        "akibat",
        {"putusan": _l("Menyangkut")},
        input="checks",
        examples={"*": _l("Sistem memberi tahu modul yang bersangkutan begitu putusan terbit.")},
    ),
    Field(
        "ruling_regions",
        "wilayah",
        {"putusan": _l("Wilayah yang terkena")},
        input="regions",
        examples={"*": _l("Kode wilayah, satu satu baris; kosong berarti seluruh Indonesia.")},
    ),
)

#: Fields that the register fills in by itself: the office that sets a document, by the length of its code.
DEFAULTS = {"place": "Jakarta", "language": "Indonesia", "field_of_law": "Hukum tata negara"}


def fields_of(type: str) -> tuple[Field, ...]:
    """The fields of a type, in the order of forms and pages."""
    return tuple(f for f in FIELDS if type in f.labels)


def missing(type: str, values: Mapping[str, Any]) -> list[Field]:
    """The fields without which a document of this type cannot be published."""
    return [f for f in fields_of(type) if type in f.required and not values.get(f.name)]


def thin(type: str, values: Mapping[str, Any]) -> list[Field]:
    """The fields that a good record has and this one has not."""
    return [f for f in fields_of(type) if type in f.wanted and not values.get(f.name)]


def completeness(type: str, values: Mapping[str, Any]) -> tuple[int, int]:
    """How many of the required and wanted fields are filled, and how many there are."""
    asked = [f for f in fields_of(type) if type in f.required | f.wanted]
    return sum(bool(values.get(f.name)) for f in asked), len(asked)


def isbn_is_valid(text: str) -> bool:
    """Whether the check digit of an ISBN of 10 or 13 is right (ISO 2108)."""
    digits = re.sub(r"[\s-]", "", text).upper()
    if re.fullmatch(r"\d{13}", digits):
        return sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10 == 0
    if re.fullmatch(r"\d{9}[\dX]", digits):
        total = sum((10 if d == "X" else int(d)) * (10 - i) for i, d in enumerate(digits))
        return total % 11 == 0
    return False
