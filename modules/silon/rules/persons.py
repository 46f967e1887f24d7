"""What a candidate's row says of itself: age, occupation, the form of the NIK (UU 7/2017 art. 169, 240)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from modules.silon.rules.lists import age_on

#: Flags that a row has of itself, in the order in which they are stored; the others are found elsewhere.
OWN = ("pekerjaan", "usia", "nik")
#: Contest -> the setting of the youngest age; all others follow that of the DPR.
AGE_SETTINGS: Mapping[str, str] = {
    "ppwp": "usia_calon_pres",
    "gubernur": "usia_calon_gubernur",
    "bupati_walikota": "usia_calon_bupati",
}
LIST_AGE = "usia_calon_dpr"
#: Contest -> the setting by which younger ones may stand, and the condition that they declare and prove
#: (MK 90/PUU-XXI/2023: who was or is an elected head of a region).
AGE_EXCEPTIONS: Mapping[str, tuple[str, str]] = {"ppwp": ("capres_pernah_kepala_daerah", "kepala_daerah")}
#: What names hold beside letters and digits.
SIGNS = frozenset(" .,'’‘`()-&/")
#: Condition by which a candidate says that the resignation is under way.
RESIGNING = "mengundurkan_diri"


def own_flags(
    *,
    born: date | None,
    age: int,
    on: date | None,
    barred: bool,
    conditions: Iterable[str],
    odd_nik: bool,
    excepting: str | None = None,
) -> list[str]:
    """The flags of a row by itself, in the stored order.

    Too young on the reference day (unknown days raise nothing), but for whoever declares the condition
    ``excepting``: its proof is a document that people judge; an occupation that asks for a resignation
    which the candidate does not declare; a NIK that tells another birth date or sex, or no place.
    """
    conditions = frozenset(conditions)
    found = (
        barred and RESIGNING not in conditions,
        born is not None and on is not None and age_on(born, on) < age and excepting not in conditions,
        odd_nik,
    )
    return [flag for flag, raised in zip(OWN, found, strict=True) if raised]


def with_own(flags: Iterable[str], own: Sequence[str]) -> list[str]:
    """All flags of a row after those of itself became ``own``."""
    return [flag for flag in flags if flag not in OWN] + list(own)


def strange_sign(name: str) -> str | None:
    """The first sign that no name holds, such as that of a tag: a name is printed on every ballot as it is.

    >>> strange_sign("<b>ALI</b>")
    '<'
    >>> strange_sign("Hj. Nur 'Aini, S.Pd.I.") is None
    True
    """
    strange = (c for c in name if not (c.isalnum() or unicodedata.combining(c) or c in SIGNS))
    return next(strange, None)
