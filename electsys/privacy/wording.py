"""The words for the codes of :mod:`electsys.privacy.rules`, and for the room's verbs."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

PROBLEMS: dict[str, Any] = {
    "nik_length": _l("NIK harus 16 angka."),
    "nik_digits": _l("NIK hanya boleh berisi angka 0 sampai 9."),
    "nik_region_unknown": _l("Kode wilayah di awal NIK tidak dikenal."),
    "nik_date_impossible": _l("Tanggal lahir di dalam NIK tidak mungkin ada."),
    "nik_date_differs": _l("Tanggal lahir di dalam NIK berbeda dari tanggal lahir yang ditulis."),
    "nik_sex_differs": _l("Jenis kelamin di dalam NIK berbeda dari yang ditulis."),
    "nik_serial_zero": _l("Nomor urut NIK tidak boleh 0000."),
    "nkk_length": _l("NKK harus 16 angka."),
    "nkk_digits": _l("NKK hanya boleh berisi angka 0 sampai 9."),
    "nkk_region_unknown": _l("Kode wilayah di awal NKK tidak dikenal."),
    "nkk_date_impossible": _l("Tanggal di dalam NKK tidak mungkin ada."),
    "nkk_serial_zero": _l("Nomor urut NKK tidak boleh 0000."),
}

VERBS: dict[str, Any] = {
    "privacy:nik:reveal": _l("Membuka NIK lengkap"),
    "privacy:budget:exceed": _l("Melampaui batas data pribadi"),
    "privacy:key:rotate": _l("Mengganti kunci data pribadi"),
    "privacy:key:drop": _l("Menghapus kunci lama"),
    "privacy:disclosure:register": _l("Mencatat penyerahan data pribadi"),
}

KINDS: dict[str, Any] = {
    "reveal": _l("NIK dibuka"),
    "export": _l("Data diserahkan"),
    "refused": _l("Ditolak: batas data pribadi terlampaui"),
}

ALARM_TITLE = _l("Batas data pribadi terlampaui")
ALARM_TEXT = _l("Akun nomor %(account)s meminta %(asked)s baris lagi setelah batas %(limit)s baris habis.")
