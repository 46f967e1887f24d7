"""Who is elected, as data that anybody can decide again: ``terpilih.json`` and its table.

One shape for all: lists of a chamber, persons of the DPD, pairs for an office. A participant stands under its
ballot number, a candidate of a list under both (``4.2``).
"""

from __future__ import annotations

import csv
import io
from typing import Any

from modules.sirekap.leaves import line_key
from modules.sirekap.models import Determination, DeterminationPart
from modules.sirekap.publication.decided import Decided
from modules.sirekap.queries import determinations as queries
from modules.sirekap.shapes import LISTS

COLUMNS = ("kode", "wilayah", "nomor", "nama", "suara", "peringkat", "status")


def elected(of: Decided) -> dict[str, Any]:
    """A decision: the law it applied, everybody in every part with votes and rank, and what it changed."""
    results = queries.results_of(of.row.id)
    return of.head() | {
        "hukum": {key: shown[0] for key, shown in of.row.law.items()},
        "jabatan": _office(of),
        "peserta": {
            str(who.number): {"nama": who.name, "singkat": who.short_name}
            for who in sorted(of.parties.values(), key=lambda who: who.number)
            if of.kind in LISTS
        },
        "bagian": [_part(of, part, results.get(part.id, [])) for part in of.parts],
        "perubahan": _changes(of),
    }


def _part(of: Decided, part: DeterminationPart, rows: list[Any]) -> dict[str, Any]:
    struck = {line_key(*line) for line in of.struck.get(part.dapil_id, ())}
    return {
        "kode": part.key,
        "nama": part.name,
        "dapil": part.dapil_id is not None,
        "kursi": part.seats,
        "suara_sah": part.valid,
        "catatan": of.places.get(part.dapil_id),
        "hasil": {
            str(who.number): won.seats
            for won, who in rows
            if of.kind in LISTS and won.candidate_number is None and won.seats
        },
        "lowong": sum(part.trace.get("vacant", {}).values()),
        "seri": of.ties(part, ""),
        "calon": [
            {
                "nomor": line_key(who.number, won.candidate_number),
                "nama": won.name,
                "suara": won.votes,
                "peringkat": won.rank,
                "terpilih": won.elected,
                "dicoret": line_key(who.number, won.candidate_number) in struck,
            }
            for won, who in sorted(rows, key=lambda row: row[0].rank or 0 if of.kind not in LISTS else 0)
            if of.kind not in LISTS or won.candidate_number is not None
        ],
    }


def _office(of: Decided) -> dict[str, Any] | None:
    """The test of pairs for an office; None of a contest that gives seats."""
    found = of.row.summary.get("decision")
    if found is None:
        return None
    tests = {of.number[test["pair"]]: test for test in found["tests"]}
    provinces: dict[str, dict[str, int]] = {}
    for pair, test in tests.items():
        for code, votes, _valid, _reached in test["provinces"]:
            provinces.setdefault(code, {})[pair] = votes
    return {
        "jenis": found["kind"],
        "pemenang": of.number.get(found["winner"]),
        "lanjut": [of.number[pair] for pair in found["runoff"]],
        "perlu_provinsi": found["needed"],
        "kosong": found["blank"],
        "pasangan": {
            pair: {"suara": test["votes"], "cukup": test["majority"], "provinsi": test["reached"]}
            for pair, test in tests.items()
        },
        "provinsi": provinces,
    }


def _changes(of: Decided) -> list[dict[str, Any]] | None:
    """Every number that differs from the version before: [before, now]; None of a first version."""
    if of.before is None:
        return None
    old, new = _numbers(of.before), _numbers(of.row)
    found = []
    for key in sorted({*old, *new}, key=lambda key: (key[0], [int(n) for n in key[1].split(".")])):
        before, now = old.get(key, (None, None, False, "")), new.get(key, (None, None, False, ""))
        if before[:3] != now[:3]:
            found.append(
                {
                    "bagian": key[0],
                    "nomor": key[1],
                    "nama": now[3] or before[3],
                    "suara": [before[0], now[0]],
                    "kursi": [before[1], now[1]],
                    "terpilih": [before[2], now[2]],
                }
            )
    return found


def _numbers(row: Determination) -> dict[tuple[str, str], tuple[Any, ...]]:
    """By part and line: votes, seats of a party, whether elected, name."""
    results = queries.results_of(row.id)
    lists = row.contest.kind in LISTS
    return {
        (part.key, line_key(who.number, won.candidate_number)): (
            won.votes,
            won.seats if lists else None,
            won.elected,
            won.name,
        )
        for part in row.parts
        for won, who in results.get(part.id, [])
    }


def elected_csv(data: dict[str, Any]) -> bytes:
    """Everybody as a table."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for part in data["bagian"]:
        for who in part["calon"]:
            state = "terpilih" if who["terpilih"] else "dicoret" if who["dicoret"] else ""
            writer.writerow(
                [part["kode"], part["nama"], who["nomor"], who["nama"], who["suara"], who["peringkat"], state]
            )
    return out.getvalue().encode()
