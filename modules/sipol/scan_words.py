"""Words of the scans of members: their kinds, what is wrong with the name of a file, how to mend it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from electsys.errors import Refused
from modules.sipol.rules.scans import KTA, KTP, Match, holds_nik

KINDS: dict[str, Any] = {KTA: _l("KTA"), KTP: _l("KTP-el")}
#: What the desk says above a member's data where a scan is not there.
MISSING: dict[str, Any] = {
    KTA: _l("Pindaian KTA belum diunggah partai."),
    KTP: _l("Pindaian KTP-el belum diunggah partai."),
}
NIK_IN_NAME = _l("Nama berkas ini memuat NIK; nama berkas terbaca tanpa segel.")
RENAME = _l("Ganti namanya menjadi <nomor_kta>_kta.jpg atau <nomor_kta>_ktp.jpg, lalu unggah lagi.")
#: code -> (what is wrong, how to mend it).
PROBLEMS: dict[str, tuple[Any, Any]] = {
    "nik_in_name": (NIK_IN_NAME, RENAME),
    "name_unknown": (_l("Nama berkas ini tidak menyebut KTA atau KTP siapa."), RENAME),
    "card_unknown": (
        _l("Tidak ada anggota dengan nomor KTA “%(detail)s” di wilayah ini."),
        _l("Periksa nomornya pada daftar anggota, atau unggah dari halaman anggotanya."),
    ),
    "card_twice": (
        _l("Nomor KTA “%(detail)s” dipakai lebih dari satu baris anggota."),
        _l("Unggah dari halaman anggotanya."),
    ),
    "twice": (
        _l("Ada dua berkas untuk kartu yang sama (%(detail)s)."),
        _l("Unggah satu saja; yang lebih baru menggantikan yang lama."),
    ),
}


def say(match: Match) -> tuple[str, str]:
    """What is wrong with a name, and how to mend it."""
    what, how = PROBLEMS[match.problem or ""]
    return str(what) % {"detail": match.detail[:60]}, str(how)


def refuse_nik(name: str) -> None:
    """Refuse a file whose name holds what can be a NIK; nothing of it has been kept yet."""
    if holds_nik(name):
        raise Refused(str(NIK_IN_NAME), hint=str(RENAME))
