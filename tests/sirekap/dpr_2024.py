"""The DPR of 2024 as the project keeps it: votes, seats to give and seats won, by dapil and ballot number."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import modules.sirekap

FILE = Path(modules.sirekap.__file__).parent / "data" / "dpr_2024.csv"


@cache
def dapil() -> dict[str, tuple[int, dict[str, int], dict[str, int]]]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        return {
            row["kode_dapil"]: (int(row["kursi"]), _numbered(row, "suara_"), _numbered(row, "kursi_"))
            for row in csv.DictReader(lines)
        }


def _numbered(row: dict[str, str], prefix: str) -> dict[str, int]:
    return {name.removeprefix(prefix): int(value) for name, value in row.items() if name.startswith(prefix)}
