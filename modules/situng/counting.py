"""SQL of the running count: sums of arrays, and the ladder from village to nation and dapil.

PostgreSQL has no sum over arrays, so the sums are written out position by position; the positions
come from the ballot and the form model, never from input.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

COUNTERS = ("received", "entered", "accepted", "flagged")

#: Lengths of the codes that contain a village: nation, province, kab/kota, kecamatan, village.
LADDER = (0, 2, 4, 6, 10)


def ladder_from(region: str) -> list[int]:
    """The levels of the ladder from a region's own down."""
    return [length for length in LADDER if length >= len(region)]


def stations(*, chamber: bool = False, region: str = "") -> str:
    """TPS in use of ``:election`` by area: every level of the ladder, and the dapil of map ``:map``.

    With a ``chamber``, only those that a dapil of ``:chamber`` holds, and its dapil. With a ``region``, only
    those of ``:region``, from its own level down; who elects the head of a region has no dapil.
    """
    if region:
        return " union all ".join(
            f"select 'wilayah' as area, left(t.village_code, {length}) as code, count(*)::int as expected"
            " from tps t where t.election_id = :election and t.state = 'aktif' and t.code ^@ :region"
            " group by 2"
            for length in ladder_from(region)
        )
    chosen = " and d.chamber = :chamber" if chamber else ""
    villages = "select m.village_code from dapil_village m join dapil d on d.id = m.dapil_id"
    held = f" and t.village_code in ({villages} and d.map_id = :map{chosen})" if chamber else ""
    ladder = " union all ".join(
        f"select 'wilayah' as area, left(t.village_code, {length}) as code, count(*)::int as expected"
        f" from tps t where t.election_id = :election and t.state = 'aktif'{held} group by 2"
        for length in LADDER
    )
    return f"""
        {ladder}
        union all
        select 'dapil', d.code, count(*)::int
        from tps t join dapil_village m on m.village_code = t.village_code
        join dapil d on d.id = m.dapil_id and d.map_id = :map{chosen}
        where t.election_id = :election and t.state = 'aktif' group by 2
    """


def in_dapil(code: str, dapil: object = True) -> str:
    """Only what lies in dapil ``:dapil``, where one is meant; ``code`` is a column with a village or TPS."""
    chosen = "select village_code from dapil_village where dapil_id = :dapil"
    return f" and left({code}, 10) in ({chosen})" if dapil else ""


@dataclass(frozen=True)
class Width:
    """How many votes a ballot and how many cells a form of the contest has."""

    votes: int
    cells: int

    def columns(self) -> list[str]:
        """Names of the scalar columns that a sum is spread over."""
        return [f"v{i}" for i in range(1, self.votes + 1)] + [f"c{i}" for i in range(1, self.cells + 1)]

    def spread(self, votes: str, cells: str) -> str:
        """Select list that spreads two arrays over scalar columns; unknown counts as nothing."""
        parts = [f"coalesce({votes}[{i}], 0)::bigint as v{i}" for i in range(1, self.votes + 1)]
        parts += [f"coalesce({cells}[{i}], 0)::bigint as c{i}" for i in range(1, self.cells + 1)]
        return ", ".join(parts)

    def sums(self) -> str:
        """Select list that sums scalar columns and counters of a group."""
        every = [*self.columns(), *COUNTERS]
        return ", ".join(f"coalesce(sum({name}), 0)::bigint as {name}" for name in every)

    def gather(self) -> str:
        """Select list that gathers the scalar columns into the arrays ``votes`` and ``cells``."""
        votes = ", ".join(f"v{i}" for i in range(1, self.votes + 1))
        cells = ", ".join(f"c{i}" for i in range(1, self.cells + 1))
        return f"array[{votes}]::bigint[] as votes, array[{cells}]::bigint[] as cells"


#: Which versions move their forms: those of a file.
OF_BATCH = "batch_id = :batch"


def changes(width: Width, which: str, *, dapil: bool = False, versions: str = "result_version") -> str:
    """What these versions add to each village (of ``:dapil``): the new forms less what counted before.

    Asked before the forms move. A version that is not accepted leaves an older accepted one counting.
    ``versions`` names where they stand, where that is not the table; then all are in ``:province``, which
    spares looking at the others.
    """
    here = "" if versions == "result_version" else "{}.province = :province and "
    parts = [_change("votes", i, f"v{i}") for i in range(1, width.votes + 1)]
    parts += [_change("cells", i, f"c{i}") for i in range(1, width.cells + 1)]
    return f"""
        select left(tps_code, 10) as village, {width.sums()}
        from (
            select n.tps_code, {", ".join(parts)},
                   (f.tps_code is null)::int as received,
                   (n.complete or n.faults <> '{{}}')::int
                       - coalesce((f.state <> 'belum_lengkap')::int, 0) as entered,
                   (n.clean and f.accepted_id is null)::int as accepted,
                   (n.faults <> '{{}}')::int - coalesce((f.state = 'anomali')::int, 0) as flagged
            from (select *, faults = '{{}}' and complete as clean from {versions}
                  where {which}{in_dapil("tps_code", dapil)}) n
            left join result_form f on {here.format("f")}f.province = n.province
                 and f.contest_id = n.contest_id and f.tps_code = n.tps_code
            left join result_version a on {here.format("a")}a.province = f.province
                 and a.contest_id = f.contest_id and a.tps_code = f.tps_code and a.id = f.accepted_id
        ) as form
        group by 1
    """


def append_deltas(width: Width, which: str, *, dapil: bool = False, versions: str = "result_version") -> str:
    """Appends what these versions change in their villages; ``:contest`` is theirs."""
    return f"""
        insert into total_delta (contest_id, village, votes, cells, {", ".join(COUNTERS)})
        select :contest, village, {width.gather()}, {", ".join(COUNTERS)}
        from ({changes(width, which, dapil=dapil, versions=versions)}) as v
    """


def point_forms(which: str, *, versions: str = "result_version") -> str:
    """Moves the forms of these versions to them."""
    return f"""
        insert into result_form as f (province, contest_id, tps_code, state, latest_id, accepted_id)
        select province, contest_id, tps_code,
               case when faults <> '{{}}' then 'anomali' when not complete then 'belum_lengkap'
                    else 'diterima' end,
               id, case when faults = '{{}}' and complete then id end
        from {versions} where {which}
        on conflict (province, contest_id, tps_code) do update
        set state = excluded.state, latest_id = excluded.latest_id,
            accepted_id = coalesce(excluded.accepted_id, f.accepted_id), changed_at = now()
    """


def _change(array: str, i: int, name: str) -> str:
    new, old = f"coalesce(n.{array}[{i}], 0)", f"coalesce(a.{array}[{i}], 0)"
    return f"case when n.clean then {new} - {old} else 0 end as {name}"


def villages_of_contest(width: Width, *, dapil: bool = False) -> str:
    """What all forms of ``:contest`` (in ``:dapil``) add to their villages: derived from the leaves."""
    return f"""
        select left(tps_code, 10) as village, {width.sums()}
        from (
            select f.tps_code, {width.spread("a.votes", "a.cells")},
                   1 as received,
                   (f.state <> 'belum_lengkap')::int as entered,
                   (f.accepted_id is not null)::int as accepted,
                   (f.state = 'anomali')::int as flagged
            from result_form f
            left join result_version a on a.province = f.province and a.contest_id = f.contest_id
                 and a.tps_code = f.tps_code and a.id = f.accepted_id
            where f.contest_id = :contest{in_dapil("f.tps_code", dapil)}
        ) as form
        group by 1
    """


def take_deltas(*, dapil: bool = False) -> str:
    """Takes the waiting deltas of ``:contest`` away; a WITH clause for :func:`villages_of_deltas`."""
    chosen = in_dapil("village", dapil)
    return f"with taken as (delete from total_delta where contest_id = :contest{chosen} returning *)"


def villages_of_deltas(width: Width) -> str:
    """The deltas that were taken, summed by village."""
    return f"""
        select village, {width.sums()}
        from (
            select village, {width.spread("votes", "cells")}, received, entered, accepted, flagged
            from taken
        ) as delta
        group by 1
    """


def joined(width: Width, outer: Sequence[int], parties: int) -> str:
    """Select list that joins the votes of a dapil's ballot as they count where several dapil do."""
    sums = [[f"v{i}" for i, to in enumerate(outer, 1) if to == party] for party in range(1, parties + 1)]
    votes = [f"{' + '.join(found) or '0::bigint'} as v{n}" for n, found in enumerate(sums, 1)]
    return ", ".join(["village", *votes, *(f"c{i}" for i in range(1, width.cells + 1)), *COUNTERS])


def climb(width: Width, villages: str, *, dapil: bool = False, region: str = "") -> str:
    """Sum village rows (a table or subquery) for every region above, every dapil around (or ``:dapil``).

    With a ``region``, for every region up to it, and for no dapil.
    """
    sums = width.sums()
    up = " union all ".join(
        f"select 'wilayah' as area, left(village, {length}) as code, {sums} from {villages} as v group by 2"
        for length in ladder_from(region)
    )
    if region:
        return up
    return f"""
        {up}
        union all
        select 'dapil', d.code, {sums}
        from {villages} as v
        join dapil_village m on m.village_code = v.village
        join dapil d on d.id = m.dapil_id and d.map_id = :map{" and d.id = :dapil" if dapil else ""}
        group by 2
    """
