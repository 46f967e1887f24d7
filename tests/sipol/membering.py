"""Member files for tests: rows that are right, changed at will, and a party that may bring them."""

from __future__ import annotations

import csv
import datetime as dt
import itertools

from electsys.elections import calendar
from tests.sipol.conftest import VILLAGE

COLUMNS = (
    *("nik", "nama", "jenis_kelamin", "tempat_lahir", "tanggal_lahir", "status_kawin", "pekerjaan"),
    *("alamat", "kode_desa", "nomor_kta", "tanggal_kta"),
)
OTHER_VILLAGE = "1201011002"
#: Villages of two other branches (kab/kota): of the same province and of another.
ELSEWHERE, FAR = "1202011001", "3171011001"
#: During registration, and during the repairs that follow verification.
ENTRY, REPAIR = dt.datetime(2022, 8, 5, tzinfo=dt.UTC), dt.datetime(2022, 9, 20, tzinfo=dt.UTC)
REVIEW = dt.datetime(2022, 10, 5, tzinfo=dt.UTC)
_serial = itertools.count(8001)


def row(**changes) -> dict[str, str]:
    """A man of Barus, born on 9 March 1985, with numbers of his own (serials from 8001 are nobody's)."""
    serial = next(_serial)
    facts = dict(
        zip(
            COLUMNS,
            (
                *(f"120101090385{serial}", f"Budi Uji {serial}", "L", "Barus", "1985-03-09", "S", "Petani"),
                *("Jl. Melati 4", VILLAGE, f"KTA-{serial}", "2020-01-31"),
            ),
            strict=True,
        )
    )
    return facts | changes


def write_csv(path, rows):
    """Write rows as a member file; the path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def at(monkeypatch, moment: dt.datetime) -> None:
    """Set the clock of the calendar."""
    monkeypatch.setattr(calendar, "utc_now", lambda: moment)
