"""What does not move while forms arrive: participants, candidates and dapil, on the paths of Sirekap 2024."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from electsys.db import db
from electsys.elections.models import Ballot, BallotLine, Contest, Participant
from electsys.ledger import Actor, log_leaf
from electsys.ledger.log_queries import places
from electsys.regions.models import Dapil
from modules.sirekap import shapes
from modules.sirekap.publication.counted import SIREKAP
from modules.sirekap.publication.shelf import Shelf, digest
from modules.sirekap.publication.snapshot import Snapshot, contests_of
from modules.situng import ContestCount

#: Chambers whose seats are filled by party lists, and how their dapil are called in the paths.
LISTS = {"dpr": "pdpr", "dprd_prov": "pdprdp", "dprd_kabko": "pdprdk"}
#: Aceh: the only province with parties of its own (UU 11/2006).
ACEH = "11"


def write_structure(shelf: Shelf, taken: Snapshot) -> None:
    """Participants of every contest, and the dapil lists."""
    for count in taken.counts:
        if count.kind == "ppwp":
            shelf.put_json("pemilu/ppwp.json", shapes.candidates(count))
    contests = {contest.kind: contest for contest in contests_of(taken.election.id)}
    if parties := _parties(contests):
        shelf.put_json("pemilu/partai.json", parties)
    for kind in LISTS:
        if kind in contests:
            _write_dapil(shelf, taken.election.map_id, kind)
            _write_candidates(shelf, contests[kind])
    if "dpd" in contests:
        _write_candidates(shelf, contests["dpd"])


def _parties(contests: dict[str, Contest]) -> dict[str, Any]:
    """``/pemilu/partai.json``: every party of the chambers by its number, once."""
    ids = [contests[kind].id for kind in LISTS if kind in contests]
    rows = db.session.scalars(
        select(Participant)
        .where(Participant.contest_id.in_(ids), Participant.kind == "partai")
        .ext(distinct_on(Participant.number))
        .order_by(Participant.number, Participant.id)
    )
    return {
        str(party.number): {
            "ts": shapes.stamp(contests_opened(contests)),
            "id_partai": int(party.kpu_id) if party.kpu_id and party.kpu_id.isdigit() else party.id,
            "id_pilihan": party.number,
            "is_aceh": party.region_code == ACEH,
            "nama": party.short_name,
            "nama_lengkap": party.name,
            "nomor_urut": party.number,
            "warna": party.color or "#777777",
        }
        for party in rows
    }


def contests_opened(contests: dict[str, Contest]) -> dt.datetime:
    """The moment that a file without one of its own carries: the first of the voting day, in Jakarta."""
    day = next(iter(contests.values())).election.voting_day
    return dt.datetime.combine(day, dt.time(), shapes.JAKARTA)


def _write_dapil(shelf: Shelf, map_id: int, kind: str) -> None:
    """The lists of dapil: of the nation for DPR, by province and by kab/kota for the others."""
    base = f"wilayah/pemilu/{SIREKAP[kind]}"
    rows = db.session.scalars(
        select(Dapil).where(Dapil.map_id == map_id, Dapil.chamber == kind).order_by(Dapil.code)
    ).all()
    if kind == "dpr":
        shelf.put_json(f"{base}/dapil_dpr.json", [{"id": d.id, "nama": d.name, "kode": d.code} for d in rows])
        return
    by_body: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for d in rows:
        by_body[d.body_code].append({"id": d.id, "nama": d.name, "kode_dapil": d.code})
    for body, listed in by_body.items():
        way = body if len(body) == 2 else f"{body[:2]}/{body}"
        shelf.put_json(f"{base}/{way}.json", listed)


def _write_candidates(shelf: Shelf, contest: Contest) -> None:
    """``/pemilu/caleg``: the newest ballot of every dapil; by party, or of DPD by person."""
    newest = (
        select(Ballot.id)
        .where(Ballot.contest_id == contest.id, Ballot.dapil_id.is_not(None))
        .ext(distinct_on(Ballot.dapil_id))
        .order_by(Ballot.dapil_id, Ballot.version.desc())
    )
    rows = db.session.execute(
        select(BallotLine, Participant, Dapil)
        .join(Ballot, Ballot.id == BallotLine.ballot_id)
        .join(Participant, Participant.id == BallotLine.participant_id)
        .join(Dapil, Dapil.id == Ballot.dapil_id)
        .where(Ballot.id.in_(newest))
        .order_by(Ballot.id, BallotLine.position)
    )
    files: dict[str, dict[str, Any]] = defaultdict(dict)
    for line, standing, dapil in rows:
        person = {
            "nama": line.name,
            "nomor_urut": standing.number if line.candidate_number is None else line.candidate_number,
            "jenis_kelamin": line.sex,
            "tempat_tinggal": line.residence,
        }
        if contest.kind == "dpd":
            files[f"dpd/{dapil.body_code or dapil.code[:2]}"][line.kpu_id or str(standing.id)] = person
            continue
        lists = files[f"partai/{dapil.code}"]
        mine = lists.setdefault(str(standing.number), None)
        if line.candidate_number is not None:  # a party without candidates stays null, as KPU wrote it
            key = line.kpu_id or f"{standing.id}{line.candidate_number:03d}"
            lists[str(standing.number)] = {**(mine or {}), key: person}
    for name, listed in files.items():
        shelf.put_json(f"pemilu/caleg/{name}.json", listed)


def log_ballots(taken_counts: tuple[ContestCount, ...], *, actor: Actor) -> None:
    """Leave each counted contest's ballot in the log, where it is not yet or has changed."""
    for count in taken_counts:
        subject = f"ballot:{count.kind}:{count.ballot_id}"
        if not places(count.election_id, subject):
            lines = [
                {"number": line.number, "id": line.kpu_id, "name_sha256": digest(line.name.encode())}
                for line in count.lines
            ]
            log_leaf(
                "ballot",
                count.election_id,
                {"contest": count.kind, "lines": lines},
                subject=subject,
                actor=actor,
            )
