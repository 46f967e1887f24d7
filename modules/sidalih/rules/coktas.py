"""The draw of the limited visit (coktas): a sample that anybody draws again from frame and seed.

Every row of the frame has a ticket, SHA-256 of ``seed:key``; the rows with the smallest tickets are visited.
The key is the number of the voter's row, no number of a person. The usual size is that of Krejcie and Morgan
(1970), as KPU uses it for its samples.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

#: A seed shorter than this can be tried out until it suits somebody.
LEAST_SEED = 10
#: Chi-square of one degree of freedom at 95 %, and the margin of 5 %, in thousandths and hundredths.
CHI, MARGIN = 3841, 5


def draw(keys: Iterable[int], seed: str, size: int) -> list[int]:
    """The keys of the sample in the order of their tickets."""
    return sorted(keys, key=lambda key: (ticket(seed, key), key))[:size]


def ticket(seed: str, key: int) -> str:
    """The ticket of a row, as hexadecimal digits."""
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


def digest(keys: Iterable[int]) -> bytes:
    """SHA-256 over keys, one a line, in the order given."""
    return hashlib.sha256("".join(f"{key}\n" for key in keys).encode()).digest()


def usual_size(frame: int) -> int:
    """Krejcie and Morgan: X2 N P(1-P) / (d2 (N-1) + X2 P(1-P)), P = 0.5, rounded half up; 440 -> 205."""
    above = CHI * frame * 10
    below = 4 * MARGIN * MARGIN * (frame - 1) + CHI * 10
    return min(frame, (2 * above + below) // (2 * below))


def seed_of(given: str) -> str | None:
    """The seed as it is kept, spaces apart; None where it is too short."""
    kept = "".join(given.split())
    return kept if len(kept) >= LEAST_SEED else None
