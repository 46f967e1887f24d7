"""Voter files for tests: rows that are right, changed at will, written as CSV or XLSX."""

from __future__ import annotations

import csv
import itertools

from tests.sidalih.conftest import OTHER_VILLAGE, VILLAGE

COLUMNS = (
    *("nkk", "nik", "nama", "tempat_lahir", "tanggal_lahir", "jenis_kelamin", "status_kawin", "alamat"),
    *("rt", "rw", "kode_desa", "tps", "disabilitas", "ktp_el"),
)
_serial = itertools.count(8001)


def row(**changes) -> dict[str, str]:
    """A woman of Barus, born on 17 May 1980, with a number of her own (serials from 8001 are nobody's)."""
    serial = next(_serial)
    facts = dict(
        zip(
            COLUMNS,
            (
                *(f"120101010120{serial}", f"120101570580{serial}", f"Siti Uji {serial}", "Barus"),
                *("1980-05-17", "P", "S", "Jl. Melati 4", "1", "2", VILLAGE, "", "0", "S"),
            ),
            strict=True,
        )
    )
    return facts | changes


def write_csv(path, rows, columns=COLUMNS, **dialect):
    """Write rows as CSV; the path."""
    with path.open("w", encoding=dialect.pop("encoding", "utf-8"), newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", **dialect)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_xlsx(path, rows, columns=COLUMNS):
    """Write rows as a workbook of texts; the path."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Data")
        for y, cells in enumerate([columns, *([r[c] for c in columns] for r in rows)]):
            for x, cell in enumerate(cells):
                sheet.write_string(y, x, cell)
    return path


__all__ = ["COLUMNS", "OTHER_VILLAGE", "VILLAGE", "row", "write_csv", "write_xlsx"]
