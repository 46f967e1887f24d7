"""The numbers of a list that is being frozen: polling station by polling station, then every area above.

Birth dates and disabilities are sealed, so the entries stream through once; what stays in memory is one row
of numbers a polling station. What moved since the list before comes from one comparison in the database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import insert, text

from electsys.db import db
from electsys.elections import settings
from electsys.elections.models import Election
from electsys.privacy import Sealer
from modules.sidalih.claims import limits_of
from modules.sidalih.models import AreaCount, VoterList, VoterRoll
from modules.sidalih.rules.voters import age_on, band_of

#: Rows that are opened at a time.
BATCH = 5000
#: Where a region code is cut for the area above: TPS, village, kecamatan, kab/kota, province.
CUTS = {13: 10, 10: 6, 6: 4, 4: 2}

Progress = Callable[[int], None]
#: Fact -> [men, women].
Facts = dict[str, list[int]]

#: The entries as the list holds them: the living row, or the row that was replaced since.
FROZEN = """
    select e.tps_code, v.id, v.sex, v.ktp_el, v.sealed
    from voter_list_entry e
    join voter v on v.id = e.voter_id and v.province = e.province and v.version = e.version
    where e.province = :province and e.list_id = :list
    union all
    select e.tps_code, p.voter_id, p.sex, p.ktp_el, p.sealed
    from voter_list_entry e
    join voter v on v.id = e.voter_id and v.province = e.province and v.version <> e.version
    join voter_past p on p.voter_id = e.voter_id and p.province = e.province and p.version = e.version
    where e.province = :province and e.list_id = :list
"""

#: New, struck, moved to another polling station, corrected: what differs between two lists of a roll.
MOVED = """
    with old as (select * from voter_list_entry where province = :province and list_id = :old),
    new as (select * from voter_list_entry where province = :province and list_id = :new),
    changed as (
        select coalesce(new.voter_id, old.voter_id) as id, old.tps_code as left_tps, new.tps_code as tps,
            new.version > old.version as amended
        from old full join new on new.voter_id = old.voter_id
        where old.voter_id is null or new.voter_id is null
            or new.tps_code <> old.tps_code or new.version <> old.version
    )
    select place, fact, sex, count(*) from changed
    join voter v on v.id = changed.id and v.province = :province
    cross join lateral (values
        (case when left_tps is null then tps end, 'baru'),
        (case when tps is null then left_tps end, 'tms_' || coalesce(v.tms_code, 'lain')),
        (case when tps <> left_tps then tps end, 'tps_masuk'),
        (case when tps <> left_tps then left_tps end, 'tps_keluar'),
        (case when amended then tps end, 'ubah')
    ) as said (place, fact)
    where place is not null
    group by place, fact, sex
"""


def count_areas(
    voter_list: VoterList,
    roll: VoterRoll,
    before: VoterList | None,
    *,
    progress: Progress = lambda done: None,
) -> AreaCount:
    """Write the numbers of a list for each TPS, village, kecamatan and the kab/kota; returns the last.

    ``before`` is the list of the roll that this one follows; without one nothing has moved.
    """
    province = roll.region[:2]
    stations = _open_entries(voter_list.id, roll, progress)
    if before is not None:
        rows = db.session.execute(text(MOVED), {"province": province, "old": before.id, "new": voter_list.id})
        for place, fact, sex, n in rows:
            stations[place][fact][sex == "P"] += n
    areas = {code: (int(sum(facts["pemilih"]) > 0), facts) for code, facts in stations.items()}
    for length in (13, 10, 6):
        areas |= _summed({code: area for code, area in areas.items() if len(code) == length}, CUTS[length])
    rows_ = [_row(voter_list.id, code, n, facts) for code, (n, facts) in sorted(areas.items())]
    for at in range(0, len(rows_), 1000):
        db.session.execute(insert(AreaCount), rows_[at : at + 1000])
    return db.session.get_one(AreaCount, (voter_list.id, roll.region))


def _facts() -> Facts:
    return defaultdict(lambda: [0, 0])


def _open_entries(list_id: int, roll: VoterRoll, progress: Progress) -> defaultdict[str, Facts]:
    """The facts of every polling station, from the entries one by one."""
    election = db.session.get_one(Election, roll.election_id)
    limits = limits_of(election)
    bands: list[int] = sorted(settings.value(election.id, "kelompok_umur"))
    unseal = Sealer("voter").unseal_fields
    stations: defaultdict[str, Facts] = defaultdict(_facts)
    # A cursor is planned for its first rows; this one is read to the end.
    db.session.execute(text("set local cursor_tuple_fraction = 1"))
    result = db.session.execute(
        text(FROZEN),
        {"province": roll.region[:2], "list": list_id},
        execution_options={"stream_results": True, "max_row_buffer": BATCH},
    )
    done = 0
    for batch in result.partitions(BATCH):
        for tps, voter_id, sex, ktp_el, sealed in batch:
            secret = unseal(voter_id, bytes(sealed))
            age = age_on(date.fromisoformat(secret["birth_date"]), limits.voting_day)
            facts, at = stations[tps], int(sex == "P")
            facts["pemilih"][at] += 1
            facts[f"umur_{band_of(age, bands)}"][at] += 1
            if age <= limits.first_age:
                facts["pemula"][at] += 1
            if kind := secret.get("disability"):
                facts[f"disabilitas_{kind}"][at] += 1
            if ktp_el == "B":
                facts["tanpa_ktp"][at] += 1
        done += len(batch)
        progress(done)
    return stations


def _summed(areas: dict[str, tuple[int, Facts]], cut: int) -> dict[str, tuple[int, Facts]]:
    """The areas one level up, each the sum of its parts."""
    above: dict[str, tuple[int, Facts]] = {}
    for code, (stations, facts) in areas.items():
        n, total = above.get(code[:cut], (0, _facts()))
        for fact, (male, female) in facts.items():
            total[fact][0] += male
            total[fact][1] += female
        above[code[:cut]] = (n + stations, total)
    return above


def _row(list_id: int, code: str, stations: int, facts: Facts) -> dict[str, Any]:
    male, female = facts["pemilih"]
    return {
        "list_id": list_id,
        "code": code,
        "parent": code[: CUTS[len(code)]],
        "stations": stations,
        "male": male,
        "female": female,
        "facts": {name: pair for name, pair in sorted(facts.items()) if name != "pemilih"},
    }
