"""Objects for the routes on which a party enters its data."""

from __future__ import annotations

from electsys.identity.access import Scope
from electsys.ledger import Actor
from tests.route_examples import Arguments, World, example
from tests.sipol import conftest as make
from tests.sipol import entering


def _registration(world: World):
    from electsys.elections.queries import by_code

    return entering.registration(world.session, by_code("pemilu-2024"))


def _place(world: World, code: str = "1201"):
    return entering.place(_registration(world), code)


@example(
    *("sipol.boards", "sipol.officers", "sipol.board_edit", "sipol.save_board"),
    *("sipol.office_edit", "sipol.save_office", "sipol.account_edit", "sipol.save_account"),
    *("sipol.documents", "sipol.drop_documents", "sipol.match_documents", "sipol.file_upload"),
    party=True,
)
def area(world: World) -> tuple[Arguments, Scope]:
    """Tapanuli Tengah of a party."""
    place = _place(world)
    return place.here, place.scope


@example("sipol.profile", "sipol.save_profile", party=True)
def centre(world: World) -> tuple[Arguments, Scope]:
    """A party as a whole."""
    place = _place(world, "")
    return {"election": place.election.code, "party": place.registration.party_id}, place.scope


@example("sipol.new_officer", "sipol.add_officer", party=True)
def open_board(world: World) -> tuple[Arguments, Scope]:
    """An area with a board."""
    place = _board(world)[0]
    return place.here, place.scope


def _board(world: World):
    from modules.sipol.operations.boards import save_board

    place = _place(world)
    return place, save_board(place, entering.FACTS, actor=make.ACTOR)


@example("sipol.remove_board", party=True)
def board(world: World) -> tuple[Arguments, Scope]:
    """A board."""
    place, row = _board(world)
    return {"board_id": row.id}, place.scope


@example("sipol.officer_edit", "sipol.remove_officer", party=True)
def officer(world: World) -> tuple[Arguments, Scope]:
    """An officer."""
    from modules.sipol.operations.boards import add_officer

    place, row = _board(world)
    return {"officer_id": add_officer(row, entering.officer(1), actor=make.ACTOR).id}, place.scope


@example("sipol.document", "sipol.download_document", "sipol.move_document", party=True)
def document(world: World) -> tuple[Arguments, Scope]:
    """A decree."""
    from modules.sipol.operations.documents import file_document

    place = _place(world)
    stored = entering.store(entering.pdf(), "sk.pdf")
    row = file_document(stored, place, "sk_kepengurusan", actor=make.ACTOR)
    return {"document_id": row.id}, place.scope


@example("sipol.place_document", "sipol.discard_document", party=True)
def waiting(world: World) -> tuple[Arguments, Scope]:
    """An upload that waits to be placed."""
    from modules.sipol.operations.documents import keep_upload
    from modules.sipol.rules.documents import Match

    place = _place(world)
    stored = entering.store(entering.pdf(), "x.pdf", actor=Actor(world.reader.id, world.reader.username))
    keep_upload(stored, place, Match("x.pdf", None, None, "kind_unknown"), actor=make.ACTOR)
    return {**place.here, "file_id": stored.id}, place.scope


@example("sipol.logo")
def logo(world: World) -> tuple[Arguments, Scope]:
    """A party with its logo."""
    party = make.party(world.session)
    party.logo_id = entering.store(entering.picture(), "lambang.png", "party_logo").id
    world.session.flush()
    return {"party": party.id}, Scope()
