"""Photos and rounds at the desk: what a list's page takes is judged like any document (domain.md 4.2)."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from electsys import jobs
from modules.silon.models import CandidateDocument
from modules.silon.operations.candidate_photos import PURPOSE, set_photo
from modules.silon.operations.judging import open_round, unopened
from modules.silon.operations.replacements import replace_in_dcs
from modules.silon.operations.rulings import reopen_nomination
from modules.silon.permissions import EDIT, READ
from tests.silon import conftest as make
from tests.silon import staging
from tests.silon.filing import complete, document, items, open_stage, store
from tests.silon.test_rulings import issue


def photo_items(session, of):
    """The items of photos at the desk: candidate and state."""
    found = []
    for item in items(session, of):
        paper = session.get(CandidateDocument, int(item.subject.partition(":")[2]))
        if paper.kind == "pas_foto":
            found.append((paper.candidate_id, item.state, paper.current))
    return found


@pytest.fixture
def picture(session):
    return lambda actor: store(staging.picture("teal"), "foto.jpg", kind=PURPOSE, actor=actor)


def test_a_photo_of_a_draft_is_judged_in_the_first_round(session, picture):
    of = make.nomination(session, "persiapan")
    open_stage(session, of)
    row = make.candidate(session, of)
    party = staging.member(session, "admin_parpol_pusat", party=of.party_id)
    set_photo(row, picture(party), actor=party)
    assert photo_items(session, of) == []
    of.state = "vermin"
    session.flush()
    open_round(of, actor=make.ACTOR)
    assert photo_items(session, of) == [(row.id, "menunggu", True)]


def test_a_photo_of_a_repair_is_judged_in_the_second_and_the_one_before_is_not(session, picture):
    of = make.nomination(session, "vermin")
    row = make.candidate(session, of, "bms")
    first = document(session, of, row, "pas_foto")
    open_round(of, actor=make.ACTOR)
    of.state = "perbaikan"
    open_stage(session, of)
    party = staging.member(session, "admin_parpol_pusat", party=of.party_id)
    set_photo(row, picture(party), actor=party)
    of.state = "vermin_perbaikan"
    session.flush()
    open_round(of, actor=make.ACTOR)
    found = photo_items(session, of)
    assert [(key, state) for key, state, current in found if current] == [(row.id, "menunggu")]
    assert [state for _key, state, current in found if not current] == ["ditarik"]
    assert not session.get(CandidateDocument, first.id).current


def test_a_photo_of_who_replaces_comes_to_the_desk_at_once(session, picture):
    of, rows = staging.provisional(session)
    staging.to_replacement(session)
    party = staging.member(session, "admin_parpol_pusat", party=of.party_id)
    made = replace_in_dcs(rows[0], make.claim(), reason="mundur", actor=party)
    set_photo(made, picture(party), actor=party)
    assert photo_items(session, of) == [(made.id, "menunggu", True)]


def test_the_page_itself_brings_it_there(session, client, login, make_account):
    of, rows = staging.provisional(session)
    staging.to_replacement(session)
    account = make_account(permissions=[READ, EDIT], party=of.party_id)
    party = staging.member(session, "admin_parpol_pusat", party=of.party_id)
    made = replace_in_dcs(rows[0], make.claim(), reason="mundur", actor=party)
    session.commit()
    login(client, account)
    page = f"/calon/bakal/{made.id}/foto"
    answer = client.submit(client.get(page), page, photo=(io.BytesIO(staging.picture("teal")), "foto.jpg"))
    assert answer.status_code == 302, answer.text[:300]
    assert photo_items(session, of) == [(made.id, "menunggu", True)]


def test_a_ruling_that_reopens_the_verification_brings_its_documents_back_to_the_desk(app, session):
    of = make.nomination(session, "tms")
    make.candidate(session, of, "bms")
    papers = complete(session, of)
    for paper in papers[1:]:
        paper.state, paper.decided_at = "ms", dt.datetime.now(dt.UTC)
    session.flush()
    reopen_nomination(of, issue(session), "reopen_vermin", "Diverifikasi lagi", actor=staging.member(session))
    assert unopened(of) == 1
    jobs.run_pending(app)
    assert unopened(of) == 0
    assert [item.subject for item in items(session, of)] == [f"candidate_document:{papers[0].id}"]
