"""The words of elections on screen: acts, kinds of value, chambers."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

VERBS = {
    "elections:election:seed": _l("Memasang pemilu"),
    "elections:setting:change": _l("Mengubah pengaturan hukum"),
    "elections:stage:change": _l("Mengubah waktu tahapan"),
    "elections:stage:override": _l("Menetapkan waktu tahapan di satu wilayah"),
    "elections:clock:stop": _l("Menghentikan waktu tahapan"),
    "elections:clock:resume": _l("Menjalankan lagi waktu tahapan"),
    "elections:code:save": _l("Mengubah tabel kode"),
}

#: How a value of each kind is written.
FORMS = {
    "int": _l("Isi dengan bilangan bulat, misalnya 300."),
    "fraction": _l("Isi dengan pecahan atau persen, misalnya 1/25, 0,04, atau 4 %."),
    "date": _l("Isi dengan tanggal, misalnya 2024-02-14."),
    "time": _l("Isi dengan jam, misalnya 13.00."),
    "bool": _l("Isi dengan ya atau tidak."),
    "choice": _l("Pilih salah satu nilai yang tersedia."),
    "offset": _l("Isi dengan hari dari hari pemungutan, misalnya H-30."),
    "json": _l("Isi dengan daftar atau tabel dalam bentuk JSON."),
}

TOPICS = {
    "hasil": _l("Hasil dan kursi"),
    "pemungutan": _l("Pemungutan dan penghitungan"),
    "pemilih": _l("Daftar pemilih"),
    "pencalonan": _l("Pencalonan"),
    "kepartaian": _l("Partai politik"),
}

STATES = {"persiapan": _l("persiapan"), "berjalan": _l("berjalan"), "selesai": _l("selesai")}

#: Code tables of domain.md 5 and 6.
TABLES = {
    "tms": _l("Alasan tidak memenuhi syarat (TMS)"),
    "disabilitas": _l("Ragam disabilitas"),
    "jenis_pemungutan": _l("Jenis pemungutan"),
    "status_kawin": _l("Status perkawinan"),
}

WINDOWS = {
    "open": (_l("dibuka"), "ok"),
    "stopped": (_l("dihentikan"), "stop"),
    "before": (_l("belum dibuka"), "none"),
    "after": (_l("sudah ditutup"), "none"),
}
