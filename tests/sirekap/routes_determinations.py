"""Objects for the routes of what was determined (tests/route_examples.py)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, text

from electsys.elections.models import Contest, Election
from electsys.identity.access import Scope
from modules.sirekap.models import Determination, DeterminationPart
from tests.route_examples import NATION, Arguments, World, example


def make(session, account, other, *, state: str = "konsep", version: int = 1) -> Determination:
    """A version of the president's result of 2024, with its one part."""
    contest = session.scalars(
        select(Contest)
        .join(Election, Election.id == Contest.election_id)
        .where(Election.code == "pemilu-2024", Contest.kind == "ppwp")
    ).one()
    row = Determination(
        election_id=contest.election_id,
        contest_id=contest.id,
        area="",
        version=version,
        recaps=[[1, 1]],
        law={"menang_pres_total": ["1/2", "UU 7/2017:416(1)", "Suara sah nasional untuk menang"]},
        summary={},
        open_ties=0,
        valid=0,
    )
    session.add(row)
    session.flush()
    session.add(
        DeterminationPart(determination_id=row.id, key="", name="Indonesia", region="", valid=0, trace={})
    )
    session.flush()
    if state in ("pleno", "ditetapkan"):
        row.submitted_by, row.submitted_at = account.id, dt.datetime(2024, 4, 24, tzinfo=dt.UTC)
    if state == "ditetapkan":
        row.decided_by, row.decided_at = other.id, dt.datetime(2024, 4, 24, tzinfo=dt.UTC)
        row.decision_number = f"504 Tahun 2024 v{version}"
    row.state = state
    session.flush()
    return row


def _made(world: World, **more) -> tuple[Determination, Scope]:
    # An earlier object of the same world leaves its place.
    world.session.execute(
        text("update determination set state = 'dibatalkan' where state in ('konsep', 'pleno')")
    )
    version = 1 + (world.session.scalar(text("select max(version) from determination")) or 0)
    other = world.make_account()
    row = make(world.session, world.reader, other, version=version, **more)
    return row, Scope("", None, row.election_id)


@example("determinations.results", "determinations.work")
def election(_world: World) -> tuple[Arguments, Scope]:
    """An election."""
    return {"election": "pemilu-2024"}, NATION


@example("determinations.result", "determinations.result_json")
def decided(world: World) -> tuple[Arguments, Scope]:
    """A determined version."""
    row, scope = _made(world, state="ditetapkan")
    return {"determination_id": row.id}, scope


@example("determinations.changes")
def second(world: World) -> tuple[Arguments, Scope]:
    """A version after another."""
    _made(world, state="ditetapkan")
    row, scope = _made(world, state="ditetapkan")
    return {"determination_id": row.id}, scope


@example("determinations.part")
def part(world: World) -> tuple[Arguments, Scope]:
    """A part of a determined version."""
    row, scope = _made(world, state="ditetapkan")
    return {"determination_id": row.id, "key": "nasional"}, scope


@example("determinations.compute")
def contest(world: World) -> tuple[Arguments, Scope]:
    """A contest and its area."""
    row, scope = _made(world)
    return {"contest_id": row.contest_id, "area": "nasional"}, scope


@example(
    *("determinations.draft", "determinations.submit", "determinations.send_back", "determinations.drop"),
    *("determinations.decide", "determinations.settle"),
)
def draft(world: World) -> tuple[Arguments, Scope]:
    """A version before the plenary."""
    row, scope = _made(world, state="pleno")
    return {"determination_id": row.id}, scope


@example("determinations.draft_part")
def draft_part(world: World) -> tuple[Arguments, Scope]:
    """A part of a version before the plenary."""
    row, scope = _made(world, state="pleno")
    return {"determination_id": row.id, "key": "nasional"}, scope
