"""Pages of a party: what a liaison sees and does, what KPU sees and does, and nobody else's party."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from sqlalchemy import delete, select

from modules.sipol.models import PartyOffice, PartyRegistration, PartySubmission
from modules.sipol.operations.progress import count_progress
from tests.pages import count_queries
from tests.sipol.conftest import party, registration
from tests.sipol.portal import LAST_DAY, at, complete, members_for, small_country

BASE = "/partai/pemilu-2024"


@pytest.fixture
def row(session, election, monkeypatch):
    """A party that lacks two members and an office of the one kab/kota."""
    small_country(session, election)
    made = complete(session)
    members_for(session, made, 1)
    session.execute(delete(PartyOffice).where(PartyOffice.region == "1201"))
    session.expire_all()
    at(monkeypatch, LAST_DAY)
    return session.get_one(PartyRegistration, made.id)


@pytest.fixture
def enter(client, login, make_account):
    """Log in somebody with a role; the client."""

    def make(role, region="", **where):
        login(client, make_account(role, region, **where))
        return client

    return make


def test_the_portal_says_what_is_missing_and_what_comes_next(row, enter):
    page = enter("admin_parpol_pusat", party=row.party_id).get(f"{BASE}/{row.party_id}").text
    assert "Langkah berikutnya" in page
    assert "Isi kantor: Tapanuli Tengah" in page
    assert f"{BASE}/{row.party_id}/kantor/1201" in page
    assert "kurang 1 dari 1 kabupaten/kota" in page
    assert "kurang 1 dari 3 tempat" in page
    assert "Kurang dari sehari lagi" in page
    assert "0 dari 1 kabupaten/kota memenuhi, perlu 1; kurang 1 dari: Tapanuli Tengah" in page
    assert "belum lengkap (1)" in page  # the legend of the map
    assert f"{BASE}/{row.party_id}/wilayah/12" in page


def test_a_portal_without_gaps_leads_to_the_submission(session, row, enter):
    session.add(
        PartyOffice(
            registration_id=row.id, party_id=row.party_id, region="1201", address="Jalan 1", tenure="milik"
        )
    )
    members_for(session, row, 2)
    page = enter("admin_parpol_pusat", party=row.party_id).get(f"{BASE}/{row.party_id}").text
    assert f'href="{BASE}/{row.party_id}/ajukan">Periksa dan ajukan' in page
    assert "Mengapa belum memenuhi" not in page


def test_a_party_that_waits_has_no_next_step(session, row, enter):
    row.state = "vermin"
    session.flush()
    page = enter("admin_parpol_pusat", party=row.party_id).get(f"{BASE}/{row.party_id}").text
    assert "Langkah berikutnya" not in page
    assert "verifikasi administrasi" in page


def test_the_pages_of_the_areas(row, enter):
    client = enter("operator_parpol_kabko", "1201", party=row.party_id)
    assert client.get("/partai/saya").location == f"{BASE}/{row.party_id}/wilayah/1201"
    page = client.get(f"{BASE}/{row.party_id}/wilayah/1201").text
    assert "kantor tetap belum ada" in page
    assert "anggota 1, perlu 3; kurang 2" in page
    assert f"{BASE}/{row.party_id}/kantor/1201" in page
    assert "Barus" in page
    assert f'href="{BASE}/{row.party_id}/wilayah/120101"' in page
    assert f'href="{BASE}/{row.party_id}"' not in page.split("<h1")[0].split("crumbs")[1]
    below = client.get(f"{BASE}/{row.party_id}/wilayah/120101").text
    assert "Wilayah ini memenuhi syarat." in below
    for path in (f"{BASE}/{row.party_id}", f"{BASE}/{row.party_id}/wilayah/12"):
        assert client.get(path, check=False).status_code == 403
    for wrong in ("1299", "99", "12010", "pusat"):
        assert client.get(f"{BASE}/{row.party_id}/wilayah/{wrong}", check=False).status_code in (403, 404)


def test_the_centre_of_a_local_party_is_its_province(session, enter):
    row = registration(session, of=party(session, kind="lokal_aceh"), region="11")
    client = enter("admin_parpol_pusat", party=row.party_id)
    assert client.get("/partai/saya").location == f"{BASE}/{row.party_id}"
    assert client.get(f"{BASE}/{row.party_id}/wilayah/11").location == f"{BASE}/{row.party_id}"
    page = client.get(f"{BASE}/{row.party_id}").text
    assert "0 dari 23 kabupaten/kota memenuhi, perlu 12" in page


def test_the_whole_trace_is_read_and_taken_away(row, enter):
    client = enter("admin_parpol_pusat", party=row.party_id)
    path = f"{BASE}/{row.party_id}/kekurangan/pusat"
    page = client.get(path).text
    assert "kantor tetap belum ada; anggota 1, perlu 3; kurang 2" in page
    assert "Tapanuli Tengah" in client.get(f"{path}?tingkat=4").text
    assert "Tidak ada yang cocok" in client.get(f"{path}?tingkat=6").text
    table = client.get(f"{path}?unduh=csv").text
    assert "1201,Tapanuli Tengah,kabupaten/kota," in table
    book = client.get(f"{path}?unduh=xlsx")
    assert book.mimetype.endswith("sheet")
    book.close()
    parts = client.get(f"{BASE}/{row.party_id}?unduh=csv").text.splitlines()
    assert parts[1].startswith("12,Sumatera Utara,belum lengkap,")


def test_another_party_is_closed(session, row, enter):
    client = enter("admin_parpol_pusat", party=row.party_id + 1)
    for path in ("", "/wilayah/1201", "/kekurangan/pusat", "/ajukan", "/pengguna"):
        assert client.get(f"{BASE}/{row.party_id}{path}", check=False).status_code == 403
    listed = client.get(BASE).text
    assert row.party.name not in listed


def test_a_person_of_a_party_without_access_is_told(enter):
    page = enter("admin_parpol_pusat", party=77).get("/partai/saya")
    assert "belum mendapat akses Sipol" in page.text


@pytest.mark.parametrize(
    ("role", "region", "leads"),
    [
        ("operator_kpu_ri", "", ""),
        ("bawaslu_n", "", ""),
        ("operator_kpu_kabko", "1201", "/wilayah/1201"),
        ("bawaslu_k", "1201", "/wilayah/1201"),
    ],
)
def test_the_list_of_parties(session, row, enter, role, region, leads):
    count_progress(row)
    client = enter(role, region)
    page = client.get(BASE).text
    assert row.party.name in page
    assert f'href="{BASE}/{row.party_id}{leads}"' in page
    assert "0 dari 1" in page
    assert client.get(f"{BASE}/{row.party_id}{leads}").status_code == 200
    table = client.get(f"{BASE}?unduh=csv&urut=-anggota").text.splitlines()
    assert row.party.short_name in table[1]
    assert "Tidak ada yang cocok" in client.get(f"{BASE}?keadaan=verfak").text
    assert client.get("/partai/").location == BASE
    assert ("Beri akses kepada partai" in page) == (role == "operator_kpu_ri")


def test_kpu_gives_access_and_the_first_liaison(session, election, enter):
    client = enter("operator_kpu_ri")
    page = client.post(
        f"{BASE}/baru",
        data={"name": "Partai Uji Baru", "short_name": "PUB", "in_parliament": "y"},
    )
    row = session.scalars(select(PartyRegistration)).one()
    assert page.location == f"{BASE}/{row.party_id}/pengguna"
    assert (row.in_parliament, row.needs_factual) == (True, False)
    again = client.post(f"{BASE}/baru", data={"name": "partai uji baru", "short_name": "X"})
    assert again.status_code == 422
    assert "Nama itu sudah dipakai Partai Uji Baru (PUB)" in again.text
    users = f"{BASE}/{row.party_id}/pengguna"
    assert f"{BASE}/{row.party_id}/penghubung/baru" in client.get(users).text
    new = f"{BASE}/{row.party_id}/penghubung/baru"
    made = client.post(
        new,
        data={
            "name": "Siti Aminah",
            "username": "siti.pub",
            "email": "siti@pub.invalid",
            "role": "admin_parpol_pusat",
        },
    )
    assert made.location == users
    listed = client.get(users).text
    assert "siti.pub" in listed
    assert "belum diaktifkan" in listed
    assert client.get(f"{BASE}/{row.party_id}/pengguna/baru", check=False).status_code == 403
    settings = f"{BASE}/{row.party_id}/pengaturan"
    saved = client.post(settings, data={"in_parliament": ""})
    assert saved.location == f"{BASE}/{row.party_id}"


def test_a_centre_keeps_its_people(session, row, enter):
    client = enter("admin_parpol_pusat", party=row.party_id)
    new = f"{BASE}/{row.party_id}/pengguna/baru"
    wanted = {"name": "Budi", "username": "budi.1201", "email": "budi@pub.invalid"}
    wrong = client.post(new, data=wanted | {"role": "operator_parpol_kabko", "region": "12"})
    assert wrong.status_code == 422
    assert "tidak berlaku pada tingkat wilayah itu" in wrong.text
    made = client.post(new, data=wanted | {"role": "operator_parpol_kabko", "region": "1201"})
    assert made.status_code == 302
    page = client.get(f"{BASE}/{row.party_id}/pengguna").text
    [link] = re.findall(r'href="(/partai/[^"]*/pengguna/\d+)">budi', page)
    one = client.get(link).text
    assert "budi.1201" in one
    sheet = client.post(f"{link}/lembar")
    assert sheet.mimetype == "application/pdf"
    assert sheet.headers["Cache-Control"] == "no-store"
    assert client.post(link, data={"reason": ""}).status_code == 422
    assert client.post(link, data={"reason": "Pindah"}).status_code == 302
    assert "budi.1201" not in client.get(f"{BASE}/{row.party_id}/pengguna").text


def test_from_the_check_to_the_official_receipt(session, row, enter, client, login, make_account):
    liaison = make_account("admin_parpol_pusat", party=row.party_id)
    login(client, liaison)
    path = f"{BASE}/{row.party_id}/ajukan"
    page = client.get(path).text
    assert "3 dari 11 syarat belum terpenuhi" in page
    assert f'href="{BASE}/{row.party_id}/wilayah/1201"' in page
    assert "Ajukan sekarang" not in page
    refused = client.post(path, data={"true_data": "y"})
    assert refused.status_code == 422
    assert "Belum terpenuhi: Anggota ber-KTA di kabupaten/kota (kurang 1 dari 1" in refused.text
    assert session.get(PartyRegistration, row.id).state == "input"

    session.add(
        PartyOffice(
            registration_id=row.id, party_id=row.party_id, region="1201", address="Jalan 1", tenure="milik"
        )
    )
    members_for(session, row, 2)
    session.commit()
    assert client.post(path, data={"true_data": ""}).status_code == 422
    sent = client.post(path, data={"true_data": "y"})
    submission = session.scalars(select(PartySubmission)).one()
    assert sent.location == f"/partai/pengajuan/{submission.id}"
    receipt = client.get(sent.location).text
    assert bytes(submission.digest).hex() in receipt
    assert f"SIPOL-{submission.submitted_at:%Y}-{submission.id:06}" in receipt
    assert "menunggu pemeriksaan KPU" in receipt
    assert "Terima pendaftaran" not in receipt
    early = client.get(f"{sent.location}/berkas", check=False)
    assert early.status_code == 409
    assert "Data partai terkunci" in client.get(f"{BASE}/{row.party_id}/kantor/1201").text

    login(client, make_account("operator_kpu_ri"))
    assert "Terima atau kembalikan pendaftaran partai" in client.get("/").text
    assert row.party.name in client.get("/partai/pengajuan").text
    assert client.post(f"{sent.location}/kembalikan", data={"reason": ""}).status_code == 422
    done = client.post(f"{sent.location}/terima")
    assert done.status_code == 302
    assert session.get(PartyRegistration, row.id).state == "vermin"
    login(client, liaison)
    assert "MODEL TANDA.TERIMA.PENDAFTARAN-PARPOL" in client.get(sent.location).text
    paper = client.get(f"{sent.location}/berkas")
    assert (paper.mimetype, paper.data[:5]) == ("application/pdf", b"%PDF-")


def test_the_deadline_passes_between_the_check_and_the_button(session, row, enter, monkeypatch):
    session.add(
        PartyOffice(
            registration_id=row.id, party_id=row.party_id, region="1201", address="Jalan 1", tenure="milik"
        )
    )
    members_for(session, row, 2)
    client = enter("admin_parpol_pusat", party=row.party_id)
    path = f"{BASE}/{row.party_id}/ajukan"
    assert "Ajukan sekarang" in client.get(path).text
    at(monkeypatch, dt.datetime(2022, 8, 14, 17, 0, tzinfo=dt.UTC))
    late = client.post(path, data={"true_data": "y"})
    assert late.status_code == 422
    assert "sudah ditutup pada 15 Agustus 2022 00.00" in late.text
    assert session.get(PartyRegistration, row.id).state == "input"


def test_the_home_of_a_liaison_counts_what_is_missing(session, row, enter):
    count_progress(row)
    client = enter("admin_parpol_pusat", party=row.party_id)
    page = client.get("/").text
    assert f"Lengkapi syarat {row.party.short_name}" in page
    assert "/partai/saya" in page


def test_a_portal_asks_a_bounded_number_of_questions(row, enter):
    client = enter("admin_parpol_pusat", party=row.party_id)
    for path, most in ((f"{BASE}/{row.party_id}", 45), (f"{BASE}/{row.party_id}/wilayah/1201", 45)):
        client.get(path)
        with count_queries(most):
            client.get(path)
