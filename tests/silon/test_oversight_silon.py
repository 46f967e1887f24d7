"""Bawaslu reads candidacies: whatever it opens bears its name and stands in the trail (NA-21)."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from PIL import Image
from sqlalchemy import select

from electsys.ledger import Act
from modules.silon.oversight import VIEWED, WORK
from tests.route_examples import EXAMPLES, World
from tests.silon import conftest as make
from tests.test_routes import knock

#: Doors of Silon that hand out a file, and a page of each room.
FILES = (
    *("silon.candidate_portrait", "silon.document_file", "silon.submission_paper", "silon.seat_paper"),
    "silon.ballot_proof",
)
PAGES = ("silon.documents", "silon.document", "silon.candidate", "silon.pair", "silon.seat_case")


def acts(session):
    return session.scalars(select(Act).where(Act.verb == VIEWED).order_by(Act.id)).all()


@pytest.fixture
def bawaslu(make_account):
    return make_account("bawaslu_n")


def open_as(session, client, login, make_account, account, endpoint):
    values = EXAMPLES[endpoint].build(World(session, account, make_account))[0]
    session.commit()
    login(client, account)
    return knock(client, endpoint, "GET", values)


def words_of(content: bytes) -> str:
    pdf = pypdfium2.PdfDocument(content)
    try:
        return "".join(page.get_textpage().get_text_range() for page in pdf)
    finally:
        pdf.close()


@pytest.mark.parametrize("endpoint", FILES)
def test_a_file_bears_its_reader(session, client, login, make_account, bawaslu, endpoint):
    answer = open_as(session, client, login, make_account, bawaslu, endpoint)
    assert answer.status_code == 200, answer.text[:300]
    assert answer.headers["Cache-Control"] == "no-store"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    if answer.mimetype == "application/pdf":
        assert bawaslu.username in words_of(answer.data)
    else:
        Image.open(io.BytesIO(answer.data)).verify()
    [act] = acts(session)
    assert (act.account_id, act.details["media"]) == (bawaslu.id, answer.mimetype)
    assert act.details["page"] == endpoint.partition(".")[2]


@pytest.mark.parametrize("endpoint", PAGES)
def test_a_page_bears_its_reader(session, client, login, make_account, bawaslu, endpoint):
    answer = open_as(session, client, login, make_account, bawaslu, endpoint)
    assert answer.status_code == 200, answer.text[:300]
    assert f"Dilihat oleh {bawaslu.username}" in answer.text
    assert [act.account_id for act in acts(session)] == [bawaslu.id]


def test_a_photo_is_another_picture_for_its_overseer(session, client, login, make_account, bawaslu):
    plain = open_as(
        session, client, login, make_account, make_account("operator_kpu_ri"), "silon.candidate_portrait"
    )
    original = plain.data
    assert acts(session) == []
    login(client, bawaslu)
    assert client.get(plain.request.path).data != original


def test_what_everybody_reads_bears_nobody(session, client, login, bawaslu):
    of = make.nomination(session)
    session.commit()
    login(client, bawaslu)
    assert "Dilihat oleh" not in client.get("/calon/publik/pemilu-2024").text
    assert acts(session) == []
    assert of.id


def test_who_is_watched_holds_no_right_of_work(app):
    """A route that asks for another right than reading asks for one of work: no overseer enters it."""
    rights = set()
    for endpoint, view in app.view_functions.items():
        if endpoint.startswith("silon.") and view.access_rule.permission:
            rights.add(view.access_rule.permission)
    assert rights - {"silon:list:read", "verification:item:read"} <= set(WORK)
