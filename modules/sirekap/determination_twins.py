"""A result as data: the twin of its pages, with the trace of how it came about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from modules.sirekap.models import Determination, DeterminationPart
from modules.sirekap.queries import determinations as queries


def result_data(row: Determination) -> dict[str, Any]:
    """A version of a result: its law, its D.Hasil, its summary, its parts."""
    names = queries.participants_of(row.contest_id)
    results = queries.results_of(row.id)
    return {
        "pemilu": row.contest.election.code,
        "pemilihan": row.contest.kind,
        "wilayah": row.area,
        "versi": row.version,
        "putusan": row.ruling,
        "keputusan": row.decision_number,
        "ditetapkan": row.decided_at.isoformat() if row.decided_at else None,
        "suara_sah": row.valid,
        "d_hasil": row.recaps,
        "hukum": row.law,
        "ringkasan": row.summary,
        "peserta": {
            str(key): {"nomor": who.number, "nama": who.name, "singkat": who.short_name}
            for key, who in names.items()
        },
        "bagian": [_part_json(part, results.get(part.id, [])) for part in row.parts],
    }


def _part_json(part: DeterminationPart, results: Sequence[Any]) -> dict[str, Any]:
    return {
        "kode": part.key,
        "nama": part.name,
        "kursi": part.seats,
        "suara_sah": part.valid,
        "jejak": part.trace,
        "perolehan": [
            {
                "peserta": won.participant_id,
                "calon": won.candidate_number,
                "nama": won.name,
                "suara": won.votes,
                "kursi": won.seats,
                "peringkat": won.rank,
                "terpilih": won.elected,
                "sebaran": won.spread,
            }
            for won, _who in results
        ],
    }
