"""The writers of offices."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func

from electsys.db import db
from electsys.errors import Refused
from electsys.ledger import Actor, record
from modules.sipol.models import PartyOffice
from modules.sipol.operations.access import require_editable
from modules.sipol.permissions import EDIT
from modules.sipol.places import Place
from modules.sipol.queries.boards import office_of
from modules.sipol.rules.boards import HOUSED


@dataclass(frozen=True)
class OfficeFacts:
    """Where the office is and by what right. ``valid_to`` is the last day of a lease or loan; a place on the
    map is two numbers or none."""

    address: str
    tenure: str
    valid_to: dt.date | None = None
    latitude: float | None = None
    longitude: float | None = None


def save_office(place: Place, facts: OfficeFacts, *, actor: Actor) -> PartyOffice:
    """Enter the office of an area, or change it (UU 7/2017 art. 173(2)g). A lease that ends early is told,
    not refused: it may be prolonged."""
    registration = require_editable(place.registration, permission=EDIT, region=place.code, actor=actor)
    require_housed(place)
    if facts.tenure != "milik" and facts.valid_to is None:
        raise Refused(
            _("Masa berlaku sewa atau pinjam pakai belum diisi."),
            hint=_("Isi hari terakhirnya menurut perjanjian."),
            field="valid_to",
        )
    if (facts.latitude is None) != (facts.longitude is None):
        raise Refused(
            _("Koordinat hanya diisi sebagian."),
            hint=_("Isi garis lintang dan bujur keduanya, atau kosongkan keduanya."),
            field="latitude" if facts.latitude is None else "longitude",
        )
    office = office_of(registration.id, place.code)
    verb = "sipol:office:change" if office else "sipol:office:add"
    if office is None:
        office = PartyOffice(
            registration_id=registration.id, party_id=registration.party_id, region=place.code
        )
        db.session.add(office)
    office.address, office.tenure = " ".join(facts.address.split()), facts.tenure
    office.valid_to = None if facts.tenure == "milik" else facts.valid_to
    office.latitude, office.longitude = facts.latitude, facts.longitude
    office.changed_at = func.now()
    db.session.flush()
    record(
        verb,
        f"party_office:{office.id}",
        actor=actor,
        region=place.code,
        election_id=registration.election_id,
        details={"party": registration.party_id, "tenure": office.tenure},
    )
    return office


def require_housed(place: Place) -> None:
    """Refuse a level that needs neither office nor account."""
    if len(place.code) not in HOUSED:
        raise Refused(
            _("Kantor dan rekening tidak diminta pada tingkat kecamatan."),
            hint=_("Isi untuk pusat, provinsi, dan kabupaten/kota."),
            status=409,
        )
