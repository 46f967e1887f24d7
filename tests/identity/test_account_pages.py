"""Accounts as an admin makes them: one, many from a file, their activation sheets; roles and their levels."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import func, select

from electsys.identity.models import Account, Activation, Grant, Role
from electsys.identity.operations.bulk import MOST
from electsys.identity.views import sheets as sheets_module
from tests.pages import Html

HEAD = "username,nama,email,peran,kode_wilayah,partai\n"
GOOD = f"""{HEAD}budi.barus,Budi,budi@test.invalid,ppk,120101,
siti.tapteng,Siti,siti@test.invalid,anggota_kpu_kabko,1201,
"""


@pytest.fixture
def slips(monkeypatch):
    """What stands on the sheets that were printed."""
    printed = []
    real = sheets_module.activation_pdf

    def keep(given):
        printed.append(list(given))
        return real(printed[-1])

    monkeypatch.setattr(sheets_module, "activation_pdf", keep)
    return printed


@pytest.fixture
def here(session, client, login, regional):
    """The admin of Tapanuli Tengah, at work; the own account is activated."""
    regional.password = "dipakai"
    session.commit()
    login(client, regional)
    return regional


def found(session, username):
    return session.scalars(select(Account).where(Account.username == username)).one_or_none()


def open_links(session):
    return session.scalar(select(func.count()).where(Activation.closed_at.is_(None)))


def role_id(session, name):
    return str(session.scalars(select(Role.id).where(Role.name == name)).one())


def upload(client, text, **button):
    page = client.get("/admin/akun/dari-berkas")
    data = Html(page.text).values(Html(page.text).form(0)) | {"file": (io.BytesIO(text.encode()), "akun.csv")}
    return client.post(
        "/admin/akun/dari-berkas", data=data | button, content_type="multipart/form-data", csrf=False
    )


def test_one_account_then_its_sheet_then_its_password(session, client, here, slips):
    page = client.get("/admin/akun/baru")
    filled = {"username": "budi.barus", "name": "Budi", "email": "budi@test.invalid"}
    done = client.submit(page, 0, **filled, role=role_id(session, "ppk"), region="barus tapteng")
    assert done.status_code == 302
    shown = client.get(done.location)
    assert "Akun dibuat." in shown.text and "belum membuat kata sandi" in shown.text
    assert open_links(session) == 0, "nothing is issued before it is printed"

    account = found(session, "budi.barus")
    sheet = client.submit(shown, f"/admin/akun/{account.id}/lembar-aktivasi")
    assert sheet.data.startswith(b"%PDF") and sheet.headers["Cache-Control"] == "no-store"
    (slip,) = slips[0]
    assert (slip.username, slip.name, slip.role, slip.region) == (
        "budi.barus",
        "Budi",
        "Anggota PPK",
        "Barus",
    )

    with client.session_transaction() as cookie:
        cookie.clear()
    page = client.get(f"/aktivasi/{slip.token}")
    words = "perahu-kertas-di-hulu-52"
    assert client.submit(page, 0, password=words, password_confirm=words).status_code == 302
    session.refresh(account)
    assert account.password and not account.must_change_password


def test_a_wrong_right_makes_no_account(session, client, here):
    page = client.get("/admin/akun/baru")
    filled = {"username": "budi.barus", "name": "Budi", "email": "budi@test.invalid"}
    refused = client.submit(page, 0, **filled, role=role_id(session, "ppk"), region="1201")
    assert refused.status_code == 422 and "tingkat wilayah" in refused.text
    outside = client.submit(page, 0, **filled, role=role_id(session, "anggota_kpu_kabko"), region="1202")
    assert outside.status_code == 422
    session.expire_all()
    assert found(session, "budi.barus") is None


def test_a_file_makes_all_its_accounts_and_leads_to_their_sheets(session, client, here, slips, make_account):
    make_account("operator_kpu_kabko", "1202")
    checked = upload(client, GOOD, check="Periksa saja")
    assert "2 akun dapat dibuat" in checked.text and found(session, "budi.barus") is None
    done = upload(client, GOOD, submit="Buat semua akun")
    assert done.status_code == 302 and done.location == "/admin/akun/lembar-aktivasi"
    page = client.get(done.location)
    assert "2 akun dibuat." in page.text and "2 akun yang belum mempunyai lembar" in page.text
    pdf = client.submit(page, 0)
    assert pdf.data.startswith(b"%PDF")
    assert [(s.username, s.role, s.region) for s in slips[0]] == [
        ("budi.barus", "Anggota PPK", "Barus"),
        ("siti.tapteng", "Anggota KPU Kabupaten/Kota", "Tapanuli Tengah"),
    ]
    assert open_links(session) == 2

    again = client.get("/admin/akun/lembar-aktivasi")
    assert "0 akun yang belum mempunyai lembar" in again.text
    assert client.submit(again, 0).status_code == 422
    assert client.submit(again, 0, whose="semua").data.startswith(b"%PDF")
    assert open_links(session) == 2, "the old ones are closed"
    assert {s.token for s in slips[0]}.isdisjoint({s.token for s in slips[1]})


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("budi.dua,Budi,bukan alamat,ppk,120101,", "email"),
        ("budi.dua,Budi,dua@test.invalid,raja,120101,", "Peran ini tidak dikenal"),
        ("budi.dua,Budi,dua@test.invalid,ppk,1202,", "wilayah"),
        ("budi.barus,Budi,dua@test.invalid,ppk,120101,", "budi.barus"),
        ("budi.dua,,dua@test.invalid,ppk,120101,", "Nama"),
    ],
)
def test_one_wrong_row_keeps_all_out(session, client, here, row, said):
    answer = upload(client, GOOD + row + "\n", submit="Buat semua akun")
    assert answer.status_code == 422
    table = Html(answer.text)
    rows = [table.text(tr) for tr in table.all("tr")][1:]
    assert rows and any(r.startswith("4") and said.lower() in r.lower() for r in rows), rows
    session.expire_all()
    assert found(session, "budi.barus") is None


def test_sheets_are_many_but_not_endless(client, here):
    assert MOST == 2000
    assert "sudah diaktifkan pemegangnya" in client.get("/admin/akun/lembar-aktivasi").text


def test_a_new_role_says_where_it_may_be_given(session, client, admin, login, make_account):
    login(client, admin)
    page = client.get("/admin/peran/baru")
    assert client.submit(page, 0, name="operator_gudang", label="Operator gudang").status_code == 422
    done = client.submit(page, 0, name="operator_gudang", label="Operator gudang", levels=["4", "6"])
    shown = client.get(done.location).text
    assert "Diberikan untuk tingkat: kabupaten/kota, kecamatan." in shown
    somebody = make_account("operator_kpu_kabko", "1201")
    session.commit()
    give = client.get(f"/admin/akun/{somebody.id}/hak/tambah")
    role = role_id(session, "operator_gudang")
    assert client.submit(give, 0, role=role, region="").status_code == 422
    assert client.submit(give, 0, role=role, region="1201").status_code == 302
    listed = client.get("/admin/hak").text
    assert "Operator gudang" in listed and "Tapanuli Tengah 1201" in listed


def test_what_a_role_holds_has_words(session, client, admin, login):
    login(client, admin)
    page = client.get(f"/admin/peran/{role_id(session, 'operator_kpu_kabko')}").text
    assert "Mengimpor dan menyusun daftar pemilih" in page and "Hitung suara (Situng)" in page


def test_every_seeded_permission_has_words(app):
    from electsys.identity.catalogue import MODULES, ROLES
    from electsys.identity.queries.roles import label_of

    names = {name for role in ROLES for name in role.permissions}
    assert sorted(name for name in names if label_of(name) == name) == []
    assert {name.split(":")[0] for name in names} <= set(MODULES)


def test_why_may_they_asks_with_the_name_of_a_region(session, client, admin, login, make_account):
    somebody = make_account("operator_kpu_kabko", "1201")
    login(client, admin)
    base = f"/admin/akun/{somebody.id}/hak-berlaku?hak=situng:batch:import&partai=&wilayah="
    assert "Ya, boleh." in client.get(base + "tapteng barus").text
    assert "Tidak." in client.get(base + "1202").text
    assert "wilayahnya lain" in client.get(base).text
    assert session.scalars(select(Grant).where(Grant.account_id == somebody.id)).one()
