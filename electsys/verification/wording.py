"""States, keys and acts of verification in the interface's words."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup

STATES: dict[str, Any] = {
    "menunggu": _l("menunggu"),
    "ms": _l("memenuhi syarat"),
    "bms": _l("belum memenuhi syarat"),
    "tms": _l("tidak memenuhi syarat"),
    "ditarik": _l("ditarik"),
}
SHORT = {"ms": "MS", "bms": "BMS", "tms": "TMS"}
LOOKS = {"menunggu": "wait", "ms": "ok", "bms": "info", "tms": "stop", "ditarik": "none"}
#: The key of each verdict at the desk.
KEYS = {"ms": "m", "bms": "b", "tms": "t"}
KINDS: dict[str, Any] = {
    "putus": _l("Diputus"),
    "batal": _l("Putusan dibatalkan"),
    "periksa_kedua": _l("Periksa kedua"),
    "selesai": _l("Beda pendapat diselesaikan"),
    "tarik": _l("Ditarik pemiliknya"),
}
VERBS = {
    "verification:item:open": _l("Membuka butir verifikasi"),
    "verification:item:decide": _l("Memutus butir verifikasi"),
    "verification:item:undo": _l("Membatalkan putusan verifikasi"),
    "verification:item:withdraw": _l("Menarik butir verifikasi"),
    "verification:item:second": _l("Memeriksa kedua kali"),
    "verification:item:settle": _l("Menyelesaikan beda pendapat verifikasi"),
    "verification:document:read": _l("Membuka dokumen verifikasi"),
    "verification:queue:view": _l("Melihat antrean verifikasi sebagai pengawas"),
    "verification:draw:make": _l("Menarik undian periksa kedua"),
    "verification:seed:set": _l("Menetapkan bilangan undian sampel"),
    "verification:sample:draw": _l("Menarik sampel verifikasi faktual"),
    "verification:sample:assign": _l("Membagi tugas mendatangi sampel"),
    "verification:sample:close": _l("Menutup sampel verifikasi faktual"),
    "verification:contact:record": _l("Mencatat upaya menemui anggota"),
    "verification:contact:correct": _l("Membetulkan upaya menemui anggota"),
    "verification:contact:attach": _l("Menerima foto upaya menemui anggota"),
}
SUBJECTS = {
    "verification_item": _l("butir verifikasi"),
    "verification_draw": _l("undian periksa kedua"),
    "verification_sample": _l("sampel verifikasi faktual"),
    "verification_sample_member": _l("orang dalam sampel"),
    "verification_contact": _l("upaya menemui anggota"),
    "verification_seed": _l("bilangan undian sampel"),
}


def badge(state: str) -> Markup:
    """A state in words and colour."""
    return Markup('<span class="state state-{}">{}</span>').format(LOOKS[state], STATES[state])
