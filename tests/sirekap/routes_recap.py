"""Objects for the routes of what Sirekap publishes (tests/route_examples.py)."""

from __future__ import annotations

from typing import Any

from electsys.identity.access import Scope
from tests.route_examples import NATION, Arguments, World, example


@example("sirekap.results", "sirekap.regions")
def sirekap(_world: World) -> tuple[Arguments, Scope]:
    return {"way": "ppwp/12"}, NATION


def form_of(world: World, state: str = "dibuka") -> Any:
    from tests.sirekap.examples import recap

    return recap(world.session, state)


def place(row: Any) -> Scope:
    return Scope(region=row.region, election=row.election_id)


@example(
    *("rekap.form", "rekap.reopen", "rekap.explain", "rekap.sign", "rekap.files", "rekap.take_out"),
    *("rekap.take_out_json", "rekap.bring_back", "rekap.object_as_witness", "rekap.note_objection"),
)
def a_form(world: World) -> tuple[Arguments, Scope]:
    row = form_of(world)
    return {"recap_id": row.id}, place(row)


@example("rekap.issue")
def a_locked_form(world: World) -> tuple[Arguments, Scope]:
    row = form_of(world, "disahkan")
    return {"recap_id": row.id}, place(row)


@example("rekap.public_form", "rekap.public_form_json", "rekap.public_form_csv")
def a_public_form(world: World) -> tuple[Arguments, Scope]:
    return {"recap_id": form_of(world, "disahkan").id}, NATION


@example("rekap.press")
def a_step(world: World) -> tuple[Arguments, Scope]:
    row = form_of(world)
    return {"recap_id": row.id, "step": "fill"}, place(row)


@example("rekap.conclude")
def a_conclusion(world: World) -> tuple[Arguments, Scope]:
    row = form_of(world)
    return {"recap_id": row.id, "step": "close"}, place(row)


@example("rekap.village", "rekap.projector", "rekap.read", "rekap.reread")
def a_village(world: World) -> tuple[Arguments, Scope]:
    row = form_of(world)
    return {"recap_id": row.id, "unit": "1201010001"}, place(row)


@example("rekap.correct")
def a_station(world: World) -> tuple[Arguments, Scope]:
    row = form_of(world)
    return {"recap_id": row.id, "unit": "1201010001001"}, place(row)


@example("rekap.plenary", "rekap.corrections_list", "rekap.people", "rekap.give_mandate", "rekap.attend")
def a_plenary(world: World) -> tuple[Arguments, Scope]:
    from electsys.elections.models import Election

    row = form_of(world)
    election = world.session.get_one(Election, row.election_id)
    return {"election": election.code, "code": row.region}, place(row)


@example("rekap.board", "rekap.board_json")
def a_board(world: World) -> tuple[Arguments, Scope]:
    from electsys.elections.queries import by_code
    from modules.sirekap.boards.writing import write_boards

    arguments, scope = a_plenary(world)
    write_boards(by_code(arguments["election"]))
    return arguments, scope


@example("rekap.public_board", "rekap.public_board_json")
def a_public_board(world: World) -> tuple[Arguments, Scope]:
    arguments, _scope = a_board(world)
    return arguments, NATION


@example("rekap.public_region", "rekap.public_corrections")
def a_public_region(world: World) -> tuple[Arguments, Scope]:
    arguments, _scope = a_plenary(world)
    return arguments, NATION


@example("rekap.end_mandate")
def a_mandate(world: World) -> tuple[Arguments, Scope]:
    import datetime as dt

    from modules.sirekap.models import WitnessMandate

    row = form_of(world)
    made = world.add(
        WitnessMandate(
            election_id=row.election_id,
            participant_id=row.contest.participants[0].id,
            region=row.region,
            name="Saksi",
            letter_number="1",
            letter_date=dt.date(2024, 2, 14),
            created_by=world.make_account().id,
        )
    )
    return {"mandate_id": made.id}, place(row)


def _objection(world: World) -> tuple[Any, Any]:
    from modules.sirekap.models import Recap
    from tests.sirekap.examples import objection

    made = objection(world.session, "diajukan")
    return made, world.session.get_one(Recap, made.recap_id)


@example("rekap.answer")
def an_objection(world: World) -> tuple[Arguments, Scope]:
    made, row = _objection(world)
    return {"objection_id": made.id}, place(row)


@example("rekap.photo")
def a_photo(world: World) -> tuple[Arguments, Scope]:
    from sqlalchemy import select

    from modules.sirekap.models import RecapCorrection

    made, row = _objection(world)
    correction = world.session.scalars(
        select(RecapCorrection).where(RecapCorrection.objection_id == made.id)
    ).one()
    return {"correction_id": correction.id}, place(row)


@example("rekap.proof")
def a_proof(world: World) -> tuple[Arguments, Scope]:
    arguments, scope = a_photo(world)
    return arguments | {"which": "bukti"}, scope


@example("rekap.public_photo")
def a_public_photo(world: World) -> tuple[Arguments, Scope]:
    from sqlalchemy import text

    arguments, _scope = a_photo(world)
    first, second = world.make_account(), world.make_account()
    world.session.execute(
        text(
            "update recap set state = 'disahkan', version = 1, closed_by = :a, closed_at = now(),"
            " locked_by = :b, locked_at = now()"
            " where id = (select recap_id from recap_correction where id = :c)"
        ),
        {"a": first.id, "b": second.id, "c": arguments["correction_id"]},
    )
    world.session.expire_all()
    return arguments, NATION


@example("rekap.decide")
def a_proposal(world: World) -> tuple[Arguments, Scope]:
    from sqlalchemy import text

    from modules.sirekap.models import RecapProposal
    from tests.sirekap.ladder import World as Small

    row = form_of(world, "disahkan")
    file = world.session.scalar(text("select min(id) from stored_file")) or Small.file(None).id
    made = world.add(
        RecapProposal(
            recap_id=row.id, unit="1201010001001", ruling="1/PHPU", cells=[1], votes=[1], reason="uji",
            evidence_file_id=file, photo_file_id=file, proposed_by=world.make_account().id,
        )
    )  # fmt: skip
    return {"proposal_id": made.id}, place(row)
