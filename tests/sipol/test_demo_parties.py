"""The demo of Sipol: the participants under their numbers, a made-up party that still enters data."""

from __future__ import annotations

from sqlalchemy import func, select

from electsys.demo import Demo
from electsys.elections import calendar
from electsys.elections.models import Participant
from electsys.identity import grants, seed_demo_accounts
from electsys.identity.access import Scope
from electsys.identity.models import Account
from electsys.ledger import Actor
from modules.sipol.demo import demo_parties
from modules.sipol.models import Party, PartyProgress, PartyRegistration
from modules.sipol.permissions import EDIT, SUBMIT
from modules.sipol.queries.registrations import own_registration
from modules.sipol.queries.requirements import judgement_of


def test_the_demo_is_made_once(session, election):
    actor = Actor.system("demo")
    seed_demo_accounts(actor=actor)
    said = []
    demo = Demo("1201", 2024, actor, said.append)
    demo_parties(demo)
    demo_parties(demo)
    assert said == ["24 partai peserta; satu partai simulasi sedang mengisi data."]
    numbers = dict(session.execute(select(PartyRegistration.party_id, PartyRegistration.number)).all())
    simulated = session.scalars(select(Party).where(Party.name == "Partai Simulasi Bahari")).one()
    assert numbers == {n: n for n in range(1, 25)} | {simulated.id: None}
    assert simulated.id > 24
    pkb = session.get(Party, 1)
    assert (pkb.name, pkb.short_name) == ("Partai Kebangkitan Bangsa", "PKB")
    rows = {r.party_id: r for r in session.scalars(select(PartyRegistration))}
    assert {r.state for n, r in rows.items() if n <= 24} == {"berkelanjutan"}
    assert sum(r.in_parliament for r in rows.values()) == 9
    assert (rows[1].needs_factual, rows[6].needs_factual) == (False, True)
    assert {n for n, r in rows.items() if r.region == "11"} == {18, 19, 20, 21, 22, 23}
    unlinked = select(func.count()).where(Participant.kind == "partai", Participant.party_id.is_(None))
    assert session.scalar(unlinked) == 0

    row = rows[simulated.id]
    verdict = judgement_of(row, "1201").verdict
    assert [gap.aspect for gap in verdict.gaps] == ["anggota"]
    assert (verdict.found, len(verdict.parts)) == (len(verdict.parts) - 3, len(verdict.parts))
    assert session.get(PartyProgress, row.id).gaps > 500
    assert calendar.is_open(election.id, "pendaftaran_parpol")
    people = {a.username: a for a in session.scalars(select(Account))}
    here = Scope("", simulated.id, election.id)
    assert grants.can(people["partai.pusat"], SUBMIT, here)
    assert not grants.can(people["partai.1201"], EDIT, here)
    assert grants.can(people["partai.1201"], EDIT, Scope("1201", simulated.id, election.id))
    assert own_registration([1, simulated.id]).id == row.id


def test_a_demo_elsewhere_has_the_participants_alone(session, election):
    said = []
    demo_parties(Demo("31", 2024, Actor.system("demo"), said.append))
    assert session.scalar(select(func.count()).select_from(PartyRegistration)) == 24
    assert session.scalar(select(func.count()).where(PartyRegistration.state == "input")) == 0
