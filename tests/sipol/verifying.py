"""A party as KPU verifies it: boards, an office, an account, documents and members of a few areas."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from electsys.elections.models import Stage
from electsys.identity.operations.persons import Claim, find_or_claim_person
from electsys.privacy import blind_index, reserve_ids, seal_fields
from electsys.verification.models import VerificationItem
from electsys.verification.operations import desk
from modules.sipol.models import (
    PartyAccount,
    PartyBoard,
    PartyDocument,
    PartyOffice,
    PartyOfficer,
    PartyRegistration,
    PartyVerdict,
)
from modules.sipol.queries import verdicts as queries
from tests.sipol import conftest as make
from tests.sipol.conftest import ACTOR
from tests.sipol.entering import pdf, store

DAY = dt.date(2022, 3, 1)
#: So few members are enough in these tests, so that not hundreds must be made.
ENOUGH = 3
_serial = itertools.count(1)


@pytest.fixture
def few_members(monkeypatch):
    """Let the law ask for :data:`ENOUGH` members."""
    law_of = queries.law_of
    monkeypatch.setattr(queries, "law_of", lambda row: replace(law_of(row), members_most=ENOUGH))


def open_step(session: Any, registration: PartyRegistration, step: str = "vermin") -> None:
    """Let the stage of a step be open now."""
    row = session.scalars(
        select(Stage).where(Stage.election_id == registration.election_id, Stage.code == f"{step}_parpol")
    ).one()
    now = dt.datetime.now(dt.UTC)
    row.opens_at, row.closes_at = now - dt.timedelta(days=1), now + dt.timedelta(days=3)
    session.flush()


def board(session: Any, of: PartyRegistration, region: str, *, people: int = 0, women: int = 0) -> PartyBoard:
    """A board; the first three of its people are the mandatory ones, the first ``women`` are women."""
    row = PartyBoard(
        registration_id=of.id,
        party_id=of.party_id,
        region=region,
        decree_number="SK-1",
        decree_date=DAY,
        term_from=DAY,
        term_to=dt.date(2027, 2, 28),
    )
    session.add(row)
    session.flush()
    for n in range(people):
        _officer(session, row, n, "P" if n < women else "L")
    return row


def _officer(session: Any, row: PartyBoard, n: int, sex: str) -> None:
    number = next(_serial)
    born = dt.date(1975, 4, 2)
    day = born.day + (40 if sex == "P" else 0)
    nik = f"120102{day:02}{born:%m%y}{7000 + number % 3000:04}"
    [key] = reserve_ids("party_officer", 1)
    name = f"PENGURUS UJI {number}"
    claim = Claim(f"party_officer:{key}", name, nik, birth_date=born, sex=sex, home_region=make.VILLAGE)
    session.add(
        PartyOfficer(
            id=key,
            board_id=row.id,
            party_id=row.party_id,
            person_id=find_or_claim_person(claim, actor=ACTOR).person.id,
            region=row.region,
            position=n + 1,
            office=("ketua", "sekretaris", "bendahara", "anggota")[min(n, 3)],
            title="Pengurus",
            name=name,
            sex=sex,
            sealed=seal_fields({"nik": nik, "birth_date": born.isoformat()}, table="party_officer", row=key),
            nik_index=blind_index(nik),
        )
    )
    session.flush()


def document(session: Any, of: PartyRegistration, kind: str, region: str) -> PartyDocument:
    """A document in force."""
    stored = store(pdf(f"{kind} {region} {next(_serial)}"), f"{kind}.pdf")
    row = PartyDocument(
        registration_id=of.id, party_id=of.party_id, region=region, kind=kind, file_id=stored.id
    )
    session.add(row)
    session.flush()
    return row


def housed(session: Any, of: PartyRegistration, region: str) -> PartyOffice:
    """An office and an account with their proofs, and the decree of the board."""
    office = PartyOffice(
        registration_id=of.id, party_id=of.party_id, region=region, address="JALAN MAWAR 1", tenure="milik"
    )
    account = PartyAccount(
        registration_id=of.id,
        party_id=of.party_id,
        region=region,
        bank="Bank Uji",
        number="123456789",
        holder=of.party.name,
    )
    session.add_all([office, account])
    session.flush()
    for kind in ("sk_kepengurusan", "bukti_kantor", "bukti_rekening"):
        document(session, of, kind, region)
    return office


def district(
    session: Any, of: PartyRegistration, members: int = ENOUGH, *, subdistricts: bool = True
) -> None:
    """The party in Tapanuli Tengah: everything that the law asks for there."""
    from electsys.elections.models import Election
    from electsys.regions.models import Region

    board(session, of, "1201", people=4, women=1)
    housed(session, of, "1201")
    map_id = session.get(Election, of.election_id).map_id
    codes = session.scalars(
        select(Region.code)
        .where(Region.map_id == map_id, Region.level == 3, Region.code.startswith("1201"))
        .order_by(Region.code)
    ).all()
    for code in codes[: -(-len(codes) // 2)] if subdistricts else ():
        board(session, of, code)
    for _n in range(members):
        make.member(session, of)


def items(
    session: Any, of: PartyRegistration, queue: str | None = None, round_: int = 1
) -> list[VerificationItem]:
    """The items of a party."""
    query = select(VerificationItem).where(
        VerificationItem.party_id == of.party_id, VerificationItem.round == round_
    )
    if queue is not None:
        query = query.where(VerificationItem.queue == queue)
    return list(session.scalars(query.order_by(VerificationItem.id)))


def judge(session: Any, of: PartyRegistration, actor: Any, verdict: str = "ms", *, round_: int = 1) -> None:
    """Judge everything that waits."""
    from electsys import verification

    for item in items(session, of, round_=round_):
        if item.state == "menunggu":
            queue = verification.find(item.queue)
            reason = queue.reasons[0].code if verdict != "ms" else None
            desk.decide(queue, item, verdict, actor=actor, reason=reason)


def concluded(
    session: Any,
    of: PartyRegistration,
    region: str,
    state: str = "ms",
    step: str = "vermin",
    sequence: int = 1,
) -> None:
    """A conclusion of an area, as its plenary left it."""
    session.add(
        PartyVerdict(
            registration_id=of.id,
            party_id=of.party_id,
            step=step,
            region=region,
            aspect="akhir",
            state=state,
            reason=None if state == "ms" else "aspek_kurang",
            details={"wanting": []},
            sequence=sequence,
            actor="test",
        )
    )
    session.flush()
