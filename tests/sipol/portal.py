"""A party that has everything it needs in a small country: what the tests of portal and submission share."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from sqlalchemy import select

from electsys.elections import calendar
from electsys.elections.models import Stage
from electsys.ledger import Actor
from electsys.regions.models import Region, RegionMap
from modules.sipol.models import PartyRegistration
from modules.sipol.synthetic.registration import fill_registration, map_areas
from tests.sipol import conftest as make

ACTOR = Actor.system("test")
#: Inside pendaftaran_parpol, on the last day.
LAST_DAY = dt.datetime(2022, 8, 14, 9, 0, tzinfo=dt.UTC)
#: 24:00 WIB of the last day: the first moment that does not belong to it.
CLOSES = dt.datetime(2022, 8, 14, 17, 0, tzinfo=dt.UTC)


def small_country(session: Any, election: Any, population: int = 3999) -> None:
    """Let the election have a map of its own: a province, a kab/kota of few people, two kecamatan."""
    session.add(RegionMap(id=2023, name="Peta uji", source="uji", valid_from=dt.date(2023, 1, 1)))
    session.flush()
    areas = {
        "12": "SUMATERA UTARA",
        "1201": "TAPANULI TENGAH",
        "120101": "BARUS",
        "120102": "SORKAM",
        "1201011001": "PASAR BATU GERIGIS",
    }
    for code, name in areas.items():
        level = {2: 1, 4: 2, 6: 3, 10: 4}[len(code)]
        parent = code[: {1: 0, 2: 2, 3: 4, 4: 6}[level]]
        people = population if level == 2 else None
        session.add(
            Region(map_id=2023, code=code, name=name, level=level, parent_code=parent, population=people)
        )
    election.map_id = 2023
    session.flush()


def at(monkeypatch: Any, moment: dt.datetime) -> None:
    """Let the calendar read this moment."""
    monkeypatch.setattr(calendar, "utc_now", lambda: moment)


def stored(session: Any) -> int:
    """A stored file that stands for every document."""
    from electsys.documents import store_file

    content = io.BytesIO(b"kolom\n1\n")
    return store_file(content, name="sk.csv", kind="table", actor=ACTOR).id


def complete(session: Any, state: str = "input", *, members: int = 0, **more: Any) -> PartyRegistration:
    """A registration in which nothing is missing on the map as it is, but for ``members``."""
    row = make.registration(session, state, **more)
    row.party.decree_number, row.party.gazette_number = "M.HH-1.AH.11.01", "12/2022"
    file_id = stored(session)
    row.party.logo_id = file_id
    session.flush()
    fill_registration(row, map_areas(row.election_id), seed=1, file_id=file_id)
    return session.get_one(PartyRegistration, row.id)


def members_for(session: Any, row: PartyRegistration, count: int, village: str = make.VILLAGE) -> None:
    """So many real members in one village."""
    for _n in range(count):
        make.member(session, row, village=village)


def open_stage(session: Any, election_id: int, *codes: str) -> None:
    """Let stages be open now."""
    now = dt.datetime.now(dt.UTC)
    for stage in session.scalars(
        select(Stage).where(Stage.election_id == election_id, Stage.code.in_(codes))
    ):
        stage.opens_at, stage.closes_at = now - dt.timedelta(days=5), now + dt.timedelta(days=5)
    session.flush()
