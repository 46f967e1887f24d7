"""Pages of approval and submission: the centre approves its lists, KPU receives them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from modules.silon.claims import claim_of
from modules.silon.models import NominationSubmission
from modules.silon.operations.candidates import change_candidate, standing
from tests.pages import Html
from tests.silon import conftest as make
from tests.silon.listing import ENTRY, at, ready, versioned


@pytest.fixture(autouse=True)
def entry(monkeypatch):
    at(monkeypatch, ENTRY)


def test_the_centre_approves_many_at_once(session, client, enter):
    party = make.participant(session)
    lists = [make.nomination(session, of=party, place=code) for code in ("1201", "1202")]
    for of in lists:
        versioned(make.candidate(session, of))
    session.commit()
    enter("admin_parpol_pusat", party=party.party_id)
    assert "Setujui daftar calon" in client.get("/").text
    html = Html(client.get("/calon/persetujuan").text)
    boxes = [e.get("value") for e in html.all("input") if e.get("name") == "lists"]
    assert len(boxes) == 2
    leaders = {"chair": "KETUA UJI", "secretary": "SEKJEN UJI", "true_data": "y"}
    assert client.post("/calon/persetujuan", data=leaders).status_code == 422
    assert (
        client.post("/calon/persetujuan", data={"lists": boxes} | leaders | {"true_data": ""}).status_code
        == 422
    )
    # One changes between the page and the button: it is told, and the other stays approved.
    first = standing(lists[0])[0]
    change_candidate(first, claim_of(first).with_changes({"title_after": "S.H."}), actor=make.ACTOR)
    session.commit()
    told = client.post("/calon/persetujuan", data={"lists": boxes} | leaders)
    assert told.status_code == 422 and "berubah sejak halaman dibuka" in told.text
    session.expire_all()
    assert [of.approved_at is not None for of in lists] == [False, True]
    fresh = [
        e.get("value")
        for e in Html(client.get("/calon/persetujuan").text).all("input")
        if e.get("name") == "lists"
    ]
    assert client.post("/calon/persetujuan", data={"lists": fresh} | leaders).location == "/calon/persetujuan"
    session.expire_all()
    assert lists[0].approved_at is not None
    assert "Tidak ada daftar yang menunggu persetujuan" in client.get("/calon/persetujuan").text


def test_no_list_of_another_party_is_approved(session, client, enter):
    theirs = make.nomination(session)
    versioned(make.candidate(session, theirs))
    ours = make.participant(session)
    session.commit()
    enter("admin_parpol_pusat", party=ours.party_id)
    from modules.silon.queries.submissions import names_digest, names_of

    value = f"{theirs.id}:{names_digest(names_of(theirs.id)).hex()}"
    data = {"lists": [value], "chair": "A", "secretary": "B", "true_data": "y"}
    assert client.post("/calon/persetujuan", data=data, check=False).status_code == 404
    for wrong in ("x:y", f"{theirs.id}:zz", "9:" + "0" * 64):
        answer = client.post("/calon/persetujuan", data=data | {"lists": [wrong]}, check=False)
        assert answer.status_code in (404, 422)
    session.expire_all()
    assert theirs.approved_at is None


def test_from_the_check_to_the_receipt_and_kpu(session, client, enter):
    of = ready(session)
    session.commit()
    enter("admin_parpol_pusat", party=of.party_id)
    path = f"/calon/daftar/{of.id}/ajukan"
    page = client.get(path).text
    assert "Ajukan sekarang" in page and standing(of)[0].ballot_name in page
    assert client.post(path, data={}).status_code == 422
    there = client.post(path, data={"true_data": "y"}).location
    [sent] = session.scalars(select(NominationSubmission)).all()
    assert there == f"/calon/pengajuan/{sent.id}"
    shown = client.get(there).text
    assert f"SILON-{sent.submitted_at:%Y}-{sent.id:06}" in shown and "menunggu pemeriksaan KPU" in shown
    assert "Terima: lengkap" not in shown
    pdf = client.get(f"{there}/berkas/{sent.receipt_id}")
    assert pdf.data[:5] == b"%PDF-"
    pdf.close()
    assert client.get(f"{there}/berkas/{sent.receipt_id + 1}", check=False).status_code == 404
    assert client.get("/calon/pengajuan", check=False).status_code == 403

    enter("operator_kpu_ri")
    assert "Terima atau kembalikan pengajuan calon" in client.get("/").text
    assert f'href="{there}"' in client.get("/calon/pengajuan").text
    assert client.post(f"{there}/kembalikan", data={"reason": ""}).status_code == 422
    assert client.post(f"{there}/terima").location == there
    assert of.state == "vermin"
    assert "diterima, lengkap" in client.get(there).text
    assert "Tidak ada pengajuan yang menunggu" in client.get("/calon/pengajuan").text


def test_kpu_of_another_body_waits_for_nothing(session, client, enter):
    of = ready(session)
    of.state = "diajukan"
    session.add(NominationSubmission(nomination_id=of.id, kind="pengajuan", counts={}, digest=bytes(32)))
    session.commit()
    enter("operator_kpu_prov", "12")
    assert "Tidak ada pengajuan yang menunggu" in client.get("/calon/pengajuan").text
