"""What does not move while forms arrive: participants, candidates and dapil, on the paths of Sirekap 2024."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from electsys.db import db
from electsys.elections.models import Ballot, BallotLine, Contest, Participant
from electsys.ledger import Actor, log_leaf
from electsys.ledger.log_queries import places_below
from electsys.regions.models import Dapil, DapilArea, Region
from modules.sirekap import shapes
from modules.sirekap.publication.changes import subjects_since
from modules.sirekap.publication.shelf import Shelf, digest
from modules.sirekap.publication.site import way
from modules.sirekap.publication.snapshot import Snapshot, contests_of
from modules.situng import public_id

#: Aceh: the only province with parties of its own (UU 11/2006).
ACEH = "11"
#: Ballots that are read at a time.
SOME = 50


def write_structure(shelf: Shelf, taken: Snapshot, known: int | None, region: str = "") -> None:
    """Participants of every contest; candidates where their ballot is new in the log.

    Where nothing is ``known``: every candidate, and the dapil lists of the bodies in and around ``region``.
    """
    for count in taken.counts:
        if count.kind == "ppwp":
            shelf.put_json("pemilu/ppwp.json", shapes.candidates(count))
    contests = {contest.kind: contest for contest in contests_of(taken.election.id)}
    if parties := _parties(contests):
        shelf.put_json("pemilu/partai.json", parties)
    fresh = [int(s.rpartition(":")[2]) for s in subjects_since(taken, "ballot:", known)]
    if known is None:
        for kind in shapes.LISTS:
            if kind in contests:
                _write_dapil(shelf, taken.election.map_id, kind, region)
        every = (contests[kind].id for kind in contests if kind != "ppwp")
        fresh = [ballot_id for contest_id in every for ballot_id, _dapil in newest_ballots(contest_id)]
    for some in _some(fresh):
        _write_candidates(shelf, some)


def _parties(contests: dict[str, Contest]) -> dict[str, Any]:
    """``/pemilu/partai.json``: every party of the chambers by its number, once."""
    ids = [contests[kind].id for kind in shapes.LISTS if kind in contests]
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


def _write_dapil(shelf: Shelf, map_id: int, kind: str, region: str) -> None:
    """The lists of dapil: of the nation for DPR, by province and by kab/kota for the others."""
    base = f"wilayah/pemilu/{shapes.SIREKAP[kind]}"
    rows = db.session.scalars(
        select(Dapil).where(Dapil.map_id == map_id, Dapil.chamber == kind).order_by(Dapil.code)
    ).all()
    if kind == "dpr":
        shelf.put_json(f"{base}/dapil_dpr.json", [{"id": d.id, "nama": d.name, "kode": d.code} for d in rows])
        return
    by_body: dict[str, list[Dapil]] = defaultdict(list)
    for d in rows:
        by_body[d.body_code].append(d)
    if kind == "dprd_prov":
        listed = _regions(map_id, Region.code.in_(by_body))
        shelf.put_json(f"{base}/0.json", shapes.regions(list(listed.values())))
    for body, own in by_body.items():
        if not (body.startswith(region) or region.startswith(body)):
            continue
        found = [{"id": d.id, "nama": d.name, "kode_dapil": d.code} for d in own]
        shelf.put_json(f"{base}/{way(body)}.json", found)
        if kind == "dprd_kabko":
            _write_areas(shelf, map_id, f"{base}/{way(body)}", own)


def _write_areas(shelf: Shelf, map_id: int, base: str, listed: list[Dapil]) -> None:
    """The kecamatan (or parts of one) of each dapil of a kab/kota."""
    areas: dict[int, list[str]] = defaultdict(list)
    for area in db.session.scalars(
        select(DapilArea)
        .where(DapilArea.dapil_id.in_([d.id for d in listed]))
        .order_by(DapilArea.region_code)
    ):
        areas[area.dapil_id].append(area.region_code)
    rows = _regions(map_id, Region.code.in_([code for codes in areas.values() for code in codes]))
    for d in listed:
        found = [rows[code] for code in areas[d.id] if code in rows]
        shelf.put_json(f"{base}/{d.code}.json", shapes.regions(found))


def _regions(map_id: int, which: Any) -> dict[str, tuple[str, int | None, str, int]]:
    """Regions by code, as :func:`shapes.regions` takes them."""
    rows = select(Region).where(Region.map_id == map_id, which).order_by(Region.code)
    return {r.code: (r.name, r.kpu_id, r.code, r.level) for r in db.session.scalars(rows)}


def newest_ballots(contest_id: int) -> list[tuple[int, int | None]]:
    """The ballot of every dapil, or the one of the nation: (ballot, dapil)."""
    rows = db.session.execute(
        select(Ballot.id, Ballot.dapil_id)
        .where(Ballot.contest_id == contest_id)
        .ext(distinct_on(Ballot.dapil_id))
        .order_by(Ballot.dapil_id, Ballot.version.desc())
    )
    return [(row.id, row.dapil_id) for row in rows]


def _some(ballots: list[int]) -> Iterable[list[int]]:
    return (ballots[i : i + SOME] for i in range(0, len(ballots), SOME))


def _lines(ballots: Iterable[int]) -> Iterable[tuple[BallotLine, Participant, Dapil | None]]:
    rows = db.session.execute(
        select(BallotLine, Participant, Dapil)
        .join(Ballot, Ballot.id == BallotLine.ballot_id)
        .join(Participant, Participant.id == BallotLine.participant_id)
        .outerjoin(Dapil, Dapil.id == Ballot.dapil_id)
        .where(Ballot.id.in_(list(ballots)))
        .order_by(Ballot.id, BallotLine.position)
    )
    return ((row[0], row[1], row[2]) for row in rows)


def _write_candidates(shelf: Shelf, ballots: Iterable[int]) -> None:
    """``/pemilu/caleg``: the candidates on ballots of dapil; by party, or of DPD by person."""
    files: dict[str, dict[str, Any]] = defaultdict(dict)
    for line, standing, dapil in _lines(ballots):
        if dapil is None:
            continue
        person = {
            "nama": line.name,
            "nomor_urut": standing.number if line.candidate_number is None else line.candidate_number,
            "jenis_kelamin": line.sex,
            "tempat_tinggal": line.residence,
        }
        if dapil.chamber == "dpd":
            files[f"dpd/{dapil.body_code or dapil.code[:2]}"][public_id(line, standing)] = person
            continue
        lists = files[f"partai/{dapil.code}"]
        mine = lists.setdefault(str(standing.number), None)
        if line.candidate_number is not None:  # a party without candidates stays null, as KPU wrote it
            lists[str(standing.number)] = {**(mine or {}), public_id(line, standing): person}
    for name, listed in files.items():
        shelf.put_json(f"pemilu/caleg/{name}.json", listed)


def log_ballots(election_id: int, contests: Iterable[tuple[int, str]], *, actor: Actor) -> None:
    """Leave the ballots of the counted contests (id, kind) in the log, where they are not yet.

    The entry of a dapil names the areas that vote with its ballot, that of a region's head the region:
    whoever adds up needs no other map.
    """
    for contest_id, kind in contests:
        region = db.session.get_one(Contest, contest_id).region_code
        logged = places_below(election_id, f"ballot:{kind}:")
        dapil = {
            ballot: dapil_id
            for ballot, dapil_id in newest_ballots(contest_id)
            if f"ballot:{kind}:{ballot}" not in logged
        }
        for some in _some(list(dapil)):
            lines: dict[int, list[dict[str, Any]]] = defaultdict(list)
            places: dict[int, dict[str, Any]] = {}
            for line, who, place in _lines(some):
                if place is not None:
                    places[line.ballot_id] = {"dapil": place.code, "dapil_id": place.id}
                lines[line.ballot_id].append(_line(line, who))
            for ballot_id in some:
                facts = {"contest": kind, "lines": lines[ballot_id], **places.get(ballot_id, {})}
                if dapil[ballot_id] is not None:
                    facts["areas"] = _areas(dapil[ballot_id])
                elif region:
                    facts["areas"] = [region]
                subject = f"ballot:{kind}:{ballot_id}"
                log_leaf("ballot", election_id, facts, subject=subject, actor=actor)


def _areas(dapil_id: int | None) -> list[str]:
    areas = select(DapilArea.region_code).where(DapilArea.dapil_id == dapil_id)
    return list(db.session.scalars(areas.order_by(DapilArea.region_code)))


def _line(line: BallotLine, who: Participant) -> dict[str, Any]:
    found = {"number": who.number, "id": public_id(line, who), "name_sha256": digest(line.name.encode())}
    if who.blank:
        found["blank"] = True
    return found if line.candidate_number is None else found | {"candidate": line.candidate_number}
