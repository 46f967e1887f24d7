"""Public pages of parties for programs: the same facts as JSON and CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

from electsys.elections.models import Election
from modules.sipol.models import PartyRegistration
from modules.sipol.queries import public as queries
from modules.sipol.rules.numbers import Numbers

LEVELS = {0: "pusat", 2: "provinsi", 4: "kabko", 6: "kecamatan"}


def party_line(election: Election, row: PartyRegistration) -> dict[str, Any]:
    """One party of the list."""
    return {
        "id": row.party_id,
        "nomor": row.number,
        "nama": row.party.name,
        "singkatan": row.party.short_name,
        "jenis": row.party.kind,
        "keadaan": row.state,
        "warna": row.party.color,
        "halaman": f"/partai/publik/{election.code}/{row.party_id}",
    }


def party_page(election: Election, row: PartyRegistration) -> dict[str, Any]:
    """Everything that the page of a party shows, but for the list of its offices."""
    counted = queries.numbers(election, row.id)
    return party_line(election, row) | {
        "pemilu": election.code,
        "badan_hukum": {"sk": row.party.decree_number, "berita_negara": row.party.gazette_number},
        "kepengurusan": {LEVELS[n]: count for n, count in queries.boards_by_level(row.id).items()},
        "riwayat": [
            {"waktu": act.at.isoformat(), "dari": act.details.get("from"), "ke": act.details.get("to")}
            for act in queries.history(row.id)
        ],
        "dokumen": [
            {
                "jenis": each.kind,
                "sha256": each.file.sha256,
                "alamat": f"/partai/publik/{election.code}/{row.party_id}/dokumen/{each.kind}",
            }
            for each in queries.documents(row.id)
        ],
        "anggota": _numbers(counted[0]) | {"dihitung": counted[1].isoformat()} if counted else None,
    }


def _numbers(numbers: Numbers) -> dict[str, Any]:
    return {
        "jumlah": numbers.total,
        "jenis_kelamin": dict(numbers.sexes),
        "umur": [{"mulai": low, "L": men, "P": women} for low, men, women in bands_of(numbers)],
        "provinsi": dict(numbers.provinces),
    }


def bands_of(numbers: Numbers) -> list[tuple[int, int | None, int | None]]:
    """Lower bound of the band, men, women."""
    return [
        (low, numbers.ages[low, "L"], numbers.ages[low, "P"])
        for low in sorted({low for low, _s in numbers.ages})
    ]


def numbers_csv(numbers: Numbers) -> str:
    """The open numbers as lines: what, which, members; an empty cell is hidden."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["kelompok", "nilai", "anggota"])
    writer.writerow(["jumlah", "", _cell(numbers.total)])
    for sex, n in numbers.sexes.items():
        writer.writerow(["jenis_kelamin", sex, _cell(n)])
    for (low, sex), n in numbers.ages.items():
        writer.writerow(["umur_mulai", f"{low}{sex}", _cell(n)])
    for code, n in numbers.provinces.items():
        writer.writerow(["provinsi", code, _cell(n)])
    return out.getvalue()


def _cell(n: int | None) -> str:
    return "" if n is None else str(n)
