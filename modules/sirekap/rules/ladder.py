"""The recap ladder as data (UU 7/2017 Pasal 382-413; PKPU 5/2024; domain.md 6.7): tiers, parents, stops.

A region's code is that of KPU. Overseas a PPLN (99 and two digits) reports straight to the nation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

OVERSEAS = "99"

#: Tier -> length of its region's code, from the bottom up.
LENGTHS = {"kecamatan": 6, "kabko": 4, "provinsi": 2, "nasional": 0}
PPLN = "ppln"
TIERS = (*LENGTHS, PPLN)

#: Why a column is corrected: codes of the form of corrections.
REASONS = (
    "salah_salin",
    "salah_jumlah",
    "salah_baca",
    "hitung_ulang",
    "pengisian_pleno",
    "pemungutan_ulang",
    "putusan",
)
#: First values that the plenary writes for a form that Situng has not accepted.
FIRST_VALUES = "pengisian_pleno"

#: The outcomes of an objection (UU 7/2017 Pasal 398).
OUTCOMES = ("diterima_langsung_diperbaiki", "ditolak", "dicatat")


def parent_of(tier: str, region: str) -> tuple[str, str] | None:
    """Tier and region one step up; None above the nation."""
    if tier == PPLN:
        return "nasional", ""
    order = tuple(LENGTHS)
    at = order.index(tier) + 1
    return (order[at], region[: LENGTHS[order[at]]]) if at < len(order) else None


def tiers_to(stop: str) -> tuple[str, ...]:
    """The tiers of a contest that stops at ``stop``; a PPLN only where the nation sums."""
    order = tuple(LENGTHS)
    below = order[: order.index(stop) + 1]
    return (*below, PPLN) if stop == "nasional" else below


def first_out_of_order(
    order: Sequence[str], states: Mapping[str, str], wanted: str, panels: int
) -> str | None:
    """The contest that must be taken before ``wanted`` in a plenary; None if it is its turn.

    ``order`` are the contests as the settings order them, ``states`` those of one region's D.Hasil. One is
    taken up after the earlier ones are; with ``panels`` in parallel so many may be open at a time.
    """
    if wanted not in order:
        return None
    waiting = [kind for kind in order[: order.index(wanted)] if states.get(kind) == "belum"]
    if waiting:
        return waiting[0]
    still_open = [kind for kind in order if kind != wanted and states.get(kind) == "dibuka"]
    return still_open[0] if len(still_open) >= panels else None


def sum_of(arrays: Sequence[Sequence[int | None]]) -> list[int]:
    """Position by position; an unknown cell adds nothing. ValueError where the lengths differ."""
    if not arrays:
        return []
    return [sum(value or 0 for value in values) for values in zip(*arrays, strict=True)]
