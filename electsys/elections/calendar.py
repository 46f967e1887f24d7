"""The gate of the calendar: every act asks whether its stage is open where it is done."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy import select, text
from sqlalchemy.orm import selectinload

from electsys.db import db
from electsys.elections import rules
from electsys.elections.models import Election, Stage
from electsys.errors import Refused
from electsys.regions.models import Region


def stage(election_id: int, code: str) -> Stage:
    """A stage with its overrides and stops; LookupError if the election has none of this code."""
    found = db.session.scalars(
        select(Stage)
        .where(Stage.election_id == election_id, Stage.code == code)
        .options(selectinload(Stage.overrides), selectinload(Stage.stops))
    ).one_or_none()
    if found is None:
        raise LookupError(f"no stage {code!r} in election {election_id}")
    return found


def zone_of(election_id: int, region: str) -> str:
    """The clock of a region's bodies; WIB for the nation and overseas."""
    if not region:
        return "WIB"
    return (
        db.session.scalar(
            select(Region.zone)
            .join(Election, Election.map_id == Region.map_id)
            .where(Election.id == election_id, Region.code == region[:10])
        )
        or "WIB"
    )


def window(row: Stage, region: str | None = None, now: dt.datetime | None = None) -> rules.Window:
    """The times of a stage for a region ("" or None: the nation)."""
    region = region or ""
    return rules.window(
        row.opens_at,
        row.closes_at,
        clock=row.clock,
        zone=zone_of(row.election_id, region),
        region=region,
        overrides=[rules.Span(o.region_code, o.opens_at, o.closes_at) for o in row.overrides],
        stops=[rules.Span(s.region_code, s.stopped_at, s.resumed_at) for s in row.stops],
        now=now or utc_now(),
    )


#: A stage with what of its overrides and stops covers a region, and the zone of that region, at once.
_ASKED = text(
    """
    select s.name, s.regulation, s.opens_at, s.closes_at, s.clock, o.*, p.*,
           (select r.zone from region r join election e on e.map_id = r.map_id
            where e.id = s.election_id and r.code = left(:region, 10)) as zone
    from stage s
    left join lateral (
        select array_agg(o.region_code order by o.id) as places, array_agg(o.opens_at order by o.id) as opens,
               array_agg(o.closes_at order by o.id) as closes
        from stage_override o where o.stage_id = s.id and starts_with(:region, o.region_code)
    ) as o on true
    left join lateral (
        select array_agg(c.region_code order by c.id) as stopped,
               array_agg(c.stopped_at order by c.id) as since, array_agg(c.resumed_at order by c.id) as until
        from clock_stop c where c.stage_id = s.id and starts_with(:region, c.region_code)
    ) as p on true
    where s.election_id = :election and s.code = :code
    """
)


def _asked(election_id: int, code: str, region: str, now: dt.datetime) -> tuple[Any, rules.Window]:
    """A stage's row and its times in a region, by one question."""
    db.session.flush()
    facts = {"election": election_id, "code": code, "region": region}
    row = db.session.execute(_ASKED, facts).one_or_none()
    if row is None:
        raise LookupError(f"no stage {code!r} in election {election_id}")
    times = rules.window(
        row.opens_at,
        row.closes_at,
        clock=row.clock,
        zone=(region and row.zone) or "WIB",
        region=region,
        overrides=map(rules.Span, row.places or (), row.opens or (), row.closes or ()),
        stops=map(rules.Span, row.stopped or (), row.since or (), row.until or ()),
        now=now,
    )
    return row, times


def is_open(election_id: int, code: str, region: str | None = None, now: dt.datetime | None = None) -> bool:
    """Whether a stage is open in a region."""
    now = now or utc_now()
    return rules.is_open(_asked(election_id, code, region or "", now)[1], now)


def require_open(
    election_id: int, code: str, region: str | None = None, now: dt.datetime | None = None
) -> None:
    """Refuse an act whose stage is not open in ``region``; the message says when it is."""
    now = now or utc_now()
    row, times = _asked(election_id, code, region or "", now)
    if rules.is_open(times, now):
        return
    if times.stopped_since is not None:
        raise Refused(
            _("Waktu tahapan “%(name)s” sedang dihentikan.", name=row.name),
            hint=_based(_("Tunggu sampai penghentian waktu dicabut dengan berita acara."), row),
            status=409,
        )
    if now < times.opens:
        raise Refused(
            _(
                "Tahapan “%(name)s” belum dibuka. Dibuka %(when)s WIB.",
                name=row.name,
                when=format_datetime(times.opens, "d MMMM yyyy HH.mm"),
            ),
            hint=_based("", row),
            status=409,
        )
    raise Refused(
        _(
            "Tahapan “%(name)s” sudah ditutup pada %(when)s WIB.",
            name=row.name,
            when=format_datetime(times.closes, "d MMMM yyyy HH.mm"),
        ),
        hint=_based(_("Waktu lain untuk suatu wilayah ditetapkan oleh admin dengan berita acara."), row),
        status=409,
    )


def _based(hint: str, row: Any) -> str | None:
    """A hint that ends with the article of the stage."""
    basis = _("Dasar: %(regulation)s.", regulation=row.regulation) if row.regulation else ""
    return " ".join(filter(None, (hint, basis))) or None


def utc_now() -> dt.datetime:
    """Now, in UTC."""
    return dt.datetime.now(dt.UTC)
