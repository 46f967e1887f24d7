"""The words of the factual verification of supporters."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from modules.silon.queries.support_factual import DOUBLE, DPD, PAIRS

KINDS: dict[str, Any] = {
    DPD: _l("pendukung calon ini saja"),
    PAIRS: _l("pendukung pasangan ini"),
    DOUBLE: _l("pendukung lebih dari satu calon"),
}
SAMPLE_METHODS: dict[str, Any] = {
    "krejcie_morgan": _l("Krejcie-Morgan, sistematis"),
    "sistematis_10": _l("10 persen, sistematis"),
    "sensus": _l("sensus: semua pendukung"),
}
METHODS: dict[str, Any] = {
    "rumah": _l("Kunjungan rumah"),
    "kantor": _l("Dihadirkan penghubung di kantor PPS"),
    "panggilan_video": _l("Panggilan video"),
}
RESULTS: dict[str, Any] = {
    "membenarkan": _l("Bertemu, membenarkan dukungannya"),
    "menyangkal": _l("Bertemu, menyatakan tidak mendukung"),
    "tidak_cocok": _l("Bertemu, identitasnya tidak cocok"),
    "tidak_bertemu": _l("Tidak bertemu"),
    "dibatalkan": _l("Dibatalkan: upaya ini tidak terjadi"),
}
#: Why a supporter does not count: flags, the desk's reasons aside, what visits found, what was not mended.
REASONS: dict[str, Any] = {
    "menyangkal": _l("menyatakan tidak mendukung"),
    "tidak_cocok": _l("identitasnya tidak cocok"),
    "tidak_ditemui": _l("tidak ditemui dalam seluruh upaya"),
    "tidak_diperbaiki": _l("tidak diperbaiki dalam masa perbaikan"),
}
STATES: dict[str, tuple[Any, str]] = {
    "menunggu": (_l("belum ditarik"), "state-wait"),
    "berjalan": (_l("berjalan"), "state-wait"),
    "ditutup": (_l("ditutup"), "state-ok"),
}
