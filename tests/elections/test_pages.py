"""An admin who is no programmer changes the calendar, a setting and a code, and sees what was before."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import update

from electsys.elections import calendar, queries, settings
from electsys.elections.models import Election
from tests.pages import Html

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
        ("/tahapan/kampanye", "Ubah atau konfirmasi waktu"),
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
    assert client.submit(page, 0, code="1", label="lagi", reason="x").status_code == 422
    assert client.submit(page, 0, code="9", label="Hak pilih dicabut", reason="MK").status_code == 302
    assert "Hak pilih dicabut" in client.get(f"{BASE}/kode/tms").text


def test_who_only_reads_changes_nothing(session, client, make_account, login):
    account = make_account("operator_kpu_kabko", "1201")
    session.commit()
    login(client, account)
    assert client.get(f"{BASE}/pengaturan/maks_pemilih_tps").status_code == 200
    assert "Ubah atau konfirmasi" not in client.get(f"{BASE}/pengaturan/maks_pemilih_tps").text
    assert "/kode/tms/1/ubah" not in client.get(f"{BASE}/kode/tms").text
    for path in ("/pengaturan/maks_pemilih_tps/ubah", "/tahapan/kampanye/waktu", "/kode/tms/tambah", "/ubah"):
        assert client.get(BASE + path).status_code == 403, path


def test_a_value_is_confirmed_against_the_text_of_the_law(client, admin):
    page = client.get(f"{BASE}/pengaturan/maks_pemilih_tps/ubah")
    assert client.submit(page, 0, reason="tidak berubah").status_code == 422
    before = client.get(f"{BASE}/pengaturan/maks_pemilih_tps").text
    assert "perlu dikonfirmasi" in before
    done = client.submit(page, 0, confirmed="y", regulation="PKPU 7/2022:15(1)", reason="dibaca di JDIH")
    assert done.status_code == 302
    now = settings.current(queries.by_code("pemilu-2024").id, "maks_pemilih_tps")
    assert (now.value, now.regulation, now.to_confirm, now.version) == ("300", "PKPU 7/2022:15(1)", False, 2)


def test_values_are_shown_in_words(client, admin):
    assert "H-30 (15 Januari 2024)" in client.get(f"{BASE}/pengaturan/batas_dptb_umum").text
    assert "Sainte-Laguë murni" in client.get(f"{BASE}/pengaturan/kursi_metode").text
    assert "kabko: 20; prov: 25; nasional: 35" in client.get(f"{BASE}/pengaturan/rekap_batas_hari").text
    support = client.get(f"{BASE}/pengaturan/dukungan_dpd").text
    assert "1.000.000 → 1.000; 5.000.000 → 2.000" in support and "– → 5.000" in support
    assert "1/50 (2 %)" in client.get(f"{BASE}/pengaturan/surat_suara_cadangan").text
    table = client.get(f"{BASE}/pengaturan").text
    assert "823.236" in table and "setengah ke atas" in table


def test_a_code_says_what_is_to_be_confirmed_and_keeps_its_history(client, admin):
    listed = Html(client.get(f"{BASE}/kode/tms").text)
    rows = [[listed.text(cell) for cell in tr if cell.tag in ("td", "th")] for tr in listed.all("tr")]
    column = rows[0].index("Perlu dikonfirmasi")
    assert {r[0]: r[column] for r in rows[1:]} == {**dict.fromkeys("148", ""), **dict.fromkeys("23567", "ya")}
    page = client.get(f"{BASE}/kode/tms/5/ubah")
    assert client.submit(page, 0, confirmed="y").status_code == 422, "no reason"
    assert client.submit(page, 0, confirmed="y", reason="dibaca").status_code == 302
    assert not queries.code_entry(queries.by_code("pemilu-2024").id, "tms", "5").to_confirm
    assert "dibaca" in client.get(f"{BASE}/kode/tms/5/ubah").text


def test_a_stage_is_confirmed_and_found(client, admin):
    page = client.get(f"{BASE}/tahapan/kampanye/waktu")
    assert client.submit(page, 0, confirmed="y", reason="dibaca").status_code == 302
    election = queries.by_code("pemilu-2024")
    assert not calendar.stage(election.id, "kampanye").to_confirm
    assert "Kampanye" not in client.get(f"{BASE}/tahapan?konfirmasi=ya").text
    assert "Kampanye" in client.get(f"{BASE}/tahapan?konfirmasi=tidak").text
    assert "Kampanye" not in client.get(f"{BASE}/tahapan?sekarang=open").text


def test_a_region_reads_its_own_clock(client, admin, session):
    page = client.get(f"{BASE}/tahapan/pemungutan/wilayah")
    times = {"opens": "2024-02-20T07:00", "closes": "2024-02-20T13:00"}
    client.submit(page, 0, region="9103", **times, minute="BA 3/2024", reason="banjir")
    shown = client.get(f"{BASE}/tahapan/pemungutan").text
    assert "20 Februari 2024 07.00 WIT" in shown and "Jayapura 9103" in shown
    override = calendar.stage(queries.by_code("pemilu-2024").id, "pemungutan").overrides[0]
    assert override.opens_at.astimezone(dt.UTC).hour == 22


def test_an_election_is_made_from_another_changed_started_and_closed(client, admin):
    page = client.get("/admin/pemilu/baru")
    new = {"name": "Pemilu 2029", "voting_day": "2029-02-14", "source": "pemilu-2024"}
    assert client.submit(page, 0, code="pemilu-2024", **new).status_code == 422
    assert client.submit(page, 0, code="pemilu-2029", **new).status_code == 302
    base = "/admin/pemilu/pemilu-2029"
    assert "Mulai pemilu" in client.get(base).text
    row = queries.by_code("pemilu-2029")
    campaign = calendar.stage(row.id, "kampanye")
    assert (
        campaign.opens_at.astimezone(dt.UTC).isoformat().startswith("2028-11-27T17:00")
        and campaign.to_confirm
    )
    assert settings.current(row.id, "ambang_parlemen").to_confirm
    assert [c.kind for c in queries.contests(row.id)] == ["ppwp", "dpr", "dpd", "dprd_prov", "dprd_kabko"]
    assert not sum(c.participants for c in queries.contests(row.id))

    page = client.get(f"{base}/pemilihan/tambah")
    assert "sudah ada" in client.submit(page, 0, kind="dpr", name="DPR").text
    assert "2 angka" in client.submit(page, 0, kind="gubernur", name="Gubernur", region="1201").text
    assert client.submit(page, 0, kind="gubernur", name="Gubernur", region="12").status_code == 302
    assert "Sumatera Utara 12" in client.get(base).text

    page = client.get(f"{base}/ubah")
    assert client.submit(page, 0, reason="x").status_code == 422, "nothing changed"
    assert client.submit(page, 0, name="Pemilu nasional 2029", reason="MK 135/2024").status_code == 302
    start = client.get(f"{base}/langkah/start")
    assert client.submit(start, 0).status_code == 422, "no reason"
    assert client.submit(start, 0, reason="PKPU").status_code == 302
    assert client.get(f"{base}/langkah/start").status_code == 404
    assert client.submit(client.get(f"{base}/langkah/finish"), 0, reason="usai").status_code == 302
    assert "sudah ditutup" in client.submit(client.get(f"{base}/ubah"), 0, name="lain", reason="x").text
    shown = client.get(base).text
    assert "Pemilu nasional 2029" in shown and "Membuat pemilu" in shown and "Menutup pemilu" in shown


def test_an_admin_is_told_what_to_confirm_while_it_matters(client, admin, session):
    assert "Cocokkan pengaturan Pemilu 2024" in client.get("/").text
    session.execute(update(Election).values(state="selesai"))
    assert "Cocokkan pengaturan" not in client.get("/").text
