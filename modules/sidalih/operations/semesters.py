"""Plenaries of provinces and the nation on a semester of the continuous update (PDPB; PKPU 1/2025)."""

from __future__ import annotations

from flask_babel import gettext as _

from electsys.db import db
from electsys.elections.calendar import require_open
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from modules.sidalih.models import Semester
from modules.sidalih.operations.minutes import semester_minutes
from modules.sidalih.operations.recaps import refuse_unless_all
from modules.sidalih.permissions import DETERMINE
from modules.sidalih.queries import quarters as queries
from modules.sidalih.rules.movement import SEMESTERS, Movement


def determine_semester(election: Election, region: str, year: int, half: int, *, actor: Actor) -> Semester:
    """Recapitulate a semester for a province (two digits) or the nation (""), with numbered minutes.

    A province needs both quarters of every kab/kota closed, the nation the plenary of every province; what is
    missing is named. A second plenary on the same semester returns the first: closed quarters never change.
    """
    if half not in SEMESTERS or len(region) not in (0, 2):
        raise LookupError(f"no semester {half!r} for {region!r}")
    grants.demand(actor, DETERMINE, Scope(region, election=election.id))
    require_open(election.id, "pdpb", region)
    if (held := queries.semester_of(election.id, region, year, half)) is not None:
        return held
    rows = queries.semester(election, region, year, half)
    if not rows:
        raise Refused(_("Provinsi ini tidak ada pada peta pemilu."), status=404)
    if region:
        refuse_unless_all(
            [row.name for row in rows if row.missing],
            _("Belum semua kabupaten/kota menetapkan kedua triwulan semester ini."),
        )
    else:
        settled = queries.semesters(election.id, year, half)
        refuse_unless_all(
            [row.name for row in rows if row.code not in settled],
            _("Belum semua provinsi merekapitulasi semester ini."),
        )
    total = sum((row.movement for row in rows), Movement())
    made = Semester(
        election_id=election.id,
        region=region,
        year=year,
        half=half,
        rolls=sum(row.rolls for row in rows),
        determined_by=actor.name,
        closing=total.closing,
        **{name: getattr(total, name) for name in ("opening", *queries.FIELDS)},
    )
    db.session.add(made)
    db.session.flush()
    made.letter_id = semester_minutes(made, rows, actor=actor).id
    db.session.flush()
    record(
        "sidalih:semester:determine",
        f"voter_semester:{made.id}",
        actor=actor,
        region=region,
        election_id=election.id,
        details={"year": year, "half": half, "opening": total.opening, "closing": total.closing},
    )
    return made
