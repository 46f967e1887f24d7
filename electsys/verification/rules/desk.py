"""The law of the desk: which verdicts a round knows, how large a second look is, what a pace promises."""

from __future__ import annotations

from fractions import Fraction

#: What may be judged before a repair, and after it (PKPU 4/2022; domain.md 3.2, 3.5).
FIRST, REPAIRED = ("ms", "bms", "tms"), ("ms", "tms")
#: The canned reason that says nothing by itself: it wants a note in words.
OTHER = "lain"


def verdicts_of(round_: int) -> tuple[str, ...]:
    """What may be judged in a round: odd ones come before a repair, even ones after it.

    Rounds go in pairs: 1 and 2, and 3 and 4 where a ruling made the step be done again.
    """
    return FIRST if round_ % 2 else REPAIRED


def second_size(judged: int, share: Fraction) -> int:
    """How many of ``judged`` items are looked at again: the share, rounded up, never more than all."""
    if judged <= 0 or share <= 0:
        return 0
    return min(judged, -(-judged * share.numerator // share.denominator))


def hours_left(waiting: int, per_hour: int) -> int | None:
    """Whole hours that ``waiting`` items take at ``per_hour``, rounded up; None while nobody works."""
    if waiting <= 0:
        return 0
    return -(-waiting // per_hour) if per_hour > 0 else None
