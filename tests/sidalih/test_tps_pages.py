# ruff: noqa: F811  (fixtures are imported)
"""Pages that build polling stations: what they show, what their forms do, what they say when refused."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from electsys.jobs import run_pending
from electsys.regions.models import Tps
from modules.sidalih.models import Voter
from modules.sidalih.models.tps import TpsChange, TpsProposal
from modules.sidalih.permissions import COMPILE, EDIT, READ
from tests.pages import Html, count_queries
from tests.sidalih.conftest import VILLAGE, store
from tests.sidalih.test_tps_operations import ONE, TWO, family, small  # noqa: F401  (fixtures)

BASE = f"/pemilih/tps/pemilu-2024/desa/{VILLAGE}"


@pytest.fixture
def officer(client, login, make_account):
    """Someone who compiles the list of Tapanuli Tengah, logged in."""
    account = make_account(permissions=[READ, EDIT, COMPILE], region="1201")
    login(client, account)
    return account


def text_of(answer):
    return Html(answer.text).text()


def post(client, url, form_url=None, **values):
    """Post the form of the village's page that goes to ``url``, with more values."""
    page = Html(client.get(form_url or BASE).text)
    form = next(f for f in page.all("form") if f.get("action", "").split("?")[0] == url)
    return client.post(form.get("action"), data=page.values(form) | values, follow_redirects=True)


def test_from_the_start_to_a_village(client, officer, small, family):
    family(3)
    family(3)
    start = client.get("/pemilih/tps")
    assert "Tapanuli Tengah" in text_of(start)
    area = client.get("/pemilih/tps/pemilu-2024/1201")
    page = Html(area.text)
    assert any(f"/desa/{VILLAGE}" in (a.get("href") or "") for a in page.all("a"))
    assert "1 TPS lewat batas" in page.text()
    csv = client.get("/pemilih/tps/pemilu-2024/120101?unduh=csv").text.splitlines()
    row = next(line for line in csv if line.startswith(VILLAGE))
    assert row.split(",")[2:6] == ["6", "2", "1", "0"]


def test_bars_tell_load_and_cap_in_numbers_too(client, officer, small, family):
    family(3)
    family(3)
    page = Html(client.get(BASE + "?tps=001").text)
    [full, empty] = [e.get("aria-label") for e in page.with_class("tps-bar")]
    assert (full, empty) == ("TPS 001: 6 pemilih, batas 4", "TPS 002: 0 pemilih, batas 4")
    assert len(page.with_class("tps-over")) == 1
    assert [page.text(td) for td in page.all("table")[0].iter("td")][:3] == ["6", "4", "2"]
    rows = [r for r in page.all("tr") if r.get("draggable") == "true"]
    assert len(rows) == 2
    # A family goes to any TPS but its own.
    [choice] = [s for s in page.all("select") if s.get("name") == "tps"]
    assert [o.get("value") for o in choice.iter("option")] == [TWO]


def test_propose_look_apply_undo(client, session, officer, small, family):
    voters = family(3) + family(2)
    shown = post(client, f"{BASE}/usul", mode="tetap")
    assert "Usulan menunggu keputusan" in text_of(shown)
    proposal = session.scalars(select(TpsProposal)).one()
    detail = Html(client.get(f"/pemilih/tps/usulan/{proposal.id}").text)
    [over, *_rest] = list(detail.all("table")[0].iter("tr"))[1:]
    assert [detail.text(cell) for cell in over if cell.tag in ("th", "td")] == ["TPS lewat batas", "1", "0"]
    assert "5 → 3 / 4" in detail.text() and "0 → 2 / 4" in detail.text()
    done = post(client, f"/pemilih/tps/usulan/{proposal.id}/terapkan")
    assert "Usulan diterapkan: 2 pemilih mendapat TPS." in text_of(done)
    assert "Selisih desa nol" in text_of(done)
    change = session.scalars(select(TpsChange)).one()
    undone = post(client, f"/pemilih/tps/perubahan/{change.id}/urungkan")
    assert "Diurungkan: 2 pemilih kembali ke TPS semula." in text_of(undone)
    assert {v.tps_code for v in voters} == {ONE}


def test_a_proposal_can_be_given_up(client, session, officer, small, family):
    family(2)
    post(client, f"{BASE}/usul", mode="ulang")
    proposal = session.scalars(select(TpsProposal)).one()
    gone = post(client, f"/pemilih/tps/usulan/{proposal.id}/buang")
    assert "Usulan dibuang" in text_of(gone)
    assert proposal.state == "dibuang"


def test_a_stale_proposal_says_how_to_go_on(client, session, officer, small, family, make_voter):
    family(3), family(3)
    post(client, f"{BASE}/usul", mode="tetap")
    proposal = session.scalars(select(TpsProposal)).one()
    make_voter()
    session.commit()
    said = post(client, f"/pemilih/tps/usulan/{proposal.id}/terapkan")
    assert "sudah berubah sejak usulan dibuat. Buat usulan baru" in text_of(said)


def test_ticked_families_are_moved_and_a_full_tps_is_refused_in_the_form(
    client, session, officer, small, family
):
    first, second, third = family(2), family(2), family(2)
    url = f"{BASE}/pindah"
    page = f"{BASE}?tps=001"
    moved = post(client, url, page, keluarga=[str(first[0].id), str(second[1].id)], tps=TWO, reason="Dekat")
    assert moved.status_code == 200 and "4 pemilih dipindahkan ke TPS 002." in text_of(moved)
    assert {v.tps_code for v in first + second} == {TWO}
    refused = post(client, url, page, keluarga=[str(third[0].id)], tps=TWO)
    assert refused.status_code == 422
    assert "TPS 002 tidak muat: 4 pemilih, batas 4, yang dipindahkan 2." in text_of(refused)
    # What was ticked stays ticked.
    ticked = [
        e
        for e in Html(refused.text).all("input")
        if e.get("name") == "keluarga" and e.get("checked") is not None
    ]
    assert [e.get("value") for e in ticked] == [str(third[0].id)]
    nothing = post(client, url, page, tps=TWO)
    assert "Pilih paling sedikit satu keluarga" in text_of(nothing)


def test_a_special_site_takes_one_member_of_a_family(client, session, officer, small, family):
    [home, inmate] = family(2)
    form = "/pemilih/lokasi-khusus/baru?desa=" + VILLAGE
    facts = {"kind": "lapas", "name": "Lapas Barus", "address": "Jalan Uji 1", "body": "Kepala lapas"}
    opened = client.submit(client.get(form), "/pemilih/lokasi-khusus/baru", **facts)
    assert opened.status_code == 302
    page = Html(client.get(BASE).text)
    assert "Lapas Barus · Jalan Uji 1" in page.text()
    [link] = [a for a in page.all("a") if a.get("href", "").startswith("/pemilih/lokasi-khusus/pemilu-2024/")]
    assert link.get("href").endswith(VILLAGE + "901")
    url = f"/pemilih/tps/pemilu-2024/keluarga/{inmate.id}"
    done = post(client, url, url, tps=VILLAGE + "901", reason="Daftar kepala lapas")
    assert "Pemilih dipindahkan ke TPS 901." in text_of(done)
    assert (inmate.tps_code, home.tps_code) == (VILLAGE + "901", ONE)
    other = f"/pemilih/tps/pemilu-2024/keluarga/{home.id}"
    split = post(client, other, other, tps=TWO, reason="x")
    assert split.status_code == 422 and "tidak boleh dipisah" in text_of(split)


def test_another_ordinary_tps_is_opened(client, session, election, roll, officer, small):
    here = (Tps.election_id == election.id, Tps.province == "12", Tps.village_code == VILLAGE)
    last = session.scalar(select(func.max(Tps.number)).where(*here, Tps.number < 900))
    opened = post(client, f"{BASE}/tps", address="Balai desa", cap="3")
    assert f"TPS {last + 1:03d} dibuka." in text_of(opened)
    assert "Balai desa" in text_of(opened) and "Tambah lokasi khusus" in text_of(opened)
    made = session.get(Tps, (election.id, "12", f"{VILLAGE}{last + 1:03d}"))
    assert (made.kind, made.cap) == ("reguler", 3)


def test_an_empty_tps_is_closed(client, session, election, officer, small, family):
    family(1)
    closed = post(client, f"{BASE}/tutup")
    assert "TPS 002 ditutup." in text_of(closed)
    assert session.get(Tps, (election.id, "12", TWO)).state == "ditutup"


def test_voters_without_a_tps_are_listed_and_placed(client, session, officer, small, family):
    voters = family(2, tps=None)
    page = f"{BASE}?tps=tanpa"
    assert "Keluarga tanpa TPS 1" in text_of(client.get(page))
    post(client, f"{BASE}/pindah", page, keluarga=str(voters[0].id), tps=ONE)
    assert {v.tps_code for v in voters} == {ONE}


def test_a_whole_area_is_proposed_and_applied_in_the_background(client, app, session, officer, small, family):
    family(3), family(3)
    session.commit()
    area = "/pemilih/tps/pemilu-2024/1201"
    assert "Usulan sedang disusun" in text_of(post(client, f"{area}/susun", area, mode="tetap"))
    run_pending(app)
    assert "1 usulan dibuat" in text_of(client.get(area))
    assert "Usulan sedang diterapkan" in text_of(post(client, f"{area}/terapkan", area))
    run_pending(app)
    assert "0 TPS lewat batas" in text_of(client.get(area))


def test_a_reader_sees_no_button(client, login, make_account, small, family):
    family(2)
    login(client, make_account(permissions=[READ], region="1201"))
    page = Html(client.get(BASE + "?tps=001").text)
    assert [
        f for f in page.all("form") if f.get("action", "").startswith(BASE) and page.within(f, "main")
    ] == [f for f in page.all("form") if f.get("action", "").startswith(f"{BASE}/pindah")]
    assert not page.all("select") and not [e for e in page.all("input") if e.get("name") == "keluarga"]


def test_the_page_of_a_village_and_of_an_area_ask_few_questions(client, session, election, officer, roll):
    for _n in range(12):
        store(session, election, ONE)
    session.commit()
    client.get(BASE + "?tps=001")
    with count_queries(24):
        client.get(BASE + "?tps=001")
    with count_queries(14):
        client.get("/pemilih/tps/pemilu-2024/1201")


def test_no_number_of_a_person_stands_on_any_page(client, session, officer, small, family):
    from modules.sidalih.claims import claims_of

    voters = family(2)
    post(client, f"{BASE}/usul", mode="ulang")
    proposal = session.scalars(select(TpsProposal)).one()
    pages = [
        BASE + "?tps=001",
        f"/pemilih/tps/usulan/{proposal.id}",
        f"/pemilih/tps/pemilu-2024/keluarga/{voters[0].id}",
    ]
    secret = claims_of(voters[0])
    for url in pages:
        text = client.get(url).text
        assert secret.nik not in text and secret.nkk not in text and str(voters[0].family) not in text


def test_unknown_places_are_404(client, officer):
    for url in (
        "/pemilih/tps/pemilu-2024/1299",
        "/pemilih/tps/pemilu-2024/12",
        "/pemilih/tps/lain/1201",
        "/pemilih/tps/pemilu-2024/desa/1201019999",
        "/pemilih/tps/usulan/999999",
        "/pemilih/tps/perubahan/999999",
        "/pemilih/tps/pemilu-2024/keluarga/1",
    ):
        assert client.get(url).status_code in (404, 405), url


def test_a_split_family_is_marked(client, session, officer, small, family):
    voters = family(3)
    session.execute(update(Voter).where(Voter.id == voters[2].id).values(tps_code=TWO))
    session.commit()
    page = Html(client.get(BASE + "?tps=001").text)
    assert "1 keluarga terpisah" in page.text()
    assert len(page.with_class("changed")) == 1
