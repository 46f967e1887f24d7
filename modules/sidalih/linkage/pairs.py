"""A pair that may be one person, why, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from modules.sidalih.linkage.model import COMPARISONS


class Reason(NamedTuple):
    """What one comparison found and its part of the match weight."""

    comparison: str
    level: str
    weight: float


class Double(NamedTuple):
    """Two rows (``record_id`` < ``other_record_id``) that may be one person.

    ``match_weight`` is the binary logarithm of the odds; ``rule`` says what differs (a key of ``RULES``);
    ``waterfall`` adds up to the weight, its first reason is where every pair starts (``awal``).
    """

    record_id: int
    other_record_id: int
    match_weight: float
    rule: str
    waterfall: tuple[Reason, ...]


#: What differs between the rows, the most telling first.
RULES = {
    "nik_sama": _l("NIK sama"),
    "tanggal_tertukar": _l("Hari dan bulan lahir tertukar"),
    "tanggal_berbeda": _l("Tanggal lahir berbeda"),
    "ejaan": _l("Urutan atau ejaan nama berbeda"),
    "pindah": _l("Desa/kelurahan berbeda"),
    "nik_salah_ketik": _l("NIK berbeda satu-dua angka"),
    "nkk_baru": _l("Nomor KK berbeda"),
    "nik_ganda": _l("Dua NIK untuk satu orang"),
}

COMPARISON_WORDS = {
    "awal": _l("Nilai awal"),
    "nama": _l("Nama"),
    "tanggal_lahir": _l("Tanggal lahir"),
    "tempat_lahir": _l("Tempat lahir"),
    "jenis_kelamin": _l("Jenis kelamin"),
    "rumah": _l("Keluarga dan alamat"),
    "nik": _l("NIK"),
    "saudara": _l("Kembar atau keluarga"),
}

LEVEL_WORDS = {
    ("awal", "awal"): _l("Peluang dua baris acak adalah satu orang"),
    ("nama", "sama"): _l("Sama"),
    ("nama", "bunyi"): _l("Sama bunyinya; urutan atau ejaan lain"),
    ("nama", "mirip"): _l("Sangat mirip"),
    ("nama", "agak_mirip"): _l("Agak mirip"),
    ("tanggal_lahir", "sama"): _l("Sama"),
    ("tanggal_lahir", "tertukar"): _l("Hari dan bulan tertukar"),
    ("tanggal_lahir", "satu_angka"): _l("Berbeda satu angka"),
    ("tempat_lahir", "sama"): _l("Sama"),
    ("tempat_lahir", "mirip"): _l("Sangat mirip"),
    ("jenis_kelamin", "sama"): _l("Sama"),
    ("rumah", "nkk"): _l("Nomor KK sama"),
    ("rumah", "alamat"): _l("Alamat sama"),
    ("rumah", "rt"): _l("RT dan RW sama"),
    ("rumah", "desa"): _l("Desa/kelurahan sama"),
    ("rumah", "kecamatan"): _l("Kecamatan sama"),
    ("rumah", "kabkota"): _l("Kabupaten/kota sama"),
    ("nik", "sama"): _l("Sama"),
    ("nik", "salah_ketik"): _l("Berbeda satu-dua angka"),
    ("nik", "wilayah"): _l("Terbit di kecamatan yang sama"),
    ("saudara", "kembar"): _l("Tampaknya saudara kembar"),
    ("saudara", "keluarga"): _l("Serumah, tanggal lahir lain"),
    ("saudara", "bukan"): _l("Tidak tampak bersaudara"),
}


def explain(pair: Double) -> list[tuple[str, str, float]]:
    """The waterfall in words: (comparison, what was found, weight), in order; needs a locale."""
    return [
        (
            str(COMPARISON_WORDS[r.comparison]),
            str(LEVEL_WORDS.get((r.comparison, r.level)) or (_UNKNOWN if r.level == "kosong" else _DIFFERS)),
            r.weight,
        )
        for r in pair.waterfall
    ]


_UNKNOWN, _DIFFERS = _l("Tidak diketahui"), _l("Berbeda")


def double_from(row: Mapping[str, Any], start: float) -> Double:
    """A pair from a row of splink's prediction; ``start`` is the weight before anything is compared."""
    found = {name: level_key(name, row[f"gamma_{name}"]) for name in COMPARISONS}
    reasons = [Reason("awal", "awal", start)]
    for name, level in found.items():
        weight = row[f"mw_{name}"] + (row.get(f"mw_tf_adj_{name}") or 0.0)
        reasons.append(Reason(name, level, round(float(weight), 4)))
    one, other = sorted((int(row["record_id_l"]), int(row["record_id_r"])))
    return Double(one, other, round(float(row["match_weight"]), 4), rule_of(found), tuple(reasons))


def level_key(comparison: str, value: int) -> str:
    """The key of a level from splink's number of it: -1 is unknown, 0 the last level, rising to the first."""
    levels = [key for key, _sql in COMPARISONS[comparison] if key != "kosong"]
    return "kosong" if value == -1 else levels[len(levels) - 1 - value]


def rule_of(found: Mapping[str, str]) -> str:
    """What differs between two rows, by their levels: the first of ``RULES`` that holds."""
    date, home = found["tanggal_lahir"], found["rumah"]
    holds = {
        "nik_sama": found["nik"] == "sama",
        "tanggal_tertukar": date == "tertukar",
        "tanggal_berbeda": date in ("satu_angka", "beda"),
        "ejaan": found["nama"] != "sama",
        "nik_salah_ketik": found["nik"] == "salah_ketik",
        "pindah": home in ("kecamatan", "kabkota", "beda"),
        "nkk_baru": home != "nkk",
        "nik_ganda": True,
    }
    return next(rule for rule in RULES if holds[rule])
