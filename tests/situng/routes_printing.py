"""Objects for the routes of printed forms (tests/route_examples.py)."""

from __future__ import annotations

import io

from electsys.identity.access import Scope
from tests.route_examples import Arguments, World, example


def printed(world: World):
    """A print of Tapanuli Tengah."""
    from modules.situng.models import FormPrint
    from modules.situng.queries.contests import contest_by_code

    contest = contest_by_code("pemilu-2024", "ppwp")
    return world.add(
        FormPrint(
            election_id=contest.election_id,
            region="1201",
            contests=[contest.id],
            forms=1,
            created_by=world.make_account().id,
        )
    )


@example("situng.print_job", "situng.print_zip")
def job(world: World) -> tuple[Arguments, Scope]:
    row = printed(world)
    return {"print_id": row.id}, Scope("1201", election=row.election_id)


@example("situng.print_part")
def part(world: World) -> tuple[Arguments, Scope]:
    from electsys.documents import store_file
    from electsys.documents.pdf import render_pdf
    from electsys.ledger import Actor
    from modules.situng.layouts import form_model, layout
    from modules.situng.layouts.sheets import blanks
    from modules.situng.models import FormPrintPart
    from modules.situng.operations.printing import FILES
    from modules.situng.queries.contests import contest_by_code, contest_count

    row = printed(world)
    contest = contest_by_code("pemilu-2024", "ppwp")
    pages = layout(form_model(), "ppwp", [])
    pdf = render_pdf("situng/c_hasil_halaman", blanks(pages, title="Uji"), archive=False)
    file = store_file(io.BytesIO(pdf), name="uji.pdf", kind=FILES, actor=Actor(row.created_by, "uji"))
    world.add(
        FormPrintPart(
            print_id=row.id,
            position=1,
            contest_id=contest.id,
            ballot_id=contest_count(contest.id).ballot_id,
            region="120101",
            edition="AAA",
            forms=1,
            pages=2,
            without_dpt=1,
            file_id=file.id,
        )
    )
    return {"print_id": row.id, "position": 1}, Scope("1201", election=row.election_id)
