"""Objects for the routes of lists, responses, replacements and ballots (tests/route_examples.py)."""

from __future__ import annotations

from electsys.identity.access import Scope
from tests.route_examples import Arguments, World, example
from tests.silon import conftest as make
from tests.silon import staging

ELECTION = "pemilu-2024"
PLACE = {"election": ELECTION, "kind": "dpr", "place": make.DAPIL}


def _body(world: World) -> tuple[Arguments, Scope]:
    of, _rows = staging.party_list(world.session)
    return {"election": ELECTION, "kind": "dpr", "region": "nasional"}, Scope("", None, of.election_id)


@example("silon.listing_body", "silon.amendable", "silon.body_ballots")
def body(world: World) -> tuple[Arguments, Scope]:
    """KPU RI with lists for the DPR."""
    return _body(world)


@example("silon.draft_listings")
def draft(world: World) -> tuple[Arguments, Scope]:
    """The same, at its draft."""
    arguments, scope = _body(world)
    return arguments | {"step": "rancangan_dcs"}, scope


@example("silon.advance_lists")
def step(world: World) -> tuple[Arguments, Scope]:
    """The same, at a step."""
    arguments, scope = _body(world)
    return arguments | {"step": "open_responses"}, scope


@example("silon.determine_lists")
def plenary(world: World) -> tuple[Arguments, Scope]:
    """The same, before its plenary."""
    arguments, scope = _body(world)
    return arguments | {"step": "dcs"}, scope


@example("silon.draft_review", "silon.review_draft", "silon.replacements", party=True)
def nomination(world: World) -> tuple[Arguments, Scope]:
    """A list whose draft is looked at."""
    from modules.silon.operations import listings

    of, _rows = staging.party_list(world.session)
    listings.draft_listings(staging.contest(world.session), "", "rancangan_dcs", actor=make.ACTOR)
    return {"nomination_id": of.id}, Scope("", of.party_id, of.election_id)


@example("silon.own_ballot", "silon.own_proof", "silon.review_ballot", party=True)
def frozen_list(world: World) -> tuple[Arguments, Scope]:
    """A list on a final one, its proof made."""
    of, _ballot = _frozen(world)
    return {"nomination_id": of.id}, Scope("", of.party_id, of.election_id)


@example("silon.ballot", "silon.ballot_proof")
def ballot(world: World) -> tuple[Arguments, Scope]:
    """A frozen ballot with its proof."""
    of, row = _frozen(world)
    return {"ballot_id": row.id}, Scope("", None, of.election_id)


def _frozen(world: World):
    from modules.silon.operations.listing_jobs import make_proof
    from modules.silon.queries.ballots import of_nomination

    of, _rows = staging.final(world.session)
    row = of_nomination(of)
    make_proof(row, actor=make.ACTOR)
    return of, row


@example("silon.leave_list", "silon.replace_in_dcs", "silon.conclude_replacement", party=True)
def candidate(world: World) -> tuple[Arguments, Scope]:
    """A candidate of a provisional list in the window for replacements; the last one is a replacement."""
    of, rows = staging.provisional(world.session)
    return {"candidate_id": rows[0].id}, Scope("", of.party_id, of.election_id)


@example("silon.strike", "silon.restore")
def final_candidate(world: World) -> tuple[Arguments, Scope]:
    """A candidate of a final list."""
    of, rows = staging.final(world.session)
    return {"candidate_id": rows[0].id}, Scope("", None, of.election_id)


def _response(world: World):
    import io

    from electsys.responses import kinds
    from electsys.responses.operations import receive_response
    from modules.silon.operations import responses
    from modules.silon.queries.responses import KIND, subject_of

    of, rows = staging.provisional(world.session)
    received = receive_response(
        kinds.ALL[KIND],
        {"nama": "SITI RAHMAWATI", "isi": "Ijazah calon ini diragukan oleh sekolahnya sendiri."},
        about=responses.about(subject_of(rows[0].id)),
        files=[(io.BytesIO(staging.picture()), "bukti.jpg")],
    )
    return of, rows[0], received.response


@example("silon.candidate_response", "silon.ask_party")
def response(world: World) -> tuple[Arguments, Scope]:
    """A response on a candidate."""
    of, _row, made = _response(world)
    return {"response_id": made.id}, Scope("", None, of.election_id)


@example("silon.clarification", "silon.answer_clarification", "silon.clarification_file", party=True)
def clarification(world: World) -> tuple[Arguments, Scope]:
    """What a party is asked, and its answer's file."""
    from modules.silon.operations import responses

    of, _row, made = _response(world)
    asked = responses.ask_party(made, "Mohon penjelasan atas ijazah calon ini.", actor=make.ACTOR)
    asked.file_id = staging.evidence().id
    world.session.flush()
    return {"clarification_id": asked.id}, Scope("", of.party_id, of.election_id)


@example("silon.public_election", "silon.public_search")
def public_election(world: World) -> tuple[Arguments, Scope]:
    """An election with an announced list."""
    staging.provisional(world.session)
    return {"election": ELECTION}, Scope()


@example("silon.public_contest")
def public_contest(world: World) -> tuple[Arguments, Scope]:
    """A contest with an announced list."""
    staging.provisional(world.session)
    return {"election": ELECTION, "kind": "dpr"}, Scope()


@example(
    *("silon.public_list", "silon.public_list_json", "silon.public_list_csv", "silon.public_difference"),
    "silon.public_list_pdf",
)
def public_list(world: World) -> tuple[Arguments, Scope]:
    """An announced list with its paper."""
    from modules.silon.operations.listing_jobs import make_list

    of, _rows = staging.provisional(world.session)
    make_list(staging.newest(world.session, "dcs", of), actor=make.ACTOR)
    return dict(PLACE), Scope()


@example("silon.public_candidate")
def public_candidate(world: World) -> tuple[Arguments, Scope]:
    """A candidate of an announced list."""
    _of, rows = staging.provisional(world.session)
    return {"candidate": rows[0].id}, Scope()


@example("silon.public_portrait")
def public_portrait(world: World) -> tuple[Arguments, Scope]:
    """A portrait of an announced list."""
    from electsys.documents.models import StoredFile
    from modules.silon.models import ListingEntry

    _of, rows = staging.provisional(world.session, pictures=True)
    entry = world.session.query(ListingEntry).filter_by(candidate_id=rows[0].id).first()
    return {"sha256": world.session.get_one(StoredFile, entry.photo_id).sha256}, Scope()
