"""Receipts, number templates, limits: the pages that are not papers."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from electsys.documents import kinds, store_file
from electsys.documents.models import FileLimit, NumberTemplate
from electsys.ledger import Act, Actor
from tests.documents.conftest import photo_with_exif, picture


@pytest.fixture
def admin(make_account, client, session, login):
    account = make_account("superadmin_pusdatin")
    session.commit()
    login(client, account)
    return account


def upload(account, data=None, kind="evidence", name="bukti <b>.jpg"):
    actor = Actor(account.id, account.username)
    return store_file(io.BytesIO(data or photo_with_exif()), name=name, kind=kind, actor=actor)


# --- receipts ---------------------------------------------------------------------------------------


def test_a_receipt_and_the_way_back_to_the_file(client, session, make_account, login):
    account = make_account("operator_kpu_kabko", "1201")
    login(client, account)
    assert "Anda belum mengunggah berkas" in client.get("/unggahan-saya").text
    stored = upload(account)
    page = client.get("/unggahan-saya").text
    assert stored.receipt in page
    assert "bukti &lt;b&gt;.jpg" in page
    receipt = client.get(f"/unggahan-saya/{stored.id}").text
    for words in (stored.receipt, stored.sha256, stored.received_sha256, "tanpa data lokasi"):
        assert words in receipt
    got = client.get(f"/unggahan-saya/{stored.id}/unduh")
    assert got.mimetype == "image/jpeg"
    assert got.headers["Content-Disposition"] == f"attachment; filename={stored.receipt}.jpg"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert len(got.data) == stored.size


def test_data_of_many_people_is_not_handed_out_again(client, session, make_account, login):
    account = make_account("operator_kpu_kabko", "1201")
    login(client, account)
    stored = upload(account, b"nik,nama\n", "table", "pemilih.csv")
    assert "tidak dapat diunduh lagi" in client.get(f"/unggahan-saya/{stored.id}").text
    assert client.get(f"/unggahan-saya/{stored.id}/unduh").status_code == 403


def test_receipts_of_others_do_not_exist(client, session, make_account, login, admin):
    stored = upload(make_account("operator_kpu_kabko", "1201"))
    assert stored.receipt not in client.get("/unggahan-saya").text
    assert client.get(f"/unggahan-saya/{stored.id}").status_code == 404
    assert client.get(f"/unggahan-saya/{stored.id}/unduh").status_code == 404


# --- numbers ----------------------------------------------------------------------------------------

TEMPLATE = {
    "number_group": "naskah",
    "unit": "1201",
    "pattern": "{urut_3}/{jenis}/{tahun}",
    "valid_from": "2024-01-01",
    "valid_to": "",
    "source": "Kep KPU 42/2023",
}


def test_an_admin_adds_and_ends_a_template(client, session, admin):
    page = client.get("/admin/penomoran")
    assert "218/PL.01.8-BA/1201/" in page.text  # the example of the one in force
    assert client.get("/admin/penomoran/baru").status_code == 200
    assert client.post("/admin/penomoran/baru", data=TEMPLATE).status_code == 302
    row = session.scalars(select(NumberTemplate).where(NumberTemplate.unit == "1201")).one()
    assert "218/BA/" in client.get("/admin/penomoran").text
    assert 'value="1201"' in client.get(f"/admin/penomoran/{row.id}").text
    ended = TEMPLATE | {"valid_to": "2024-12-31"}
    assert client.post(f"/admin/penomoran/{row.id}", data=ended).status_code == 302
    session.expire_all()
    assert str(row.valid_to) == "2024-12-31"
    act = session.scalars(select(Act).where(Act.subject == f"number_template:{row.id}")).all()
    assert [a.account_id for a in act] == [admin.id] * 2


def test_a_template_for_kpu_ri_alone(client, session, admin):
    client.post("/admin/penomoran/baru", data=TEMPLATE | {"unit": "0"})
    row = session.scalars(select(NumberTemplate).where(NumberTemplate.unit == "")).one()
    assert 'value="0"' in client.get(f"/admin/penomoran/{row.id}").text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"pattern": "{nomor}/{tahun}"}, "{nomor} tidak dikenal"),
        ({"pattern": "{urut}/{jenis}"}, "harus memuat {tahun}"),
        ({"pattern": "{urut}/{tahun}/}"}, "tidak berpasangan"),
        ({"pattern": ""}, "Isi polanya"),
        ({"unit": "12A"}, "Isi 0, kode provinsi"),
        ({"valid_to": "2023-12-31"}, "lebih awal"),
        ({"unit": ""}, "bertumpuk dengan pola {urut}/{klasifikasi}-{jenis}/{kode}/{tahun}"),
        ({"source": ""}, "Sebutkan peraturan"),
    ],
)
def test_what_a_template_must_not_be(client, session, admin, change, words):
    no = client.post("/admin/penomoran/baru", data=TEMPLATE | change)
    assert no.status_code == 422
    assert words in no.text
    assert session.scalars(select(NumberTemplate).where(NumberTemplate.unit == "1201")).all() == []


# --- limits -----------------------------------------------------------------------------------------


def test_a_new_limit_is_printed_and_holds(client, session, admin):
    assert "Paling besar 10,0 MB" in client.get("/admin/batas-berkas").text
    assert client.get("/admin/batas-berkas/evidence").status_code == 200
    data = {"max_megabytes": "1", "max_pages": "2", "max_megapixels": "1"}
    assert client.post("/admin/batas-berkas/evidence", data=data).status_code == 302
    assert "Paling besar 1,0 MB; PDF paling banyak 2 halaman" in client.get("/admin/batas-berkas").text
    no = client.post("/unggahan", json={"kind": "evidence", "name": "a", "length": 1_000_001})
    assert no.status_code == 413
    assert kinds.limits("evidence").max_pixels == 1_000_000
    with pytest.raises(Exception, match=r"2\.000 × 1\.000"):
        upload(admin, picture((2000, 1000)))
    assert session.get(FileLimit, "evidence").max_pages == 2


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("table", {"max_megabytes": "9000"}, "Server ini menerima paling besar"),
        ("table", {"max_megabytes": "0"}, "Paling sedikit 1 MB"),
        ("table", {"max_megabytes": ""}, "Isi dengan angka"),
        ("evidence", {"max_megabytes": "5", "max_pages": "", "max_megapixels": "5"}, "Isi batas halaman"),
        ("evidence", {"max_megabytes": "5", "max_pages": "5", "max_megapixels": ""}, "Isi batas piksel"),
    ],
)
def test_a_limit_that_cannot_be(client, session, admin, kind, data, words):
    no = client.post(f"/admin/batas-berkas/{kind}", data=data)
    assert no.status_code == 422
    assert words in no.text
    assert session.get(FileLimit, kind) is None


def test_settings_of_the_country_are_for_who_holds_them_there(client, session, make_account, login):
    local, national = make_account("arsiparis", "1201"), make_account("arsiparis")
    session.commit()
    login(client, local)
    for path in ("/admin/penomoran", "/admin/penomoran/baru", "/admin/penomoran/1", "/admin/batas-berkas"):
        assert client.get(path).status_code == 403, path
    assert client.get("/admin/batas-berkas/table").status_code == 403
    login(client, national)
    assert client.get("/admin/penomoran").status_code == 200
    assert client.get("/admin/penomoran/999").status_code == 404
    assert client.get("/admin/batas-berkas/apa").status_code == 404
