"""The words of the recap: tiers, states, reasons, rows; one place for pages, papers and exports."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from electsys.web.formats import title_region
from modules.sirekap.models import Recap
from modules.sirekap.workflow import OBJECTION, RECAP

TIERS = {
    "kecamatan": _l("Kecamatan"),
    "kabko": _l("Kabupaten/Kota"),
    "provinsi": _l("Provinsi"),
    "nasional": _l("Nasional"),
    "ppln": _l("PPLN"),
}
#: The name of the printed form, without the contest.
FORMS = {
    "kecamatan": "D.HASIL KECAMATAN",
    "kabko": "D.HASIL KABKO",
    "provinsi": "D.HASIL PROV",
    "nasional": "D.HASIL NASIONAL",
    "ppln": "D.HASIL PPLN",
}
#: A contest as the names of forms have it.
CONTESTS = {
    "dprd_prov": "DPRD-PROV",
    "dprd_kabko": "DPRD-KABKO",
    "gubernur": "KWK-GUBERNUR",
    "bupati_walikota": "KWK-BUPATI/WALIKOTA",
}
#: What a column of a form stands for, by tier.
PARTS = {
    "kecamatan": _l("Desa/kelurahan"),
    "ppln": _l("TPS/KSK/Pos"),
    "kabko": _l("Kecamatan"),
    "provinsi": _l("Kabupaten/kota"),
    "nasional": _l("Provinsi dan PPLN"),
}
COLOURS = {"belum": "none", "dibuka": "info", "ditutup": "wait", "disahkan": "ok"}
OBJECTION_COLOURS = {
    "diajukan": "wait",
    "diterima_langsung_diperbaiki": "ok",
    "ditolak": "stop",
    "dicatat": "info",
}
REASONS = {
    "salah_salin": _l("Salah salin dari C.Hasil"),
    "salah_jumlah": _l("Salah menjumlahkan"),
    "salah_baca": _l("Salah dibacakan atau salah entri"),
    "hitung_ulang": _l("Hasil penghitungan ulang surat suara"),
    "pengisian_pleno": _l("Pengisian dalam pleno dari C.Hasil kertas"),
    "pemungutan_ulang": _l("Hasil pemungutan suara ulang, susulan, atau lanjutan"),
    "putusan": _l("Putusan Bawaslu atau Mahkamah Konstitusi"),
}
SOURCES = {
    "c_hasil": _l("C.Hasil"),
    "d_hasil": _l("D.Hasil"),
    "pembetulan": _l("pembetulan"),
    "tanpa_formulir": _l("tanpa formulir"),
}
ROLES = {
    "anggota": _l("Anggota penyelenggara"),
    "saksi": _l("Saksi"),
    "pengawas": _l("Pengawas pemilu"),
    "undangan": _l("Undangan"),
    "ketua": _l("Ketua"),
}


def form_name(recap: Recap) -> str:
    """Such as ``D.HASIL KECAMATAN-DPRD-PROV``."""
    kind = recap.contest.kind
    return f"{FORMS[recap.tier]}-{CONTESTS.get(kind, kind.upper())}"


def place(recap: Recap, names: dict[str, str]) -> str:
    """The region as a page calls it."""
    return title_region(names.get(recap.region, recap.region)) if recap.region else _("Indonesia")


def badge(state: str) -> Markup:
    """A state of a D.Hasil in words and colour."""
    return Markup('<span class="state state-{}">{}</span>').format(
        COLOURS[state], RECAP.state_label(state).capitalize()
    )


def objection_badge(state: str) -> Markup:
    """A state of an objection in words and colour."""
    return Markup('<span class="state state-{}">{}</span>').format(
        OBJECTION_COLOURS[state], OBJECTION.state_label(state).capitalize()
    )


def row_label(form: Any, row: str) -> str:
    """What a row of the table is called, by its key: ``suara_3`` or the name of a cell."""
    if row.startswith("suara_") and row[6:].isdigit() and 0 < int(row[6:]) <= len(form.lines):
        return str(form.lines[int(row[6:]) - 1].label)
    return next((str(cell.label) for cell in form.model.cells if cell.name == row), row)
