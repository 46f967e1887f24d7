"""Objects for the routes of portal, access and submission (tests/route_examples.py)."""

from __future__ import annotations

import datetime as dt

from electsys.identity.access import Scope
from modules.sipol.models import PartySubmission
from tests.route_examples import Arguments, World, example
from tests.sipol import conftest as make

ELECTION = "pemilu-2024"


def _row(world: World, state: str = "input"):
    """A registration of a party that has boards in Barus."""
    from modules.sipol.synthetic.registration import fill_registration

    row = make.registration(world.session, state)
    fill_registration(row, ["", "12", "1201", "120101"], seed=1)
    return world.session.get_one(type(row), row.id)


def _whole(row) -> tuple[Arguments, Scope]:
    return {"election": ELECTION, "party": row.party_id}, Scope("", row.party_id, row.election_id)


@example("sipol.parties")
def parties(world: World) -> tuple[Arguments, Scope]:
    """An election."""
    _row(world)
    return {"election": ELECTION}, Scope()


@example("sipol.new_party")
def election(world: World) -> tuple[Arguments, Scope]:
    """An election that a party gets access for."""
    return {"election": ELECTION}, Scope("", None, _row(world).election_id)


@example(
    *("sipol.portal", "sipol.users", "sipol.new_user", "sipol.new_liaison", "sipol.registration_settings"),
    *("sipol.check", "sipol.submit"),
    party=True,
)
def portal(world: World) -> tuple[Arguments, Scope]:
    """A party as a whole."""
    return _whole(_row(world))


@example("sipol.area", "sipol.gaps", party=True)
def area(world: World) -> tuple[Arguments, Scope]:
    """A kab/kota of a party."""
    row = _row(world)
    arguments, _scope = _whole(row)
    return arguments | {"region": "1201"}, Scope("1201", row.party_id, row.election_id)


@example("sipol.user", "sipol.user_sheet", "sipol.liaison", "sipol.liaison_sheet", party=True)
def user(world: World) -> tuple[Arguments, Scope]:
    """A liaison of the centre of a party."""
    from modules.sipol.operations.registrations import NewUser, add_user
    from modules.sipol.queries.registrations import users

    row = _row(world)
    world.make_account("admin_parpol_pusat", party=row.party_id)  # the roles are there
    who = NewUser("penghubung.uji", "Siti Aminah", "siti@uji.invalid")
    account = add_user(row, "admin_parpol_pusat", "", who, actor=make.ACTOR)
    grant = next(g for g in world.session.scalars(users(row)) if g.account_id == account.id)
    arguments, scope = _whole(row)
    return arguments | {"grant": grant.id}, scope


@example("sipol.submission", "sipol.receipt", "sipol.accept", "sipol.give_back", party=True)
def submission(world: World) -> tuple[Arguments, Scope]:
    """What a party submitted."""
    row = _row(world, "diajukan")
    sent = world.add(
        PartySubmission(
            registration_id=row.id,
            kind="pendaftaran",
            counts={"member_digest": "00" * 32},
            digest=bytes(32),
            submitted_at=dt.datetime(2022, 8, 10, tzinfo=dt.UTC),
        )
    )
    return {"submission_id": sent.id}, Scope("", row.party_id, row.election_id)
