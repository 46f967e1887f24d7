"""Objects for the routes of supporters."""

from __future__ import annotations

from electsys.identity.access import Scope
from tests.route_examples import Arguments, World, example
from tests.silon import supporting


@example("silon.new_person", "silon.supports")
def election(world: World) -> tuple[Arguments, Scope]:
    """An election."""
    row = supporting.person(world.session)
    return {"election": "pemilu-2024"}, Scope("", None, row.election_id)


def _own(world: World):
    """A list of supporters of somebody for whom the reader acts."""
    from modules.silon.models import NominationLiaison

    row = supporting.person(world.session)
    world.add(NominationLiaison(nomination_id=row.id, account_id=world.reader.id))
    return row


@example("silon.add_supporter", owner=True)
def own_support(world: World) -> tuple[Arguments, Scope]:
    """One's own list of supporters."""
    row = _own(world)
    return {"nomination_id": row.id}, Scope("12", None, row.election_id)


@example(
    "silon.support",
    "silon.supporter_rows",
    "silon.hand_in_support",
    "silon.conclude_support",
    "silon.open_support_round",
    "silon.support_visits",
    "silon.draw_support",
)
def support(world: World) -> tuple[Arguments, Scope]:
    """A list of supporters."""
    row = supporting.person(world.session)
    return {"nomination_id": row.id}, Scope("12", None, row.election_id)


@example("silon.withdraw_supporter", "silon.bring_paper", owner=True)
def supporter(world: World) -> tuple[Arguments, Scope]:
    """A row of one's own list."""
    row = _own(world)
    one = supporting.supporter(world.session, row)
    return {"supporter_id": one.id}, Scope("12", None, row.election_id)


@example("silon.support_receipt")
def receipt(world: World) -> tuple[Arguments, Scope]:
    """A receipt."""
    from electsys.documents import issue_document
    from modules.silon.models import SupportStep
    from modules.silon.operations import support_steps
    from modules.silon.queries import support as queries
    from tests.silon import conftest as make

    row = supporting.person(world.session)
    step = support_steps._step(row, "penyerahan", "ajukan", queries.standing_of(row), None, make.ACTOR)
    from electsys.documents.papers import today
    from modules.silon import support_papers as papers

    document = issue_document(
        "SK",
        "tanda_terima_dukungan",
        papers.receipt(row, step, queries.standing_of(row)),
        unit="12",
        series="calon",
        year=today("12").year,
        title="TANDA.TERIMA.DUKUNGAN",
        subject=f"support_step:{row.id}",
        actor=make.ACTOR,
        public=False,
        classification="PL.01.4",
    )
    step.document_id = document.id
    world.session.add(step)
    world.session.flush()
    assert isinstance(step, SupportStep)
    return {"nomination_id": row.id, "step_id": step.id}, Scope("12", None, row.election_id)
