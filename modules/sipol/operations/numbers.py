"""The writer of the open numbers of members: counted every hour, shown to everybody."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from electsys.db import db
from electsys.jobs import every
from modules.sipol.models import PartyNumbers, PartyRegistration
from modules.sipol.queries.public import HIDDEN

#: Seconds between two counts.
PAUSE = 3600
COUNT = text("select province, sex, birth_year, n from party_member_numbers(:registration)")


@every(PAUSE, name="sipol.numbers", label=_l("Menghitung statistik terbuka anggota partai"))
def count_all() -> None:
    """Count every party that the public sees."""
    rows = db.session.scalars(
        select(PartyRegistration.id).where(PartyRegistration.state.not_in(HIDDEN)).order_by("id")
    ).all()
    for registration_id in rows:
        count_numbers(registration_id)
        db.session.commit()


def count_numbers(registration_id: int) -> None:
    """Count the members of one party. Numbers derived from rows: the trail does not tell them."""
    found = [list(row) for row in db.session.execute(COUNT, {"registration": registration_id})]
    values = {"members": found, "counted_at": func.now()}
    db.session.execute(
        insert(PartyNumbers)
        .values(registration_id=registration_id, **values)
        .on_conflict_do_update(index_elements=["registration_id"], set_=values)
    )
