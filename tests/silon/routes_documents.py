"""Objects for the routes of documents and of verification (tests/route_examples.py)."""

from __future__ import annotations

from electsys.identity.access import Scope
from modules.silon.operations.access import scope_of
from tests.route_examples import NATION, Arguments, World, example
from tests.silon import conftest as make
from tests.silon.filing import document, store
from tests.silon.routes_lists import KABKO


@example("silon.verification")
def everywhere(world: World) -> tuple[Arguments, Scope]:
    """An election."""
    return {"election": "pemilu-2024"}, NATION


@example(
    *("silon.documents", "silon.drop_documents", "silon.match_documents", "silon.file_upload"),
    *("silon.repair", "silon.verdict", "silon.conclude", "silon.open_nomination_round", "silon.lapse"),
    party=True,
)
def nomination(world: World) -> tuple[Arguments, Scope]:
    """A list of a party with a candidate."""
    row = make.nomination(world.session, "vermin", **KABKO)
    make.candidate(world.session, row)
    return {"nomination_id": row.id}, scope_of(row)


@example("silon.slot", party=True)
def slot(world: World) -> tuple[Arguments, Scope]:
    """The place of a diploma."""
    arguments, scope = nomination(world)
    return {**arguments, "number": 1, "kind": "ijazah"}, scope


@example("silon.place_document", "silon.discard_document", party=True)
def waiting(world: World) -> tuple[Arguments, Scope]:
    """A file without a place."""
    from modules.silon.models import CandidateUpload

    arguments, scope = nomination(world)
    stored = store(name="apa ini.pdf")
    world.add(
        CandidateUpload(
            nomination_id=arguments["nomination_id"],
            region=scope.region,
            party_id=scope.party,
            file_id=stored.id,
            problem="kind_unknown",
        )
    )
    return {**arguments, "file_id": stored.id}, scope


@example("silon.document", "silon.document_file", party=True)
def paper(world: World) -> tuple[Arguments, Scope]:
    """A document of a candidate."""
    row = make.nomination(world.session, "vermin", **KABKO)
    made = document(world.session, row, make.candidate(world.session, row), "ijazah")
    return {"document_id": made.id}, scope_of(row)


@example("silon.candidate_history", "silon.conclude_one", party=True)
def person(world: World) -> tuple[Arguments, Scope]:
    """A candidate."""
    row = make.nomination(world.session, "vermin", **KABKO)
    return {"candidate_id": make.candidate(world.session, row).id}, scope_of(row)
