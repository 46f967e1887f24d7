"""Seats that were determined, as data that anybody can compute again: ``kursi.json`` and its page.

What is published is what the log tells of: the decisions whose entry is in it, each resting on the locked
D.Hasil whose entry the file names.
"""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, select, text

from electsys.db import db
from electsys.elections.models import Contest, Participant
from electsys.regions.queries import names as region_names
from modules.sirekap.leaves import form_subject
from modules.sirekap.models import Determination, DeterminationPart, DeterminationResult, Recap
from modules.sirekap.publication.changes import subjects_since
from modules.sirekap.publication.site import Site, way
from modules.sirekap.publication.snapshot import Snapshot
from modules.sirekap.shapes import LISTS


def write_seats(site: Site, known: int | None) -> None:
    """The seats of every chamber whose decision is new in the log, and the list of all of them."""
    taken = site.taken
    fresh = set(subjects_since(taken, "decision:", known))
    decided = [_chamber(subject) for subject in subjects_since(taken, "decision:", None)] if fresh else []
    for kind, area, subject in decided:
        if kind in LISTS and subject in fresh:
            row = db.session.scalars(_decided(taken, kind, area, _newest(taken, subject))).one()
            base, data = _base(area), seats(taken, row)
            site.shelf.put_json(f"data/{kind}/{base}kursi.json", data)
            share = data["ambang"] and f"{float(Fraction(data['ambang']) * 100):g}".replace(".", ",")
            about = {"contest": row.contest, "data": data, "base": base, "share": share}
            site.page(f"hitung/{kind}/{base}kursi.html", "seats", **about)
    listed = [(kind, area) for kind, area, _subject in decided if kind in LISTS]
    if listed:
        names = region_names([area for _kind, area in listed], taken.election.map_id)
        rows = [(kind, _base(area), names.get(area, "Indonesia")) for kind, area in listed]
        site.page("kursi.html", "seat_list", rows=rows)


def _chamber(subject: str) -> tuple[str, str, str]:
    _form, kind, area = subject.split(":")
    return kind, "" if area == "nasional" else area, subject


def _base(area: str) -> str:
    return f"{way(area)}/" if area else ""


def _decided(taken: Snapshot, kind: str, area: str, version: int) -> Select[Determination]:
    return (
        select(Determination)
        .join(Contest, Contest.id == Determination.contest_id)
        .where(
            Contest.election_id == taken.election.id,
            Contest.kind == kind,
            Determination.area == area,
            Determination.version == version,
        )
    )


def _newest(taken: Snapshot, subject: str) -> int:
    body = db.session.scalars(
        text(
            "select e.body from leaf_entry e join leaf l on l.entry_id = e.id where e.election_id = :e"
            ' and e.subject = :s and l."index" < :as_of order by e.seq desc limit 1'
        ),
        {"e": taken.election.id, "s": subject, "as_of": taken.as_of},
    ).one()
    return int(json.loads(bytes(body))["version"])


def seats(taken: Snapshot, row: Determination) -> dict[str, Any]:
    """A decision on seats: threshold, seats of each party, and every dapil with its closest pair."""
    parties = {
        who.id: who
        for who in db.session.scalars(select(Participant).where(Participant.contest_id == row.contest_id))
    }
    number = {str(key): str(who.number) for key, who in parties.items()}
    bar = row.summary.get("threshold")
    results = _results(row.id)
    places = _places(taken, row)
    passed = [number[str(key)] for key, _votes, _margin, passes in bar["parties"] if passes] if bar else None
    total: dict[str, int] = {}
    dapil = []
    for part in db.session.scalars(
        select(DeterminationPart)
        .where(DeterminationPart.determination_id == row.id)
        .order_by(DeterminationPart.key)
    ):
        won = [(number[str(key)], votes, n) for key, votes, n in results[part.id]]
        for party, _votes, n in won:
            total[party] = total.get(party, 0) + n
        closest = part.trace.get("closest")
        dapil.append(
            {
                "kode": part.key,
                "nama": part.name,
                "kursi": part.seats,
                "suara": {party: votes for party, votes, _n in won},
                "hasil": {party: n for party, _votes, n in won},
                "undian": [number[str(key)] for key in _settled(part.trace)],
                "terdekat": closest
                and {
                    "kursi": number[str(closest[0])],
                    "berikut": number[str(closest[1])],
                    "kurang": closest[2],
                },
                "catatan": places.get(part.dapil_id),
            }
        )
    return {
        "pemilu": taken.election.code,
        "pemilihan": row.contest.kind,
        "wilayah": row.area,
        "keputusan": row.decision_number,
        "versi": row.version,
        "ambang": bar["share"] if bar else None,
        "lolos": passed if passed is not None else sorted(total, key=int),
        "partai": {
            str(who.number): {"nama": who.name, "singkat": who.short_name}
            for who in sorted(parties.values(), key=lambda who: who.number)
            if str(who.number) in total
        },
        "kursi": dict(sorted(total.items(), key=lambda pair: int(pair[0]))),
        "dapil": dapil,
    }


def _results(determination_id: int) -> dict[int, list[tuple[int, int, int]]]:
    """By part: (participant, votes of the whole list, seats)."""
    rows = db.session.execute(
        select(DeterminationResult, Participant.number)
        .join(DeterminationPart, DeterminationPart.id == DeterminationResult.part_id)
        .join(Participant, Participant.id == DeterminationResult.participant_id)
        .where(
            DeterminationPart.determination_id == determination_id,
            DeterminationResult.candidate_number.is_(None),
        )
        .order_by(Participant.number)
    )
    found: dict[int, list[tuple[int, int, int]]] = {}
    for won, _number in rows:
        found.setdefault(won.part_id, []).append((won.participant_id, won.votes, won.seats or 0))
    return found


def _settled(trace: dict[str, Any]) -> list[int]:
    """Who got the last seats where quotients were equal: by the strategies of the law, or by the plenary."""
    rows = trace.get("quotients", ())
    last = min((Fraction(row[2], row[3]) for row in rows if row[4] is not None), default=None)
    equal = [row for row in rows if Fraction(row[2], row[3]) == last]
    return [row[1] for row in equal if row[4] is not None] if any(row[4] is None for row in equal) else []


def _places(taken: Snapshot, row: Determination) -> dict[int | None, int]:
    """By dapil, the entry of the D.Hasil that the decision rests on, in the version that it rests on."""
    found = {}
    for recap_id, version in row.recaps:
        recap = db.session.get_one(Recap, recap_id)
        for index, body in db.session.execute(
            text(
                'select l."index", e.body from leaf_entry e join leaf l on l.entry_id = e.id'
                " where e.election_id = :e and e.subject = :s"
            ),
            {"e": taken.election.id, "s": form_subject(recap)},
        ):
            if json.loads(bytes(body))["version"] == version:
                found[recap.dapil_id] = int(index)
    return found
