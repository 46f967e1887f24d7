"""Samples, attempts and their results in the interface's words."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

SAMPLE_METHODS: dict[str, Any] = {
    "krejcie_morgan": _l("Krejcie-Morgan, sistematis"),
    "sistematis_10": _l("10 persen, sistematis"),
    "sensus": _l("sensus: semua anggota"),
}
METHODS: dict[str, Any] = {
    "rumah": _l("Kunjungan rumah"),
    "kantor": _l("Dihadirkan di kantor partai"),
    "panggilan_video": _l("Panggilan video"),
}
RESULTS: dict[str, Any] = {
    "membenarkan": _l("Bertemu, membenarkan keanggotaannya"),
    "menyangkal": _l("Bertemu, menyatakan bukan anggota"),
    "tidak_cocok": _l("Bertemu, identitas atau KTA tidak cocok"),
    "tidak_bertemu": _l("Tidak bertemu"),
    "dibatalkan": _l("Dibatalkan: upaya ini tidak terjadi"),
}
REASONS: dict[str, Any] = {
    "menyangkal": _l("Menyatakan bukan anggota partai"),
    "tidak_cocok": _l("Identitas atau KTA tidak cocok"),
    "tidak_ditemui": _l("Tidak ditemui dalam seluruh upaya"),
}
