"""Proposals of dapil in the database and on pages: real areas, given people, the map and its twins."""

from __future__ import annotations

import io

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from electsys.errors import Refused
from electsys.jobs import run_pending
from electsys.ledger import Act
from modules.sidalih.models.dapil import DapilProposal
from modules.sidalih.operations import dapil as operations
from modules.sidalih.permissions import PROPOSE_DAPIL
from modules.sidalih.queries import dapil as queries
from tests.pages import Html
from tests.sidalih.test_dapil_rules import TAPTENG

BALI = "51"


def asked(body, populations=None, source="", **more):
    return operations.Asked(body, populations=populations or {}, source=source, **more)


def tapteng(session, election) -> dict[str, int]:
    """The people of 2017 by the codes of the kecamatan; Pasaribu Tobing and others by name."""
    from electsys.regions.models import Region

    rows = session.scalars(
        select(Region).where(Region.map_id == election.map_id, Region.parent_code == "1201")
    )
    codes = {r.name.replace(" ", ""): r.code for r in rows}
    return {codes[name.replace(" ", "")]: n for name, n in TAPTENG if name.replace(" ", "") in codes}


def test_bali_gets_lawful_maps_from_the_people_at_hand(session, election, actor_with):
    made = operations.propose_dapil(
        election, asked(BALI, {}, ""), actor=actor_with(PROPOSE_DAPIL, region=BALI)
    )
    assert (made.chamber, made.seats, made.on_map, len(made.units)) == ("dprd_prov", 55, True, 9)
    assert made.population_source
    for plan in made.plans:
        assert plan["out_of_range"] == plan["broken"] == 0
        assert sum(g["seats"] for g in plan["groups"]) == 55
        assert all(3 <= g["seats"] <= 12 for g in plan["groups"])
        assert sorted(c for g in plan["groups"] for c in g["units"]) == [u["code"] for u in made.units]
    # The nine dapil of today are whole kab/kota, so continuity is known, and cakupan against the one of DPR.
    assert made.present["marks"]["kesinambungan"] == 100
    assert made.plans[0]["marks"]["cakupan_sama"] == 100
    [act] = session.scalars(select(Act).where(Act.verb == "sidalih:dapil:propose"))
    assert (act.region, act.details["seats"]) == (BALI, 55)


def test_a_kabko_needs_people_of_its_kecamatan(session, election, actor_with):
    actor = actor_with(PROPOSE_DAPIL)
    with pytest.raises(Refused, match="Jumlah penduduk belum diketahui") as refused:
        operations.propose_dapil(election, asked("1201", {}, ""), actor=actor)
    assert refused.value.field == "populations"
    given = tapteng(session, election)
    assert len(given) == 20
    made = operations.propose_dapil(election, asked("1201", given, "DAK2 2017"), actor=actor)
    assert (made.seats, made.population, made.population_source) == (35, 357_209, "DAK2 2017")
    assert made.on_map is False
    assert made.plans[0]["marks"]["integralitas"] is None
    # The dapil of DPRD provinsi above are one for the whole kab/kota.
    assert made.plans[0]["marks"]["cakupan_sama"] == 100


def test_a_unit_beyond_twelve_seats_is_split_by_desa_or_refused_by_name(session, election, actor_with):
    from electsys.regions.models import Region

    actor = actor_with(PROPOSE_DAPIL)
    given = tapteng(session, election)
    [barus] = [c for c in given if c == "120101"]
    given[barus] = 400_000
    with pytest.raises(Refused, match="harus dipecah: Barus"):
        operations.propose_dapil(election, asked("1201", given, "x"), actor=actor)
    desa = session.scalars(
        select(Region.code).where(Region.map_id == election.map_id, Region.parent_code == barus)
    ).all()
    given |= {code: 400_000 // len(desa) for code in desa}
    made = operations.propose_dapil(election, asked("1201", given, "x"), actor=actor)
    [split] = made.splits
    assert (split["name"], len(split["parts"])) == ("BARUS", 3)
    parts = [u for u in made.units if u["whole"] == barus]
    assert sorted(v for u in parts for v in u["villages"]) == sorted(desa)


def test_only_a_dprd_inside_the_right_has_proposals(session, election, actor_with):
    actor = actor_with(PROPOSE_DAPIL)
    for body in ("120101", "", "9901"):
        with pytest.raises(Refused, match="satu provinsi atau satu kabupaten"):
            operations.propose_dapil(election, asked(body, {}, ""), actor=actor)
    with pytest.raises(Refused, match="Hak akun"):
        operations.propose_dapil(election, asked(BALI, {}, ""), actor=actor)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ("kode,penduduk\n120101,16910\n12.01.02,16.026\n", {"120101": 16_910, "120102": 16_026}),
        ("120101;BARUS;16910\n\n120102;SORKAM;16026", {"120101": 16_910, "120102": 16_026}),
        ("120101\t16910", {"120101": 16_910}),
    ],
)
def test_people_are_read_as_they_are_pasted(text, found):
    assert operations.read_populations(text) == found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("120101,1\nBARUS,2", "Baris 2 bukan kode"),
        ("120101,1\n120101,2", "Baris 2: wilayah 120101 sudah ada"),
        ("120101,1\n120102", "Baris 2 bukan kode"),
        ("120101,1\n120102,-4", "Baris 2 bukan kode"),
    ],
)
def test_a_wrong_line_is_named(text, says):
    with pytest.raises(Refused, match=says) as refused:
        operations.read_populations(text)
    assert refused.value.field == "populations"


def test_the_units_of_a_body_know_their_dapil(session, election):
    facts = queries.body_facts(election, BALI, {}, "", "dprd_prov")
    assert len({u.present for u in facts.units}) == 9
    assert all(u.upper for u in facts.units)
    assert all(u.near for u in facts.units)


# --- the DPR -------------------------------------------------------------------------------------


def test_the_dapil_of_the_dpr_keep_to_whole_kabko_and_ten_seats(session, election, actor_with):
    """UU 7/2017 art. 187: 3 to 10 seats, whole kab/kota of one province; the seats are those of the law."""
    made = operations.propose_dapil(
        election, asked("12", dpr=True), actor=actor_with(PROPOSE_DAPIL, region="")
    )
    assert (made.chamber, made.seats, made.on_map, len(made.units)) == ("dpr", 30, True, 33)
    assert len(made.present["groups"]) == 3
    for plan in made.plans:
        assert plan["out_of_range"] == plan["broken"] == 0
        assert sum(g["seats"] for g in plan["groups"]) == 30
        assert all(3 <= g["seats"] <= 10 for g in plan["groups"])
        assert sorted(c for g in plan["groups"] for c in g["units"]) == [u["code"] for u in made.units]
        assert plan["marks"]["cakupan_sama"] is None
    assert made.splits == []


def test_where_no_map_hangs_together_the_fault_is_said(client, session, election, planner, actor_with):
    """Kota Bogor borders on Kabupaten Bogor alone, which fills a dapil of ten seats by itself."""
    made = operations.propose_dapil(
        election, asked("32", dpr=True), actor=actor_with(PROPOSE_DAPIL, region="")
    )
    session.commit()
    assert made.seats == 91 and made.plans
    for plan in made.plans:
        assert plan["out_of_range"] == 0 and plan["broken"] > 0
        assert all(3 <= g["seats"] <= 10 for g in plan["groups"])
    assert made.splits == []  # Kabupaten Bogor has a share of 10.05 seats and stays whole
    page = Html(client.get(f"/pemilih/dapil/usulan/{made.id}").text).text()
    assert "wilayah terputus pada peta" in page and "seluruhnya menyambung" in page


def test_the_dpr_is_for_the_nation_and_one_province(session, election, actor_with):
    nation = actor_with(PROPOSE_DAPIL, region="")
    for body in ("1201", "", "99"):
        with pytest.raises(Refused, match="untuk satu provinsi") as refused:
            operations.propose_dapil(election, asked(body, dpr=True), actor=nation)
        assert refused.value.field == "body"
    with pytest.raises(Refused, match="Hak akun"):
        operations.propose_dapil(
            election, asked(BALI, dpr=True), actor=actor_with(PROPOSE_DAPIL, region=BALI)
        )
    with pytest.raises(Refused, match="paling sedikit 3"):
        operations.propose_dapil(election, asked(BALI, dpr=True, seats=2), actor=nation)
    # One seat more than one dapil may have makes two of them.
    made = operations.propose_dapil(election, asked(BALI, dpr=True, seats=11), actor=nation)
    assert {len(plan["groups"]) for plan in made.plans} <= {2, 3}
    made = operations.propose_dapil(election, asked(BALI, dpr=True), actor=nation)
    assert (made.seats, len(made.plans[0]["groups"])) == (9, 1)
    with pytest.raises(Refused, match="Hak akun"):
        operations.choose_plan(made, 1, reason="x", actor=actor_with(PROPOSE_DAPIL, region=BALI))


def test_every_province_has_its_seats_of_the_law(session, election):
    rows = queries.dpr_provinces(election)
    assert len(rows) == 38
    assert (sum(r.seats for r in rows), sum(r.dapil for r in rows)) == (580, 84)
    assert {r.code: (r.seats, r.dapil) for r in rows if r.code in ("31", "32", BALI)} == {
        "31": (21, 3),
        "32": (91, 11),
        BALI: (9, 1),
    }
    assert queries.dpr_seats(election, "32") == 91
    assert queries.dpr_seats(election, "00") is None


# --- a long search is a job ------------------------------------------------------------------------


def test_progress_is_told_number_by_number(session, election, actor_with):
    heard = []
    operations.propose_dapil(
        election,
        asked(BALI),
        actor=actor_with(PROPOSE_DAPIL, region=BALI),
        progress=lambda done, total: heard.append((done, total)),
    )
    total = heard[0][1]
    assert heard == [(n, total) for n in range(total)] and total > 1


def test_a_long_search_goes_on_as_a_job(client, app, session, election, planner, monkeypatch):
    monkeypatch.setattr(operations, "LONG", 1)
    page = client.get("/pemilih/dapil/baru?lembaga=dpr&wilayah=" + BALI)
    begun = client.submit(page, "/pemilih/dapil/baru")
    assert "/pekerjaan/" in begun.location
    assert not session.scalars(select(DapilProposal)).all()
    run_pending(app)
    made = session.scalars(select(DapilProposal)).one()
    assert (made.chamber, made.seats, made.body_code) == ("dpr", 9, BALI)
    assert f"/pemilih/dapil/usulan/{made.id}" in client.get(begun.location).text


def test_what_a_job_would_be_refused_is_refused_at_once(client, planner, monkeypatch):
    monkeypatch.setattr(operations, "LONG", 1)
    answer = client.submit(client.get("/pemilih/dapil/baru"), "/pemilih/dapil/baru", body="1201")
    assert answer.status_code == 422 and "Jumlah penduduk belum diketahui" in Html(answer.text).text()


# --- pages ---------------------------------------------------------------------------------------


@pytest.fixture
def planner(client, login, make_account):
    account = make_account(permissions=[PROPOSE_DAPIL], region="")
    login(client, account)
    return account


def test_from_the_form_to_the_chosen_draft(client, session, planner):
    empty = Html(client.get("/pemilih/dapil").text)
    assert "Belum ada usulan dapil" in empty.text()
    new = Html(client.get("/pemilih/dapil/baru").text)
    form = new.form("/pemilih/dapil/baru")
    shown = client.post("/pemilih/dapil/baru", data=new.values(form) | {"body": BALI}, follow_redirects=True)
    page = Html(shown.text)
    assert "55 kursi" in page.text() and "Kesetaraan nilai suara" in page.text()
    [svg] = page.with_class("map")
    labels = [page.text(e) for e in page.with_class("map-label")]
    # One number a dapil.
    first = session.scalars(select(DapilProposal)).one().plans[0]
    assert sorted(labels) == sorted(str(n) for n in range(1, len(first["groups"]) + 1))
    assert svg.get("role") == "group"
    made = session.scalars(select(DapilProposal)).one()
    url = f"/pemilih/dapil/usulan/{made.id}"
    second = Html(client.get(f"{url}?rencana=2").text)
    form = second.form(f"{url}/pilih")
    refused = client.post(f"{url}/pilih?rencana=2", data=second.values(form))
    assert refused.status_code == 422
    done = client.post(
        f"{url}/pilih?rencana=2", data=second.values(form) | {"reason": "Uji publik"}, follow_redirects=True
    )
    assert "Rancangan 2 dipilih" in Html(done.text).text()
    session.refresh(made)
    assert (made.chosen, made.chosen_reason) == (2, "Uji publik")


def test_what_is_refused_stands_at_its_field(client, planner):
    page = Html(client.get("/pemilih/dapil/baru").text)
    values = page.values(page.form("/pemilih/dapil/baru"))
    for changes, says in (
        ({"body": "1201"}, "Jumlah penduduk belum diketahui"),
        ({"body": "1201", "populations": "120101,5"}, "Sebutkan sumber"),
        ({"body": "1201", "populations": "x,y\nz,1", "source": "s"}, "Baris 2 bukan kode"),
        ({"body": "120101"}, "satu provinsi atau satu kabupaten"),
        ({"body": ""}, "Isi wilayahnya"),
    ):
        answer = client.post("/pemilih/dapil/baru", data=values | changes)
        assert answer.status_code == 422 and says in Html(answer.text).text(), changes


def test_the_download_carries_every_unit_and_its_dapil(client, session, election, planner, actor_with):
    made = operations.propose_dapil(
        election, asked(BALI, {}, ""), actor=actor_with(PROPOSE_DAPIL, region=BALI)
    )
    session.commit()
    url = f"/pemilih/dapil/usulan/{made.id}?rencana=1"
    lines = client.get(f"{url}&unduh=csv").text.lstrip("\ufeff").splitlines()
    assert lines[0].startswith("Kode,Wilayah,Penduduk,Dapil,Kursi dapil")
    home = {c: str(k) for k, g in enumerate(made.plans[0]["groups"], 1) for c in g["units"]}
    assert {row.split(",")[0]: row.split(",")[3] for row in lines[1:]} == home
    with client.get(f"{url}&unduh=xlsx") as answer:
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    assert len(book.get_sheet_by_index(0).to_python()) == 10


def test_the_page_of_the_dpr_shows_seats_by_law_and_by_people(client, session, election, planner, actor_with):
    page = Html(client.get("/pemilih/dapil/dpr").text)
    assert "Jawa Barat" in page.text() and "91" in page.text()
    [link] = [a for a in page.all("a") if a.get("href", "").endswith("wilayah=" + BALI)]
    assert "susun usulan" in page.text(link)
    made = operations.propose_dapil(
        election, asked(BALI, dpr=True), actor=actor_with(PROPOSE_DAPIL, region="")
    )
    session.commit()
    page = Html(client.get("/pemilih/dapil/dpr").text)
    assert f"/pemilih/dapil/usulan/{made.id}" in [a.get("href") for a in page.all("a")]
    shown = Html(client.get(f"/pemilih/dapil/usulan/{made.id}").text)
    assert "DPR Bali" in shown.text() and shown.with_class("map")
    assert "DPR" in Html(client.get("/pemilih/dapil?lembaga=dpr").text).text()


def test_a_province_reads_the_proposals_of_the_dpr_and_chooses_none(
    client, session, election, login, make_account, actor_with
):
    made = operations.propose_dapil(
        election, asked(BALI, dpr=True), actor=actor_with(PROPOSE_DAPIL, region="")
    )
    login(client, make_account(permissions=[PROPOSE_DAPIL], region=BALI))
    session.commit()
    url = f"/pemilih/dapil/usulan/{made.id}"
    page = Html(client.get(url).text)
    assert not [f for f in page.all("form") if f.get("action", "").startswith(f"{url}/pilih")]
    assert client.post(f"{url}/pilih?rencana=1", data={"reason": "x"}, check=False).status_code in (403, 404)
