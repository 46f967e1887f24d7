"""What each kind of official document asks for and how it is set (PKPU 2/2021 jo 8/2021; domain.md 9.2).

:data:`LAYOUTS` is a table: kind -> template and fields. A form is built from it; what people typed
becomes values and printable data in :mod:`electsys.documents.filling`. The facts that most letters share
(:data:`COMMON`) are named by each layout in ``common``; signers are ``{"name", "role"}`` with, where
somebody signs for another, ``capacity`` (:data:`CAPACITIES`) and ``on_behalf`` (the office in whose name).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from flask_babel import lazy_gettext as _l

Input = Literal["line", "text", "paragraphs", "list", "table", "date"]
#: How a field stands on the paper: ``plain`` without its label, ``section`` under its label as a heading,
#: ``fact`` as a row "label : value", ``person`` as rows "Nama: ..." under its label as a sentence, ``side``
#: with the label in a column at the left (Menimbang), ``own`` where the template knows the field by name.
Style = Literal["plain", "section", "fact", "person", "side", "own"]

#: In whose place somebody signs (PKPU 2/2021): for the office, for its deputy, acting, daily acting.
CAPACITIES = {
    "": _l("atas nama sendiri"),
    "a.n.": _l("atas nama (a.n.)"),
    "u.b.": _l("untuk beliau (u.b.)"),
    "Plt.": _l("pelaksana tugas (Plt.)"),
    "Plh.": _l("pelaksana harian (Plh.)"),
}
SIFAT = {
    "biasa": _l("Biasa"),
    "terbatas": _l("Terbatas"),
    "rahasia": _l("Rahasia"),
    "sangat_rahasia": _l("Sangat Rahasia"),
}
KECEPATAN = {"biasa": _l("Biasa"), "segera": _l("Segera"), "sangat_segera": _l("Sangat Segera")}


@dataclass(frozen=True)
class Field:
    """One field: ``input`` says how it is asked for and what its value is.

    ``line`` and ``text``: a text; ``paragraphs`` and ``list``: a list of texts; ``table``:
    ``{"columns": [...], "rows": [[...]]}``, with the ``numbers`` of columns set to the right and whether the
    last row is a ``total``; ``date``: a date.
    """

    name: str
    label: Any
    input: Input = "line"
    required: bool = False
    help: Any = ""
    style: Style = "plain"
    #: Words that stand above the field, centred: "MEMBERI TUGAS".
    above: str = ""
    #: The label on paper where it differs from that in the form.
    printed: str = ""


@dataclass(frozen=True)
class Layout:
    """A kind of document: its typst template and its fields, in the order of the paper."""

    kind: str
    template: str
    fields: tuple[Field, ...]
    #: Names of :data:`COMMON` that this kind prints.
    common: tuple[str, ...] = ()
    #: ``tentang``: kind, number, TENTANG, title; ``plain``: kind and number; ``none``: no title block.
    title: str = "tentang"
    #: Words before place and date above the signature; "" gives "Place, date".
    lead: str = ""
    #: Whether signers stand side by side (parties of an agreement, giver and taker of a mandate).
    side_by_side: bool = False
    #: Whether the signature goes over a duty stamp (UU 10/2020 art 3).
    stamp: bool = False

    def field(self, name: str) -> Field:
        """The field of a name; KeyError if the kind has none."""
        return {f.name: f for f in self.fields}[name]


#: Facts that letters share, held beside the kind's own fields.
COMMON: dict[str, Field] = {
    f.name: f
    for f in (
        Field("sifat", _l("Sifat"), help=_l("Biasa, Terbatas, Rahasia, atau Sangat Rahasia.")),
        Field("kecepatan", _l("Kecepatan"), help=_l("Biasa, Segera, atau Sangat Segera.")),
        Field("lampiran", _l("Lampiran"), help=_l("Misalnya: 1 (satu) berkas. Kosongkan bila tidak ada.")),
        Field("hal", _l("Hal"), required=True),
        Field("yth", _l("Yth."), "list", required=True, help=_l("Satu penerima satu baris.")),
        Field("tembusan", _l("Tembusan"), "list", help=_l("Satu penerima satu baris.")),
    )
}
LETTER = ("sifat", "kecepatan", "lampiran", "hal", "yth", "tembusan")

ONE_A_LINE = _l("Satu butir satu baris.")
BLANK_LINE = _l("Pisahkan paragraf dengan baris kosong.")
TABLE = _l("Baris pertama judul kolom; pisahkan kolom dengan tab, garis tegak, atau titik koma.")
PERSON = _l("Satu keterangan satu baris, misalnya Nama: ..., NIP: ..., Jabatan: ...")
ARTICLES = _l('Tulis "BAB I", judul bab, dan "Pasal 1" pada paragraf tersendiri.')

PLACE = Field("place", _l("Tempat"), required=True, help=_l("Kota penetapan, misalnya Jakarta."), style="own")
BODY = Field("paragraphs", _l("Isi"), "paragraphs", required=True, help=BLANK_LINE)
CONSIDER = (
    Field("menimbang", _l("Menimbang"), "list", True, ONE_A_LINE, "own"),
    Field("mengingat", _l("Mengingat"), "list", True, ONE_A_LINE, "own"),
)
ATTACHMENT = (
    Field("attachment_title", _l("Judul lampiran"), style="own"),
    Field("attachment_paragraphs", _l("Isi lampiran"), "paragraphs", help=BLANK_LINE, style="own"),
    Field("attachment_table", _l("Tabel lampiran"), "table", help=TABLE, style="own"),
)


def _section(name: str, label: Any, *, required: bool = False) -> Field:
    return Field(name, label, "paragraphs", required, BLANK_LINE, "section")


def _layouts() -> Iterable[Layout]:
    # --- arahan
    yield Layout(
        "PKPU",
        "peraturan",
        (*CONSIDER, Field("articles", _l("Batang tubuh"), "paragraphs", True, ARTICLES, "own"), PLACE),
    )
    yield Layout(
        "Kpt",
        "keputusan",
        (
            *CONSIDER,
            Field("memperhatikan", _l("Memperhatikan"), "list", help=ONE_A_LINE, style="own"),
            Field("diktum", _l("Diktum"), "list", True, ONE_A_LINE, "own"),
            PLACE,
            *ATTACHMENT,
        ),
        common=("tembusan",),
    )
    yield Layout(
        "Ins",
        "naskah",
        (
            Field("menimbang", _l("Menimbang"), "list", help=ONE_A_LINE, style="side"),
            Field("mengingat", _l("Mengingat"), "list", help=ONE_A_LINE, style="side"),
            Field("kepada", _l("Kepada"), "list", True, ONE_A_LINE, "side", above="MENGINSTRUKSIKAN:"),
            Field("diktum", _l("Untuk"), "list", True, ONE_A_LINE, "own"),
            PLACE,
        ),
        common=("tembusan",),
        lead="Dikeluarkan di",
    )
    yield Layout(
        "SOP",
        "naskah",
        (
            Field("unit_kerja", _l("Unit kerja"), required=True, style="fact"),
            Field("tanggal_efektif", _l("Tanggal efektif"), "date", required=True, style="fact"),
            Field("dasar_hukum", _l("Dasar hukum"), "list", True, ONE_A_LINE, "section"),
            Field("kualifikasi", _l("Kualifikasi pelaksana"), "list", help=ONE_A_LINE, style="section"),
            Field("keterkaitan", _l("Keterkaitan"), "list", help=ONE_A_LINE, style="section"),
            Field("peralatan", _l("Peralatan dan perlengkapan"), "list", help=ONE_A_LINE, style="section"),
            _section("peringatan", _l("Peringatan")),
            Field("pencatatan", _l("Pencatatan dan pendataan"), "list", help=ONE_A_LINE, style="section"),
            Field("langkah", _l("Langkah kerja"), "table", True, TABLE, "section"),
            PLACE,
        ),
        lead="Disahkan di",
    )
    yield Layout(
        "SE",
        "naskah",
        (
            _section("latar", _l("Latar belakang"), required=True),
            _section("maksud", _l("Maksud dan tujuan")),
            _section("ruang", _l("Ruang lingkup")),
            Field("dasar", _l("Dasar"), "list", True, ONE_A_LINE, "section"),
            _section("isi", _l("Isi edaran"), required=True),
            _section("penutup", _l("Penutup")),
            PLACE,
        ),
        common=("yth", "tembusan"),
        lead="Ditetapkan di",
    )
    yield Layout(
        "ST",
        "naskah",
        (
            Field("menimbang", _l("Menimbang"), "list", help=ONE_A_LINE, style="side"),
            Field("dasar", _l("Dasar"), "list", True, ONE_A_LINE, "side"),
            Field("petugas", _l("Kepada"), "table", True, TABLE, above="MEMBERI TUGAS"),
            Field("untuk", _l("Untuk"), "list", True, ONE_A_LINE, "side"),
            PLACE,
        ),
        common=("tembusan",),
        title="plain",
        lead="Dikeluarkan di",
    )
    # --- korespondensi
    yield Layout(
        "ND",
        "surat",
        (Field("dari", _l("Dari"), required=True, style="own"), BODY),
        common=LETTER,
        title="plain",
    )
    yield Layout(
        "SD",
        "surat",
        (
            PLACE,
            Field("di", _l("Alamat tujuan"), help=_l("Misalnya: Tempat, atau Medan."), style="own"),
            BODY,
            Field("tabel", _l("Tabel"), "table", help=TABLE),
            Field("penutup", _l("Penutup"), "text"),
        ),
        common=LETTER,
        title="none",
    )
    yield Layout(
        "Und",
        "surat",
        (
            PLACE,
            Field("di", _l("Alamat tujuan"), help=_l("Misalnya: Tempat, atau Medan."), style="own"),
            Field("pembuka", _l("Pembuka"), "text", True),
            Field("hari", _l("Hari, tanggal"), required=True, style="fact"),
            Field("waktu", _l("Waktu"), required=True, style="fact"),
            Field("tempat", _l("Tempat acara"), required=True, style="fact", printed="Tempat"),
            Field("acara", _l("Acara"), required=True, style="fact"),
            Field("penutup", _l("Penutup"), "text"),
        ),
        common=LETTER,
        title="none",
    )
    # --- khusus
    yield Layout(
        "BA",
        "berita_acara",
        (
            Field("opening", _l("Pembuka"), "text", True, _l("Pada hari ini ..."), "own"),
            Field("paragraphs", _l("Isi"), "paragraphs", True, BLANK_LINE, "own"),
            Field("table", _l("Tabel"), "table", help=TABLE, style="own"),
            Field("closing", _l("Penutup"), "text", style="own"),
        ),
    )
    yield Layout(
        "PKS",
        "naskah",
        (
            Field("pembuka", _l("Pembuka"), "text", True, _l("Pada hari ini ..., yang bertanda tangan:")),
            Field("pihak_pertama", _l("PIHAK KESATU"), "list", True, PERSON, "person"),
            Field("pihak_kedua", _l("PIHAK KEDUA"), "list", True, PERSON, "person"),
            Field("articles", _l("Pasal-pasal"), "paragraphs", True, ARTICLES, "own"),
        ),
        side_by_side=True,
        stamp=True,
    )
    yield Layout(
        "SKu",
        "naskah",
        (
            Field("pemberi", _l("Pemberi kuasa"), "list", True, PERSON, "person",
                  printed="Yang bertanda tangan di bawah ini, selanjutnya disebut Pemberi Kuasa:"),
            Field("penerima", _l("Penerima kuasa"), "list", True, PERSON, "person",
                  printed="memberi kuasa kepada, selanjutnya disebut Penerima Kuasa:"),
            Field("untuk", _l("Untuk"), "paragraphs", True, BLANK_LINE, "side"),
            Field("penutup", _l("Penutup"), "text"),
            PLACE,
        ),
        title="plain",
        side_by_side=True,
        stamp=True,
    )  # fmt: skip
    yield Layout(
        "SK",
        "naskah",
        (
            Field("pejabat", _l("Yang menerangkan"), "list", True, PERSON, "person",
                  printed="Yang bertanda tangan di bawah ini:"),
            Field("subjek", _l("Yang diterangkan"), "list", True, PERSON, "person",
                  printed="dengan ini menerangkan bahwa:"),
            BODY,
            Field("penutup", _l("Penutup"), "text"),
            PLACE,
        ),
        title="plain",
    )  # fmt: skip
    yield Layout(
        "SP",
        "naskah",
        (
            Field("pembuat", _l("Yang menyatakan"), "list", True, PERSON, "person",
                  printed="Yang bertanda tangan di bawah ini:"),
            BODY,
            PLACE,
        ),
        title="plain",
        stamp=True,
    )  # fmt: skip
    yield Layout("Pu", "naskah", (BODY, Field("tabel", _l("Tabel"), "table", help=TABLE), PLACE),
                 lead="Dikeluarkan di")  # fmt: skip
    yield Layout(
        "Lap",
        "naskah",
        (
            _section("pendahuluan", _l("Pendahuluan"), required=True),
            _section("kegiatan", _l("Kegiatan yang dilaksanakan"), required=True),
            _section("hasil", _l("Hasil yang dicapai"), required=True),
            Field("tabel", _l("Tabel"), "table", help=TABLE),
            _section("kesimpulan", _l("Kesimpulan dan saran")),
            _section("penutup", _l("Penutup")),
            PLACE,
        ),
        lead="Dibuat di",
    )
    yield Layout(
        "TS",
        "naskah",
        (
            _section("persoalan", _l("Persoalan"), required=True),
            _section("praanggapan", _l("Praanggapan")),
            _section("fakta", _l("Fakta yang mempengaruhi"), required=True),
            _section("analisis", _l("Analisis"), required=True),
            _section("kesimpulan", _l("Kesimpulan"), required=True),
            _section("saran", _l("Saran"), required=True),
            PLACE,
        ),
        common=("yth",),
    )
    yield Layout(
        "Not",
        "naskah",
        (
            Field("rapat", _l("Rapat"), required=True, style="fact"),
            Field("hari", _l("Hari, tanggal"), required=True, style="fact"),
            Field("waktu", _l("Waktu"), required=True, style="fact"),
            Field("tempat", _l("Tempat rapat"), required=True, style="fact", printed="Tempat"),
            Field("pimpinan", _l("Pimpinan rapat"), required=True, style="fact"),
            Field("notulis", _l("Notulis"), required=True, style="fact"),
            Field("peserta", _l("Peserta"), "list", True, ONE_A_LINE, "section"),
            _section("jalannya", _l("Jalannya rapat"), required=True),
            Field("keputusan", _l("Keputusan rapat"), "list", True, ONE_A_LINE, "section"),
        ),
        title="plain",
    )


#: Kind -> layout, for every kind of domain.md 9.2.
LAYOUTS: dict[str, Layout] = {layout.kind: layout for layout in _layouts()}
