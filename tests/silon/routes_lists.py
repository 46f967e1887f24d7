"""Objects for the routes of lists, candidates and submissions (tests/route_examples.py)."""

from __future__ import annotations

from electsys.identity.access import Scope
from modules.silon.models import NominationSubmission
from modules.silon.operations.access import scope_of
from tests.route_examples import Arguments, World, example
from tests.silon import conftest as make

#: A dapil of the DPRD of Tapanuli Tengah: its body is a kab/kota, so that another region is another body.
KABKO = {"chamber": "dprd_kabko", "place": "120101"}


@example("silon.begin", party=True)
def place(world: World) -> tuple[Arguments, Scope]:
    """Where a party may begin a list."""
    party = make.participant(world.session)
    area = make.dapil(world.session, "120101", "dprd_kabko")
    arguments = {"election": "pemilu-2024", "party": party.party_id, "dapil_id": area.id}
    return arguments, Scope(area.body_code, party.party_id, party.election_id)


@example(
    *("silon.list_page", "silon.order_list", "silon.add_candidate", "silon.check", "silon.submit"),
    "silon.withdraw_list",
    party=True,
)
def nomination(world: World) -> tuple[Arguments, Scope]:
    """A list of a party with a candidate."""
    row = make.nomination(world.session, **KABKO)
    make.candidate(world.session, row)
    return {"nomination_id": row.id}, scope_of(row)


@example("silon.revoke_approval", party=True)
def approved(world: World) -> tuple[Arguments, Scope]:
    """A list of a party."""
    return nomination(world)


@example(
    *("silon.candidate", "silon.candidate_photo", "silon.withdraw_candidate", "silon.replace_candidate"),
    "silon.candidate_versions",
    party=True,
)
def candidate(world: World) -> tuple[Arguments, Scope]:
    """A candidate of a party's list."""
    row = make.candidate(world.session, make.nomination(world.session, **KABKO))
    return {"candidate_id": row.id}, scope_of(row)


@example("silon.candidate_portrait", party=True)
def photographed(world: World) -> tuple[Arguments, Scope]:
    """A candidate with a photo."""
    from tests.silon.listing import photo

    row = make.candidate(world.session, make.nomination(world.session, **KABKO))
    row.photo_id = photo().id
    world.session.flush()
    return {"candidate_id": row.id}, scope_of(row)


@example("silon.candidate_page", party=True)
def page(world: World) -> tuple[Arguments, Scope]:
    """A page of a candidate's entry."""
    arguments, scope = candidate(world)
    return arguments | {"page": "identitas"}, scope


@example("silon.restore_candidate", party=True)
def version(world: World) -> tuple[Arguments, Scope]:
    """The first version of a candidate."""
    from tests.silon.listing import versioned

    row = versioned(make.candidate(world.session, make.nomination(world.session, **KABKO)))
    return {"candidate_id": row.id, "number": 1}, scope_of(row)


def _sent(world: World) -> NominationSubmission:
    row = make.nomination(world.session, "diajukan", **KABKO)
    make.candidate(world.session, row)
    return world.add(
        NominationSubmission(
            nomination_id=row.id, kind="pengajuan", counts={"candidates": 1}, digest=bytes(32)
        )
    )


@example("silon.submission", "silon.accept_submission", "silon.return_submission", party=True)
def submission(world: World) -> tuple[Arguments, Scope]:
    """What a party submitted."""
    from modules.silon.models import Nomination

    sent = _sent(world)
    return {"submission_id": sent.id}, scope_of(world.session.get_one(Nomination, sent.nomination_id))


@example("silon.submission_paper", party=True)
def paper(world: World) -> tuple[Arguments, Scope]:
    """Its receipt."""
    from modules.silon.models import Nomination
    from modules.silon.operations.submissions import _issue

    sent = _sent(world)
    row = world.session.get_one(Nomination, sent.nomination_id)
    document = _issue(sent, row, "terima", actor=make.ACTOR)
    return {"submission_id": sent.id, "document_id": document.id}, scope_of(row)


@example("silon.start")
def election(world: World) -> tuple[Arguments, Scope]:
    """An election with a list."""
    row = make.nomination(world.session)
    return {"election": "pemilu-2024"}, Scope("", row.party_id, row.election_id)
