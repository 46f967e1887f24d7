"""Objects of the routes of factual verification."""

from __future__ import annotations

from typing import Any

from electsys.elections.queries import by_code
from electsys.identity.access import Scope
from electsys.verification.models import Sample, SampleMember
from electsys.verification.operations import contacts
from modules.sipol.models import FactualCheck
from modules.sipol.queries.factual import KIND
from tests.route_examples import Arguments, World, example
from tests.sipol import conftest as make
from tests.sipol.conftest import ACTOR
from tests.sipol.verifying import board
from tests.sipol.visiting import now, photo


def sampled(world: World) -> tuple[Any, Sample, SampleMember]:
    row = make.registration(world.session, "verfak")
    board(world.session, row, "1201")
    member = make.member(world.session, row, "ms")
    sample = Sample(
        election_id=row.election_id,
        kind=KIND,
        owner=f"party_registration:{row.id}",
        party_id=row.party_id,
        region="1201",
        method="krejcie_morgan",
        seed="uji",
        frame_size=1,
        size=1,
        start=1,
        frame_digest=bytes(32),
        minimum=1,
        actor="test",
    )
    world.session.add(sample)
    world.session.flush()
    person = SampleMember(
        sample_id=sample.id,
        position=1,
        frame_position=1,
        subject=f"party_member:{member.id}",
        region=member.village_code,
    )
    world.session.add(person)
    world.session.flush()
    return row, sample, person


@example("sipol.factual", "sipol.factual_seed", "sipol.set_factual_seed")
def parties(world: World) -> tuple[Arguments, Scope]:
    return {"election": "pemilu-2024"}, Scope("", election=by_code("pemilu-2024").id)


@example(
    "sipol.factual_area",
    "sipol.draw_factual",
    "sipol.screen_factual",
    "sipol.close_factual_sample",
    "sipol.close_factual",
    "sipol.share_factual",
    party=True,
)
def area(world: World) -> tuple[Arguments, Scope]:
    row, _sample, _person = sampled(world)
    scope = Scope("1201", row.party_id, row.election_id)
    return {"election": "pemilu-2024", "party": row.party_id, "region": "1201"}, scope


@example("sipol.draw_party", party=True)
def whole(world: World) -> tuple[Arguments, Scope]:
    arguments, scope = area(world)
    return {**arguments, "region": "12"}, Scope("12", scope.party, scope.election)


@example("sipol.draw_district")
def district(world: World) -> tuple[Arguments, Scope]:
    sampled(world)
    return {"election": "pemilu-2024", "region": "1201"}, Scope("1201", election=by_code("pemilu-2024").id)


@example("sipol.factual_worksheet")
def worksheet(world: World) -> tuple[Arguments, Scope]:
    arguments, scope = area(world)
    return arguments, Scope(scope.region, election=scope.election)


@example("sipol.factual_check", party=True)
def aspect(world: World) -> tuple[Arguments, Scope]:
    arguments, scope = area(world)
    return {**arguments, "aspect": "kantor"}, scope


@example("sipol.factual_person", "sipol.record_factual_contact", "sipol.give_factual_person")
def person(world: World) -> tuple[Arguments, Scope]:
    row, _sample, found = sampled(world)
    return {"person_id": found.id}, Scope("1201", election=row.election_id)


@example("sipol.factual_photo")
def contact_photo(world: World) -> tuple[Arguments, Scope]:
    row, _sample, found = sampled(world)
    stored = photo()
    contact = contacts.record_contact(
        found, "rumah", "tidak_bertemu", actor=ACTOR, visited_at=now(), photo_id=stored.id
    )
    return {"contact_id": contact.id, "file_id": stored.id}, Scope("1201", election=row.election_id)


@example("sipol.correct_factual_contact")
def wrong_contact(world: World) -> tuple[Arguments, Scope]:
    row, _sample, found = sampled(world)
    contact = contacts.record_contact(found, "rumah", "tidak_bertemu", actor=ACTOR, visited_at=now())
    return {"contact_id": contact.id}, Scope("1201", election=row.election_id)


@example("sipol.factual_check_photo")
def check_photo(world: World) -> tuple[Arguments, Scope]:
    row, _sample, _found = sampled(world)
    stored = photo()
    check = FactualCheck(
        registration_id=row.id,
        party_id=row.party_id,
        step="verfak",
        sequence=1,
        region="1201",
        aspect="kantor",
        state="ms",
        details={},
        photos=[stored.id],
        visited_at=now(),
        actor="test",
    )
    world.session.add(check)
    world.session.flush()
    return {"check_id": check.id, "file_id": stored.id}, Scope("1201", election=row.election_id)
