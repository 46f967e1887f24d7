"""A frozen DPT for tests of those who vote elsewhere."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select

from electsys.elections.queries import by_code
from electsys.regions.models import Tps
from modules.sidalih.claims import claims_of
from modules.sidalih.models import AreaCount, ListEntry, VoterList
from modules.sidalih.operations.voters import ensure_roll
from tests.sidalih.conftest import ACTOR, VILLAGE, store

#: Where movers go: another kecamatan of the kab/kota in another dapil, and two places in Jakarta.
BARUS = VILLAGE  # dapil DPRD kab 120103
SORKAM = "1201021001"  # kecamatan 120102, dapil DPRD kab 120104
JAKARTA_PUSAT, SERIBU = "3171", "3101"


def freeze(session, voters, region="1201"):
    """The next DPT of a kab/kota with these voters in their TPS, numbered in the order given."""
    election = by_code("pemilu-2024")
    roll = ensure_roll(election.id, region, actor=ACTOR)
    roll.state = "dpt"
    before = select(func.count()).where(VoterList.roll_id == roll.id, VoterList.stage == "dpt")
    made = VoterList(
        roll_id=roll.id,
        stage="dpt",
        sequence=session.scalar(before) + 1,
        male=sum(v.sex == "L" for v in voters),
        female=sum(v.sex == "P" for v in voters),
        digest=b"uji",
        determined_by="uji",
    )
    session.add(made)
    session.flush()
    numbers: Counter[str] = Counter()
    for voter in voters:
        numbers[voter.tps_code] += 1
        session.add(
            ListEntry(
                province=voter.province,
                list_id=made.id,
                tps_code=voter.tps_code,
                number=numbers[voter.tps_code],
                voter_id=voter.id,
                version=voter.version,
            )
        )
    for code, n in numbers.items():
        session.add(AreaCount(list_id=made.id, code=code, parent=code[:10], stations=1, male=n, female=0))
    session.flush()
    return made


def nik_of(voter) -> str:
    """The NIK of a voter made for a test."""
    nik = claims_of(voter).nik
    assert nik is not None
    return nik


def tps_at(session, code) -> Tps:
    """A polling station of the election."""
    found = session.get(Tps, (by_code("pemilu-2024").id, code[:2], code))
    assert found is not None, code
    return found


def voter_at(session, code=VILLAGE + "001", **facts):
    """A voter in a polling station."""
    return store(session, by_code("pemilu-2024"), code, **facts)
