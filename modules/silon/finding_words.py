"""The words of what the rules find in a list, one place for pages, error sheets and the command."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys.web.formats import angka, tanggal
from modules.silon.models.candidates import FLAGS
from modules.silon.rules.lists import ARTICLES, Finding

#: Rule -> its name, as a heading or in a filter.
RULE_NAMES: dict[str, Any] = {
    "kosong": _l("Daftar kosong"),
    "melebihi_kursi": _l("Melebihi jumlah kursi"),
    "kuota_perempuan": _l("Keterwakilan perempuan"),
    "zipper": _l("Penempatan perempuan"),
    "nomor_urut": _l("Nomor urut"),
    "ganda_daftar": _l("Orang yang sama dua kali"),
    "usia": _l("Usia"),
    "partai_lokal": _l("Partai lokal Aceh"),
    "nik_kosong": _l("NIK belum diisi"),
    "ganda_calon": _l("Pencalonan ganda"),
    "potensi_ganda": _l("Kemungkinan pencalonan ganda"),
    "bukan_anggota": _l("Bukan anggota partai"),
    "anggota_lain": _l("Anggota partai lain"),
    "bukan_pemilih": _l("Bukan pemilih terdaftar"),
    "pekerjaan": _l("Pekerjaan"),
    "nik": _l("NIK"),
}
SEVERITIES: dict[str, Any] = {
    "tolak": _l("harus dibetulkan sebelum diajukan"),
    "bms": _l("belum memenuhi syarat"),
    "peringatan": _l("perlu diperiksa"),
}
#: What a flag says of a candidate to those who put them up: that there is a double, never who.
FLAG_WORDS: dict[str, Any] = {
    "ganda_calon": _l("juga dicalonkan oleh partai, di dapil, atau dalam pemilihan lain"),
    "potensi_ganda": _l("nama dan tanggal lahir sama dengan calon lain; NIK berbeda"),
    "bukan_anggota": _l("tidak tercatat sebagai anggota partai ini di Sipol"),
    "anggota_lain": _l("tercatat sebagai anggota partai lain di Sipol"),
    "bukan_pemilih": _l("tidak terdaftar sebagai pemilih"),
    "pekerjaan": _l("pekerjaan ini menuntut pengunduran diri"),
    "usia": _l("belum cukup umur pada tanggal acuan"),
    "nik": _l("NIK tidak cocok dengan tanggal lahir, jenis kelamin, atau kode wilayah"),
}
#: The same, short, for a label in a table.
FLAG_NAMES: dict[str, Any] = {flag: RULE_NAMES[flag] for flag in (*FLAG_WORDS,)}
assert set(FLAG_WORDS) == set(FLAGS)  # noqa: S101  (a new flag needs its words)
assert set(RULE_NAMES) == set(ARTICLES)  # noqa: S101  (and so does a new rule)


def places(numbers: Sequence[int]) -> str:
    """Places on a list as read: "3", "4-6", "1, 4 dan 9".

    >>> places([4, 5, 6])
    '4-6'
    """
    if len(numbers) > 2 and list(numbers) == list(range(numbers[0], numbers[0] + len(numbers))):
        return f"{numbers[0]}-{numbers[-1]}"
    *first, last = map(str, numbers)
    return _("%(first)s dan %(last)s", first=", ".join(first), last=last) if first else last


def finding_words(finding: Finding) -> str:
    """One sentence: what is wrong, where on the list, and with which numbers."""
    values, numbers = finding.values, finding.numbers
    if finding.code in FLAG_WORDS and finding.code != "usia":
        return _("Nomor %(n)s: %(what)s.", n=places(numbers), what=FLAG_WORDS[finding.code])
    return _SENTENCES[finding.code](values, numbers)


def _too_many(values: Any, numbers: Any) -> str:
    return _(
        "%(names)s calon untuk %(seats)s kursi; paling banyak %(most)s.",
        names=angka(values["names"]),
        seats=angka(values["seats"]),
        most=angka(values["most"]),
    )


def _women(values: Any, numbers: Any) -> str:
    text = _(
        "%(women)s perempuan di antara %(names)s calon; disyaratkan paling sedikit %(needed)s.",
        women=angka(values["women"]),
        names=angka(values["names"]),
        needed=angka(values["needed"]),
    )
    rounding = (
        _("Pecahan dibulatkan ke atas.")
        if values["rounding"] == "ceil"
        else _("Pecahan 0,50 atau lebih dibulatkan ke atas, selebihnya ke bawah.")
    )
    return f"{text} {rounding}"


def _order(values: Any, numbers: Any) -> str:
    if values["twice"]:
        return _("Nomor urut %(n)s dipakai lebih dari satu calon.", n=places(values["twice"]))
    return _("Nomor urut %(n)s tidak ada; nomor harus 1, 2, 3 dan seterusnya.", n=places(values["missing"]))


def _age(values: Any, numbers: Any) -> str:
    age, day = angka(values["age"]), tanggal(values["on"]) if values["on"] else None
    if values["years"] is None or day is None:
        return _("Nomor %(n)s: belum %(age)s tahun pada tanggal acuan.", n=places(numbers), age=age)
    return _(
        "Nomor %(n)s: %(years)s tahun pada %(day)s; disyaratkan paling rendah %(age)s tahun.",
        n=places(numbers),
        years=angka(values["years"]),
        day=day,
        age=age,
    )


_SENTENCES: dict[str, Any] = {
    "kosong": lambda values, numbers: _("Belum ada calon."),
    "melebihi_kursi": _too_many,
    "kuota_perempuan": _women,
    "zipper": lambda values, numbers: _(
        "Nomor %(first)s-%(last)s: tidak ada perempuan; disyaratkan satu di setiap %(n)s calon.", **values
    ),
    "nomor_urut": _order,
    "ganda_daftar": lambda values, numbers: _("Nomor %(n)s: orang yang sama.", n=places(numbers)),
    "usia": _age,
    "partai_lokal": lambda values, numbers: _("Partai lokal Aceh hanya untuk DPRA dan DPRK di Aceh."),
    "nik_kosong": lambda values, numbers: _(
        "Nomor %(n)s: NIK atau tanggal lahir belum diisi.", n=places(numbers)
    ),
}
