"""What a count needs to know of its contest: ballot, form model, map, limits.

A contest has one ballot for the whole nation (president) or one a dapil (DPR, DPD, DPRD). Votes of a form are
in the order of the ballot of its TPS. A region that lies in one dapil counts line by line as well; one that
holds several counts by party, the only thing that their ballots have in common.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, overload

from flask import abort, current_app
from sqlalchemy import ColumnElement, and_, func, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from electsys.db import db
from electsys.elections import settings
from electsys.elections.models import Ballot, BallotLine, Contest, Election, LegalSetting, Participant
from electsys.regions.models import Dapil, DapilVillage
from modules.situng.contest import BY_DAPIL, ContestCount, Line
from modules.situng.layouts import FormModel, model_for
from modules.situng.rules import Limits

#: When a contest was frozen of which no ballot is known yet.
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


class Ambiguous(Exception):
    """An address names a kind of which an election has several contests, and no region that tells which."""

    def __init__(self, election: str, kind: str, code: str):
        super().__init__(f"{election} {kind} {code}")
        self.election, self.kind, self.code = election, kind, code


def contest_by_code(election: str, kind: str, code: str = "") -> Contest | None:
    """The contest of an election by their codes, such as ``pemilu-2024`` and ``ppwp``.

    Of a kind that regions elect each for itself (their heads) it is the one that the region or TPS ``code``
    votes in; without a code the only one, and None where there are several.
    """
    found = db.session.scalars(
        select(Contest)
        .join(Election, Election.id == Contest.election_id)
        .where(_named(election, kind, code) if code else _of_kind(election, kind))
        .limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def contests_of_kind(election: str, kind: str, within: str = "") -> Sequence[Contest]:
    """The contests of a kind that are held in a region or in parts of it, in the order of their regions."""
    return db.session.scalars(
        select(Contest)
        .join(Election, Election.id == Contest.election_id)
        .where(_of_kind(election, kind), Contest.region_code.startswith(within, autoescape=True))
        .order_by(Contest.region_code)
    ).all()


def _of_kind(election: str, kind: str) -> ColumnElement[bool]:
    return and_(Election.code == election, Contest.kind == kind)


def _named(election: str, kind: str, code: str) -> ColumnElement[bool]:
    """The contest of a kind that a region or TPS votes in; that of the nation votes everywhere."""
    return and_(_of_kind(election, kind), func.starts_with(code, Contest.region_code))


def contest_count(contest_id: int, code: str = "") -> ContestCount:
    """Load a contest with the ballot of a region or TPS; 404 when it has none yet.

    Where ``code`` holds several dapil, the lines are the parties.
    """
    return _count(Contest.id == contest_id, code)


def contest_model(contest_id: int) -> FormModel:
    """The form that a contest is written on, also before it has a ballot."""
    return _parts_of(contest_id)[0].model


def count_by_code(election: str, kind: str, code: str = "") -> ContestCount:
    """As :func:`contest_count`, of the contest of an election by their codes.

    404 where there is none; :class:`Ambiguous` where it is held in parts of the region ``code`` alone.
    """
    found = _count(_named(election, kind, code), code, or_none=True)
    if found is None:
        if not contests_of_kind(election, kind, code):
            abort(404)
        raise Ambiguous(election, kind, code)
    return found


@overload
def _count(which: ColumnElement[bool], code: str) -> ContestCount: ...
@overload
def _count(which: ColumnElement[bool], code: str, *, or_none: bool) -> ContestCount | None: ...
def _count(which: ColumnElement[bool], code: str, *, or_none: bool = False) -> ContestCount | None:
    parts = _parts(which)
    if parts is None:
        return None if or_none else abort(404)
    bare, counts = parts
    if not bare.by_dapil:
        return _national(bare)
    dapil = _only_dapil(bare, code)
    if dapil is not None:
        found = _of_dapil(bare, counts, [dapil])
        return found[dapil] if found else abort(404)
    return _common(bare, counts)


def count_for_entry(election: str | int, kind: str, tps_code: str) -> ContestCount:
    """The contest (of an election's code or id) on the ballot of one TPS, for taking its numbers in.

    One small question a form: what was read of a ballot is kept in the process, for a ballot is frozen, and
    its lines, their order, the form and the limits are all that entry asks. Names and colours of a kept one
    may be older than those on a page. 404 where there is no such contest, or no ballot for the TPS.
    """
    which = {"code": election, "id": None} if isinstance(election, str) else {"code": None, "id": election}
    facts = {"kind": kind, "village": tps_code[:10], "by_dapil": list(BY_DAPIL)}
    row = db.session.execute(_PAPER, which | facts).one_or_none()
    if row is None or row.ballot_id is None:
        abort(404)
    key = (current_app.config["DATABASE_URL"], *row)
    if key not in _KEPT:
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.clear()
        _KEPT[key] = replace(contest_count(row.id, tps_code), limits=limits(row.election_id))
    return _KEPT[key]


#: Contest with its ballot, form and limits -> what entry knows of it.
_KEPT: dict[tuple[Any, ...], ContestCount] = {}
#: More than the ballots of every dapil of an election.
_MOST_KEPT = 8000
_PAPER = text(
    """
    select c.id, c.election_id, (
        select b.id from ballot b
        where b.contest_id = c.id and b.dapil_id is not distinct from case when c.kind = any(:by_dapil) then (
            select min(m.dapil_id) from dapil_village m
            join dapil d on d.id = m.dapil_id and d.map_id = e.map_id and d.chamber = c.kind
            where m.village_code = :village) end
        order by b.version desc limit 1
    ) as ballot_id, (
        select string_agg(s.key || '=' || s.id, ' ' order by s.key) from (
            select distinct on (key) key, id from legal_setting
            where election_id = e.id
              and key in ('formulir_c_hasil', 'surat_suara_cadangan', 'maks_pemilih_tps',
                          'sistem_pemungutan')
            order by key, version desc
        ) as s
    ) as settings
    from contest c join election e on e.id = c.election_id
    where (e.id = :id or e.code = :code) and c.kind = :kind and starts_with(:village, c.region_code)
    """
)


def counts_by_dapil(contest_id: int, dapil: Iterable[int]) -> dict[int, ContestCount]:
    """The contest in each of these dapil, those without a ballot left out."""
    bare, parties = _parts_of(contest_id)
    return _of_dapil(bare, parties, list(dapil))


def dapil_with_ballots(contest_id: int) -> list[int]:
    """The dapil that have a ballot in this contest."""
    return list(
        db.session.scalars(
            select(Ballot.dapil_id)
            .where(Ballot.contest_id == contest_id, Ballot.dapil_id.is_not(None))
            .distinct()
            .order_by(Ballot.dapil_id)
        )
    )


def dapil_in(count: ContestCount, region: str) -> list[int]:
    """The dapil of the contest that hold a village of a region."""
    rows = (
        select(DapilVillage.dapil_id)
        .join(Dapil, Dapil.id == DapilVillage.dapil_id)
        .where(Dapil.map_id == count.map_id, Dapil.chamber == count.kind)
        .distinct()
    )
    if region:
        village = region[:10]
        rows = rows.where(DapilVillage.village_code >= village, DapilVillage.village_code < village + "~")
    return list(db.session.scalars(rows))


def _parts_of(contest_id: int) -> tuple[ContestCount, list[Participant]]:
    return _parts(Contest.id == contest_id) or abort(404)


def _parts(which: ColumnElement[bool]) -> tuple[ContestCount, list[Participant]] | None:
    """A contest without lines, and the parties that stand in it by number; None where there is none."""
    row = db.session.execute(
        select(
            Contest,
            Election,
            _in_force("formulir_c_hasil").label("forms"),
            _in_force("sistem_pemungutan").label("systems"),
        )
        .join(Election, Election.id == Contest.election_id)
        .where(which)
    ).first()
    if row is None:
        return None
    contest, election, forms, systems = row
    bare = ContestCount(
        contest.id,
        election.id,
        election.code,
        contest.kind,
        contest.name,
        election.map_id,
        None,
        _NEVER,
        (),
        model_of(contest.kind, forms),
        systems=json.loads(systems) if systems else {},
        region=contest.region_code,
    )
    if not bare.by_dapil:
        return bare, []
    parties = db.session.scalars(
        select(Participant)
        .where(Participant.contest_id == contest.id, Participant.kind == "partai")
        .order_by(Participant.number)
    ).all()
    return replace(bare, parties=len(parties)), list(parties)


def _in_force(key: str) -> Any:
    """A setting in force of the election, as SQL: one question less."""
    return (
        select(LegalSetting.value)
        .where(LegalSetting.election_id == Election.id, LegalSetting.key == key)
        .order_by(LegalSetting.version.desc())
        .limit(1)
        .correlate(Election)
        .scalar_subquery()
    )


def model_of(kind: str, forms: str | None) -> FormModel:
    """The form of a kind of contest: the one that the setting names, else the newest for it; 404 without."""
    found = model_for(kind, (json.loads(forms) if forms else {}).get(kind, ""))
    if found is None:
        abort(404)
    return found


def _national(bare: ContestCount) -> ContestCount:
    newest = (
        select(Ballot.id)
        .where(Ballot.contest_id == bare.contest_id, Ballot.dapil_id.is_(None))
        .order_by(Ballot.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Ballot, BallotLine, Participant)
        .outerjoin(BallotLine, BallotLine.ballot_id == Ballot.id)
        .outerjoin(Participant, Participant.id == BallotLine.participant_id)
        .where(Ballot.id == newest)
        .order_by(BallotLine.position)
    ).all()
    if not rows:
        abort(404)
    ballot = rows[0][0]
    lines = tuple(_line(line, p) for _ballot, line, p in rows if line is not None)
    return replace(bare, ballot_id=ballot.id, frozen_at=ballot.frozen_at, lines=lines, parties=len(lines))


def _common(bare: ContestCount, parties: list[Participant]) -> ContestCount:
    frozen = db.session.scalar(select(func.max(Ballot.frozen_at)).where(Ballot.contest_id == bare.contest_id))
    if frozen is None:
        abort(404)
    lines = tuple(
        Line(
            n,
            p.number,
            p.name,
            p.short_name,
            p.color or "#777777",
            p.kpu_id or str(p.id),
            region=p.region_code,
        )
        for n, p in enumerate(parties, 1)
    )
    return replace(bare, lines=lines, frozen_at=frozen)


def _of_dapil(
    bare: ContestCount, parties: list[Participant], dapil: Sequence[int]
) -> dict[int, ContestCount]:
    newest = (
        select(Ballot.id, Ballot.dapil_id, Ballot.frozen_at, Dapil.code, Dapil.name)
        .join(Dapil, Dapil.id == Ballot.dapil_id)
        .where(Ballot.contest_id == bare.contest_id, Ballot.dapil_id.in_(dapil))
        .ext(distinct_on(Ballot.dapil_id))
        .order_by(Ballot.dapil_id, Ballot.version.desc())
    )
    ballots = db.session.execute(newest).all()
    place = {p.id: n for n, p in enumerate(parties, 1)}
    found = {
        ballot_id: list(rows)
        for ballot_id, rows in groupby(_lines([b.id for b in ballots]), key=lambda row: row[0].ballot_id)
    }
    return {
        b.dapil_id: replace(
            bare,
            ballot_id=b.id,
            frozen_at=b.frozen_at,
            lines=tuple(_line(line, p) for line, p in found.get(b.id, [])),
            dapil=(b.dapil_id, b.code, b.name),
            outer=tuple(place[p.id] for _each, p in found.get(b.id, []) if p.id in place),
        )
        for b in ballots
    }


def _lines(ballots: list[int]) -> list[tuple[BallotLine, Participant]]:
    rows = db.session.execute(
        select(BallotLine, Participant)
        .join(Participant, Participant.id == BallotLine.participant_id)
        .where(BallotLine.ballot_id.in_(ballots))
        .order_by(BallotLine.ballot_id, BallotLine.position)
    )
    return [(row[0], row[1]) for row in rows]


def _line(line: BallotLine, p: Participant) -> Line:
    return Line(
        line.position,
        p.number,
        line.name,
        p.short_name,
        p.color or "#777777",
        public_id(line, p),
        line.candidate_number,
        line.struck,
        p.region_code,
    )


def public_id(line: BallotLine, p: Participant) -> str:
    """The key of a line in public data: KPU's id where it is known, else one of our own."""
    if line.candidate_number is None:
        return p.kpu_id or str(p.id)
    return line.kpu_id or f"{p.id}{line.candidate_number:03d}"


def _only_dapil(bare: ContestCount, code: str) -> int | None:
    """The dapil that a region lies in; None where it holds several, or none."""
    if not code:
        return None
    village = code[:10]
    first, last = db.session.execute(
        select(func.min(DapilVillage.dapil_id), func.max(DapilVillage.dapil_id))
        .join(Dapil, Dapil.id == DapilVillage.dapil_id)
        .where(
            Dapil.map_id == bare.map_id,
            Dapil.chamber == bare.kind,
            DapilVillage.village_code >= village,
            DapilVillage.village_code < village + "~",
        )
    ).one()
    return first if first == last else None


def limits(election_id: int) -> Limits:
    """The settings of an election that warnings use."""
    found = settings.several(election_id, "surat_suara_cadangan", "maks_pemilih_tps", "sistem_pemungutan")
    spare = found["surat_suara_cadangan"]
    systems = dict(found.get("sistem_pemungutan") or {})
    return Limits(found["maks_pemilih_tps"], spare.numerator, spare.denominator, systems)
