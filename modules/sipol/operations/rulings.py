"""A ruling sends a party back to an earlier step (UU 7/2017 art. 467-471; domain.md 3.2).

2022: Partai Ummat, not admitted on 14 December, agreed before Bawaslu, verified again, set on 30 December.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Act, Actor, record
from electsys.notices import notify
from electsys.notices.operations import Holders
from modules.jdih import RulingIssued
from modules.sipol.models import PartyRegistration
from modules.sipol.permissions import DETERMINE, EDIT
from modules.sipol.workflow import REGISTRATION
from modules.sipol.workflow.registrations import REOPENED

#: The code of rulings on participants (modules.jdih.rules.rulings).
PARTICIPANTS = "peserta"
#: Notices: to the commission that a ruling came, to the party that its registration is open again.
CAME, REOPEN = "sipol.ruling.came", "sipol.ruling.reopened"
HEARD = "sipol:ruling:hear"


@dataclass(frozen=True)
class Ruling:
    """A published ruling on participants, as JDIH told of it."""

    document_id: int
    number: str
    at: Any


def hear_ruling(event: RulingIssued) -> None:
    """Put a ruling on participants before the commission; which party it reopens is read by people."""
    if PARTICIPANTS not in event.kinds:
        return
    record(
        HEARD,
        f"law_document:{event.document_id}",
        actor=event.actor,
        details={"number": event.number, "court": event.court},
    )
    notify(
        Holders(DETERMINE, "", None, None),
        CAME,
        {"number": event.number},
        "/partai/putusan",
        actor=event.actor,
    )


def rulings() -> list[Ruling]:
    """The rulings that came, the newest first; published twice is one."""
    acts = db.session.scalars(select(Act).where(Act.verb == HEARD).order_by(Act.id.desc()))
    found: dict[int, Ruling] = {}
    for act in acts:
        key = int(act.subject.partition(":")[2])
        found.setdefault(key, Ruling(key, str((act.details or {}).get("number", "")), act.at))
    return list(found.values())


def apply_ruling(
    registration: PartyRegistration, ruling: Ruling, action: str, reason: str, *, actor: Actor
) -> None:
    """Send a registration back to a step, as a ruling orders: KPU RI, with its number as the reason.

    ``action`` is one of :data:`modules.sipol.workflow.registrations.REOPENED`. What was found before stays;
    the step that is done again gets its own verdicts. Refused where the party's state is not one that a
    ruling reopens.
    """
    grants.demand(actor, DETERMINE, Scope("", registration.party_id, registration.election_id))
    if action not in REOPENED:
        raise Refused(_("Pilih tahap yang dibuka kembali."), field="action")
    if not reason.strip():
        raise Refused(_("Tulis apa yang diperintahkan putusan itu."), field="reason")
    why = _("Putusan %(number)s: %(what)s", number=ruling.number, what=" ".join(reason.split()))
    REGISTRATION.move(registration, action, actor=actor, reason=why)
    record(
        "sipol:ruling:apply",
        f"party_registration:{registration.id}",
        actor=actor,
        reason=why,
        region=registration.region,
        election_id=registration.election_id,
        details={"document": ruling.document_id, "action": action},
    )
    notify(
        Holders(EDIT, registration.region, registration.party_id, registration.election_id),
        REOPEN,
        {"number": ruling.number, "state": REGISTRATION.state_label(registration.state)},
        "/partai/saya",
        actor=actor,
    )
