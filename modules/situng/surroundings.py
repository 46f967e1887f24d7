"""The rules of ``checks.py`` as SQL: what a whole file is compared with, beyond its own sums.

DPT of Sidalih (F.111), the photos that are there already (F.120, W.121), the other contests of a TPS (W.115,
W.116), its neighbours in the file and beside it (W.120). What nothing that is stored can break is not asked
at all: a first file of a million rows pays for the DPT and the neighbours alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import text

from electsys.db import db
from electsys.regions.rules import province_of
from modules.sidalih import STATION_VOTERS
from modules.situng.checks import SAME_DISABILITY, SAME_VOTERS, SURE, TELLING
from modules.situng.contest import ContestCount

_DPT = {"pemilih_dpt_l": "d.male", "pemilih_dpt_p": "d.female", "pemilih_dpt_j": "d.male + d.female"}


def surrounded(verdict: str, place: ContestCount, staging: str) -> str:
    """The SELECT ``verdict`` (:func:`modules.situng.verdicts.judged`) with what lies around each form.

    Its parameters are ``:contest`` and ``:election``. ``staging`` is the table that ``verdict`` reads.
    """
    there = db.session.execute(_THERE, {"contest": place.contest_id, "election": place.election_id}).one()
    parts = [_dpt(place)]
    if there.photos:
        parts.append(_photos(staging))
    if there.others:
        parts.append(_other_contests(place))
    if place.width.votes > 1:
        parts.append(_neighbours(staging, standing=there.own))
    joins = " ".join(part.join for part in parts)
    faults = [f"case when {when} then '{key}' end" for part in parts for key, when in part.faults.items()]
    warnings = [f"case when {when} then '{key}' end" for part in parts for key, when in part.warnings.items()]
    return f"""
        select r.kode_tps, r.row_number, r.cells, r.votes, r.sums, r.empty, r.complete,
               r.faults || array_remove(array[{", ".join(faults)}]::text[], null) as faults,
               r.warnings || array_remove(array[{", ".join(warnings)}]::text[], null) as warnings
        from ({verdict}) r {joins}
    """


_THERE = text(
    """
    select exists (select from form_photo where contest_id = :contest) as photos,
           exists (select from result_form where contest_id = :contest) as own,
           exists (select from contest c join result_form f on f.contest_id = c.id
                   where c.election_id = :election and c.id <> :contest) as others
    """
)


class _Part:
    """A join of the verdicts with something around them, and the rules that read it."""

    def __init__(
        self, join: str, faults: Mapping[str, str] | None = None, warnings: Mapping[str, str] | None = None
    ) -> None:
        self.join = join
        self.faults = faults or {}
        self.warnings = warnings or {}


def _dpt(place: ContestCount) -> _Part:
    mine = _cells(place, "r")
    differs = _differs(mine, {name: other for name, other in _DPT.items() if name in mine}, mine)
    join = f"left join ({STATION_VOTERS}) d on d.tps_code = r.kode_tps and d.male + d.female > 0"
    return _Part(join, {"F.111:pemilih_dpt": differs})


def _other_contests(place: ContestCount) -> _Part:
    """The forms of the same TPS that count in other contests, on a form with as many cells."""
    mine, other = _cells(place, "r"), _cells(place, "v")
    checks = {"voters": SAME_VOTERS, "disability": SAME_DISABILITY}
    unlike = {
        name: _differs(mine, {n: other[n] for n in names if n in other}, mine)
        for name, names in checks.items()
    }
    columns = ", ".join(f"coalesce(bool_or({found}), false) as {name}" for name, found in unlike.items())
    join = f"""
        left join lateral (
            select {columns}
            from contest c
            join result_form f on f.province = {province_of("r.kode_tps")} and f.contest_id = c.id
                 and f.tps_code = r.kode_tps
            join result_version v on v.province = f.province and v.contest_id = f.contest_id
                 and v.tps_code = f.tps_code and v.id = f.accepted_id
            where c.election_id = :election and c.id <> :contest
                  and cardinality(v.cells) = {len(place.model.cells)}
        ) o on true
    """
    return _Part(join, warnings={"W.115:pemilih": "o.voters", "W.116:disabilitas": "o.disability"})


def _neighbours(staging: str, *, standing: bool) -> _Part:
    """Forms of one village whose votes are the same, one by one: in the file, and beside it."""
    alike = 'count(*) over (partition by left(r.kode_tps, 10) collate "C", r.votes) > 1'
    join = ""
    if standing:
        join = f"""
            left join (
                select distinct left(f.tps_code, 10) as village, v.votes
                from result_form f
                join result_version v on v.province = f.province and v.contest_id = f.contest_id
                     and v.tps_code = f.tps_code and v.id = f.latest_id
                left join {staging} s on s.kode_tps = f.tps_code
                where f.contest_id = :contest and s.kode_tps is null
            ) n on n.village = left(r.kode_tps, 10) and n.votes = r.votes
        """
        alike = f"({alike} or n.village is not null)"
    enough = f"(select sum(vote) from unnest(r.votes) as vote) >= {TELLING}"
    return _Part(join, warnings={"W.120:kembar": f"{alike} and {enough}"})


def _photos(staging: str) -> _Part:
    """The shown photos of the newest round of each form, and what a machine read on them without doubt."""
    join = f"""
        left join lateral (
            select bool_or(p.seen_tps <> p.tps_code) as other_tps, bool_or(p.unlike) as unlike
            from (
                select distinct on (p.page) p.tps_code, p.seen_tps, (
                    select bool_or((to_jsonb(s) ->> c.name)::bigint <> (c.cell ->> 'nilai')::bigint)
                    from machine_reading m
                    join {staging} s on s.kode_tps = p.tps_code
                    cross join lateral jsonb_each(m.cells) as c (name, cell)
                    where m.province = p.province and m.photo_id = p.id and c.cell ->> 'status' = 'read'
                          and (c.cell ->> 'yakin')::numeric >= {SURE}
                          and jsonb_typeof(c.cell -> 'nilai') = 'number'
                ) as unlike
                from form_photo p
                where p.province = {province_of("r.kode_tps")} and p.contest_id = :contest
                      and p.tps_code = r.kode_tps and p.round = (
                          select max(k.round) from capture k where k.province = {province_of("r.kode_tps")}
                          and k.contest_id = :contest and k.tps_code = r.kode_tps)
                order by p.page, p.id desc
            ) p
        ) p on true
    """
    return _Part(join, {"F.120:qr": "p.other_tps"}, {"W.121:bacaan": "p.unlike"})


def _cells(place: ContestCount, row: str) -> dict[str, str]:
    """Cell -> how SQL reads it from the array of a row."""
    return {name: f"{row}.cells[{at}]" for at, name in enumerate(place.model.names, 1)}


def _differs(mine: Mapping[str, str], other: Mapping[str, str], own: Mapping[str, str]) -> str:
    """Whether any number that both know has two values; a DPT of zero beside voters is not known."""
    known = [f"{mine[name]} <> {value}" for name, value in other.items() if name not in _DPT]
    of_dpt = [f"{mine[name]} <> {value}" for name, value in other.items() if name in _DPT]
    parts = [_any(known)]
    if of_dpt:
        zero = f"{own['pemilih_dpt_j']} = 0 and coalesce({own['pengguna_total_j']}, 0) > 0"
        parts.append(f"(({zero}) is not true and {_any(of_dpt)})")
    return _any(parts)


def _any(conditions: Sequence[str]) -> str:
    return f"({' or '.join(conditions)})" if conditions else "false"
