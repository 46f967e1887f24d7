"""What a board's codes mean: why something is missing, tiers, states."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys.web.formats import angka, waktu

TIERS: dict[str, Any] = {
    "kecamatan": _l("kecamatan"),
    "ppln": _l("PPLN"),
    "kabko": _l("kabupaten/kota"),
    "provinsi": _l("provinsi"),
    "nasional": _l("nasional"),
}
STATES: dict[str, Any] = {
    "disahkan": _l("disahkan"),
    "ditutup": _l("ditutup, menunggu pengesahan"),
    "dibuka": _l("sedang dibacakan"),
    "belum": _l("belum dibuka"),
}
WHY: dict[str, Any] = {
    "belum_diterima": _l("formulir C.Hasil belum diterima"),
    "belum_lengkap": _l("formulir diterima, isinya belum lengkap"),
    "anomali": _l("formulir diterima, angkanya bertentangan"),
    "belum_diambil": _l("formulir dihitung, kolomnya belum disesuaikan dalam pleno"),
    "tanpa_formulir": _l("pleno mencatat formulirnya tidak ada"),
    "belum": _l("pleno belum dibuka"),
    "ditutup": _l("ditutup, menunggu pengesahan orang kedua"),
}


def why(row: dict[str, Any]) -> str:
    """Why a TPS or a body is on the list of what is missing."""
    if row["sebab"] != "dibuka":
        said = str(WHY[row["sebab"]])
    else:
        done, units = row["dibacakan"]
        said = _("sedang dibacakan: %(done)s dari %(units)s bagian", done=angka(done), units=angka(units))
    if row.get("keberatan"):
        said += "; " + _("%(n)s keberatan menunggu", n=angka(row["keberatan"]))
    return said


def when(moment: str) -> str:
    """A moment of a board as people read it."""
    return waktu(dt.datetime.fromisoformat(moment))
