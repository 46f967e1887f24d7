"""Until when a nomination may be worked on: the stage that its state waits for, for many rows at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from electsys.db import db
from electsys.elections import calendar, rules
from electsys.elections.models import Election, Stage
from electsys.regions.models import Region
from modules.silon.operations.access import OPEN_DURING


@dataclass(frozen=True)
class Deadline:
    """The stage in which those who put up may work, and when it ends; ``days`` are left until then."""

    stage: Stage
    opens: dt.datetime
    closes: dt.datetime
    open: bool
    days: int


class Deadlines:
    """The calendar of an election, read once, for the bodies that a page shows."""

    def __init__(self, election_id: int, regions: Iterable[str], now: dt.datetime | None = None) -> None:
        self.now = now or calendar.utc_now()
        codes = {code for flow in OPEN_DURING.values() for stages in flow.values() for code in stages}
        self._stages = {
            row.code: row
            for row in db.session.scalars(
                select(Stage)
                .where(Stage.election_id == election_id, Stage.code.in_(codes))
                .options(selectinload(Stage.overrides), selectinload(Stage.stops))
            )
        }
        asked = {region for region in regions if region}
        rows = db.session.execute(
            select(Region.code, Region.zone)
            .join(Election, Election.map_id == Region.map_id)
            .where(Election.id == election_id, Region.code.in_(asked))
        )
        self._zones: dict[str, str] = {row.code: row.zone for row in rows if row.zone} if asked else {}

    def of(self, kind: str, state: str, region: str) -> Deadline | None:
        """The open stage that ends last, else the next, else the last; None in a state that is locked."""
        found = [
            self._one(self._stages[code], region)
            for code in OPEN_DURING[kind].get(state, ())
            if code in self._stages
        ]
        if not found:
            return None
        current = [d for d in found if d.open] or [d for d in found if d.opens > self.now][:1]
        return max(current or found, key=lambda d: d.closes)

    def _one(self, stage: Stage, region: str) -> Deadline:
        times = rules.window(
            stage.opens_at,
            stage.closes_at,
            clock=stage.clock,
            zone=self._zones.get(region, "WIB"),
            region=region,
            overrides=[rules.Span(o.region_code, o.opens_at, o.closes_at) for o in stage.overrides],
            stops=[rules.Span(s.region_code, s.stopped_at, s.resumed_at) for s in stage.stops],
            now=self.now,
        )
        return Deadline(
            stage,
            times.opens,
            times.closes,
            rules.is_open(times, self.now),
            max(0, (times.closes - self.now).days),
        )
