"""KPU sets in plenary which parties take part in the election (UU 7/2017 art. 179; domain.md 3.2)."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys.db import db
from electsys.elections import calendar
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.events import publish
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from electsys.notices import notify
from electsys.notices.operations import Holders
from modules.jdih import Letter
from modules.sipol import determination_papers as papers
from modules.sipol.events import PartiesDetermined
from modules.sipol.models import Party, PartyRegistration
from modules.sipol.permissions import DETERMINE, EDIT
from modules.sipol.workflow import REGISTRATION

STAGE = "penetapan_parpol"
#: The notice that a party learns of the decision by.
DETERMINED = "sipol.determined"
#: What waits for the plenary, and by which move it goes on.
MOVES = {"lolos": "determine", "tms": "exclude"}
#: Verification that is not over: no plenary sets the participants before.
UNDER_WAY = (
    *("diajukan", "vermin", "bms_vermin", "vermin_perbaikan"),
    *("verfak", "bms_verfak", "verfak_perbaikan"),
)
#: Parties that a refusal names.
NAMED = 8


@dataclass(frozen=True)
class Determined:
    """What a plenary set: who takes part, who does not, by which decision."""

    participants: tuple[PartyRegistration, ...]
    excluded: tuple[PartyRegistration, ...]
    letter: Letter


def waiting_parties(election_id: int) -> dict[str, list[PartyRegistration]]:
    """The registrations that a plenary would decide (``lolos``, ``tms``), and those ``under_way``."""
    rows = db.session.scalars(
        select(PartyRegistration)
        .join(PartyRegistration.party)
        .where(
            PartyRegistration.election_id == election_id,
            PartyRegistration.state.in_((*MOVES, *UNDER_WAY)),
        )
        .order_by(func.lower(Party.name))
    ).all()
    found: dict[str, list[PartyRegistration]] = {"lolos": [], "tms": [], "under_way": []}
    for row in rows:
        found["under_way" if row.state in UNDER_WAY else row.state].append(row)
    return found


def determine_parties(election: Election, *, signer: str, actor: Actor) -> Determined:
    """Set the participants in one plenary: every party that meets the requirements, and those that do not.

    The decision is numbered, signed in the name of ``signer`` (the chair) and in the register of law. A party
    that a ruling admits later is set by a plenary of its own. Refused outside of the stage, while a
    verification runs, and where nothing waits.
    """
    grants.demand(actor, DETERMINE, Scope("", None, election.id))
    calendar.require_open(election.id, STAGE, "")
    if not signer.strip():
        raise Refused(_("Tulis nama ketua yang menandatangani keputusan."), field="signer")
    db.session.execute(
        select(PartyRegistration.id)
        .where(PartyRegistration.election_id == election.id)
        .order_by(PartyRegistration.id)
        .with_for_update()
    )
    db.session.expire_all()
    found = waiting_parties(election.id)
    if found["under_way"]:
        raise Refused(
            _("Belum dapat ditetapkan: verifikasi belum selesai (%(list)s).",
              list=_names(found["under_way"])),
            hint=_("Simpulkan verifikasinya dahulu; semua partai ditetapkan dalam satu pleno."),
            status=409,
        )  # fmt: skip
    if not found["lolos"] and not found["tms"]:
        raise Refused(_("Tidak ada partai yang menunggu penetapan."), status=409)
    with db.session.begin_nested():
        for state, action in MOVES.items():
            for row in found[state]:
                REGISTRATION.move(row, action, actor=actor)
        letter = papers.decision(
            election,
            found["lolos"],
            found["tms"],
            signer=" ".join(signer.split()),
            source_key=_key(election),
            actor=actor,
        )
    done = Determined(tuple(found["lolos"]), tuple(found["tms"]), letter)
    record(
        "sipol:party:determine",
        f"election:{election.id}",
        actor=actor,
        election_id=election.id,
        details={
            "participants": [row.party_id for row in done.participants],
            "excluded": [row.party_id for row in done.excluded],
            "letter": letter.id,
        },
    )
    for row in (*done.participants, *done.excluded):
        notify(
            Holders(EDIT, row.region, row.party_id, election.id),
            DETERMINED,
            {"party": row.party.name, "state": REGISTRATION.state_label(row.state)},
            f"/partai/{election.code}/{row.party_id}",
            actor=actor,
        )
    publish(
        PartiesDetermined(
            actor=actor,
            election_id=election.id,
            participants=tuple(row.party_id for row in done.participants),
            excluded=tuple(row.party_id for row in done.excluded),
            letter_id=letter.id,
        )
    )
    return done


def _key(election: Election) -> str:
    """One decision for one plenary; a ruling may make another one."""
    stem = f"sipol:determination:{election.id}:"
    held = db.session.scalar(select(func.count()).where(Letter.source_key.startswith(stem, autoescape=True)))
    return f"{stem}{(held or 0) + 1}"


def _names(rows: list[PartyRegistration]) -> str:
    shown = ", ".join(row.party.short_name for row in rows[:NAMED])
    more = len(rows) - NAMED
    return shown + (_(", dan %(n)s lainnya", n=more) if more > 0 else "")
