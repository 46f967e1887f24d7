"""Marks on a frozen list: which of them stand (domain.md 5.2, column "keterangan")."""

from __future__ import annotations

from collections.abc import Iterable

#: Takes the mark before back.
CANCEL = "batal"
#: What the office writes; ``pindah_keluar`` belongs to the moving voter (DPTb) and is taken back there.
BY_HAND = ("meninggal", "ganda", "tms")


def standing(kinds: Iterable[str]) -> list[str]:
    """The marks that stand, of all that were written in order: ``batal`` takes the last one back."""
    left: list[str] = []
    for kind in kinds:
        if kind != CANCEL:
            left.append(kind)
        elif left:
            left.pop()
    return left
