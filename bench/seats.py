"""Seats: all 2,710 dapil of the three chambers with every quotient, in at most 2 s.

Seats of the dapil are the project's own (20,462); votes are drawn with a fixed seed, 18 parties a dapil. The
DPR of 2024 is computed too and compared with the decision. The reference, in the same run and on the same
input: the package ``apportionment`` (numpy), which gives the seats alone, by exact fractions; and by floats,
which is what it does unless asked.
"""

from __future__ import annotations

import argparse
import csv
import io
import lzma
import random
import shutil
import sys
import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

from bench._figures import emit, timed

BENCH = "seats"
GOAL = 2.0
PARTIES = 18
ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Run and print; exit 1 if a figure is off or a goal missed."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    from apportionment.methods import compute

    from modules.sirekap import seat_files
    from modules.sirekap.rules.seats import allocate, threshold

    given = dapil()
    emit(BENCH, "dapil", len(given), "dapil")
    emit(BENCH, "seats", sum(seats for seats, _ in given.values()), "seats")
    found: dict[str, Any] = {}

    def ours() -> None:
        found.update((code, allocate(votes, seats)) for code, (seats, votes) in given.items())

    def theirs(fractions: bool) -> Callable[[], None]:
        return lambda: wanted.update(
            (code, compute("saintelague", list(votes.values()), seats, fractions=fractions))
            for code, (seats, votes) in given.items()
        )

    wanted: dict[str, list[int]] = {}
    floats = median(timed(theirs(False)) for _ in range(3))
    exact = timed(theirs(True))
    seconds = median(timed(ours) for _ in range(3))
    emit(BENCH, "quotients", sum(len(each.quotients) for each in found.values()), "quotients")
    off = sum(list(found[code].seats.values()) != row for code, row in wanted.items())
    ok = emit(BENCH, "dapil that differ from the package", off, "dapil", goal=0)
    ok &= emit(BENCH, "seats with their trace", seconds, "s", reference=exact, goal=GOAL)
    emit(BENCH, "times the package by exact fractions", seconds / exact, "x", reference=1)
    emit(BENCH, "times the package by floats", seconds / floats, "x", reference=1)

    folder = Path(tempfile.mkdtemp(prefix="electsys-bench-", dir="/var/tmp"))
    try:
        bar = threshold({"A": 1}, Fraction(0))
        outcome = seat_files.Outcome(bar, found)
        written = timed(lambda: seat_files.write_trace(outcome, folder))
    finally:
        shutil.rmtree(folder)
    emit(BENCH, "seats, and the traces written as files", seconds + written, "s")
    ok &= emit(BENCH, "DPR 2024: dapil that differ from the decision", decided(), "dapil", goal=0)
    return 0 if ok else 1


def dapil() -> dict[str, tuple[int, dict[str, int]]]:
    """Seats and drawn votes of every dapil of parties."""
    draw = random.Random(2024)
    table = lzma.decompress((ROOT / "electsys/regions/data/dapil_2024.csv.xz").read_bytes()).decode()
    found = {}
    for row in csv.DictReader(io.StringIO(table)):
        if row["kamar"] == "dpd":
            continue
        whole = int(row["kursi"]) * draw.randint(5_000, 250_000)
        weights = [draw.paretovariate(0.9) for _ in range(PARTIES)]
        votes = {str(n): int(whole * w / sum(weights)) for n, w in enumerate(weights, 1)}
        found[row["kode"]] = (int(row["kursi"]), votes)
    return found


def decided() -> int:
    """How many of the 84 dapil of the DPR come out otherwise than decided."""
    from modules.sirekap.rules.seats import allocate, threshold
    from tests.sirekap.dpr_2024 import dapil as dpr_2024

    rows = dpr_2024()
    parties = next(iter(rows.values()))[1]
    passed = threshold({p: sum(v[p] for _, v, _ in rows.values()) for p in parties}, Fraction(1, 25)).passed
    return sum(
        dict(allocate({p: votes[p] for p in passed}, seats).seats) != won
        for seats, votes, won in rows.values()
    )


if __name__ == "__main__":
    sys.exit(main())
