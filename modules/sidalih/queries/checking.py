"""The second derivation: frozen lists counted again from their entries, quarters from living rows."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text

from electsys.db import db
from modules.sidalih.models import VoterList, VoterRoll
from modules.sidalih.queries.lists import lists_of
from modules.sidalih.queries.quarters import living, newest_quarter, parts

#: SHA-256 over the polling stations in order, each with the SHA-256 over its lines: it names nobody.
DIGEST = """
    select sha256(convert_to(coalesce(string_agg(station, E'\\n' order by tps_code), ''), 'UTF8')) from (
        select tps_code, tps_code || ' ' || encode(sha256(convert_to(
            string_agg(concat_ws(':', number, voter_id, version), E'\\n' order by number), 'UTF8')), 'hex')
            as station
        from voter_list_entry where province = :province and list_id = :list group by tps_code
    ) as stations
"""
#: Areas whose written number is not that of their entries, or not the sum of their parts.
AREAS = """
    with counted as (
        select left(tps_code, length) as code, count(*) as n, count(distinct tps_code) as stations
        from voter_list_entry, unnest(array[4, 6, 10, 13]) as length
        where province = :province and list_id = :list group by 1
    )
    select coalesce(c.code, a.code) as code, coalesce(a.male + a.female, 0) as written,
        coalesce(c.n, 0) as entries
    from counted c full join (select * from voter_area_count where list_id = :list) a on a.code = c.code
    where coalesce(a.male + a.female, 0) <> coalesce(c.n, 0)
        or coalesce(a.stations, 0) <> coalesce(c.stations, 0)
    order by 1
"""
#: Numbers in a polling station run from 1 without a gap, and nobody stands twice in a list.
GAPS = """
    select (select count(*) from (
        select from voter_list_entry where province = :province and list_id = :list
        group by tps_code having max(number) <> count(*) or min(number) <> 1) as gap)
    + (select count(*) - count(distinct voter_id) from voter_list_entry
        where province = :province and list_id = :list)
"""


def digest_of(list_id: int, province: str) -> bytes:
    """The digest of a list's entries as they lie in the database."""
    return bytes(db.session.execute(text(DIGEST), {"province": province, "list": list_id}).scalar_one())


def differences(roll: VoterRoll) -> Iterator[str]:
    """What differs between the written numbers of a roll and its rows, one line each."""
    for frozen in lists_of(roll.id):
        yield from _of_list(roll, frozen)
    quarter = newest_quarter(roll.id)
    if quarter is None:
        return
    now = sum(living(roll, 4).values())
    opening = sum(part.movement.opening for part in parts(quarter, roll, 10))
    if opening != quarter.opening:
        yield (
            f"{roll.region} triwulan {quarter.year}/{quarter.number}: awal tertulis {quarter.opening}, "
            f"menurut kejadian dan {now} baris {opening}"
        )


def _of_list(roll: VoterRoll, frozen: VoterList) -> Iterator[str]:
    name = f"{roll.region} {frozen.stage} {frozen.sequence}"
    here = {"province": roll.region[:2], "list": frozen.id}
    for row in db.session.execute(text(AREAS), here):
        yield f"{name} {row.code}: tertulis {row.written}, entri {row.entries}"
    if wrong := db.session.execute(text(GAPS), here).scalar_one():
        yield f"{name}: {wrong} nomor urut terlompat atau pemilih tertulis dua kali"
    if digest_of(frozen.id, roll.region[:2]) != bytes(frozen.digest):
        yield f"{name}: sidik isi tidak cocok"
