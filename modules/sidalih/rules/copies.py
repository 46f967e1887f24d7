"""Copies of a frozen list: who may have which columns, for what, and how many control rows go with them.

No copy carries a NIK or NKK in full, a birth date, or (but for the polling station, which serves the voter) a
disability: UU 23/2006 art. 84 and UU 27/2022 protect them, and UU 7/2017 gives copies of the list, not of the
numbers (domain.md 5.8).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

#: Columns of a copy and their heads. ``tps`` and ``desa`` say where a row lies.
COLUMNS: dict[str, Any] = {
    "no": _l("No"),
    "nkk": _l("NKK"),
    "nik": _l("NIK"),
    "nama": _l("Nama"),
    "tempat_lahir": _l("Tempat lahir"),
    "umur": _l("Umur"),
    "jenis_kelamin": _l("L/P"),
    "status_kawin": _l("Kawin"),
    "alamat": _l("Alamat"),
    "rt": _l("RT"),
    "rw": _l("RW"),
    "disabilitas": _l("Dis."),
    "ktp_el": _l("KTP-el"),
    "keterangan": _l("Ket."),
}
#: Columns that only say where a row lies; every data file begins with them.
PLACE = ("desa", "tps")


@dataclass(frozen=True)
class Profile:
    """What one kind of recipient gets, and on what ground."""

    code: str
    label: Any
    #: Keys of :data:`COLUMNS`, in their order.
    columns: tuple[str, ...]
    #: The law that gives it and the law that bounds it.
    basis: tuple[str, ...]
    #: Keys of :data:`PURPOSES`.
    purposes: tuple[str, ...]
    #: Printed pages for each village; otherwise a data file.
    paper: bool = False
    #: Whether control rows and the invisible watermark go with it. Not on the list that is called out in a
    #: polling station: there a name that is nobody's would be called, and the numbers must stand in order.
    marked: bool = True


PURPOSES: dict[str, Any] = {
    "pemungutan": _l("Pemungutan suara di TPS"),
    "pengumuman": _l("Pengumuman daftar di desa/kelurahan"),
    "pencermatan": _l("Pencermatan daftar oleh peserta pemilu"),
    "pengawasan": _l("Pengawasan daftar pemilih"),
    "putusan": _l("Pelaksanaan putusan atau permintaan pengadilan"),
}

PROFILES: dict[str, Profile] = {
    each.code: each
    for each in (
        Profile(
            "cetak",
            _l("Cetak untuk PPS dan KPPS"),
            (
                *("no", "nkk", "nik", "nama", "tempat_lahir", "umur", "jenis_kelamin", "status_kawin"),
                *("alamat", "rt", "rw", "disabilitas", "keterangan"),
            ),
            ("UU 7/2017", "PKPU 7/2022", "UU 27/2022"),
            ("pemungutan", "pengumuman"),
            paper=True,
            marked=False,
        ),
        Profile(
            "peserta",
            _l("Peserta pemilu (tujuh elemen, tanpa NIK)"),
            ("nama", "jenis_kelamin", "umur", "alamat", "rt", "rw", "keterangan"),
            ("UU 7/2017", "UU 23/2006:84", "UU 27/2022"),
            ("pencermatan", "putusan"),
        ),
        Profile(
            "pengawas",
            _l("Bawaslu (NIK disamarkan)"),
            (
                *("nkk", "nik", "nama", "tempat_lahir", "umur", "jenis_kelamin", "status_kawin"),
                *("alamat", "rt", "rw", "ktp_el", "keterangan"),
            ),
            ("UU 7/2017", "UU 23/2006:84", "UU 27/2022"),
            ("pengawasan", "putusan"),
        ),
    )
}

#: Where a control row may be looked up: the words of an alarm.
PLACES: dict[str, Any] = {
    "cek": _l("Cek DPT"),
    "jejak": _l("Siapa melihat data saya"),
    "cari": _l("pencarian pemilih"),
    "pindah": _l("layanan pindah memilih"),
    "impor": _l("impor data pemilih"),
    "anggota": _l("impor anggota partai"),
    "dukungan": _l("impor dukungan calon"),
    "berkas": _l("pelacakan berkas bocor"),
}

#: A NIK of no region: neither Dukcapil nor KPU gives out numbers that begin so.
NOWHERE = "99"
#: A copy has at least this many control rows, however short it is.
FEWEST = 2


def control_count(rows: int, per_10000: int) -> int:
    """Control rows of a copy: at least ``per_10000`` in 10,000 rows, rounded up (setting kanari_per_10000).

    >>> control_count(400_000, 5), control_count(10_001, 5), control_count(12, 5), control_count(0, 5)
    (200, 6, 2, 0)
    """
    if rows <= 0 or per_10000 <= 0:
        return 0
    return max(FEWEST, -(-rows * per_10000 // 10_000))


def age_on(born: date, day: date) -> int:
    """Whole years on a day: what a copy shows in place of the birth date (domain.md 5.1: the voting day)."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
