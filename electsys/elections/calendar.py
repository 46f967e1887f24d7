"""The gate of the calendar: every act asks whether its stage is open where it is done."""

from __future__ import annotations

import datetime as dt

from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy import select
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


def is_open(election_id: int, code: str, region: str | None = None, now: dt.datetime | None = None) -> bool:
    """Whether a stage is open in a region."""
    now = now or utc_now()
    return rules.is_open(window(stage(election_id, code), region, now), now)


def require_open(
    election_id: int, code: str, region: str | None = None, now: dt.datetime | None = None
) -> None:
    """Refuse an act whose stage is not open in ``region``; the message says when it is."""
    now = now or utc_now()
    row = stage(election_id, code)
    times = window(row, region, now)
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


def _based(hint: str, row: Stage) -> str | None:
    """A hint that ends with the article of the stage."""
    basis = _("Dasar: %(regulation)s.", regulation=row.regulation) if row.regulation else ""
    return " ".join(filter(None, (hint, basis))) or None


def utc_now() -> dt.datetime:
    """Now, in UTC."""
    return dt.datetime.now(dt.UTC)
