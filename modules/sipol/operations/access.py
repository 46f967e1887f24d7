"""Whether a party may change its data now: the state of its registration and the calendar decide."""

from __future__ import annotations

from flask_babel import gettext as _

from electsys.db import db
from electsys.elections import calendar
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor
from modules.sipol.models import PartyRegistration
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


def require_editable(
    registration: PartyRegistration, *, permission: str, region: str, actor: Actor
) -> PartyRegistration:
    """The registration, locked, if ``actor`` may change the party's data of ``region`` now; else Refused.

    The first change of a party that was given access begins its entry.
    """
    scope = Scope(region, registration.party_id, registration.election_id)
    grants.demand(actor, permission, scope)
    db.session.refresh(registration, with_for_update={"of": PartyRegistration, "read": True})
    stages = OPEN_DURING.get(registration.state)
    if stages is None:
        raise Refused(
            _(
                "Data partai terkunci: pendaftaran berstatus “%(state)s”.",
                state=REGISTRATION.state_label(registration.state),
            ),
            hint=_("Data dapat diubah lagi pada masa perbaikan atau pemutakhiran."),
            status=409,
        )
    _require_one_open(registration.election_id, stages, registration.region)
    if registration.state == "akses":
        REGISTRATION.move(registration, "begin", actor=actor)
    return registration


def _require_one_open(election_id: int, stages: tuple[str, ...], region: str) -> None:
    if not any(calendar.is_open(election_id, stage, region) for stage in stages):
        calendar.require_open(election_id, stages[-1], region)
