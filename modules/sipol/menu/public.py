"""Determination, draw, the public and oversight: pages, words, notices."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys import notices
from electsys.events import subscribe
from electsys.ledger.wording import name_subject, name_verb
from electsys.web import navigation
from modules.jdih import RulingIssued
from modules.sipol import adhoc, oversight, public
from modules.sipol.operations import lookup as _lookup  # noqa: F401  (its beat is declared)
from modules.sipol.operations import numbers as _numbers  # noqa: F401
from modules.sipol.operations import objections, rulings, updates
from modules.sipol.operations.determination import DETERMINED
from modules.sipol.operations.draw import NUMBERED
from modules.sipol.permissions import DETERMINE, READ
from modules.sipol.views import determination as _plenary  # noqa: F401  (the pages register)
from modules.sipol.views import public as _public  # noqa: F401
from modules.sipol.views import public_samples as _samples  # noqa: F401
from modules.sipol.views import rulings as _rulings  # noqa: F401
from modules.sipol.views import updates as _updates  # noqa: F401

VERBS = {
    "sipol:party:determine": _l("Menetapkan partai peserta pemilu"),
    "sipol:draw:hold": _l("Mengundi nomor urut partai"),
    oversight.VIEWED: _l("Melihat data partai sebagai pengawas"),
    "sipol:update:open": _l("Membuka semester pemutakhiran partai"),
    "sipol:update:close": _l("Menutup semester pemutakhiran partai"),
    "sipol:ruling:hear": _l("Menerima putusan tentang peserta pemilu"),
    "sipol:ruling:apply": _l("Membuka kembali pendaftaran partai karena putusan"),
    "sipol:member:dispute": _l("Tidak menghitung anggota yang menyanggah"),
    "sipol:member:undispute": _l("Menindaklanjuti putusan atas sanggahan anggota"),
}


def join(app: Flask) -> None:
    """Register words and notices."""
    for verb, label in VERBS.items():
        name_verb(verb, label)
    name_subject("party_draw", _l("undian nomor urut partai"))
    name_subject("participant", _l("peserta pemilihan"))
    public.join()
    adhoc.join()
    subscribe(RulingIssued, rulings.hear_ruling)
    navigation.entry(_l("Partai politik peserta"), "sipol.public_start", group="publik", order=22)
    navigation.entry(
        _l("Penetapan peserta"), "sipol.determination_start", permission=READ, order=53, nation=True
    )
    navigation.entry(_l("Putusan atas peserta"), "sipol.rulings", permission=DETERMINE, order=54)
    notices.kind(
        updates.OPENED,
        title=_l("Pemutakhiran data partai dibuka"),
        text=_l("Semester %(half)s tahun %(year)s dibuka. Mutakhirkan data partai Anda."),
        level="tugas",
    )
    notices.kind(
        rulings.CAME,
        title=_l("Putusan tentang peserta pemilu"),
        text=_l("Putusan %(number)s diterbitkan. Periksa apakah pendaftaran partai harus dibuka kembali."),
        level="tugas",
    )
    notices.kind(
        rulings.REOPEN,
        title=_l("Pendaftaran partai dibuka kembali"),
        text=_l("Putusan %(number)s membuka kembali pendaftaran partai Anda: %(state)s."),
        level="penting",
    )
    notices.kind(
        objections.DISPUTED,
        title=_l("Anggota menyatakan bukan anggota"),
        text=_l("Pemegang KTA %(card)s menyatakan bukan anggota. Ia tidak dihitung sampai KPU memutusnya."),
        level="penting",
    )
    notices.kind(
        objections.STRUCK,
        title=_l("Anggota dicoret karena tanggapan"),
        text=_l("Tanggapan pemegang KTA %(card)s dikabulkan; namanya dicoret dari daftar anggota."),
        level="penting",
    )
    notices.kind(
        objections.KEPT,
        title=_l("Tanggapan anggota ditolak"),
        text=_l("Tanggapan pemegang KTA %(card)s ditolak; ia dihitung lagi sebagai anggota."),
    )
    notices.kind(
        DETERMINED,
        title=_l("Penetapan peserta pemilu"),
        text=_l("%(party)s ditetapkan: %(state)s. Keputusannya dapat dibaca di JDIH."),
        level="penting",
    )
    notices.kind(
        NUMBERED,
        title=_l("Nomor urut partai"),
        text=_l("%(party)s mendapat nomor urut %(number)s. Undiannya dapat diputar ulang."),
        level="penting",
    )
