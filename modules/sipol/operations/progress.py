"""Count how far parties have come, for the list of all; their own pages count anew each time."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from electsys.db import db
from electsys.jobs import every
from modules.sipol.models import PartyProgress, PartyRegistration
from modules.sipol.queries.requirements import Judgement, judgement_of
from modules.sipol.rules.requirements import Verdict, failing

#: Seconds between two counts of all.
PAUSE = 600
#: Nothing changes any more in these states, once counted.
SETTLED = ("bukan_peserta",)


def count_progress(registration: PartyRegistration, judged: Judgement | None = None) -> None:
    """Keep the party's numbers of this moment. A number derived from rows: the trail does not tell it."""
    judged = judged or judgement_of(registration)
    verdict = judged.verdict
    districts = next((line for line in judged.lines if line.key == "lengkap"), None)
    local = verdict.code != ""
    values = {
        "provinces": int(verdict.meets) if local else verdict.found,
        "provinces_needed": 1 if local else verdict.needed,
        "districts": districts.found if districts else 0,
        "districts_needed": districts.needed if districts else 0,
        "boards": boards(verdict),
        "members": members(verdict),
        "gaps": sum(1 for _each in failing(verdict)),
        "counted_at": func.now(),
    }
    db.session.execute(
        insert(PartyProgress)
        .values(registration_id=registration.id, **values)
        .on_conflict_do_update(index_elements=["registration_id"], set_=values)
    )


def boards(verdict: Verdict) -> int:
    """Boards in an area and below it."""
    return int(verdict.area.board) + sum(map(boards, verdict.parts))


def members(verdict: Verdict) -> int:
    """Members that count in an area and below it."""
    return verdict.area.members + sum(map(members, verdict.parts))


@every(PAUSE, name="sipol.progress", label=_l("Menghitung kemajuan partai"))
def count_all() -> None:
    """Count every party that may have changed since."""
    rows = db.session.scalars(
        select(PartyRegistration)
        .outerjoin(PartyProgress, PartyProgress.registration_id == PartyRegistration.id)
        .where(PartyRegistration.state.not_in(SETTLED) | PartyProgress.registration_id.is_(None))
        .order_by(PartyRegistration.id)
    ).all()
    for row in rows:
        count_progress(row)
        db.session.commit()
