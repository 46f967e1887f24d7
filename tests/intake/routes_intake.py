"""Objects for the routes of files that are read in (tests/route_examples.py)."""

from __future__ import annotations

from electsys.identity.access import Scope
from tests.route_examples import NATION, Arguments, World, example, stored_file


@example(
    *("intake.file", "intake.cancel", "intake.confirm", "intake.match_again", "intake.match_columns"),
    *("intake.resume", "intake.sheet"),
    owner=True,
)
def intake_file(world: World) -> tuple[Arguments, Scope]:
    from electsys.intake.models import IntakeFile
    from modules.situng.queries.contests import contest_by_code

    row = IntakeFile(
        spec="hasil",
        context=str(contest_by_code("pemilu-2024", "ppwp").id),
        file=stored_file(world),
        state="siap",
        counts={"rows": 1, "bad_rows": 0, "errors": 0},
        format={"kind": "csv"},
        header=["kode_tps", "suara_1", "suara_2", "suara_3"],
        mapping={"kode_tps": "kode_tps", "suara_1": "suara_1", "suara_2": "suara_2", "suara_3": "suara_3"},
        account_id=world.reader.id,
        sheet=stored_file(world),
    )
    return {"kind": "hasil", "intake_id": world.add(row).id}, NATION


@example("intake.start", owner=True)
def intake_kind(_world: World) -> tuple[Arguments, Scope]:
    return {"kind": "hasil"}, NATION
