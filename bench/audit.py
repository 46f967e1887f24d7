"""Audit: the published vectors of batch comparison, and the draw from a whole nation's stations.

The references are the figures of votingworks/arlo (test_macro.py) and of the table in trust-and-ux.md C4,
calculated from the votes of Keputusan KPU 360/2024; a figure that differs is no success. The draw is made
from 823,236 stations; its reference is one pass over the same stations in plain Python.
"""

from __future__ import annotations

import argparse
import random
import sys
from fractions import Fraction
from itertools import islice

from bench._figures import emit, timed

BENCH = "audit"
STATIONS = 823_236
NATIONAL = {"1": 40_971_906, "2": 96_214_691, "3": 27_040_878}
INVALID = 4_194_536


def main() -> int:
    """Run and print; exit 1 if a figure is off or a goal missed."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    from modules.sirekap.rules.audits import Batch, beats, exceeds, frame, risk, sample_size

    failed = []

    def same(figure: str, value: float, wanted: float, unit: str, digits: int = 4) -> None:
        emit(BENCH, figure, value, unit, reference=wanted)
        if round(value, digits) != round(wanted, digits):
            failed.append(figure)

    arlo = frame([beats("w", "l")], [Batch("1", 120_000, {"w": 60_000, "l": 54_000})])
    same("arlo contest A: U", float(arlo.total), 21.0, "U")
    same(
        "arlo contest A: risk after 31 clean draws",
        float(risk(arlo.total, [Fraction(0)] * 31) or 0),
        0.2204,
        "p",
    )
    same("arlo contest A: draws at 25 %", sample_size(arlo.total, Fraction(1, 4)), 29, "draws")
    for loser, margin, large, small in (
        (180, 6000, 0.07, 0.035),
        (160, 6000, 0.0733, 0.0367),
        (140, 5400, 0.0852, 0.0426),
    ):
        for ballots, wanted in ((400, large), (200, small)):
            # Batches like the published ones, as many as make up its margin.
            rest = [Batch(str(n), 2 * 200, {"w": 200, "l": loser}) for n in range(margin // (200 - loser))]
            found = frame([beats("w", "l")], rest)
            half = Batch("h", ballots, {"w": ballots // 2, "l": loser * ballots // 400})
            same(f"arlo u_p of {ballots} ballots, {200 - loser} ahead", float(found.bound(half)), wanted, "u")

    ballots = sum(NATIONAL.values()) + INVALID
    table = (
        ("president 2024, before the second", beats("2", "1"), 4.05, (11, 17, 25)),
        ("president 2024, more than half", exceeds("2", Fraction(1, 2)), 6.97, (20, 30, 45)),
    )
    for name, assertion, total, draws in table:
        found = frame([assertion], [Batch("0", ballots, NATIONAL)])
        same(f"{name}: U", float(found.total), total, "U", 2)
        for limit, wanted in zip((Fraction(5), Fraction(1), Fraction(1, 10)), draws, strict=True):
            same(
                f"{name}: draws at {float(limit)} %",
                sample_size(found.total, limit / 100),
                wanted,
                "draws",
            )
    for share, wanted in ((25, 14), (30, 8), (40, 5), (60, 3)):
        found = frame([exceeds("A", Fraction(1, 5))], [Batch("0", 100, {"A": share, "B": 100 - share})])
        same(
            f"a fifth of a province with {share} %: draws at 5 %",
            sample_size(found.total, Fraction(5, 100)),
            wanted,
            "draws",
        )

    draw = random.Random(2024)
    stations = []
    for n in range(STATIONS):
        votes = {"1": draw.randint(0, 90), "2": draw.randint(0, 180), "3": draw.randint(0, 60)}
        stations.append(Batch(f"{n:013d}", sum(votes.values()) + 5, votes))
    plain = timed(lambda: sum(sum(b.votes.values()) for b in stations))
    made: list[Batch] = []
    seconds = timed(
        lambda: made.extend(
            islice(
                frame([exceeds("2", Fraction(1, 2)), beats("2", "1"), beats("2", "3")], stations).draws("1"),
                45,
            )
        )
    )
    emit(BENCH, "45 draws from a nation", seconds, "s", reference=plain)
    for figure in failed:
        print(f"differs: {figure}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
