"""What is missing and why: bodies below from their tallies; TPS of plenaries that sit, by one question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import text

from electsys.db import db
from modules.sirekap.boards.content import Tallies, Tally
from modules.sirekap.queries.recaps import LEAVES, STATIONS

#: Rows of a board's list; the number of all of them stands beside it.
ROWS, BODIES = 60, 20

#: TPS without a column, or with one that only says why there is no form.
_STATIONS = f"""
    select * from (
        select r.region as code, r.contest_id, t.code as unit, t.name, f.state, k.source, k.missing,
               row_number() over (partition by r.region order by k.source nulls first, r.contest_id, t.code)
                   as place,
               count(*) over (partition by r.region) as total
        from recap r
        cross join {STATIONS}
        left join result_form f
            on f.province = t.province and f.contest_id = r.contest_id and f.tps_code = t.code
        left join lateral (
            select c.source, c.missing from recap_column c
            where c.province = r.province and c.recap_id = r.id and c.unit = t.code
            order by c.number desc limit 1) k on true
        where r.election_id = :e and r.tier in {LEAVES!r} and r.region = any(:codes)
          and r.state in ('dibuka', 'ditutup') and (k.source is null or k.source = 'tanpa_formulir')
    ) as missing where place <= {ROWS}
"""


def stations(found: Tallies, codes: Collection[str]) -> dict[str, dict[str, Any]]:
    """Region -> its missing TPS, of the plenaries among ``codes`` that sit now.

    ``alasan`` is what somebody wrote; it is for the people of the recap and not for the public.
    """
    lists: dict[str, dict[str, Any]] = defaultdict(lambda: {"jumlah": 0, "daftar": []})
    contests = {contest.id: contest for contest in found.contests}
    rows = db.session.execute(text(_STATIONS), {"e": found.election.id, "codes": list(codes)})
    for row in rows:
        board = lists[row.code]
        board["jumlah"] = row.total
        board["daftar"].append(
            {
                "kode": row.unit,
                "nama": row.name,
                "pemilihan": contests[row.contest_id].kind,
                "sebutan": contests[row.contest_id].name,
                "sebab": _why(row.state, row.source),
                "alasan": row.missing or "",
            }
        )
    return dict(lists)


def _why(state: str | None, source: str | None) -> str:
    if source is not None:
        return "tanpa_formulir"
    if state is None:
        return "belum_diterima"
    return "belum_diambil" if state == "diterima" else state


def bodies(found: Tallies, tally: Tally) -> dict[str, Any]:
    """The bodies right below that have not locked everything, those that are furthest behind first."""
    rows = []
    contests = {contest.id: contest for contest in found.contests}
    for code in tally.children:
        child = found.regions[code]
        for contest_id, states in sorted(child.own.items()):
            waits = {state: n for state, n in states.items() if n and state != "disahkan"}
            if not waits:
                continue
            state = next(iter(waits))
            done, units = child.read.get(contest_id, (0, 0))
            rows.append(
                {
                    "kode": code,
                    "nama": child.name,
                    "pemilihan": contests[contest_id].kind,
                    "sebutan": contests[contest_id].name,
                    "sebab": state,
                    "dibacakan": [done, units],
                    "keberatan": child.objections.get("diajukan", 0),
                }
            )
    order = ("belum", "dibuka", "ditutup")
    rows.sort(key=lambda row: (order.index(row["sebab"]), row["kode"]))
    return {"jumlah": len(rows), "daftar": rows[:BODIES]}
