"""Bulk files: 822,116 rows of 27 numbers staged and checked, and the memory of a file far larger.

The reference, in the same run on the same server: plain COPY of the same file into a table of the
same types. ``--rows N`` and ``--megabytes M`` make a smaller run.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import Any

import psycopg

from bench._figures import bench_app, emit, peak_memory, timed

NAME = "intake"
ROWS = 822_116
NUMBERS = [f"suara_{n}" for n in range(1, 27)]
LINES = [",".join(str((n * k * 7919) % 300) for k in range(1, 27)) for n in range(1, 998)]


def main() -> int:
    """Run and print; exit 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--megabytes", type=int, default=2000)
    asked = parser.parse_args()
    with bench_app(), tempfile.TemporaryDirectory() as name, psycopg.connect(os.environ["DATABASE_URL"]) as c:
        return 0 if all(measure(c, Path(name), asked.rows, asked.megabytes)) else 1


def measure(connection: psycopg.Connection[Any], folder: Path, rows: int, megabytes: int) -> list[bool]:
    """All figures, in order."""
    from electsys.intake import Code, Column, Integer, Spec, error_sheet, stage

    numbers = [Column(name, Integer(0, 999_999)) for name in NUMBERS]
    spec = Spec(NAME, NAME, (Column("kode_tps", Code(13), required=True), *numbers), key=("kode_tps",))
    good, bad, large = folder / "baik.csv", folder / "salah.csv", folder / "besar.csv"
    write(good, rows)
    write(bad, rows, wrong=True)
    emit(NAME, "file", good.stat().st_size / 1e6, "MB")
    plain = min(timed(lambda: copy(connection, good)) for _ in range(3))
    fast = min(timed(lambda: stage(connection, good, spec, "staged")) for _ in range(3))
    results = [
        emit(NAME, "stage", fast, "s", reference=plain),
        emit(NAME, "stage_to_plain", fast / plain, "ratio", reference=1, goal=3.5),
    ]
    slow = timed(lambda: stage(connection, bad, spec, "staged"))
    results.append(emit(NAME, "stage_with_errors_to_plain", slow / plain, "ratio", reference=1, goal=8))
    staging = stage(connection, bad, spec, "staged")
    sheet = timed(lambda: error_sheet(bad, staging.errors(), folder / "lembar.csv", spec))
    results.append(emit(NAME, "error_sheet", sheet, "s", reference=plain))
    write(large, megabytes * rows * 1_000_000 // good.stat().st_size, wrong=True)
    emit(NAME, "large_file", large.stat().st_size / 1e6, "MB")
    emit(NAME, "large_stage", timed(lambda: stage(connection, large, spec, "staged")), "s")
    results.append(emit(NAME, "memory", peak_memory(), "MB", goal=512))
    return results


def write(path: Path, rows: int, *, wrong: bool = False) -> None:
    """A results file; with ``wrong``, a cell in a thousand rows is no number and one has a blank."""
    with path.open("w", encoding="ascii") as file:
        file.write(f"kode_tps,{','.join(NUMBERS)}\n")
        for n in range(rows):
            line = LINES[n % len(LINES)]
            if wrong and n % 1000 == 0:
                line = f"abc, 7{line[line.index(',', line.index(',') + 1) :]}"
            file.write(f"{1_100_000_000_000 + n},{line}\n")


def copy(connection: psycopg.Connection[Any], path: Path) -> None:
    """Plain COPY into a temporary table."""
    connection.execute("drop table if exists plain")
    columns = ", ".join(f"{name} integer" for name in NUMBERS)
    connection.execute(f"create temporary table plain (kode_tps text, {columns})")
    with (
        connection.cursor().copy("copy plain from stdin (format csv, header)") as target,
        path.open("rb") as file,
    ):
        while piece := file.read(1 << 18):
            target.write(piece)


if __name__ == "__main__":
    raise SystemExit(main())
