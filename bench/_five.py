"""What the benches of publication share: the other four contests with simulated ballots, and their forms."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

#: Names on a list where the seats of its dapil are not known.
NAMES = 7
KINDS = ("dpr", "dpd", "dprd_prov", "dprd_kabko")


def open_others(prefix: str) -> list[Any]:
    """Open the four contests by dapil in one region: with simulated ballots for every dapil of it, and no
    count of another region, whose pages would be published as well.
    """
    from sqlalchemy import select, text

    from electsys.db import db
    from electsys.elections.models import Participant
    from electsys.ledger import Actor
    from electsys.regions.models import Dapil
    from modules.situng.operations.totals import open_count
    from modules.situng.queries.contests import contest_by_code

    opened = []
    for kind in KINDS:
        contest = contest_by_code("pemilu-2024", kind)
        assert contest is not None
        dapil = db.session.scalars(
            select(Dapil).where(
                Dapil.map_id == contest.election.map_id,
                Dapil.chamber == kind,
                text("id in (select dapil_id from dapil_village where village_code ^@ :prefix)"),
            ),
            {"prefix": prefix},
        ).all()
        if not dapil:
            continue
        parties = db.session.scalars(
            select(Participant)
            .where(Participant.contest_id == contest.id, Participant.region_code == "")
            .order_by(Participant.number)
        ).all()
        for each in dapil:
            _ballot(contest, each, parties if kind != "dpd" else _persons(contest, each))
        open_count(contest, actor=Actor.system("bench"))
        db.session.execute(
            text(
                "delete from region_total where contest_id = :contest and area = 'wilayah'"
                " and not code ^@ :prefix and not :prefix ^@ code"
            ),
            {"contest": contest.id, "prefix": prefix},
        )
        db.session.commit()
        opened.append(contest)
    return opened


def _persons(contest: Any, dapil: Any) -> list[Any]:
    from electsys.db import db
    from electsys.elections.models import Participant

    found = [
        Participant(
            contest_id=contest.id,
            number=n,
            kind="perseorangan",
            name=f"Calon {n}",
            short_name=f"Calon {n}",
            region_code=dapil.body_code or dapil.code[:2],
        )
        for n in range(1, 16)
    ]
    db.session.add_all(found)
    db.session.flush()
    return found


def _ballot(contest: Any, dapil: Any, standing: Iterable[Any]) -> None:
    from electsys.db import db
    from electsys.elections.models import Ballot, BallotLine

    ballot = Ballot(contest_id=contest.id, dapil_id=dapil.id, source="bench")
    db.session.add(ballot)
    db.session.flush()
    names = range(1, (dapil.seats or NAMES) + 1) if contest.kind != "dpd" else ()
    lines = [(who, number) for who in standing for number in (None, *names)]
    db.session.add_all(
        BallotLine(
            ballot_id=ballot.id,
            position=n,
            participant_id=who.id,
            candidate_number=number,
            name=who.name if number is None else f"Calon {who.number}.{number}",
            sex=None if number is None else "LP"[number % 2],
        )
        for n, (who, number) in enumerate(lines, 1)
    )
    db.session.flush()


def bring(contest_id: int, codes: list[str], seed: int) -> None:
    """Forms of these TPS, brought and confirmed: a file for each ballot that they vote with."""
    from sqlalchemy import text

    from bench.import_results import job
    from electsys.db import db
    from electsys.elections.models import Contest
    from modules.situng.demo import write_results
    from modules.situng.queries.contests import contest_count, counts_by_dapil

    contest = db.session.get_one(Contest, contest_id)
    common = contest_count(contest_id)
    places: dict[Any, list[str]] = {None: codes}
    counts: dict[Any, Any] = {None: common}
    if common.by_dapil:
        rows = db.session.execute(
            text(
                "select m.village_code, m.dapil_id from dapil_village m join dapil d on d.id = m.dapil_id"
                " where d.map_id = :map and d.chamber = :kind and m.village_code = any(:villages)"
            ),
            {"map": common.map_id, "kind": common.kind, "villages": sorted({c[:10] for c in codes})},
        )
        dapil_of = {row.village_code: row.dapil_id for row in rows}
        places = defaultdict(list)
        for code in codes:
            if code[:10] in dapil_of:
                places[dapil_of[code[:10]]].append(code)
        counts = counts_by_dapil(contest_id, places)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hasil.csv"
        for dapil, own in places.items():
            write_results(counts[dapil], iter(own), path, seed=seed)
            job(contest, common, path)
