"""Nominations and candidates for tests, in the election of 2024; people are synthetic."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
from sqlalchemy import select

from electsys.elections.models import Contest, Election
from electsys.elections.queries import by_code
from electsys.ledger import Actor
from electsys.regions.models import Dapil
from modules.silon.claims import CandidateClaim, columns_of
from modules.silon.models import Candidate, CandidateEvent, Nomination
from modules.sipol.models import PartyRegistration
from tests.sipol import conftest as parties

ACTOR = Actor.system("test")
#: Sumatera Utara II.
DAPIL = "1202"

_serial = itertools.count(1)


@pytest.fixture
def enter(client: Any, login: Any, make_account: Any) -> Any:
    """Log in somebody with a role; the client."""

    def enter(role: str, region: str = "", **where: Any) -> Any:
        login(client, make_account(role, region, **where))
        return client

    return enter


@pytest.fixture
def election(session: Any) -> Election:
    return by_code("pemilu-2024")


def contest(session: Any, kind: str = "dpr") -> Contest:
    """A contest of the election of 2024."""
    return session.scalars(
        select(Contest).where(Contest.election_id == by_code("pemilu-2024").id, Contest.kind == kind)
    ).one()


def dapil(session: Any, code: str = DAPIL, chamber: str = "dpr") -> Dapil:
    """A dapil of the map of 2024."""
    return session.scalars(select(Dapil).where(Dapil.code == code, Dapil.chamber == chamber)).one()


def participant(session: Any, **more: Any) -> PartyRegistration:
    """A party that takes part in the election, with a number of its own."""
    number = 200 + next(_serial)
    return parties.registration(session, "peserta", **{"number": number} | more)


def nomination(
    session: Any,
    state: str = "persiapan",
    *,
    kind: str = "daftar",
    of: PartyRegistration | None = None,
    chamber: str = "dpr",
    place: str = DAPIL,
    **more: Any,
) -> Nomination:
    """A list (of a new party in Sumatera Utara II, unless given), a person or a pair in a state."""
    where: dict[str, Any]
    if kind == "daftar":
        row = of or participant(session)
        area = dapil(session, place, chamber)
        where = {
            "dapil_id": area.id,
            "region": area.body_code,
            "party_id": row.party_id,
            "number": row.number,
            "contest_id": contest(session, chamber).id,
        }
    elif kind == "perseorangan":
        where = {"region": "12", "label": "CALON DPD UJI", "contest_id": contest(session, "dpd").id}
    else:
        where = {"region": "", "label": "PASANGAN UJI", "contest_id": contest(session, "ppwp").id}
    made = Nomination(
        **{"election_id": by_code("pemilu-2024").id, "kind": kind, "state": state} | where | more
    )
    session.add(made)
    session.flush()
    return made


def claim(**changes: Any) -> CandidateClaim:
    """Somebody who may stand: a synthetic NIK that agrees with birth date and sex."""
    number = next(_serial)
    born: dt.date = changes.pop("born", dt.date(1980, 5, 17))
    sex: str = changes.pop("sex", "L")
    day = born.day + (40 if sex == "P" else 0)
    return CandidateClaim(
        **{
            "nik": f"120101{day:02}{born:%m%y}{4000 + number % 3000:04}",
            "name": f"CALON UJI {number}",
            "sex": sex,
            "birth_place": "SIBOLGA",
            "birth_date": born,
            "occupation": "PETANI",
            "address": "JALAN CEMARA 2",
            "residence_code": "1201",
            "residence": "KAB. TAPANULI TENGAH",
        }
        | changes
    )


def candidate(
    session: Any, of: Nomination, state: str = "baru", *, number: int | None = None, **changes: Any
) -> Candidate:
    """A candidate as its entry would have left it: its person, its envelope, its indexes; no flags."""
    from electsys.identity.operations.persons import Claim, find_or_claim_person
    from electsys.privacy import reserve_ids

    extra = {key: changes.pop(key) for key in ("flags", "photo_id", "replaces_id") if key in changes}
    said = claim(**changes)
    [key] = reserve_ids("candidate", 1)
    person = find_or_claim_person(
        Claim(f"candidate:{key}", said.name, said.nik, birth_date=said.birth_date, sex=said.sex), actor=ACTOR
    ).person
    if number is None:
        taken = session.scalars(select(Candidate.number).where(Candidate.nomination_id == of.id)).all()
        number = max(taken, default=0) + 1
    row = Candidate(
        **{
            "id": key,
            "nomination_id": of.id,
            "election_id": of.election_id,
            "region": of.region,
            "party_id": of.party_id,
            "person_id": person.id,
            "number": number,
            "flags": [],
        }
        | columns_of(said, key)
        | extra
    )
    session.add(row)
    session.flush()
    if state != "baru":
        row.event_id = event(session, row, "baru", state).id
        row.state = state
        session.flush()
    return row


def event(session: Any, row: Candidate, before: str, after: str, kind: str = "putus") -> CandidateEvent:
    """The event that a change of state needs."""
    made = CandidateEvent(
        candidate_id=row.id,
        region=row.region,
        party_id=row.party_id,
        kind=kind,
        from_state=before,
        to_state=after,
        reason="uji",
        actor="test",
    )
    session.add(made)
    session.flush()
    return made
