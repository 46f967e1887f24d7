"""Seats that were determined, as data that anybody can compute again: ``kursi.json``."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

from modules.sirekap.models import Determination
from modules.sirekap.publication.decided import Decided
from modules.sirekap.queries import determinations as queries


def seats(of: Decided) -> dict[str, Any]:
    """A decision on seats: threshold, seats of each party, and every dapil with its closest pair."""
    bar = of.row.summary.get("threshold")
    results = _results(of.row)
    total: Counter[str] = Counter()
    dapil = []
    for part in of.parts:
        won = {of.number[key]: (votes, n) for key, votes, n in results[part.id]}
        total.update({party: n for party, (_votes, n) in won.items()})
        closest = part.trace.get("closest")
        dapil.append(
            {
                "kode": part.key,
                "nama": part.name,
                "kursi": part.seats,
                "suara": {party: votes for party, (votes, _n) in won.items()},
                "hasil": {party: n for party, (_votes, n) in won.items()},
                "undian": [of.number[key] for key in _settled(part.trace)],
                "seri": of.ties(part, "kursi:"),
                "terdekat": closest
                and {
                    "kursi": of.number[closest[0]],
                    "berikut": of.number[closest[1]],
                    "kurang": closest[2],
                },
                "catatan": of.places.get(part.dapil_id),
            }
        )
    through = bar and [of.number[key] for key, _votes, _margin, passes in bar["parties"] if passes]
    return of.head() | {
        "ambang": bar["share"] if bar else None,
        "lolos": sorted(total, key=int) if through is None else through,
        "partai": {
            str(who.number): {"nama": who.name, "singkat": who.short_name}
            for who in sorted(of.parties.values(), key=lambda who: who.number)
            if str(who.number) in total
        },
        "kursi": dict(sorted(total.items(), key=lambda pair: int(pair[0]))),
        "sebelum": of.before and {of.number[key]: n for key, n in of.before.summary.get("seats", ())},
        "dapil": dapil,
    }


def _results(row: Determination) -> dict[int, list[tuple[int, int, int]]]:
    """By part: (participant, votes of the whole list, seats)."""
    return {
        part: [(won.participant_id, won.votes, won.seats or 0) for won, _who in rows if won.seats is not None]
        for part, rows in queries.results_of(row.id).items()
    }


def _settled(trace: dict[str, Any]) -> list[int]:
    """Who got the last seats where quotients were equal: by the strategies of the law, or by the plenary."""
    rows = trace.get("quotients", ())
    last = min((Fraction(row[2], row[3]) for row in rows if row[4] is not None), default=None)
    equal = [row for row in rows if Fraction(row[2], row[3]) == last]
    return [row[1] for row in equal if row[4] is not None] if any(row[4] is None for row in equal) else []
