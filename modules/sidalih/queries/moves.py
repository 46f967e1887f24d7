"""Reads of voters who vote elsewhere: moves, room at polling stations, counts, DPK, special places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select, text

from electsys.db import db
from electsys.elections import settings
from electsys.elections.models import CodeEntry, Contest, Election
from electsys.identity.access import Scope
from electsys.privacy import blind_index
from electsys.regions.models import Dapil, DapilVillage, Region, Tps
from electsys.regions.rules import LENGTHS, LEVELS
from electsys.web.formats import title_region
from electsys.workflow.scoping import within
from modules.sidalih.models import AreaCount, VoterList, VoterRoll
from modules.sidalih.models.moves import VoterDpk, VoterMove, VoterPlace
from modules.sidalih.rules.moves import CONTESTS, Room, spare_ballots

#: A move lies at both its ends.
IN_SCOPE = (
    within(region=VoterMove.origin_tps, election=VoterMove.election_id),
    within(region=VoterMove.target_tps, election=VoterMove.election_id),
)


def lines_in_dpt(election_id: int, nik: str) -> Sequence[Row[Any]]:
    """The lines of the newest DPT that bear a NIK, wherever they lie, with what stands against a move.

    Columns: voter_id, province, list_id, version, tps_code, number, name, sex, birth_year, frozen, marks,
    moving (see migration 0024).
    """
    return db.session.execute(
        text("select * from voter_in_dpt(cast(:election as smallint), :index)"),
        {"election": election_id, "index": blind_index(nik)},
    ).all()


def moves(scopes: list[Scope], election_id: int) -> Select[Any]:
    """Moves that begin or end in these scopes, the newest first."""
    return (
        select(VoterMove)
        .where(VoterMove.election_id == election_id, or_(*(clause(scopes) for clause in IN_SCOPE)))
        .order_by(VoterMove.id.desc())
    )


def below(column: Any, area: str) -> ColumnElement[bool]:
    """Whether a code lies inside an area ("" is the nation)."""
    inside: ColumnElement[bool] = column >= area
    return inside & (column < area + "~")


def how_many(query: Select[Any]) -> int:
    """The number of rows of a select."""
    return db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


def letter(token: str) -> Row[Any] | None:
    """What anybody may know of an issued letter: state, places, ballots, moment; no person."""
    return db.session.execute(
        text("select * from voter_move_by_token(:token)"), {"token": token}
    ).one_or_none()


def reasons(election_id: int) -> Sequence[CodeEntry]:
    """The reasons for which a voter may vote elsewhere (table ``alasan_pindah``)."""
    return db.session.scalars(
        select(CodeEntry)
        .where(CodeEntry.election_id == election_id, CodeEntry.table_code == "alasan_pindah")
        .order_by(CodeEntry.position)
    ).all()


def contest_kinds(election_id: int) -> tuple[str, ...]:
    """The contests of an election, in the order of their ballot papers."""
    found = set(db.session.scalars(select(Contest.kind).where(Contest.election_id == election_id)))
    return (*(k for k in CONTESTS if k in found), *sorted(found - set(CONTESTS)))


def contest_names(election_id: int) -> dict[str, str]:
    """Kind of a contest -> its name."""
    rows = db.session.execute(select(Contest.kind, Contest.name).where(Contest.election_id == election_id))
    return {row.kind: row.name for row in rows}


def dapils_of(election: Election, villages: Iterable[str]) -> dict[str, dict[str, str]]:
    """Village -> chamber -> code of its dapil, on the election's map."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    rows = db.session.execute(
        select(DapilVillage.village_code, Dapil.chamber, Dapil.code)
        .join(Dapil, Dapil.id == DapilVillage.dapil_id)
        .where(DapilVillage.village_code.in_(set(villages)), Dapil.map_id == election.map_id)
    )
    for village, chamber, code in rows:
        found[village][chamber] = code
    return dict(found)


# --- room ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Station:
    """A polling station with what it holds; ``place`` names a special one."""

    tps: Tps
    room: Room
    place: str | None = None
    #: Whether its number of voters comes from a frozen DPT.
    frozen: bool = True


@dataclass(frozen=True)
class Count:
    """Voters that come to (or leave) a polling station: contest ("" is everybody) -> (male, female)."""

    incoming: Mapping[str, tuple[int, int]]
    outgoing: tuple[int, int]


NOBODY = Count({}, (0, 0))


def counts(election_id: int, area: str) -> dict[str, Count]:
    """TPS -> who comes and who goes, of every TPS of an area with an issued move. No person is read."""
    rows = db.session.execute(
        text("select * from voter_move_counts(cast(:election as smallint), :area)"),
        {"election": election_id, "area": area},
    )
    incoming: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    outgoing: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        cell = incoming[row.tps_code][row.contest] if row.direction == "masuk" else outgoing[row.tps_code]
        cell["LP".index(row.sex)] += row.n
    return {
        code: Count(
            {contest: (n[0], n[1]) for contest, n in incoming[code].items()},
            (outgoing[code][0], outgoing[code][1]),
        )
        for code in {*incoming, *outgoing}
    }


def rooms(election_id: int, village: str) -> list[Station]:
    """The polling stations of a village where voters are received, each with its room."""
    cap = int(settings.value(election_id, "maks_pemilih_tps"))
    share = settings.value(election_id, "surat_suara_cadangan")
    listed = _dpt_counts(election_id, village)
    moved = counts(election_id, village)
    places = {
        row.tps_code: row.name
        for row in db.session.execute(
            select(VoterPlace.tps_code, VoterPlace.name).where(
                VoterPlace.election_id == election_id, below(VoterPlace.tps_code, village)
            )
        )
    }
    stations = db.session.scalars(
        select(Tps)
        .where(
            Tps.election_id == election_id,
            Tps.province == village[:2],
            Tps.village_code == village,
            Tps.state == "aktif",
        )
        .order_by(Tps.code)
    )
    found = []
    for tps in stations:
        count, voters = moved.get(tps.code, NOBODY), listed.get(tps.code, 0)
        wanted = {contest: sum(n) for contest, n in count.incoming.items() if contest}
        room = Room(
            cap=tps.cap or cap,
            voters=voters,
            incoming=sum(count.incoming.get("", (0, 0))),
            outgoing=sum(count.outgoing),
            spare=spare_ballots(voters, share),
            wanted=wanted,
        )
        found.append(Station(tps, room, places.get(tps.code), tps.code in listed))
    return found


def _dpt_counts(election_id: int, village: str) -> dict[str, int]:
    """TPS -> voters in the newest DPT of the village's kab/kota."""
    newest = (
        select(VoterList.id)
        .join(VoterRoll, VoterRoll.id == VoterList.roll_id)
        .where(
            VoterRoll.election_id == election_id,
            VoterRoll.region == village[:4],
            VoterList.stage == "dpt",
        )
        .order_by(VoterList.sequence.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(AreaCount.code, (AreaCount.male + AreaCount.female).label("voters")).where(
            AreaCount.list_id == newest, AreaCount.parent == village
        )
    )
    return {row.code: row.voters for row in rows}


def moved_in(election_id: int, tps_code: str, contest_kind: str) -> tuple[int, int]:
    """Voters of the DPTb of a TPS who get the ballot of a contest: (male, female); bounds I.B.2 of C.Hasil.

    It differs from contest to contest (domain.md 5.7, X12). Numbers only, hence also for public pages.
    """
    return counts(election_id, tps_code).get(tps_code, NOBODY).incoming.get(contest_kind, (0, 0))


# --- the recapitulation ---------------------------------------------------------------------------


@dataclass(frozen=True)
class AreaMoves:
    """A part of an area in the recapitulation of moves."""

    code: str
    name: str
    incoming_male: int
    incoming_female: int
    outgoing_male: int
    outgoing_female: int
    contests: Mapping[str, int]

    @property
    def incoming(self) -> int:
        """All who come."""
        return self.incoming_male + self.incoming_female

    @property
    def outgoing(self) -> int:
        """All who leave."""
        return self.outgoing_male + self.outgoing_female


def recap(election: Election, area: str) -> list[AreaMoves]:
    """Moves in and out of every part of an area that has any; of a village, its polling stations.

    A move inside a part counts on both sides of it, as it does in the papers of its polling stations.
    """
    length = LENGTHS[min(LEVELS[len(area)] + 1, 5)]
    sums: dict[str, tuple[int, int, int, int]] = defaultdict(lambda: (0, 0, 0, 0))
    contests: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for code, count in counts(election.id, area).items():
        part = code[:length]
        come, leave, known = count.incoming.get("", (0, 0)), count.outgoing, sums[part]
        sums[part] = (known[0] + come[0], known[1] + come[1], known[2] + leave[0], known[3] + leave[1])
        for contest, n in count.incoming.items():
            if contest:
                contests[part][contest] += sum(n)
    names, kinds = _names(election, set(sums)), contest_kinds(election.id)
    return [
        AreaMoves(code, names.get(code, code), *sums[code], {kind: contests[code][kind] for kind in kinds})
        for code in sorted(sums)
    ]


def _names(election: Election, codes: set[str]) -> dict[str, str]:
    stations = {code for code in codes if len(code) == 13}
    rows = db.session.execute(
        select(Tps.code, Tps.name).where(
            Tps.election_id == election.id,
            Tps.province.in_({c[:2] for c in stations}),
            Tps.code.in_(stations),
        )
    )
    return {row.code: row.name for row in rows} | region_names(election, codes - stations)


def region_names(election: Election, codes: Iterable[str]) -> dict[str, str]:
    """Code -> name on the election's map."""
    rows = db.session.execute(
        select(Region.code, Region.name).where(Region.map_id == election.map_id, Region.code.in_(set(codes)))
    )
    return {row.code: row.name for row in rows}


def place_words(election: Election, tps_codes: Iterable[str]) -> dict[str, str]:
    """TPS code -> "TPS 001, Pasar Batu Gerigis, Barus, Tapanuli Tengah" (special places by their name)."""
    codes = set(tps_codes)
    names = _names(election, codes)
    special = {
        row.tps_code: row.name
        for row in db.session.execute(
            select(VoterPlace.tps_code, VoterPlace.name).where(
                VoterPlace.election_id == election.id, VoterPlace.tps_code.in_(codes)
            )
        )
    }
    above = region_names(election, {c[:n] for c in codes for n in (10, 6, 4)})
    regions = {code: title_region(name) for code, name in above.items()}
    words = {}
    for code in codes:
        parts = [names.get(code, code), special.get(code), regions.get(code[:10]), regions.get(code[:6])]
        if code[:2] != "99":
            parts.append(regions.get(code[:4]))
        words[code] = ", ".join(dict.fromkeys(p for p in parts if p))
    return words


# --- DPK -------------------------------------------------------------------------------


def dpk_lines(scopes: list[Scope], election_id: int) -> Select[Any]:
    """Lines of the DPK inside these scopes."""
    inside = within(region=VoterDpk.tps_code, election=VoterDpk.election_id)(scopes)
    return (
        select(VoterDpk)
        .where(VoterDpk.election_id == election_id, inside)
        .order_by(VoterDpk.tps_code, VoterDpk.name)
    )


def double_voting(scopes: list[Scope], election_id: int) -> Select[Any]:
    """Lines of the DPK whose NIK stands in a DPT or DPTb: the report for Bawaslu (X13)."""
    return dpk_lines(scopes, election_id).where(VoterDpk.found_tps.is_not(None), VoterDpk.state != "batal")
