"""What a determination is computed from: official votes as parts of :mod:`rules.determination`, and the law.

Only locked D.Hasil count (:func:`official_votes_of`); the running count of Situng is not read here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import select, text

from electsys.db import db
from electsys.elections import settings
from electsys.elections.models import BallotLine, Contest, Participant
from electsys.elections.rules import parse
from electsys.regions.models import Dapil, Region
from modules.sirekap.queries.official import OfficialResult, official_votes_of
from modules.sirekap.queries.recaps import LEAVES
from modules.sirekap.rules.determination import CHAMBERS, HEADS, Law, Line, Part
from modules.sirekap.rules.ladder import OVERSEAS
from modules.sirekap.rules.offices import PresidentLaw

#: Kind of area -> digits of its code.
AREAS = {"provinsi": 2, "kabko": 4, "kecamatan": 6, "desa": 10, "tps": 13}
Place = tuple[int | None, str]
Wide = dict[str, int]


@dataclass(frozen=True)
class Applied:
    """The law as the settings have it: for the rules, and as it is shown (key -> value, article)."""

    law: Law
    shown: dict[str, list[str]]


def areas_of(contest: Contest) -> list[str]:
    """The areas in which a contest is determined: "" for the nation, else each body's area."""
    if contest.kind in HEADS:
        return [contest.region_code]
    if contest.kind not in ("dprd_prov", "dprd_kabko"):
        return [""]
    return list(
        db.session.scalars(
            select(Dapil.body_code)
            .where(Dapil.map_id == contest.election.map_id, Dapil.chamber == contest.kind)
            .distinct()
            .order_by(Dapil.body_code)
        )
    )


def official(contest: Contest, area: str) -> OfficialResult:
    """The official votes by dapil (or of the whole), as far as they are locked, inside the area."""
    found = official_votes_of(contest.id, region=area)
    inside = _dapil_in(contest, area)

    def here(place: Place) -> bool:
        return place[1] == area if inside is None else place[0] in inside

    return OfficialResult(
        found.contest_id,
        {place: version for place, version in found.recaps.items() if here(place)},
        tuple(place for place in found.waiting if here(place)),
        found.ballots,
        tuple(votes for votes in found.areas if inside is None or votes.dapil_id in inside),
    )


def parts_of(contest: Contest, area: str, found: OfficialResult) -> list[Part]:
    """The parts of a contest in an area with lines, seats and spread."""
    dapil = {
        row.id: row for row in db.session.scalars(select(Dapil).where(Dapil.id.in_(_keys(found)))).unique()
    }
    tops = [recap for recap, _version in found.recaps.values()]
    kinds = [kind for kind in AREAS if kind != "provinsi" or contest.kind == "ppwp"]
    by_line, by_party = _spreads(tops, kinds)
    provinces = _by_province(contest) if contest.kind == "ppwp" else {}
    parts = []
    for votes in found.areas:
        place = dapil.get(votes.dapil_id or 0)
        lines = _lines(found.ballots[votes.dapil_id], votes.votes, by_line.get(votes.dapil_id, {}))
        parts.append(
            Part(
                key=place.code if place else area,
                name=place.name if place else _area_name(contest, area),
                lines=lines,
                dapil=place.id if place else None,
                region=place.body_code if place else area,
                seats=_seats(contest, place),
                parties=by_party.get(votes.dapil_id, {}),
                provinces=provinces,
            )
        )
    return sorted(parts, key=lambda part: part.key)


def _keys(found: OfficialResult) -> list[int]:
    return [votes.dapil_id for votes in found.areas if votes.dapil_id is not None]


def _dapil_in(contest: Contest, area: str) -> set[int] | None:
    """The dapil of a body; None where a contest has one ballot."""
    if contest.kind not in (*CHAMBERS, "dpd"):
        return None
    rows = select(Dapil.id).where(Dapil.map_id == contest.election.map_id, Dapil.chamber == contest.kind)
    if contest.kind in ("dprd_prov", "dprd_kabko"):
        rows = rows.where(Dapil.body_code == area)
    return set(db.session.scalars(rows))


def _area_name(contest: Contest, area: str) -> str:
    region = db.session.get(Region, (contest.election.map_id, area)) if area else None
    return region.title if region else "Indonesia"


def _seats(contest: Contest, place: Dapil | None) -> int | None:
    if contest.kind == "dpd":
        return int(settings.value(contest.election_id, "jumlah_nama_terpilih_dpd"))
    return place.seats if place else None


def _lines(ballot_id: int, votes: tuple[int, ...], spread: Mapping[int, Wide]) -> tuple[Line, ...]:
    rows = db.session.execute(
        select(BallotLine, Participant.number, Participant.blank)
        .join(Participant, Participant.id == BallotLine.participant_id)
        .where(BallotLine.ballot_id == ballot_id)
        .order_by(BallotLine.position)
    ).all()
    return tuple(
        Line(
            line.participant_id,
            number,
            line.candidate_number,
            line.name,
            votes[line.position - 1],
            line.sex,
            line.struck,
            blank,
            spread.get(line.position, {}),
        )
        for line, number, blank in rows
    )


# --- spread ---------------------------------------------------------------------------------------

#: The votes of each area of a kind under some D.Hasil of the last tier.
_PARTS = f"""
    with recursive ladder as (
        select id, dapil_id, province, tier, ballot_id from recap where id = any(:tops)
        union all
        select c.id, c.dapil_id, c.province, c.tier, c.ballot_id
        from recap c join ladder l on c.parent_id = l.id
    ),
    area as (
        select l.dapil_id, l.ballot_id, left(k.unit, :digits) as code, vote_sum(k.votes) as votes
        from ladder l join recap_current k on k.province = l.province and k.recap_id = l.id
        where l.tier in {LEAVES!r}
        group by 1, 2, 3
    )
"""
_BY_LINE = (
    _PARTS
    + """
    select a.dapil_id, u.position, count(*) filter (where u.votes > 0) as n
    from area a, unnest(a.votes) with ordinality as u(votes, position) group by 1, 2
"""
)
_BY_PARTY = (
    _PARTS
    + """
    select dapil_id, participant_id, count(*) filter (where votes > 0) as n
    from (
        select a.dapil_id, a.code, b.participant_id, sum(u.votes) as votes
        from area a cross join unnest(a.votes) with ordinality as u(votes, position)
        join ballot_line b on b.position = u.position
        where b.ballot_id = a.ballot_id
        group by 1, 2, 3
    ) as of_party group by 1, 2
"""
)


def _spreads(
    tops: list[int], kinds: list[str]
) -> tuple[dict[int | None, dict[int, Wide]], dict[int | None, dict[int, Wide]]]:
    """In how many areas of each kind there are votes: by dapil and line, by dapil and participant."""
    by_line: dict[int | None, dict[int, Wide]] = {}
    by_party: dict[int | None, dict[int, Wide]] = {}
    for kind in kinds:
        facts: dict[str, Any] = {"tops": tops, "digits": AREAS[kind]}
        for statement, found in ((_BY_LINE, by_line), (_BY_PARTY, by_party)):
            for dapil_id, key, count in db.session.execute(text(statement), facts):
                found.setdefault(dapil_id, {}).setdefault(key, {})[kind] = count
    return by_line, by_party


def _by_province(contest: Contest) -> dict[str, dict[int, int]]:
    """The votes of each pair in each province; overseas is none (UU 7/2017 art. 416)."""
    found = official_votes_of(contest.id, level="provinsi")
    who = {
        ballot: [
            line.participant_id
            for line in db.session.scalars(
                select(BallotLine).where(BallotLine.ballot_id == ballot).order_by(BallotLine.position)
            )
        ]
        for ballot in set(found.ballots.values())
    }
    return {
        votes.area: dict(zip(who[found.ballots[votes.dapil_id]], votes.votes, strict=True))
        for votes in found.areas
        if votes.area != OVERSEAS
    }


# --- the law --------------------------------------------------------------------------------------

#: Kind of contest -> settings that its outcome rests on.
KEYS = {
    "ppwp": (
        *("menang_pres_total", "menang_pres_prov", "menang_pres_prov_fraksi", "menang_pres_dua_pasangan"),
        *("pres_urutan_seri", "putaran_kedua"),
    ),
    "dpr": ("ambang_parlemen", "kursi_metode", "pembagi", "kursi_urutan_seri", "calon_urutan_seri"),
    "dprd_prov": ("kursi_metode", "pembagi", "kursi_urutan_seri", "calon_urutan_seri"),
    "dprd_kabko": ("kursi_metode", "pembagi", "kursi_urutan_seri", "calon_urutan_seri"),
    "dpd": ("jumlah_nama_terpilih_dpd", "dpd_urutan_seri"),
    "gubernur": ("menang_kada_mayoritas", "menang_kada_tunggal", "kada_urutan_seri", "putaran_kedua"),
    "bupati_walikota": ("menang_kada_tunggal", "kada_urutan_seri", "putaran_kedua"),
}


def law_of(contest: Contest, area: str) -> Applied:
    """The law of a contest in an area, from the settings in force."""
    rows = {key: settings.current(contest.election_id, key) for key in KEYS[contest.kind]}
    missing = [key for key, row in rows.items() if row is None]
    if missing:
        raise LookupError(f"no legal setting {', '.join(missing)} in election {contest.election_id}")
    found = {key: row for key, row in rows.items() if row is not None}
    value = {key: settings.typed(row) for key, row in found.items()}
    shown = {key: [row.value, row.regulation, row.label] for key, row in found.items()}
    return Applied(_law(contest, area, value), shown)


def _law(contest: Contest, area: str, value: Mapping[str, Any]) -> Law:
    if contest.kind in CHAMBERS:
        return Law(
            contest.kind,
            threshold=value.get("ambang_parlemen"),
            divisors=tuple(value["pembagi"]),
            seat_ties=tuple(value["kursi_urutan_seri"]),
            name_ties=tuple(value["calon_urutan_seri"]),
        )
    if contest.kind == "dpd":
        return Law(contest.kind, name_ties=tuple(value["dpd_urutan_seri"]))
    if contest.kind == "ppwp":
        law = PresidentLaw(
            value["menang_pres_total"],
            value["menang_pres_prov"],
            value["menang_pres_prov_fraksi"],
            value["menang_pres_dua_pasangan"],
        )
        return Law(
            contest.kind,
            name_ties=tuple(value["pres_urutan_seri"]),
            president=law,
            second_round=value["putaran_kedua"],
        )
    share = value.get("menang_kada_mayoritas", {}).get(area)
    majority = parse("fraction", share) if share else None
    return Law(
        contest.kind,
        name_ties=tuple(value["kada_urutan_seri"]),
        majority=majority if isinstance(majority, Fraction) else None,
        alone=value["menang_kada_tunggal"],
        second_round=value["putaran_kedua"],
    )
