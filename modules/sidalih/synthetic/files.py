"""The voter file: UTF-8 CSV with the columns of the design, section 7."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from modules.sidalih.synthetic.people import COLUMNS, Voter


def write_csv(path: Path, voters: Iterable[Voter]) -> int:
    """Write voters as a voter file, readable by its owner only; returns the number of rows."""
    count = 0

    def counted() -> Iterable[Voter]:
        nonlocal count
        for voter in voters:
            count += 1
            yield voter

    path.touch(mode=0o600)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(counted())
    return count
