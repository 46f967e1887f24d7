"""Whether a party may change its data now: the state of its registration and the calendar decide.

After the election the half-year decides too: what a half was closed with stays until the next one opens
(domain.md 3.7).
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select

from electsys.db import db
from electsys.elections import calendar
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor
from modules.sipol.models import PartyRegistration, PartyUpdate
from modules.sipol.workflow import REGISTRATION

#: State -> the stages during which a party changes its data; one of them must be open (PKPU 4/2022).
OPEN_DURING = {
    "akses": ("pembukaan_sipol", "pendaftaran_parpol"),
    "input": ("pembukaan_sipol", "pendaftaran_parpol"),
    "dikembalikan": ("pendaftaran_parpol",),
    "bms_vermin": ("perbaikan_parpol",),
    "bms_verfak": ("perbaikan_verfak_parpol",),
    "berkelanjutan": ("parpol_berkelanjutan",),
}
#: The state in which data is changed only while a half of a year is open.
UPDATED = "berkelanjutan"


def require_editable(
    registration: PartyRegistration, *, permission: str, region: str, actor: Actor
) -> PartyRegistration:
    """The registration, locked, if ``actor`` may change the party's data of ``region`` now; else Refused.

    The first change of a party that was given access begins its entry. The lock is shared among writers;
    whoever moves the registration, or closes a half of a year, waits for them and they for it.
    """
    scope = Scope(region, registration.party_id, registration.election_id)
    grants.demand(actor, permission, scope)
    db.session.refresh(registration, with_for_update={"of": PartyRegistration, "read": True})
    refusal = why_locked(registration)
    if refusal is not None:
        raise refusal
    if registration.state == "akses":
        REGISTRATION.move(registration, "begin", actor=actor)
    return registration


def why_locked(registration: PartyRegistration) -> Refused | None:
    """Why nobody of the party may change its data now, in words; None while they may."""
    stages = OPEN_DURING.get(registration.state)
    if stages is None:
        return Refused(
            _(
                "Data partai terkunci: pendaftaran berstatus “%(state)s”.",
                state=REGISTRATION.state_label(registration.state),
            ),
            hint=_("Data dapat diubah lagi pada masa perbaikan atau pemutakhiran."),
            status=409,
        )
    closed: Refused | None = None
    for stage in stages:
        try:
            calendar.require_open(registration.election_id, stage, registration.region)
        except Refused as refusal:
            closed = refusal
        else:
            closed = None
            break
    if closed is None and registration.state == UPDATED and not has_open_half(registration):
        return Refused(
            _("Data partai terkunci: tidak ada semester pemutakhiran yang dibuka."),
            hint=_(
                "Data dapat diubah lagi begitu KPU RI membuka semester berikutnya; partai Anda diberi tahu."
            ),
            status=409,
        )
    return closed


def has_open_half(registration: PartyRegistration) -> bool:
    """Whether a half of a year is open for a participant."""
    return bool(
        db.session.scalar(
            select(half_is_open(PartyRegistration.id)).where(PartyRegistration.id == registration.id)
        )
    )


def half_is_open(registration: Any) -> ColumnElement[bool]:
    """Whether a half of a year is open for the registration of this id."""
    return (
        select(PartyUpdate.id)
        .where(PartyUpdate.registration_id == registration, PartyUpdate.state == "terbuka")
        .exists()
    )
