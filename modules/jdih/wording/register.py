"""The words of the register on screen: relations, statuses, refusals, acts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

#: Type of document -> its name.
TYPES = {
    "peraturan": _l("Peraturan dan keputusan"),
    "putusan": _l("Putusan"),
    "monografi": _l("Monografi"),
    "artikel": _l("Artikel"),
}

#: Kind of relation -> as its source does it, as its target suffers it.
RELATIONS = {
    "mengubah": (_l("mengubah"), _l("diubah dengan")),
    "mencabut": (_l("mencabut"), _l("dicabut dengan")),
    "mencabut_sebagian": (_l("mencabut sebagian"), _l("dicabut sebagian dengan")),
    "melaksanakan": (_l("melaksanakan"), _l("dilaksanakan dengan")),
    "menguji": (_l("menguji"), _l("diuji dalam")),
    "menetapkan_perppu": (
        _l("menetapkan menjadi undang-undang"),
        _l("ditetapkan menjadi undang-undang dengan"),
    ),
}

OUTCOMES = {
    "membatalkan": _l("membatalkan seluruhnya"),
    "membatalkan_sebagian": _l("membatalkan sebagian"),
    "menafsirkan": _l("menafsirkan (inkonstitusional bersyarat)"),
    "menolak": _l("menolak atau tidak menerima"),
}

#: Legal status -> words and look.
STATUSES = {
    "berlaku": (_l("Berlaku"), "ok"),
    "diubah": (_l("Berlaku, diubah"), "wait"),
    "dicabut_sebagian": (_l("Berlaku, dicabut sebagian"), "wait"),
    "dicabut": (_l("Dicabut"), "stop"),
    "tidak_berlaku": (_l("Tidak berlaku"), "stop"),
}

STATES = {
    "konsep": (_l("Konsep"), "wait"),
    "terbit": (_l("Terbit"), "ok"),
    "ditarik": (_l("Ditarik"), "stop"),
}

ROLES = {"utama": _l("Dokumen utama"), "lampiran": _l("Lampiran"), "abstrak": _l("Lembar abstrak")}

#: Codes of rules.relations, in words.
REFUSALS = {
    "itself": _l("Sebuah dokumen tidak dapat berhubungan dengan dirinya sendiri."),
    "twice": _l("Hubungan ini sudah tercatat."),
    "types": _l("Hubungan ini tidak mungkin antara kedua jenis dokumen itu."),
    "outcome": _l("Untuk putusan yang menguji, pilih apa amarnya; untuk hubungan lain, kosongkan."),
    "circle": _l("Hubungan ini membuat lingkaran: %(way)s."),
}
REFUSAL_HINTS = {
    "types": _l(
        "Peraturan mengubah, mencabut, atau melaksanakan peraturan; putusan menguji peraturan; undang-undang"
        " menetapkan Perppu."
    ),
    "circle": _l("Periksa arahnya: dokumen yang lebih baru mengubah atau mencabut yang lebih lama."),
}
DOUBTS = {
    "newer": _l("Dokumen yang dituju lebih baru (%(target)s) daripada dokumen ini (%(source)s)."),
    "lower": _l("Dokumen ini lebih rendah tingkatnya daripada yang diubah atau dicabutnya."),
    "title": _l("Sudah ada dokumen tahun %(year)s dengan judul yang sama: %(other)s."),
    "hash": _l("Berkas yang sama sudah terpasang pada %(other)s."),
}

VERBS = {
    "jdih:document:draft": _l("Mencatat konsep produk hukum"),
    "jdih:document:edit": _l("Mengubah metadata produk hukum"),
    "jdih:document:publish": _l("Menerbitkan produk hukum"),
    "jdih:document:enter": _l("Memasukkan naskah ke register"),
    "jdih:document:withdraw": _l("Menarik produk hukum"),
    "jdih:document:republish": _l("Menerbitkan kembali produk hukum"),
    "jdih:file:attach": _l("Memasang berkas"),
    "jdih:file:replace": _l("Mengganti berkas"),
    "jdih:file:detach": _l("Melepas berkas"),
    "jdih:relation:add": _l("Mencatat hubungan"),
    "jdih:relation:remove": _l("Menghapus hubungan"),
    "jdih:status:follow": _l("Status menurut hubungan"),
    "jdih:kind:save": _l("Mengubah jenis produk hukum"),
    "jdih:basis:seed": _l("Memasang dasar hukum"),
}
