"""What a ruling decides on (domain.md 11, X17): what other modules may have to reopen."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

#: Code -> its words. Modules on the right listen for the codes in ``RulingIssued.kinds``.
KINDS = {
    "hasil": _l("Hasil pemilihan (perselisihan hasil)"),
    "psu": _l("Pemungutan suara ulang"),
    "hitung_ulang": _l("Penghitungan suara ulang"),
    "dpt": _l("Daftar pemilih"),
    "dct": _l("Daftar calon"),
    "peserta": _l("Partai politik peserta pemilu"),
    "tahapan": _l("Tahapan dan jadwal"),
    "etik": _l("Kode etik penyelenggara"),
}
