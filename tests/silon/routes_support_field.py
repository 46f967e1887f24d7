"""Objects for the routes of the verification of supporters."""

from __future__ import annotations

import datetime as dt
from typing import Any

from electsys.documents import open_file, store_file
from electsys.elections.queries import by_code
from electsys.identity.access import Scope
from electsys.verification.models import Contact, Sample, SampleMember
from modules.silon.models import SupporterPaper
from modules.silon.queries.support_factual import DPD
from modules.silon.support_words import PAPER_PURPOSE
from tests.route_examples import Arguments, World, example
from tests.silon import conftest as make
from tests.silon import supporting, visiting


def sampled(world: World) -> tuple[Any, Any, SampleMember]:
    """A list with a sample of one in Tapanuli Tengah."""
    row = supporting.person(world.session, "verfak")
    one = supporting.supporter(world.session, row, "ms")
    sample = world.add(
        Sample(
            election_id=row.election_id,
            kind=DPD,
            owner=f"nomination:{row.id}",
            region="1201",
            method="krejcie_morgan",
            seed="uji",
            frame_size=1,
            size=1,
            start=1,
            frame_digest=bytes(32),
            minimum=0,
            actor="test",
        )
    )
    person = world.add(
        SampleMember(
            sample_id=sample.id,
            position=1,
            frame_position=1,
            subject=f"supporter:{one.id}",
            region=one.village_code,
        )
    )
    return row, one, person


def attempt(
    world: World, person: SampleMember, photo_id: int | None = None, by: int | None = None
) -> Contact:
    """An attempt that met nobody."""
    return world.add(
        Contact(
            member_id=person.id,
            number=1,
            method="rumah",
            result="tidak_bertemu",
            visited_at=dt.datetime.now(dt.UTC),
            account_id=by,
            actor="test",
            photo_id=photo_id,
        )
    )


@example("silon.support_seed", "silon.set_support_seed", "silon.support_field")
def election(world: World) -> tuple[Arguments, Scope]:
    """An election."""
    return {"election": "pemilu-2024"}, Scope("", election=by_code("pemilu-2024").id)


@example("silon.supporter")
def one(world: World) -> tuple[Arguments, Scope]:
    """A supporter."""
    row = supporting.person(world.session)
    return {"supporter_id": supporting.supporter(world.session, row).id}, Scope("1201", None, row.election_id)


@example("silon.supporter_paper")
def paper(world: World) -> tuple[Arguments, Scope]:
    """A paper of a supporter."""
    row = supporting.person(world.session)
    of = supporting.supporter(world.session, row)
    with open_file(visiting.photo()) as file:
        stored = store_file(file, name="ktp.jpg", kind=PAPER_PURPOSE, actor=make.ACTOR)
    made = SupporterPaper(supporter_id=of.id, village_code=of.village_code, kind="ktp", file_id=stored.id)
    return {"paper_id": world.add(made).id}, Scope("1201", None, row.election_id)


@example("silon.support_area", "silon.share_support", "silon.close_support_area", "silon.support_worksheet")
def area(world: World) -> tuple[Arguments, Scope]:
    """An area of a list."""
    row, _one, _person = sampled(world)
    return {"nomination_id": row.id, "region": "1201"}, Scope("1201", None, row.election_id)


@example("silon.support_person", "silon.record_support_contact", "silon.give_support_person")
def person(world: World) -> tuple[Arguments, Scope]:
    """A supporter in a sample."""
    row, _one, found = sampled(world)
    return {"person_id": found.id}, Scope("1201", None, row.election_id)


@example("silon.support_photo")
def photo(world: World) -> tuple[Arguments, Scope]:
    """A photo of an attempt."""
    row, _one, found = sampled(world)
    stored = visiting.photo()
    contact = attempt(world, found, stored.id)
    return {"contact_id": contact.id, "file_id": stored.id}, Scope("1201", None, row.election_id)


@example("silon.correct_support_contact")
def wrong(world: World) -> tuple[Arguments, Scope]:
    """An attempt that may be corrected."""
    row, _one, found = sampled(world)
    own = attempt(world, found, by=world.reader.id)
    return {"contact_id": own.id}, Scope("1201", None, row.election_id)
