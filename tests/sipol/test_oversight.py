"""Bawaslu reads everything of Sipol; each look is watermarked and in the trail (NA-21)."""

from __future__ import annotations

import io
import re

import pypdfium2
import pytest
from PIL import Image
from sqlalchemy import select

from electsys.documents import open_file, oversight
from electsys.identity.catalogue import ROLES
from electsys.ledger import Act
from modules.sipol.models import PartyDocument, PartySubmission
from modules.sipol.operations import judging as operations
from modules.sipol.oversight import WORK
from modules.sipol.queries.verdict_items import DOCUMENTS
from tests.route_examples import EXAMPLES, World
from tests.sipol import conftest as make
from tests.sipol.entering import store
from tests.sipol.verifying import document, items
from tests.test_routes import APP, knock

#: What stays shut for Bawaslu, and why: nothing of it shows data of a party that another page does not show.
OWN_WORK = {
    "sipol.new_officer": "an empty form of the party's own entry; the officers stand on the board's page",
    "sipol.own": "the way to one's own party; Bawaslu has none",
    "sipol.factual_own": "the reader's own visits; the people of a sample stand on the area's page",
}


def _reading(app):
    """Endpoints of Sipol that only read, with what they ask for."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("sipol.") and rule.methods & {"GET"} and not rule.methods & {"POST"}:
            yield rule.endpoint, app.view_functions[rule.endpoint].access_rule.permission


def test_no_page_of_sipol_is_closed_to_bawaslu_for_reading(app):
    for name in ("bawaslu_n", "bawaslu_p", "bawaslu_k"):
        held = next(role.permissions for role in ROLES if role.name == name)
        closed = {endpoint for endpoint, asked in _reading(app) if asked is not None and asked not in held}
        assert closed == set(OWN_WORK), f"{name}: {sorted(closed ^ set(OWN_WORK))}"


def test_a_look_of_bawaslu_is_watermarked_and_logged(client, session, election, login, make_account):
    row = make.registration(session, "vermin")
    paper = document(session, row, "surat_pernyataan", "")
    make.member(session, row)
    account = make_account("bawaslu_n")
    session.commit()
    login(client, account)
    here = f"/partai/pemilu-2024/{row.party_id}"
    for path in (here, f"{here}/anggota", f"{here}/verifikasi/pusat"):
        page = client.get(path)
        assert page.status_code == 200
        assert f"Dilihat oleh {account.username}" in page.text
    acts = session.scalars(select(Act).where(Act.verb == "sipol:oversight:view").order_by(Act.id)).all()
    assert [a.details["page"] for a in acts] == ["portal", "members", "verdicts"]
    assert {(a.account_id, a.subject) for a in acts} == {(account.id, f"party:{row.party_id}")}
    assert paper.id


def test_who_works_on_parties_and_who_reads_public_pages_is_not_watched(
    client, session, election, login, make_account
):
    row = make.registration(session, "vermin")
    session.commit()
    login(client, make_account("operator_kpu_ri"))
    assert "Dilihat oleh" not in client.get(f"/partai/pemilu-2024/{row.party_id}").text
    login(client, make_account("bawaslu_n"))
    assert "Dilihat oleh" not in client.get(f"/partai/publik/pemilu-2024/{row.party_id}").text
    assert session.scalars(select(Act).where(Act.verb == "sipol:oversight:view")).all() == []


# --- every door, really opened ----------------------------------------------------------------------


@pytest.mark.parametrize("endpoint", sorted(e for e, asked in _reading(APP) if asked and e not in OWN_WORK))
def test_bawaslu_opens_it_and_the_look_is_kept(app, session, client, login, make_account, endpoint):
    account = make_account("bawaslu_n")
    values = (
        EXAMPLES[endpoint].build(World(session, account, make_account))[0] if endpoint in EXAMPLES else {}
    )
    session.commit()
    login(client, account)
    answer = knock(client, endpoint, "GET", values)
    if answer.status_code in (302, 303):
        assert "/masuk" not in answer.location
        return
    if answer.status_code == 409:
        assert endpoint == "sipol.receipt"  # there is no paper yet, whoever asks
        return
    assert answer.status_code == 200, answer.text[:500]
    if answer.mimetype == "text/html":
        assert f"Dilihat oleh {account.username}" in answer.text
    acts = session.scalars(select(Act).where(Act.verb == "sipol:oversight:view")).all()
    assert [(a.account_id, a.details["page"]) for a in acts] == [(account.id, endpoint.partition(".")[2])]


def test_what_is_a_form_of_work_asks_for_a_right_of_work(app):
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("sipol.") and {"GET", "POST"} <= rule.methods:
            asked = app.view_functions[rule.endpoint].access_rule.permission
            assert asked is None or asked in WORK, rule.endpoint


# --- files ------------------------------------------------------------------------------------------


@pytest.fixture
def bawaslu(client, login, make_account):
    account = make_account("bawaslu_n")
    login(client, account)
    return account


def words_of(pdf_bytes: bytes) -> str:
    pdf = pypdfium2.PdfDocument(pdf_bytes)
    try:
        return "".join(page.get_textpage().get_text_range() for page in pdf)
    finally:
        pdf.close()


def test_a_paper_bears_its_reader_for_bawaslu_alone(client, session, election, login, make_account):
    row = make.registration(session, "vermin")
    paper = document(session, row, "surat_pernyataan", "")
    with open_file(paper.file) as content:
        original = content.read()
    session.commit()
    path = f"/partai/dokumen/{paper.id}/unduh"
    login(client, make_account("operator_kpu_ri"))
    assert client.get(path).data == original
    overseer = make_account("bawaslu_n")
    login(client, overseer)
    answer = client.get(path)
    assert f"Dilihat oleh {overseer.username}" in words_of(answer.data)
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert answer.headers["Cache-Control"] == "no-store"
    [act] = session.scalars(select(Act).where(Act.verb == "sipol:oversight:view")).all()
    assert act.details["media"] == "application/pdf"
    assert act.details["document_id"] == str(paper.id)
    assert act.account_id == overseer.id


def test_a_photo_bears_its_reader(client, session, election, bawaslu):
    row = make.registration(session, "vermin")
    out = io.BytesIO()
    Image.new("RGB", (600, 400), "white").save(out, "PNG")
    stored = store(out.getvalue(), "kantor.png", kind="photo")
    session.add(
        PartyDocument(
            registration_id=row.id, party_id=row.party_id, region="", kind="foto_kantor", file_id=stored.id
        )
    )
    session.flush()
    paper = session.scalars(select(PartyDocument).where(PartyDocument.file_id == stored.id)).one()
    session.commit()
    answer = client.get(f"/partai/dokumen/{paper.id}/unduh")
    marked = Image.open(io.BytesIO(answer.data)).convert("RGB")
    assert marked.size == (600, 400)
    assert set(marked.get_flattened_data()) != {(255, 255, 255)}


def test_a_paper_that_cannot_be_marked_does_not_go_out(client, session, election, bawaslu, monkeypatch):
    row = make.registration(session, "vermin")
    paper = document(session, row, "surat_pernyataan", "")
    session.commit()

    def broken(*_any):
        raise pypdfium2.PdfiumError("broken")

    monkeypatch.setattr(oversight, "watermarked", broken)
    answer = client.get(f"/partai/dokumen/{paper.id}/unduh")
    assert answer.status_code == 422
    assert b"%PDF" not in answer.data
    assert "tidak dapat diberi tanda air" in answer.text
    assert session.scalars(select(Act).where(Act.verb == "sipol:oversight:view")).all() == []


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_list_bears_its_reader_in_its_name(client, session, election, bawaslu, kind):
    row = make.registration(session, "vermin")
    make.member(session, row)
    session.commit()
    answer = client.get(f"/partai/pemilu-2024/{row.party_id}/anggota?unduh={kind}")
    said = answer.headers["Content-Disposition"]
    answer.close()
    assert re.search(rf"-{re.escape(bawaslu.username)}-\d{{8}}T\d{{6}}Z\.{kind}", said), said
    [act] = session.scalars(select(Act).where(Act.verb == "sipol:oversight:view")).all()
    assert act.details["page"] == "members" and act.details["media"] == answer.mimetype


# --- the desk's rooms -------------------------------------------------------------------------------


def test_the_rooms_of_the_desk_are_watched_too(client, session, election, login, make_account):
    row = make.registration(session, "vermin")
    paper = document(session, row, "surat_pernyataan", "")
    operations.open_round(row, "vermin", actor=make.ACTOR)
    [item] = items(session, row, DOCUMENTS)
    assert item.subject == f"party_document:{paper.id}"
    session.commit()
    page = f"/verifikasi/butir/{item.id}/berkas/0/1.jpg"
    login(client, make_account("operator_kpu_ri"))
    plain = client.get(page).data
    assert "Dilihat oleh" not in client.get(f"/verifikasi/butir/{item.id}").text
    overseer = make_account("bawaslu_n")
    login(client, overseer)
    assert f"Dilihat oleh {overseer.username}" in client.get(f"/verifikasi/butir/{item.id}").text
    assert f"Dilihat oleh {overseer.username}" in client.get(f"/verifikasi/{DOCUMENTS}").text
    assert client.get(page).data != plain
    verbs = ("verification:queue:view", "verification:document:read")
    acts = session.scalars(select(Act).where(Act.verb.in_(verbs)).order_by(Act.id)).all()
    assert [(a.verb, a.details.get("page")) for a in acts] == [
        (verbs[0], "item"),
        (verbs[0], "show_queue"),
        (verbs[1], 1),
    ]
    assert {a.account_id for a in acts} == {overseer.id}


def test_bawaslu_reads_the_submissions_and_a_party_its_own(client, session, election, login, make_account):
    ours, theirs = make.registration(session, "diajukan"), make.registration(session, "diajukan")
    for row in (ours, theirs):
        session.add(PartySubmission(registration_id=row.id, kind="pendaftaran", counts={}, digest=bytes(32)))
    session.commit()
    login(client, make_account("bawaslu_n"))
    seen = client.get("/partai/pengajuan").text
    assert ours.party.name in seen and theirs.party.name in seen
    login(client, make_account("admin_parpol_pusat", party=ours.party_id))
    seen = client.get("/partai/pengajuan").text
    assert ours.party.name in seen and theirs.party.name not in seen
