"""Pages of factual verification: the draw, an area, one person, visits; what a party may not see."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import select

from electsys.verification.models import Contact, Sample, SampleMember
from electsys.verification.queries import samples as reads
from electsys.verification.sampling import find_kind
from modules.sipol.models import FactualCheck
from modules.sipol.operations import factual
from modules.sipol.permissions import ASSIGN_VISITS, READ, READ_MEMBERS, VISIT
from modules.sipol.queries.factual import KIND
from tests.sipol.visiting import in_factual, meet, people, seed
from tests.sipol.visiting import officer as officer  # noqa: PLC0414  (a fixture)

BASE = "/partai/pemilu-2024"


def jpeg() -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    out.seek(0)
    return out, "foto.jpg"


@pytest.fixture
def row(session, election):
    return in_factual(session, 6)


def area(row) -> str:
    return f"{BASE}/{row.party_id}/faktual/1201"


def test_the_seed_is_entered_in_public_and_explained(session, client, login, make_account, election):
    page = f"{BASE}/faktual/undian"
    reader = make_account(permissions=[READ], region="1201")
    login(client, reader)
    shown = client.get(page).get_data(as_text=True)
    assert "3841" in shown and "Tetapkan" not in shown
    assert client.post(page, data={"undian": "7", "sumber": "pleno"}).status_code == 403
    login(client, make_account(permissions=[READ, ASSIGN_VISITS]))
    refused = client.post(page, data={"undian": "7", "sumber": ""})
    assert refused.status_code == 422 and "Tuliskan sumbernya" in refused.get_data(as_text=True)
    assert client.post(page, data={"undian": "7 31", "sumber": "pleno terbuka"}).status_code == 302
    assert "7 31" in client.get(page).get_data(as_text=True)
    assert reads.seed_of(find_kind(KIND).name, election.id).source == "pleno terbuka"


def test_an_officer_draws_shares_and_closes(session, client, login, officer, row, election):
    login(client, officer[0])
    shown = client.get(area(row)).get_data(as_text=True)
    assert "Bilangan undian belum ditetapkan" in shown
    refused = client.post(area(row) + "/sampel")
    assert refused.status_code == 409 and "KPU RI menetapkannya" in refused.get_data(as_text=True)
    seed(session, election)
    assert client.post(area(row) + "/sampel").status_code == 302
    sample = session.scalars(select(Sample)).one()
    assert client.post(area(row) + "/bagi", data={"akun": [officer[0].id]}).status_code == 302
    assert {p.assigned_to for p in people(session, sample)} == {officer[0].id}
    shown = client.get(area(row)).get_data(as_text=True)
    for person in people(session, sample):
        assert f"/partai/faktual/orang/{person.id}" in shown
    assert sample.frame_digest.hex() in shown
    own = client.get("/partai/faktual/tugas").get_data(as_text=True)
    assert own.count("/partai/faktual/orang/") == 6
    for person in people(session, sample):
        meet(person, officer[1], "membenarkan")
    assert client.post(area(row) + "/tutup-sampel").status_code == 302
    shown = client.get(area(row)).get_data(as_text=True)
    assert "6 × 6 / 6" in shown and "menambah paling sedikit" in shown
    refused = client.post(area(row) + "/tutup")
    assert refused.status_code == 409 and "Belum diperiksa di lapangan" in refused.get_data(as_text=True)


def test_the_worksheet_bears_masks_and_no_number(session, client, login, officer, row, election):
    seed(session, election)
    factual.draw(row, "1201", actor=officer[1])
    login(client, officer[0])
    paper = client.get(area(row) + "/lembar-kerja.pdf")
    assert paper.mimetype == "application/pdf" and paper.data.startswith(b"%PDF")
    import pypdfium2

    pdf = pypdfium2.PdfDocument(paper.data)
    text = "\n".join(page.get_textpage().get_text_range() for page in pdf)
    assert "BUDI UJI" in text and "**********" in text and "LEMBAR KERJA" in text
    import re

    assert not re.search(r"\b\d{16}\b", text)


def test_an_attempt_at_the_office(session, client, login, officer, row, election):
    seed(session, election)
    sample = factual.draw(row, "1201", actor=officer[1])
    person = people(session, sample)[0]
    page = f"/partai/faktual/orang/{person.id}"
    login(client, officer[0])
    shown = client.get(page).get_data(as_text=True)
    assert "Catat upaya ke-1" in shown and "**********" in shown
    wrong = client.post(page, data={"cara": "kantor", "hasil": "membenarkan", "waktu": "2022-10-20T10:00"})
    assert wrong.status_code == 422 and "Upaya ke-1" in wrong.get_data(as_text=True)
    sent = {"cara": "rumah", "hasil": "tidak_bertemu", "waktu": "2022-10-20T10:00", "foto": jpeg()}
    assert client.post(page, data=sent, content_type="multipart/form-data").status_code == 302
    contact = session.scalars(select(Contact)).one()
    assert contact.photo_id and contact.visited_at.isoformat().startswith("2022-10-20T03:00")
    got = client.get(f"/partai/faktual/foto/{contact.id}/{contact.photo_id}")
    assert got.mimetype == "image/jpeg"
    assert client.get(f"/partai/faktual/foto/{contact.id}/{contact.photo_id + 1}").status_code == 404
    assert "Catat upaya ke-2" in client.get(page).get_data(as_text=True)


def test_a_visit_to_the_office_of_a_party(session, client, login, officer, row):
    page = area(row) + "/periksa/kantor"
    login(client, officer[0])
    assert "JALAN MAWAR 1" in client.get(page).get_data(as_text=True)
    assert client.get(area(row) + "/periksa/perempuan").status_code == 404
    sent = {"alamat": "y", "sampai_akhir": "y", "waktu": "2022-10-20T10:00", "foto": jpeg()}
    assert client.post(page, data=sent, content_type="multipart/form-data").status_code == 302
    check = session.scalars(select(FactualCheck)).one()
    assert (check.state, check.reason) == ("bms", "tidak_digunakan")
    shown = client.get(area(row)).get_data(as_text=True)
    assert "Kantor tidak ditempati" in shown
    assert client.get(f"/partai/faktual/kunjungan/{check.id}/{check.photos[0]}").mimetype == "image/jpeg"


def test_a_party_sees_figures_but_nobody_of_its_sample(
    session, client, login, officer, row, election, make_account
):
    seed(session, election)
    sample = factual.draw(row, "1201", actor=officer[1])
    person: SampleMember = people(session, sample)[0]
    liaison = make_account(permissions=[READ, READ_MEMBERS], region="1201", party=row.party_id)
    login(client, liaison)
    shown = client.get(area(row)).get_data(as_text=True)
    assert "kerangka" in shown and "/partai/faktual/orang/" not in shown and "BUDI UJI" not in shown
    assert client.get(f"/partai/faktual/orang/{person.id}").status_code == 403
    assert client.get(area(row) + "/lembar-kerja.pdf").status_code == 403
    overseer = make_account(permissions=[READ, READ_MEMBERS], region="1201")
    login(client, overseer)
    assert f"/partai/faktual/orang/{person.id}" in client.get(area(row)).get_data(as_text=True)
    assert "Catat upaya" not in client.get(f"/partai/faktual/orang/{person.id}").get_data(as_text=True)


def test_the_nation_reads_the_figures_of_its_areas(
    session, client, login, officer, row, election, make_account
):
    seed(session, election)
    factual.draw(row, "1201", actor=officer[1])
    login(client, make_account(permissions=[READ, READ_MEMBERS, VISIT]))
    shown = client.get(f"{BASE}/{row.party_id}/faktual/12").get_data(as_text=True)
    assert "Tapanuli Tengah" in shown
    assert client.get(f"{BASE}/{row.party_id}/faktual/pusat").status_code == 200
    assert row.party.name in client.get(f"{BASE}/faktual").get_data(as_text=True)
