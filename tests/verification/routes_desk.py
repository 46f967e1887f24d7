"""Objects of the routes of the desk, in the queue of the tests."""

from __future__ import annotations

from sqlalchemy import select

from electsys.elections.queries import by_code
from electsys.identity.access import Scope
from electsys.verification.models import VerificationItem
from tests.route_examples import NATION, Arguments, World, example
from tests.verification.conftest import QUEUE, open_some, photo


def _item(world: World) -> VerificationItem:
    [subject] = open_some(1)
    photo(world.session, subject)
    return world.session.scalars(select(VerificationItem).where(VerificationItem.subject == subject)).one()


@example("verification.show_queue", "verification.desk", "verification.take", "verification.second")
def queue(world: World) -> tuple[Arguments, Scope]:
    _item(world)
    return {"queue": QUEUE}, NATION


@example(
    "verification.item",
    "verification.decide",
    "verification.undo",
    "verification.put_off",
    "verification.hold",
    "verification.settle",
)
def item(world: World) -> tuple[Arguments, Scope]:
    return {"item_id": _item(world).id}, Scope("1201", election=by_code("pemilu-2024").id)


@example("verification.document_page")
def page(world: World) -> tuple[Arguments, Scope]:
    arguments, scope = item(world)
    return arguments | {"document": 0, "page": 1}, scope
