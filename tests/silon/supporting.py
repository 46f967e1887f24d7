"""Supporters for tests; people are synthetic."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from electsys.privacy import blind_index, reserve_ids, seal_fields
from modules.silon.models import Nomination
from modules.silon.models.supporters import Supporter, SupporterEvent
from tests.silon import conftest as make

VILLAGE = "1201011001"
_serial = itertools.count(1)


def person(session: Any, support_state: str = "penyerahan", **more: Any) -> Nomination:
    """Somebody who wants to stand for the DPD in Sumatera Utara."""
    return make.nomination(session, "persiapan", kind="perseorangan", support_state=support_state, **more)


def supporter(
    session: Any, of: Nomination, state: str = "baru", *, village: str = VILLAGE, **changes: Any
) -> Supporter:
    """A supporter as an import would have left it; no flags."""
    number = next(_serial)
    born: dt.date = changes.pop("born", dt.date(1990, 2, 14))
    sex: str = changes.pop("sex", "L")
    day = born.day + (40 if sex == "P" else 0)
    nik: str = changes.pop("nik", f"120101{day:02}{born:%m%y}{1000 + number % 3000:04}")
    [key] = reserve_ids("supporter", 1)
    row = Supporter(
        **{
            "id": key,
            "nomination_id": of.id,
            "election_id": of.election_id,
            "contest_id": of.contest_id,
            "area": of.region,
            "village_code": village,
            "sealed": seal_fields({"nik": nik, "birth_date": born.isoformat()}, table="supporter", row=key),
            "nik_index": blind_index(nik),
            "name": f"PENDUKUNG UJI {number}",
            "sex": sex,
            "birth_place": "BARUS",
            "birth_year": born.year,
            "marital_status": "S",
            "occupation": "NELAYAN",
            "address": "JALAN LAUT 3",
            "own_flags": [],
            "flags": [],
        }
        | changes
    )
    session.add(row)
    session.flush()
    if state != "baru":
        session.expire(row)
        row.event_id = event(session, row, "baru", state).id
        row.state = state
        session.flush()
    return row


def event(session: Any, row: Supporter, before: str, after: str) -> SupporterEvent:
    """The event that a change of state needs."""
    made = SupporterEvent(
        supporter_id=row.id,
        village_code=row.village_code,
        kind="putus",
        from_state=before,
        to_state=after,
        reason="uji",
        actor="test",
    )
    session.add(made)
    session.flush()
    return made
