"""Parties and members for tests, in the election of 2024; people are synthetic."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest

from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.ledger import Actor
from modules.sipol.models import MemberEvent, Party, PartyMember, PartyRegistration, PartyUpdate

VILLAGE = "1201011001"
ACTOR = Actor.system("test")

_serial = itertools.count(1)


@pytest.fixture
def election(session: Any) -> Election:
    return by_code("pemilu-2024")


def party(session: Any, **more: Any) -> Party:
    """A party that exists nowhere."""
    number = next(_serial)
    row = Party(**{"kind": "nasional", "name": f"Partai Uji {number}", "short_name": f"PU{number}"} | more)
    session.add(row)
    session.flush()
    return row


def registration(
    session: Any, state: str = "input", *, of: Party | None = None, **more: Any
) -> PartyRegistration:
    """A registration of a party (a new one, unless given) in a state."""
    row = PartyRegistration(
        party=of or party(session), election_id=by_code("pemilu-2024").id, state=state, **more
    )
    session.add(row)
    session.flush()
    return row


def updating(session: Any, **more: Any) -> PartyRegistration:
    """A participant that updates its data: a half of a year is open for it, and its stage on any day."""
    row = registration(session, "berkelanjutan", **more)
    session.add(PartyUpdate(registration_id=row.id, year=2023, half=1))
    session.flush()
    return row


def member(
    session: Any, of: PartyRegistration, state: str = "baru", *, village: str = VILLAGE, **changes: Any
) -> PartyMember:
    """A member as an import would have left it: its person, its envelope, its indexes; no flags."""
    from electsys.identity.operations.persons import Claim, find_or_claim_person
    from electsys.privacy import blind_index, blind_index_identity, reserve_ids, seal_fields

    number = next(_serial)
    born: dt.date = changes.pop("born", dt.date(1985, 3, 9))
    sex: str = changes.pop("sex", "L")
    day = born.day + (40 if sex == "P" else 0)
    nik: str = changes.pop("nik", f"120101{day:02}{born:%m%y}{7000 + number % 3000:04}")
    name: str = changes.pop("name", f"BUDI UJI {number}")
    [key] = reserve_ids("party_member", 1)
    claim = Claim(f"party_member:{key}", name, nik, birth_date=born, sex=sex, home_region=village)
    row = PartyMember(
        **{
            "id": key,
            "registration_id": of.id,
            "party_id": of.party_id,
            "election_id": of.election_id,
            "person_id": find_or_claim_person(claim, actor=ACTOR).person.id,
            "village_code": village,
            "sealed": seal_fields(
                {"nik": nik, "birth_date": born.isoformat()}, table="party_member", row=key
            ),
            "nik_index": blind_index(nik),
            "identity_index": blind_index_identity(name, born),
            "name": name,
            "sex": sex,
            "birth_place": "BARUS",
            "birth_year": born.year,
            "marital_status": "S",
            "occupation": "PETANI",
            "address": "JALAN MELATI 4",
            "card_number": f"KTA-{number:06}",
            "own_flags": [],
            "flags": [],
        }
        | changes
    )
    session.add(row)
    session.flush()
    if state != "baru":
        session.expire(row)
        row.event_id = event(session, row, "baru", state).id
        row.state = state
        session.flush()
    return row


def event(session: Any, row: PartyMember, before: str, after: str, kind: str = "putus") -> MemberEvent:
    """The event that a change of state needs."""
    made = MemberEvent(
        member_id=row.id,
        party_id=row.party_id,
        village_code=row.village_code,
        kind=kind,
        from_state=before,
        to_state=after,
        reason="uji",
        actor="test",
    )
    session.add(made)
    session.flush()
    return made
