"""Pages of voters and lists: what they show, what they keep to themselves, and the acts behind buttons."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pypdfium2
import pytest
from sqlalchemy import select, text

from electsys.ledger import Act
from modules.sidalih.claims import claims_of
from modules.sidalih.models import ListMark, VoterEvent, VoterList, VoterPast
from modules.sidalih.operations import lists, voters
from modules.sidalih.permissions import COMPILE, DETERMINE, EDIT, READ, READ_LISTS
from tests.pages import Html, count_queries
from tests.sidalih.conftest import OTHER_VILLAGE, VILLAGE, store

ALL = (COMPILE, DETERMINE, EDIT, READ, READ_LISTS)
WAY = ("open_visits", "close_visits", "determine_dps", "determine_dpshp", "determine_dpt")


@pytest.fixture
def account(make_account, client, login):
    """An office of Tapanuli Tengah, logged in."""
    made = make_account(permissions=list(ALL), region="1201")
    login(client, made)
    return made


@pytest.fixture
def office(account):
    from electsys.ledger import Actor

    return Actor(account.id, account.username)


@pytest.fixture
def enter(client, login, make_account):
    """Log in with some permissions somewhere."""

    def make(*permissions, region="1201"):
        login(client, make_account(permissions=list(permissions), region=region))

    return make


def numbers_in(shown, *voters_):
    """Which full numbers of these voters a page shows."""
    secrets = [n for v in voters_ for n in (claims_of(v).nik, claims_of(v).nkk)]
    return [n for n in secrets if n in shown]


# --- the pipeline ---------------------------------------------------------------------------------


def test_from_an_empty_start_to_an_open_list(session, client, account):
    page = client.get("/pemilih")
    assert "Buka daftar pemilih Tapanuli Tengah" in page.text
    answer = client.post("/pemilih/buka", data={"region": "1201"}, follow_redirects=True)
    assert answer.status_code == 200
    assert "Belum ada berkas. Impor DP4" in answer.text
    assert "Belum ada pemilih di wilayah ini" in answer.text
    assert client.post("/pemilih/buka", data={"region": "3171"}).status_code == 403


def test_the_start_page_shows_the_own_regions(session, client, roll, make_voter, office, enter):
    make_voter()
    lists.set_stage(roll, "open_visits", actor=office)
    page = client.get("/pemilih").text
    assert "Tapanuli Tengah" in page
    assert "Tutup coklit dan susun DPHP" in page
    enter(READ_LISTS, region="12")
    page = client.get("/pemilih").text
    assert "Tapanuli Tengah" in page
    assert "Nias" in page
    enter(READ_LISTS, READ, region=VILLAGE)
    page = client.get("/pemilih")
    assert f"/pemilih/{roll.id}/pemilih/{VILLAGE}" in page.text
    assert client.get(f"/pemilih/{roll.id}", check=False).status_code == 403
    assert client.get(f"/pemilih/{roll.id}/pemilih/{VILLAGE}").status_code == 200


def test_a_roll_as_a_list_of_tasks(session, client, roll, make_voter, office):
    make_voter()
    make_voter(tps=None)
    make_voter(birth_place="X", birth_date=dt.date(1900, 1, 1), nik=None, passport="X1")
    page = client.get(f"/pemilih/{roll.id}").text
    assert "1 pemilih belum bertempat di TPS" in page
    assert "1 dari 3 pemilih diragukan" in page
    assert "langkah/open_visits" not in page  # somebody has no place yet
    session.execute(text("update voter set tps_code = village_code || '001'"))
    assert f"/pemilih/{roll.id}/langkah/open_visits" in client.get(f"/pemilih/{roll.id}").text


def test_a_stage_is_checked_and_set(session, client, roll, make_voter, account):
    make_voter()
    address = f"/pemilih/{roll.id}/langkah/open_visits"
    assert "Periksa, lalu tetapkan" in client.get(address).text
    refused = client.post(address, data={})
    assert refused.status_code == 422
    assert "Beri tanda bahwa angkanya sudah diperiksa" in refused.text
    answer = client.post(address, data={"checked": "y"})
    frozen = session.scalars(select(VoterList)).one()
    assert answer.location == f"/pemilih/daftar/{frozen.id}"
    assert "1" in client.get(answer.location).text
    assert "berstatus" in client.get(address).text  # the page says why it cannot be done twice
    assert client.post(address, data={"checked": "y"}).status_code == 422
    assert client.get(f"/pemilih/{roll.id}/langkah/reopen", check=False).status_code == 404


def test_a_large_roll_is_set_by_a_job(session, app, client, roll, make_voter, office, monkeypatch):
    from electsys import jobs
    from modules.sidalih import stages

    monkeypatch.setattr(stages, "INLINE", 1)
    make_voter()
    make_voter()
    answer = client.post(f"/pemilih/{roll.id}/langkah/open_visits", data={"checked": "y"})
    assert answer.location == f"/pemilih/{roll.id}"
    assert session.scalars(select(VoterList)).all() == []
    jobs.run_pending(app)
    frozen = session.scalars(select(VoterList)).one()
    job = session.scalars(select(jobs.Job)).one()
    assert (job.state, job.result_url, frozen.total) == ("selesai", f"/pemilih/daftar/{frozen.id}", 2)
    # A second run after success finds the work done.
    stages.run_stage(FakeJob(office), roll_id=roll.id, action="open_visits", sequence=1)
    assert session.scalars(select(VoterList)).one() is frozen


class FakeJob:
    def __init__(self, actor):
        self.actor = actor

    def progress(self, *_args):
        pass

    def result(self, message, url):
        self.said = (message, url)


def test_a_job_of_a_stage_that_may_not_be_set_is_not_begun(
    session, client, roll, make_voter, account, monkeypatch
):
    from electsys import jobs
    from modules.sidalih import stages

    monkeypatch.setattr(stages, "INLINE", 0)
    make_voter(tps=None)
    answer = client.post(f"/pemilih/{roll.id}/langkah/open_visits", data={"checked": "y"})
    assert answer.status_code == 422
    assert session.scalars(select(jobs.Job)).all() == []


# --- voters ---------------------------------------------------------------------------------------


def test_the_list_of_a_village_is_masked(session, client, roll, make_voter, account):
    made = [make_voter(name=f"WARGA {n}") for n in ("SATU", "DUA")]
    page = client.get(f"/pemilih/{roll.id}/pemilih/{VILLAGE}")
    assert numbers_in(page.text, *made) == []
    nik = claims_of(made[0]).nik
    assert f"{nik[:4]}**********{nik[-2:]}" in page.text
    for kind in ("csv", "xlsx"):
        file = client.get(f"/pemilih/{roll.id}/pemilih/{VILLAGE}?unduh={kind}")
        assert b"**********" not in file.data
        assert not any(n.encode() in file.data for v in made for n in (claims_of(v).nik, claims_of(v).nkk))
        file.close()
    rows = list(
        csv.DictReader(io.StringIO(client.get(f"/pemilih/{roll.id}/pemilih/{VILLAGE}?unduh=csv").text))
    )
    assert {row["\ufeffNama"] for row in rows} == {"WARGA SATU", "WARGA DUA"}


FILTERS = [
    ("keadaan=sesuai", {"B"}),
    ("ragu=ya", {"C"}),
    ("ragu=umur_lebih", {"C"}),
    ("jk=L", {"D"}),
    ("umur=71", {"C"}),
    ("umur=17", {"E"}),
    (f"tps={VILLAGE}002", {"B"}),
    ("tps=-", {"D"}),
    ("cari=warga%20e", {"E"}),
]


@pytest.mark.parametrize(("query", "found"), FILTERS)
def test_filters(session, client, roll, make_voter, account, query, found):
    make_voter(name="WARGA A")
    make_voter(name="WARGA B", state="sesuai", tps="002")
    make_voter(name="WARGA C", birth_date=dt.date(1900, 5, 17))
    make_voter(name="WARGA D", sex="L", tps=None)
    make_voter(name="WARGA E", birth_date=dt.date(2004, 5, 17))
    file = client.get(f"/pemilih/{roll.id}/pemilih/{VILLAGE}?{query}&unduh=csv").text
    assert {line[6] for line in file.splitlines()[1:]} == found


def test_the_search_by_name(session, client, roll, make_voter, account):
    make_voter(name="SITI NURHALIZA", village=OTHER_VILLAGE)
    make_voter(name="BUDI")
    page = client.get(f"/pemilih/{roll.id}/pemilih/1201?nama=nurhal+siti").text
    assert "SITI NURHALIZA" in page
    assert "BUDI" not in page
    assert "Tidak ada pemilih bernama itu" in client.get(f"/pemilih/{roll.id}/pemilih/1201?nama=zzz").text


def test_the_search_by_number_keeps_it_out_of_addresses(session, client, election, roll, make_voter, account):
    voter = make_voter()
    nik = claims_of(voter).nik
    address = f"/pemilih/{roll.id}/nik"
    answer = client.post(address, data={"nik": nik})
    assert answer.location == f"/pemilih/pemilih/{voter.id}"
    assert nik not in answer.location
    # The same number in another kab/kota: its place is told, and nothing of the person.
    session.execute(text("select set_config('app.scope', '', true)"))  # what follows is no request
    away = store(session, election, "3171011001001", nik=nik, name="NAMA LAIN")
    page = client.post(address, data={"nik": nik})
    assert "Terdaftar di luar wilayah Anda" in page.text
    assert "NAMA LAIN" not in page.text
    assert f"/pemilih/pemilih/{away.id}" not in page.text
    assert nik not in page.text
    none = client.post(address, data={"nik": "1201010101019999"})
    assert "tidak ada dalam daftar pemilih" in none.text
    assert client.post(address, data={"nik": "123"}).status_code == 422


def test_one_voter_with_the_history(session, client, roll, make_voter, office):
    voter = make_voter(name="SITI LAMA", disability="5")
    voters.amend_voter(
        voter, {"name": "SITI BARU", "nkk": "1201010101209999"}, actor=office, reason="KK baru"
    )
    lists.set_stage(roll, "open_visits", actor=office)
    page = client.get(f"/pemilih/pemilih/{voter.id}")
    assert numbers_in(page.text, voter) == []
    assert "<del>SITI LAMA</del>" in page.text
    assert "diubah (isinya disegel)" in page.text
    assert "KK baru" in page.text
    assert "A-Daftar Pemilih" in page.text
    assert "Sensorik rungu" in page.text
    assert "1980" not in page.text  # a mask and a full birth date never stand together
    assert page.headers["Cache-Control"] == "no-store"
    assert "/admin/privasi/buka" not in page.text


def test_who_only_reads_sees_no_disability_and_no_buttons(session, client, roll, make_voter, enter):
    voter = make_voter(disability="5")
    enter(READ)
    page = client.get(f"/pemilih/pemilih/{voter.id}").text
    assert "Sensorik rungu" not in page
    assert "/ubah" not in page
    enter(READ, EDIT, "privacy:nik:reveal")
    page = client.get(f"/pemilih/pemilih/{voter.id}").text
    assert f"/admin/privasi/buka/voter/{voter.id}" in page
    enter(READ, region="3171")
    assert client.get(f"/pemilih/pemilih/{voter.id}", check=False).status_code == 404


def test_amend_through_the_page(session, client, roll, make_voter, account):
    voter = make_voter(name="SITI LAMA", disability="1")
    before = claims_of(voter)
    address = f"/pemilih/pemilih/{voter.id}/ubah"
    page = client.get(address)
    assert numbers_in(page.text, voter) == []
    html = Html(page.text)
    data = html.values(html.form())
    assert data["birth_date"] == data["nik"] == data["nkk"] == ""
    data = {k: v for k, v in data.items() if k != "csrf_token"}
    assert client.post(address, data=data).status_code == 422  # no reason given
    assert client.post(address, data=data | {"reason": "Uji"}).status_code == 302
    assert session.scalars(select(VoterPast)).all() == []  # nothing was different
    sent = data | {"name": "siti baru", "rt": "7", "reason": "KTP-el dicocokkan"}
    assert client.post(address, data=sent).status_code == 302
    session.refresh(voter)
    assert claims_of(voter) == before.with_changes({"name": "SITI BARU", "rt": "007"})
    event = session.scalars(select(VoterEvent).where(VoterEvent.voter_id == voter.id)).one()
    assert event.details["fields"] == ["name", "rt"]
    wrong = client.post(address, data=sent | {"nik": "12"})
    assert wrong.status_code == 422
    assert "Isi 16 angka" in wrong.text


def test_strike_restore_place_mark_through_the_pages(session, client, roll, make_voter, office, election):
    voter = make_voter()
    base = f"/pemilih/pemilih/{voter.id}"
    assert "Salah penempatan TPS" not in client.get(f"{base}/coret").text
    assert client.post(f"{base}/coret", data={"code": "1", "reason": "Akta kematian"}).status_code == 302
    page = client.get(base).text
    assert "Tidak memenuhi syarat: Meninggal" in page
    assert f"{base}/pulihkan" in page
    assert f"{base}/coret" not in page
    again = client.post(f"{base}/coret", data={"code": "1", "reason": "Sekali lagi"})
    assert again.status_code == 422
    assert client.post(f"{base}/pulihkan", data={"reason": "Salah orang"}).status_code == 302
    assert (
        client.post(f"{base}/tempatkan", data={"tps_code": VILLAGE + "002", "reason": "Dekat"}).status_code
        == 302
    )
    session.refresh(voter)
    assert (voter.state, voter.tps_code) == ("ubah", VILLAGE + "002")
    early = client.post(f"{base}/tanda", data={"kind": "meninggal", "reason": "Akta"})
    assert early.status_code == 422
    for action in WAY:
        lists.set_stage(roll, action, actor=office)
    assert f"{base}/tanda" in client.get(base).text
    assert f"{base}/ubah" not in client.get(base).text
    assert client.post(f"{base}/tanda", data={"kind": "meninggal", "reason": "Akta"}).status_code == 302
    assert session.scalars(select(ListMark.kind)).one() == "meninggal"
    assert "Meninggal" in client.get(base).text
    reasons = session.scalars(select(Act.reason).where(Act.subject.startswith(f"voter:{voter.id}"))).all()
    assert "Akta kematian" in reasons


def test_evidence_is_kept_and_shown(session, client, roll, make_voter, account):
    from PIL import Image

    voter = make_voter()
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "png")
    picture.seek(0)
    base = f"/pemilih/pemilih/{voter.id}"
    data = {"code": "1", "reason": "Akta kematian", "evidence": (picture, "akta.png")}
    assert client.post(f"{base}/coret", data=data, content_type="multipart/form-data").status_code == 302
    event = session.scalars(select(VoterEvent).where(VoterEvent.voter_id == voter.id)).one()
    assert f"{base}/bukti/{event.id}" in client.get(base).text
    file = client.get(f"{base}/bukti/{event.id}")
    assert file.mimetype == "image/png"
    other = make_voter()
    assert client.get(f"/pemilih/pemilih/{other.id}/bukti/{event.id}", check=False).status_code == 404


# --- frozen lists ---------------------------------------------------------------------------------


def test_the_pages_of_a_frozen_list(session, client, roll, make_voter, office):
    made = [make_voter(name=f"WARGA {n}") for n in ("SATU", "DUA")] + [make_voter(tps="002", sex="L")]
    for action in WAY:
        frozen = lists.set_stage(roll, action, actor=office)
    page = client.get(f"/pemilih/daftar/{frozen.id}").text
    assert frozen.digest.hex() in page
    assert "Barus" in page
    rows = client.get(f"/pemilih/daftar/{frozen.id}/wilayah/{VILLAGE}?unduh=csv").text.splitlines()
    assert [row.split(",")[2:5] for row in rows[1:]] == [["0", "2", "2"], ["1", "0", "1"]]
    station = f"/pemilih/daftar/{frozen.id}/tps/{VILLAGE}001"
    shown = client.get(station).text
    assert "WARGA SATU" in shown
    assert numbers_in(shown, *made) == []
    assert "**********" not in shown
    for address in (f"{station}.pdf", f"/pemilih/daftar/{frozen.id}/rekap/1201.pdf"):
        paper = client.get(address)
        assert paper.data.startswith(b"%PDF")
        assert paper.headers["Cache-Control"] == "no-store"
    for address in (f"{station}0", f"/pemilih/daftar/{frozen.id}/wilayah/3171", "/pemilih/daftar/999999"):
        assert client.get(address, check=False).status_code == 404


def test_the_paper_of_a_station_has_every_line(session, client, roll, make_voter, office):
    for n in range(3):
        make_voter(name=f"WARGA KE {n}")
    frozen = lists.set_stage(roll, "open_visits", actor=office)
    paper = pypdfium2.PdfDocument(client.get(f"/pemilih/daftar/{frozen.id}/tps/{VILLAGE}001.pdf").data)
    printed = paper[0].get_textpage().get_text_range()
    assert all(f"WARGA KE {n}" in printed for n in range(3))


def test_pages_need_few_queries(session, client, roll, make_voter, office):
    for n in range(30):
        make_voter(tps=f"{n % 3 + 1:03}", name=f"WARGA {n}")
    for action in WAY:
        frozen = lists.set_stage(roll, action, actor=office)
    for address, most in (
        ("/pemilih", 25),
        (f"/pemilih/{roll.id}", 35),
        (f"/pemilih/{roll.id}/pemilih/{VILLAGE}", 25),
        (f"/pemilih/daftar/{frozen.id}", 30),
        (f"/pemilih/daftar/{frozen.id}/tps/{VILLAGE}001", 30),
    ):
        with count_queries(most):
            client.get(address)
