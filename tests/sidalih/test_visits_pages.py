"""Coklit at the office: progress, giving stations, papers; each in the reader's own area."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from electsys.identity.access import Scope
from modules.sidalih.menu.visits import stations_to_give
from modules.sidalih.models import VisitTask
from modules.sidalih.operations.visits import Finding, Visit, give_station, take_visit
from modules.sidalih.permissions import ASSIGN, READ, READ_LISTS, VISIT
from modules.sidalih.queries import visits as queries
from tests.pages import Html, count_queries
from tests.sidalih.conftest import OTHER_VILLAGE, VILLAGE

TPS = VILLAGE + "001"


@pytest.fixture
def pps(client, login, make_account):
    """Somebody of the PPS, logged in."""
    account = make_account(permissions=[READ, READ_LISTS, ASSIGN], region=VILLAGE)
    login(client, account)
    return account


@pytest.fixture
def visitor(make_account):
    return make_account(permissions=[VISIT], region=VILLAGE)


def text_of(answer):
    return Html(answer.text).text()


def pdf_text(answer):
    import pypdfium2

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    pages = pypdfium2.PdfDocument(answer.data)
    return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in pages)


def visit(election, actor, voter, found="sesuai", **more):
    finding = Finding(voter.id, voter.version, voter.state, found, **more)
    return take_visit(election, Visit(voter.tps_code, voter.family, (finding,)), actor=actor)


def test_the_only_area_opens_at_once_with_its_progress(
    client, session, election, coklit, pps, visitor, make_voter, actor_with
):
    first, second = make_voter(), make_voter()
    make_voter(tps="002")
    give_station(election, TPS, visitor, actor=actor_with(ASSIGN))
    actor = actor_with(VISIT, region=VILLAGE)
    visit(election, actor, first)
    visit(election, actor, first, "ubah", changes={"name": "NAMA LAIN"})  # the house once more counts once
    start = client.get("/pemilih/coklit")
    assert start.location == f"/pemilih/coklit/{coklit.id}/{VILLAGE}"
    page = text_of(client.get(start.location))
    assert "1 / 3 rumah dikunjungi" in page
    assert "2 pemilih belum dicoklit" in page
    assert "1 / 2 TPS dibagi" in page
    csv = client.get(start.location + "?unduh=csv").text.splitlines()
    [one, two] = [line.split(",") for line in csv[1:]]
    assert one[1:9] == [TPS, visitor.name, "2", "1", "0", "1", "0", "0"]
    assert (two[2], two[3:5]) == ("belum dibagi", ["1", "0"])
    unassigned = client.get(start.location + "?pembagian=belum&unduh=csv").text.splitlines()[1:]
    assert [line.split(",")[1] for line in unassigned] == [VILLAGE + "002"]
    assert second.name not in page  # progress names nobody


def test_a_kabko_sees_its_kecamatan_and_a_kecamatan_its_villages(
    client, login, make_account, election, coklit, make_voter, visitor, actor_with
):
    voter = make_voter()
    make_voter(village=OTHER_VILLAGE)
    give_station(election, TPS, visitor, actor=actor_with(ASSIGN))
    visit(election, actor_with(VISIT, region=VILLAGE), voter)
    login(client, make_account(permissions=[ASSIGN], region="1201"))
    for code, part in (("1201", "120101"), ("120101", VILLAGE)):
        csv = client.get(f"/pemilih/coklit/{coklit.id}/{code}?unduh=csv").text.splitlines()
        row = next(line for line in csv if part in line).split(",")
        assert row[1] == part
        assert row[2:8] == (
            ["2", "1", "2", "1", "2", "1"] if code == "1201" else ["1", "1", "1", "1", "1", "0"]
        )
    shown = Html(client.get(f"/pemilih/coklit/{coklit.id}/120101").text)
    assert any((a.get("href") or "").endswith(f"/{VILLAGE}") for a in shown.all("a"))


def test_a_station_is_given_and_given_to_another(client, session, coklit, pps, make_voter, make_account):
    make_voter()
    one, two = (make_account(permissions=[VISIT], region=VILLAGE) for _ in range(2))
    url = f"/pemilih/coklit/{coklit.id}/tps/{TPS}"
    page = Html(client.get(url).text)
    assert "TPS ini belum dibagi." in page.text()
    form = next(f for f in page.all("form") if f.get("action") == url)
    for account in (one, two):
        done = client.post(url, data=page.values(form) | {"akun": str(account.id)}, follow_redirects=True)
        assert f"dibagi kepada {account.name}" in text_of(done)
    tasks_of = session.scalars(select(VisitTask).order_by(VisitTask.id)).all()
    assert [(t.account_id, t.ended_at is None) for t in tasks_of] == [(one.id, False), (two.id, True)]
    assert tasks_of[0].given_by == pps.username


def test_only_who_visits_there_can_be_chosen(client, session, coklit, pps, make_voter, make_account):
    make_voter()
    url = f"/pemilih/coklit/{coklit.id}/tps/{TPS}"
    assert "Belum ada akun Pantarlih" in text_of(client.get(url))
    make_account(permissions=[VISIT], region=VILLAGE)
    stranger = make_account(permissions=[VISIT], region=OTHER_VILLAGE)
    page = Html(client.get(url).text)
    form = next(f for f in page.all("form") if f.get("action") == url)
    wrong = client.post(url, data=page.values(form) | {"akun": str(stranger.id)}, check=False)
    assert wrong.status_code == 422
    assert "Pilih salah satu dari daftar." in text_of(wrong)
    assert session.scalars(select(VisitTask)).all() == []


def test_not_in_another_village(client, coklit, pps, make_voter):
    make_voter(village=OTHER_VILLAGE)
    for path in (OTHER_VILLAGE, f"tps/{OTHER_VILLAGE}001", f"tps/{OTHER_VILLAGE}001/stiker.pdf", "1201"):
        assert client.get(f"/pemilih/coklit/{coklit.id}/{path}", check=False).status_code == 403
    assert client.get(f"/pemilih/coklit/{coklit.id}/tps/{VILLAGE}899", check=False).status_code == 404


def test_tasks_ask_for_stations_that_nobody_has(app, session, election, coklit, pps, visitor, actor_with):
    def waiting():
        with app.test_request_context():
            return [task.count for task in stations_to_give(pps)]

    assert waiting() == [5]
    give_station(election, TPS, visitor, actor=actor_with(ASSIGN))
    assert waiting() == [4]
    coklit.state = "dphp"
    session.flush()
    assert waiting() == []


def test_pages_ask_a_fixed_number_of_questions(client, coklit, pps, make_voter):
    for _ in range(12):
        make_voter()
    for path in (VILLAGE, f"tps/{TPS}"):
        url = f"/pemilih/coklit/{coklit.id}/{path}"
        client.get(url)
        with count_queries(30):
            client.get(url)


def test_papers_of_a_station(client, session, election, coklit, pps, make_voter, visitor, actor_with):
    from modules.sidalih.claims import claims_of

    family = {"nkk": "1201010101207300"}
    right = make_voter(name="SITI SESUAI", sex="P", **family)
    gone = make_voter(name="BUDI WAFAT", sex="L", **family)
    moved = make_voter(name="ANI PINDAH TPS", sex="P", ktp_el="B")
    make_voter(name="DEDI BELUM", sex="L", ktp_el="B")
    give_station(election, TPS, visitor, actor=actor_with(ASSIGN))
    actor = actor_with(VISIT, region=VILLAGE)
    findings = (
        Finding(right.id, 1, "potensial", "sesuai"),
        Finding(gone.id, 1, "potensial", "tms", code="1"),
    )
    take_visit(election, Visit(TPS, right.family, findings), actor=actor)
    visit(election, actor, moved, "tempat", tps=VILLAGE + "002")
    secrets = [n for v in (right, gone, moved) for n in (claims_of(v).nik, claims_of(v).nkk)]
    url = f"/pemilih/coklit/{coklit.id}/tps/{TPS}"
    sticker = pdf_text(client.get(url + "/stiker.pdf"))
    assert "A-Stiker Coklit" in sticker
    assert sticker.count("Jumlah pemilih") == 2
    assert "SITI" not in sticker and "BUDI" not in sticker  # it hangs on the door
    receipt = pdf_text(client.get(url + "/tanda-bukti.pdf"))
    assert "SITI SESUAI" in receipt and "DEDI BELUM" in receipt and "ANI PINDAH" not in receipt
    report = pdf_text(client.get(url + "/laporan.pdf"))
    for line in (
        "Belum dicoklit 1 0 1",
        "Sesuai 0 1 1",
        "Pemilih seluruhnya 1 1 2",
        "1. Meninggal 1 0 1",
        "dipindahkan dalam desa/kelurahan 0 1 1",
        "Belum memiliki KTP-el 1 0 1",
        visitor.name,
    ):
        assert line in report, (line, report)
    for text in (sticker, receipt, report):
        assert not [n for n in secrets if n in text]


def test_papers_of_an_empty_station_are_refused_in_words(client, coklit, pps):
    answer = client.get(f"/pemilih/coklit/{coklit.id}/tps/{TPS}/stiker.pdf", check=False)
    assert answer.status_code == 409
    assert "Belum ada pemilih di TPS ini." in text_of(answer)
    assert pdf_text(client.get(f"/pemilih/coklit/{coklit.id}/tps/{TPS}/laporan.pdf"))


def test_outcomes_stand_where_they_were_found(session, election, coklit, make_voter, actor_with):
    voter = make_voter(sex="L")
    visit(election, actor_with(VISIT, region=VILLAGE), voter, "tempat", tps=VILLAGE + "002")
    found = {o.key: (o.male, o.female) for o in queries.outcomes_of(election.id, TPS)}
    assert found["tempat"] == (1, 0)
    assert {o.key: o.male for o in queries.outcomes_of(election.id, VILLAGE + "002")} == {
        "potensial": 1,
        "non_ktp": 0,
        "tempat": 0,
    }
    [row] = session.execute(queries.progress(election.id, [Scope(VILLAGE)], VILLAGE)).all()
    assert row.tps_code == VILLAGE + "002"
