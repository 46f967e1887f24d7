"""Files of votes and seats: read with every fault told, written with their whole trace.

In: ``kode_dapil, <party> ...`` with votes, and ``kode_dapil, alokasi_kursi``; CSV or XLSX. Columns that
describe a dapil (its name, its province, its voters) are passed over. Out: ``kode_dapil, <party> ...``
with seats, and in a folder the threshold, the closest pair of every dapil and every quotient.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from electsys.errors import Refused
from electsys.intake.formats import detect
from electsys.intake.reading import as_text, records
from electsys.intake.specs import HELPER_COLUMNS, Column, Spec, Text, normalise
from modules.sirekap.rules.seats import Allocation, Threshold, allocate, threshold
from modules.sirekap.rules.ties import UnresolvedTie

KEY, SEATS = "kode_dapil", "alokasi_kursi"
#: Columns of published tables that are no party.
ABOUT = {
    *("dapil", "nama_dapil", "provinsi", "propinsi", "kode_provinsi", "alokasi_kursi", "kursi"),
    *("total_dpt", "dpt", "suara_sah", "suara_tidak_sah", "jumlah", "total", "no", "nomor"),
    *HELPER_COLUMNS,
}
#: No dapil has more: beyond, a number is a slip.
MOST_SEATS = 1_000
MOST_VOTES = 10**12
SPEC = Spec("seats", "", (Column(KEY, Text(20), required=True), Column(SEATS, Text(20))))


@dataclass(frozen=True)
class Fault:
    """What is wrong in a file: row as a spreadsheet counts, column, words."""

    row: int
    column: str
    message: str


class BadFile(Refused):
    """A file that cannot be used, with everything that is wrong in it."""

    def __init__(self, path: Path, faults: Sequence[Fault]):
        first = faults[0]
        where = _("baris %(row)s, kolom %(column)s", row=first.row, column=first.column)
        super().__init__(
            _("%(file)s: %(n)s kesalahan. Yang pertama: %(where)s: %(what)s",
              file=path.name, n=len(faults), where=where, what=first.message)
        )  # fmt: skip
        self.path = path
        self.faults = faults


@dataclass(frozen=True)
class Input:
    """Votes by dapil and party, and the seats of each dapil, as the files give them."""

    parties: tuple[str, ...]
    votes: Mapping[str, Mapping[str, int]]
    seats: Mapping[str, int]
    #: Columns that were passed over.
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """Seats of every dapil with their trace; dapil whose last seat nobody may give stand in ``ties``."""

    threshold: Threshold
    allocations: Mapping[str, Allocation]
    ties: Mapping[str, UnresolvedTie] = field(default_factory=dict)

    def total(self, party: str) -> int:
        """The seats of a party in all dapil."""
        return sum(allocation.seats.get(party, 0) for allocation in self.allocations.values())


def read_input(votes: Path, seats: Path) -> Input:
    """Read both files. Raises BadFile with every fault, Refused for something that is no table."""
    parties, rows, ignored = _read_votes(votes)
    given = _read_seats(seats)
    faults = [
        Fault(row, KEY, _("Dapil %(code)s tidak ada di berkas kursi.", code=code))
        for code, (row, _votes) in rows.items()
        if code not in given
    ]
    if faults:
        raise BadFile(votes, faults)
    without = [
        Fault(row, KEY, _("Dapil %(code)s tidak ada di berkas suara.", code=code))
        for code, (row, _seats) in given.items()
        if code not in rows
    ]
    if without:
        raise BadFile(seats, without)
    return Input(
        parties,
        {code: found for code, (_row, found) in rows.items()},
        {code: given[code][1] for code in rows},
        ignored,
    )


def compute(given: Input, share: Fraction) -> Outcome:
    """The threshold and the seats of every dapil; a tie that nothing settles is kept, never guessed."""
    totals = {party: sum(row[party] for row in given.votes.values()) for party in given.parties}
    bar = threshold(totals, share)
    passed = bar.passed
    allocations: dict[str, Allocation] = {}
    ties: dict[str, UnresolvedTie] = {}
    for code, row in given.votes.items():
        try:
            allocations[code] = allocate({party: row[party] for party in passed}, given.seats[code])
        except UnresolvedTie as tie:
            ties[code] = tie
        except ValueError:
            raise Refused(
                _("Dapil %(code)s: tidak ada suara bagi partai yang ikut pembagian kursi.", code=code),
                hint=_("Lengkapi suara dapil itu."),
            ) from None
    return Outcome(bar, allocations, ties)


def write_seats(given: Input, outcome: Outcome, out: Path) -> None:
    """``kode_dapil, <party> ...``: every party of the votes, those under the threshold with 0."""
    _write(
        out,
        (KEY, *given.parties),
        (
            [code, *(found.seats.get(p, 0) for p in given.parties)]
            for code, found in outcome.allocations.items()
        ),
    )


def write_trace(outcome: Outcome, folder: Path) -> None:
    """``ambang.csv``, ``terdekat.csv`` and ``hasil_bagi.csv``: threshold, closest pairs, every quotient."""
    folder.mkdir(parents=True, exist_ok=True)
    bar = outcome.threshold
    _write(
        folder / "ambang.csv",
        ("partai", "suara", "suara_sah", "ambang", "suara_dibutuhkan", "selisih", "lolos"),
        (
            [p, n, bar.valid, str(bar.share), bar.needed, bar.margin(p), "ya" if bar.passes(p) else "tidak"]
            for p, n in bar.votes.items()
        ),
    )
    _write(
        folder / "terdekat.csv",
        (KEY, "partai_kursi_terakhir", "partai_pengejar", "kurang_suara"),
        ([code, *found.closest] for code, found in outcome.allocations.items() if found.closest),
    )
    _write(
        folder / "hasil_bagi.csv",
        (KEY, *QUOTIENTS),
        ((code, *row) for code, found in outcome.allocations.items() for row in quotient_rows(found)),
    )


QUOTIENTS = ("peringkat", "partai", "suara", "pembagi", "hasil_bagi", "sisa", "kursi_ke", "sama")


def quotient_rows(found: Allocation) -> Iterator[tuple[Any, ...]]:
    """Every quotient as whole part and remainder: ``suara = hasil_bagi * pembagi + sisa``, exactly."""
    for row in found.quotients:
        whole, rest = divmod(row.votes, row.divisor)
        yield (
            *(row.rank, row.party, row.votes, row.divisor, whole, rest),
            *("" if row.seat is None else row.seat, "ya" if row.tied else ""),
        )


def write_faults(problem: BadFile) -> Path:
    """The error sheet beside the file; where it is."""
    place = problem.path.with_suffix(".kesalahan.csv")
    _write(place, ("baris", "kolom", "kesalahan"), ([f.row, f.column, f.message] for f in problem.faults))
    return place


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


# --- reading --------------------------------------------------------------------------------------


def _table(path: Path) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    rows = records(path, detect(path, SPEC))
    number, cells = next(rows, (0, []))
    header = [as_text(cell).strip() for cell in cells]
    names = [normalise(name) for name in header]
    if KEY not in names:
        raise BadFile(path, [Fault(number or 1, KEY, _("Kolom kode_dapil tidak ada."))])
    faults = [
        Fault(number, name or "?", _("Kolom ini ada dua kali atau tidak bernama."))
        for place, name in enumerate(header)
        if (not names[place] and any(header[place:])) or names.index(names[place]) < place
    ]
    if faults:
        raise BadFile(path, faults)
    return header, ((n, [as_text(cell).strip() for cell in row]) for n, row in rows)


def _read_votes(path: Path) -> tuple[tuple[str, ...], dict[str, tuple[int, dict[str, int]]], tuple[str, ...]]:
    header, rows = _table(path)
    names = [normalise(name) for name in header]
    places = [(i, header[i]) for i, name in enumerate(names) if name not in {KEY, "", *ABOUT}]
    if not places:
        raise BadFile(path, [Fault(1, "", _("Tidak ada kolom partai."))])
    faults: list[Fault] = []
    found: dict[str, tuple[int, dict[str, int]]] = {}
    for number, cells in rows:
        code = _code(cells, names.index(KEY), number, found, faults)
        votes = {party: _whole(cells, place, number, party, MOST_VOTES, faults) for place, party in places}
        found.setdefault(code, (number, votes))
    _refuse(path, found, faults)
    ignored = tuple(name for name in header if normalise(name) in ABOUT)
    return tuple(party for _place, party in places), found, ignored


def _read_seats(path: Path) -> dict[str, tuple[int, int]]:
    header, rows = _table(path)
    names = [normalise(name) for name in header]
    if SEATS not in names:
        raise BadFile(path, [Fault(1, SEATS, _("Kolom alokasi_kursi tidak ada."))])
    faults: list[Fault] = []
    found: dict[str, tuple[int, int]] = {}
    for number, cells in rows:
        code = _code(cells, names.index(KEY), number, found, faults)
        seats = _whole(cells, names.index(SEATS), number, SEATS, MOST_SEATS, faults, least=1)
        found.setdefault(code, (number, seats))
    _refuse(path, found, faults)
    return found


def _refuse(path: Path, found: Mapping[str, Any], faults: list[Fault]) -> None:
    if not found:
        faults.append(Fault(2, "", _("Berkas ini hanya berisi judul kolom.")))
    if faults:
        raise BadFile(path, faults)


def _code(
    cells: Sequence[str], place: int, row: int, found: Mapping[str, tuple[int, Any]], faults: list[Fault]
) -> str:
    code = cells[place] if place < len(cells) else ""
    if not (code.isascii() and code.isalnum() and len(code) <= 20):
        faults.append(Fault(row, KEY, _("Kode dapil %(code)r tidak sah: tulis angka kodenya.", code=code)))
    elif code in found:
        faults.append(
            Fault(row, KEY, _("Dapil %(code)s sudah ada di baris %(n)s.", code=code, n=found[code][0]))
        )
    return code


def _whole(
    cells: Sequence[str], place: int, row: int, column: str, most: int, faults: list[Fault], least: int = 0
) -> int:
    written = cells[place] if place < len(cells) else ""
    if not written:
        faults.append(Fault(row, column, _("Sel ini kosong; tulis 0 bila memang nol.")))
        return 0
    if not (written.isascii() and written.isdecimal() and len(written) <= 15):
        faults.append(
            Fault(
                row, column, _("%(value)r bukan bilangan bulat; tulis tanpa titik dan koma.", value=written)
            )
        )
        return 0
    value = int(written)
    if not least <= value <= most:
        faults.append(
            Fault(row, column, _("%(value)s di luar batas %(least)s sampai %(most)s.",
                                 value=value, least=least, most=most))
        )  # fmt: skip
    return value
