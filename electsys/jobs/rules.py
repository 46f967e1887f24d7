"""Arithmetic of waiting, as pure functions."""

from __future__ import annotations

#: No retry waits longer, in seconds.
LONGEST_PAUSE = 600


def remaining(done: int, total: int, elapsed: float) -> int | None:
    """Whole seconds left if the rest goes at the rate so far; None without a rate or a size."""
    if done <= 0 or total <= 0 or elapsed <= 0:
        return None
    return round(max(0, total - done) * elapsed / done)


def pause(backoff: float, attempt: int) -> float:
    """Seconds to wait after the ``attempt``-th failure: each pause is four times the one before."""
    return min(LONGEST_PAUSE, backoff * 4 ** (attempt - 1))
