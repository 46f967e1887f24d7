"""The words of Sidalih's codes: doubts, events, sources, stages, marks."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from electsys.privacy.wording import PROBLEMS

#: Doubts of a row (modules.sidalih.rules.voters), those about its numbers included.
DOUBTS: dict[str, Any] = {
    **PROBLEMS,
    "umur_kurang": _l("Belum cukup umur pada hari pemungutan dan belum pernah kawin."),
    "umur_lebih": _l("Umur sangat tinggi; periksa tanggal lahir atau apakah masih hidup."),
    "kawin_muda": _l("Tercatat kawin pada umur yang tidak wajar; periksa tanggal lahir dan status kawin."),
}

EVENTS: dict[str, Any] = {
    "sesuai": _l("Sesuai"),
    "ubah": _l("Data diubah"),
    "baru": _l("Pemilih baru"),
    "tms": _l("Tidak memenuhi syarat"),
    "pulih": _l("Dipulihkan"),
    "tempat": _l("Ditempatkan di TPS lain"),
    "masuk": _l("Pindah masuk"),
    "keluar": _l("Pindah keluar"),
    "tanda": _l("Tanda pada daftar yang ditetapkan"),
}

SOURCES: dict[str, Any] = {
    "dp4": _l("DP4"),
    "dpb": _l("DPB"),
    "dpt": _l("DPT sebelumnya"),
    "coklit": _l("Coklit"),
    "tanggapan": _l("Masukan dan tanggapan"),
    "putusan": _l("Putusan"),
    "ppln": _l("PPLN"),
}

STAGES: dict[str, Any] = {
    "a_daftar": _l("A-Daftar Pemilih"),
    "dphp": _l("DPHP"),
    "dps": _l("DPS"),
    "dpshp": _l("DPSHP"),
    "dpt": _l("DPT"),
}

MARKS: dict[str, Any] = {
    "meninggal": _l("Meninggal"),
    "ganda": _l("Ganda"),
    "tms": _l("Tidak memenuhi syarat"),
    "pindah_keluar": _l("Pindah memilih"),
    "batal": _l("Tanda dibatalkan"),
}

#: What a limited visit finds (models.coktas.OUTCOMES).
OUTCOME_WORDS: dict[str, Any] = {
    "sesuai": _l("Sesuai"),
    "ubah": _l("Data diubah"),
    "tms": _l("Tidak memenuhi syarat"),
    "tidak_ditemui": _l("Tidak ditemui"),
}

#: Fields of a voter, as forms and papers name them.
FIELDS: dict[str, Any] = {
    "nik": _l("NIK"),
    "nkk": _l("NKK"),
    "passport": _l("Nomor paspor"),
    "name": _l("Nama"),
    "birth_place": _l("Tempat lahir"),
    "birth_date": _l("Tanggal lahir"),
    "sex": _l("Jenis kelamin"),
    "marital_status": _l("Status kawin"),
    "address": _l("Alamat"),
    "rt": _l("RT"),
    "rw": _l("RW"),
    "disability": _l("Disabilitas"),
    "ktp_el": _l("KTP-el"),
    "tps_code": _l("TPS"),
}
