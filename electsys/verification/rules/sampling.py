"""The law of samples: how many people are visited, which, and what they say about all (domain.md 3.6).

**How anybody draws a sample again**, with paper, a frame and any tool that knows SHA-256:

1. The *frame* are the ids of the people in ascending order; the first has place 1, the last place N. Its
   digest is SHA-256 of the ids in decimal, each followed by a line feed (byte 10).
2. n comes from N: PKPU 4/2022 art. 85 by Krejcie and Morgan, 3841 N / (10 N + 3831) rounded to the nearest
   whole number (the formula with X2 = 3.841, P = 1/2, d = 0.05); or, as in 2017, everybody up to 100 people
   and beyond that one in ten.
3. The *seed* is a text that was drawn in public before. The *label* names the sample, such as
   ``pemilu-2024/sipol_anggota/7/1201/1`` (election, kind, owner, area, round). h is SHA-256 of the UTF-8 text
   ``seed|label`` read as one whole number (64 hexadecimal digits, the most significant first).
4. Krejcie-Morgan: r = h mod N; for k = 0 .. n-1 the place floor((r + k N) / n) + 1 is drawn: every N/n-th,
   so that each person has the same chance n/N. One in ten: the first place is 1 + (h mod 10), then every
   tenth. Census: every place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

KREJCIE_MORGAN, ONE_IN_TEN, CENSUS = "krejcie_morgan", "sistematis_10", "sensus"
METHODS = (KREJCIE_MORGAN, ONE_IN_TEN, CENSUS)
#: Up to so many people the rule of 2017 visits everybody, beyond it every :data:`INTERVAL`-th.
ALL_UP_TO, INTERVAL = 100, 10
#: X2 of one degree of freedom at 95 %, the share P that asks for the largest sample, and the error d.
CHI_SQUARE, SHARE, ERROR = Fraction(3841, 1000), Fraction(1, 2), Fraction(5, 100)

#: The attempts to meet a person, in the order in which they are made (PKPU 4/2022; domain.md 3.6).
ATTEMPTS = ("rumah", "kantor", "panggilan_video")
#: What an attempt finds -> the verdict it makes; None: the next attempt follows.
RESULTS: dict[str, str | None] = {
    "membenarkan": "ms",
    "menyangkal": "tms",
    "tidak_cocok": "tms",
    "tidak_bertemu": None,
}
#: The result of a correction that says: this attempt did not take place.
VOID = "dibatalkan"
#: The reason of whoever was not met in any attempt.
NOT_MET = "tidak_ditemui"


@dataclass(frozen=True)
class Draw:
    """A sample of a frame: places from 1, in ascending order. ``start`` is the first of them."""

    method: str
    frame_size: int
    places: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many were drawn."""
        return len(self.places)

    @property
    def start(self) -> int:
        """The first place that was drawn."""
        return self.places[0]


def krejcie_morgan(population: int) -> int:
    """The size of a sample of ``population`` people, exact, rounded to the nearest (half goes up).

    440 -> 205, 443 -> 206 (PKPU 4/2022 art. 85). 0 for nobody; never more than there are.
    """
    if population <= 0:
        return 0
    spread = CHI_SQUARE * SHARE * (1 - SHARE)
    exact = population * spread / (ERROR**2 * (population - 1) + spread)
    return min(population, int(exact + Fraction(1, 2)))


def sample_size(population: int, method: str) -> int:
    """How many of ``population`` people are visited by a method."""
    if method == KREJCIE_MORGAN:
        return krejcie_morgan(population)
    if method == CENSUS or population <= ALL_UP_TO:
        return max(0, population)
    return population // INTERVAL


def method_for(population: int, setting: str) -> str:
    """The method in use where ``setting`` (``metode_sampel``) is in force: small frames are a census."""
    return CENSUS if setting == ONE_IN_TEN and population <= ALL_UP_TO else setting


def label_of(election: str, kind: str, owner: str, region: str, round_: int) -> str:
    """The name of a sample that goes into its draw; owner is the number at the end of its subject."""
    return f"{election}/{kind}/{owner.rpartition(':')[2]}/{region or '0'}/{round_}"


def number_of(seed: str, label: str) -> int:
    """h of the module's rule: SHA-256 of ``seed|label`` as a whole number."""
    return int.from_bytes(hashlib.sha256(f"{seed}|{label}".encode()).digest(), "big")


def frame_digest(keys: Iterable[int]) -> bytes:
    """SHA-256 of the ids of a frame, one a line."""
    digest = hashlib.sha256()
    for key in keys:
        digest.update(b"%d\n" % key)
    return digest.digest()


def draw(population: int, method: str, number: int) -> Draw:
    """The places of a sample; ``number`` is h. A frame of nobody is refused (ValueError)."""
    if population <= 0:
        raise ValueError("nobody can be drawn from an empty frame")
    method = method_for(population, method)
    size = sample_size(population, method)
    if method == KREJCIE_MORGAN:
        start = number % population
        places = tuple((start + k * population) // size + 1 for k in range(size))
    elif method == ONE_IN_TEN:
        places = systematic(size, INTERVAL, 1 + number % INTERVAL)
    else:
        places = tuple(range(1, population + 1))
    return Draw(method, population, places)


def systematic(size: int, interval: int, start: int) -> tuple[int, ...]:
    """Every ``interval``-th place from ``start``: 135 of 1,352 from 7 are 7, 17, 27 ... 1,347."""
    if not 1 <= start <= interval:
        raise ValueError("the first place lies within the first interval")
    return tuple(start + k * interval for k in range(size))


def project(population: int, met: int, size: int, method: str) -> int:
    """How many of all are members by what the sample found, rounded down.

    N x ms / n; by the rule of 2017 (sample - TMS) x 10: 16 of 25 make 160.
    """
    if size <= 0:
        return 0
    return met * INTERVAL if method == ONE_IN_TEN else population * met // size


def lacking(minimum: int, projection: int) -> int:
    """How many members the party must add at least."""
    return max(0, minimum - projection)


def second_frame(members: Sequence[int], sampled: Iterable[int], minimum: int) -> tuple[int, ...] | None:
    """The frame of a round after a repair: whoever was never sampled, old and newly added.

    None where it cannot reach the minimum: then the party has no second round in that area.
    """
    seen = set(sampled)
    frame = tuple(sorted(key for key in members if key not in seen))
    return frame if len(frame) >= minimum and frame else None


def after_attempt(number: int, result: str, most: int) -> tuple[str, str | None]:
    """State and reason of a person after an attempt; ``most`` attempts are made (``kontak_verfak``)."""
    state = RESULTS[result]
    if state is None:
        return ("tms", NOT_MET) if number >= most else ("menunggu", None)
    return state, None if state == "ms" else result


def after_attempts(results: Sequence[str], most: int) -> tuple[str, str | None]:
    """State and reason after all attempts that count, in their order; the first clear one decides."""
    for number, result in enumerate(results, 1):
        found = after_attempt(number, result, most)
        if found[0] != "menunggu":
            return found
    return "menunggu", None


def share_out(loads: Mapping[str, int], people: Sequence[int]) -> dict[str, int]:
    """Village -> who goes there: whole villages, the largest first, each to whoever has least so far.

    The same villages and people give the same plan. Nobody there: nothing is given.
    """
    given: dict[str, int] = {}
    totals = dict.fromkeys(sorted(people), 0)
    if not totals:
        return given
    for village, load in sorted(loads.items(), key=lambda entry: (-entry[1], entry[0])):
        person = min(totals, key=lambda key: (totals[key], key))
        given[village] = person
        totals[person] += load
    return given
