"""An admin who is no programmer changes the calendar, a setting and a code, and sees what was before."""

from __future__ import annotations

import pytest

from electsys.elections import calendar, queries, settings

BASE = "/admin/pemilu/pemilu-2024"


@pytest.fixture
def admin(session, client, make_account, login):
    account = make_account("superadmin_pusdatin")
    session.commit()
    login(client, account)
    return account


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("", "Penghitungan suara"),
        ("/tahapan", "Masa tenang"),
        ("/tahapan/kampanye", "Ubah waktu"),
        ("/pengaturan", "Ambang batas parlemen"),
        ("/pengaturan?topik=pemilih", "Usia pemilih"),
        ("/pengaturan/ambang_parlemen", "UU 7/2017:414(1)"),
        ("/kode/tms", "Meninggal"),
        ("/peserta?pemilihan=dprd_prov", "Partai Nanggroe Aceh"),
    ],
)
def test_pages(client, admin, path, says):
    answer = client.get(BASE + path)
    assert answer.status_code == 200
    assert says in answer.text


@pytest.mark.parametrize("path", ["/tahapan/apa", "/pengaturan/apa", "/kode/apa", "/kode/tms/99/ubah"])
def test_what_is_not_there(client, admin, path):
    assert client.get(BASE + path).status_code == 404
    assert client.get("/admin/pemilu/pemilu-1955").status_code == 404


def test_a_setting_is_changed_and_keeps_its_history(client, admin):
    page = client.get(f"{BASE}/pengaturan/maks_pemilih_tps/ubah")
    wrong = client.submit(page, 0, value="tiga ratus", reason="x")
    assert wrong.status_code == 422
    assert "bilangan bulat" in wrong.text
    done = client.submit(page, 0, value="600", reason="PKPU 7/2024")
    assert done.status_code == 302
    history = client.get(done.location).text
    assert "600" in history and "PKPU 7/2024" in history and "Nilai awal Pemilu 2024" in history
    assert settings.value(queries.by_code("pemilu-2024").id, "maks_pemilih_tps") == 600


def test_a_region_gets_other_times_and_the_clock_is_stopped_and_resumed(client, admin, session):
    path = f"{BASE}/tahapan/penghitungan"
    page = client.get(f"{path}/wilayah")
    times = {"opens": "2024-02-20T07:00", "closes": "2024-02-20T13:00"}
    done = client.submit(page, 0, region="tapteng barus", **times, minute="BA 3/2024", reason="banjir")
    assert done.status_code == 302
    shown = client.get(path).text
    assert "120101" in shown and "20 Februari 2024 07.00 WIB" in shown and "BA 3/2024" in shown
    client.submit(client.get(f"{path}/hentikan"), 0, region="1202", minute="BA 4/2024", reason="gempa")
    session.expire_all()
    election = queries.by_code("pemilu-2024")
    assert not calendar.is_open(election.id, "penghitungan", "1202")
    page = client.get(path)
    assert "Jalankan lagi" in page.text
    stop = calendar.stage(election.id, "penghitungan").stops[0]
    assert client.post(f"{path}/lanjutkan/{stop.id}").status_code == 302
    session.expire_all()
    assert calendar.is_open(election.id, "penghitungan", "1202")


def test_a_code_is_added(client, admin):
    page = client.get(f"{BASE}/kode/tms/tambah")
    assert client.submit(page, 0, code="1", label="lagi").status_code == 422
    assert client.submit(page, 0, code="9", label="Hak pilih dicabut").status_code == 302
    assert "Hak pilih dicabut" in client.get(f"{BASE}/kode/tms").text


def test_who_only_reads_changes_nothing(session, client, make_account, login):
    account = make_account("operator_kpu_kabko", "1201")
    session.commit()
    login(client, account)
    assert client.get(f"{BASE}/pengaturan/maks_pemilih_tps").status_code == 200
    assert "Ubah nilai" not in client.get(f"{BASE}/pengaturan/maks_pemilih_tps").text
    for path in ("/pengaturan/maks_pemilih_tps/ubah", "/tahapan/kampanye/waktu", "/kode/tms/tambah"):
        assert client.get(BASE + path).status_code == 403, path
