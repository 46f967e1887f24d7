"""Objects for the routes of vacant seats."""

from __future__ import annotations

from electsys.identity.access import Scope
from modules.silon.models.seats import SeatEvent
from tests.route_examples import Arguments, World, example
from tests.silon import conftest as make
from tests.silon import seating

ELECTION = "pemilu-2024"


def _case(world: World):
    from sqlalchemy import text

    world.session.execute(text("update seat_case set state = 'ditolak'"))  # a seat has one open case
    case = seating.opened(world.session, seating.won(world.session, 500), make.ACTOR)
    return case, Scope("", None, case.election_id)


@example("silon.seats")
def anybody(world: World) -> tuple[Arguments, Scope]:
    """An election with somebody elected."""
    seating.won(world.session, 500)
    return {"election": ELECTION}, Scope()


@example("silon.cases", "silon.open_seats")
def election(world: World) -> tuple[Arguments, Scope]:
    """An election with a case."""
    _case(world)
    return {"election": ELECTION}, Scope()


@example("silon.open_case")
def holder(world: World) -> tuple[Arguments, Scope]:
    """Somebody who was elected."""
    row = seating.won(world.session, 500)
    return {"standing_id": row.id}, Scope("", None, make.contest(world.session).election_id)


@example(
    *("silon.seat_case", "silon.check_successor", "silon.refuse_case", "silon.break_tie"),
    *("silon.propose_successor", "silon.conclude_case", "silon.take_step"),
)
def case(world: World) -> tuple[Arguments, Scope]:
    """A case."""
    row, scope = _case(world)
    return {"case_id": row.id}, scope


@example("silon.press")
def button(world: World) -> tuple[Arguments, Scope]:
    """A button of a case."""
    row, scope = _case(world)
    return {"case_id": row.id, "step": "rank"}, scope


@example("silon.seat_paper")
def paper(world: World) -> tuple[Arguments, Scope]:
    """The letter of a case."""
    from sqlalchemy import select

    row, scope = _case(world)
    event = world.session.scalars(select(SeatEvent.id).where(SeatEvent.case_id == row.id).limit(1)).one()
    return {"event_id": event}, scope
