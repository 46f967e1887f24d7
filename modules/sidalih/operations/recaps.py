"""Plenaries of provinces and the nation: the lists below, summed; never while one is missing."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys.db import db
from electsys.elections.calendar import require_open
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from electsys.regions.models import Region
from electsys.web.formats import title_region
from modules.sidalih.models import VoterRecap
from modules.sidalih.operations.minutes import recap_minutes
from modules.sidalih.permissions import DETERMINE
from modules.sidalih.queries.recaps import newest_recap, newest_recaps
from modules.sidalih.queries.statistics import Numbers, area_page

#: The stage of the calendar in which a list is recapitulated.
CALENDAR = {
    "dphp": "penyusunan_dps",
    "dps": "penyusunan_dps",
    "dpshp": "penyusunan_dpshp",
    "dpt": "penetapan_dpt",
}
#: So many missing areas are named; the rest is counted.
NAMED = 10


def determine_recap(election: Election, region: str, stage: str, *, actor: Actor) -> VoterRecap:
    """Recapitulate a stage for a province (two digits) or the nation ("").

    A province needs the list of every kab/kota on its map, the nation the recapitulation of every province,
    summed from the lists that stand today; what is missing, or has changed since, is named. A plenary that
    would say what the last one said returns that one.
    """
    if stage not in CALENDAR or len(region) not in (0, 2):
        raise LookupError(f"no recapitulation of {stage!r} for {region!r}")
    grants.demand(actor, DETERMINE, Scope(region, election=election.id))
    require_open(election.id, CALENDAR[stage], region)
    page = area_page(election, stage, region)
    if page is None:
        raise Refused(_("Provinsi ini tidak ada pada peta pemilu."), status=404)
    if region:
        _refuse_missing(election, stage, region, [part.code for part in page.parts])
    else:
        _refuse_unsettled(election, stage, page.parts)
    last = newest_recap(election.id, region, stage)
    numbers = (page.area.rolls, page.area.stations, page.area.male, page.area.female)
    if last is not None and (last.rolls, last.stations, last.male, last.female) == numbers:
        return last
    rolls, stations, male, female = numbers
    recap = VoterRecap(
        election_id=election.id,
        region=region,
        stage=stage,
        sequence=last.sequence + 1 if last else 1,
        rolls=rolls,
        stations=stations,
        male=male,
        female=female,
        determined_by=actor.name,
    )
    db.session.add(recap)
    db.session.flush()
    recap.letter_id = recap_minutes(recap, page.parts, actor=actor).id
    db.session.flush()
    record(
        "sidalih:recap:determine",
        f"voter_recap:{recap.id}",
        actor=actor,
        region=region,
        election_id=election.id,
        details={"stage": stage, "sequence": recap.sequence, "rolls": rolls, "count": male + female},
    )
    return recap


def _refuse_missing(election: Election, stage: str, region: str, there: Sequence[str]) -> None:
    """Refuse while a kab/kota of the province has no list of the stage."""
    missing = db.session.scalars(
        select(Region.name)
        .where(
            Region.map_id == election.map_id,
            Region.level == 2,
            func.starts_with(Region.code, region),
            Region.code.not_in(there),
        )
        .order_by(Region.code)
    ).all()
    refuse_unless_all(missing, _("Belum semua kabupaten/kota menetapkan daftarnya."))


def _refuse_unsettled(election: Election, stage: str, parts: Sequence[Numbers]) -> None:
    """Refuse while a province has no recapitulation, or one that its lists have left behind."""
    settled = newest_recaps(election.id, stage)
    numbers = {part.code: (part.rolls, part.stations, part.male, part.female) for part in parts}
    provinces = db.session.execute(
        select(Region.code, Region.name)
        .where(Region.map_id == election.map_id, Region.level == 1)
        .order_by(Region.code)
    )
    missing = [
        name
        for code, name in provinces
        if (r := settled.get(code)) is None or (r.rolls, r.stations, r.male, r.female) != numbers.get(code)
    ]
    refuse_unless_all(missing, _("Belum semua provinsi merekapitulasi daftar yang berlaku sekarang."))


def refuse_unless_all(missing: Sequence[str], what: str) -> None:
    """Refuse a plenary as long as areas are missing; the first of them are named."""
    if not missing:
        return
    said = ", ".join(title_region(name) for name in missing[:NAMED])
    if more := len(missing) - NAMED:
        said = _("%(names)s, dan %(n)s lagi", names=said, n=more) if more > 0 else said
    raise Refused(what, hint=_("Yang belum: %(names)s.", names=said), status=409)
