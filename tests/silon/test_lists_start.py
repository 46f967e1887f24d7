"""The start page: whose dapil and lists one sees, what can be begun, what an empty page says."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from modules.silon.models import Nomination
from modules.silon.operations.candidates import add_candidate
from modules.silon.permissions import READ
from tests.pages import count_queries
from tests.silon import conftest as make
from tests.silon.listing import ENTRY, at


@pytest.fixture(autouse=True)
def entry(monkeypatch):
    at(monkeypatch, ENTRY)


@pytest.fixture
def party(session):
    return make.participant(session)


def rows(client, path="/calon/"):
    """The CSV of the table: its lines without the head."""
    sign = "&" if "?" in path else "?"
    return client.get(f"{path}{sign}unduh=csv").text.splitlines()[1:]


def test_the_centre_sees_the_dpr_and_all_the_others(session, party, enter):
    client = enter("admin_parpol_pusat", party=party.party_id)
    page = client.get("/calon/")
    assert party.party.name in page.text
    assert "dari 84 daftar DPR diajukan" in page.text
    assert "dari 301 daftar DPRD provinsi diajukan" in page.text
    assert len(rows(client, "/calon/?pemilihan=dpr")) == 84
    assert "6 hari lagi" in page.text  # until the end of pengajuan_calon


@pytest.mark.parametrize(
    ("role", "region", "shown", "hidden"),
    [
        ("operator_parpol_prov", "12", {"dprd_prov": 12, "dpr": 0}, "DPR "),
        ("operator_parpol_kabko", "1201", {"dprd_kabko": 4, "dpr": 0, "dprd_prov": 0}, "DPRD provinsi "),
    ],
)
def test_operators_see_their_own_level(session, party, enter, role, region, shown, hidden):
    client = enter(role, region, party=party.party_id)
    for chamber, n in shown.items():
        found = rows(client, f"/calon/?pemilihan={chamber}")
        assert len(found) == n, chamber
    assert f"daftar {hidden}" not in client.get("/calon/").text


def test_a_list_stands_with_names_women_and_findings(session, party, enter):
    of = make.nomination(session, of=party)
    for sex in "LLP":
        add_candidate(of, make.claim(sex=sex), actor=make.ACTOR)
    client = enter("admin_parpol_pusat", party=party.party_id)
    page = client.get("/calon/?status=persiapan").text
    assert f'href="/calon/daftar/{of.id}"' in page
    assert "1 dari 1" in page  # women, of those needed among three names
    [row] = rows(client, "/calon/?status=persiapan")
    assert row.split(",")[:6] == ["Sumatera Utara II", "DPR", str(of.dapil.seats), "3", "1", "0"]
    assert len(rows(client, "/calon/?pemilihan=dpr&status=belum")) == 83


def test_filters_of_findings_and_approval(session, party, enter):
    of = make.nomination(session, of=party, gaps=2)
    client = enter("admin_parpol_pusat", party=party.party_id)
    assert len(rows(client, "/calon/?temuan=ada")) == 1
    assert rows(client, "/calon/?temuan=belum") == []
    assert len(rows(client, "/calon/?persetujuan=belum")) == 1
    assert rows(client, "/calon/?persetujuan=ada") == []
    assert len(rows(client, f"/calon/?cari={of.dapil.code}")) >= 1


def test_nobody_sees_the_list_of_another_party(session, party, enter):
    theirs = make.nomination(session)
    client = enter("admin_parpol_pusat", party=party.party_id)
    assert f"/calon/daftar/{theirs.id}" not in client.get("/calon/").text
    assert client.get(f"/calon/daftar/{theirs.id}", check=False).status_code == 403


def test_kpu_and_bawaslu_see_all_parties_of_their_body(session, enter, client, login, make_account):
    dpr = make.nomination(session)
    kabko = make.nomination(session, chamber="dprd_kabko", place="120101")
    for role, region, seen in (
        ("operator_kpu_ri", "", {dpr.id, kabko.id}),
        ("bawaslu_n", "", {dpr.id, kabko.id}),
        ("operator_kpu_kabko", "1201", {kabko.id}),
        ("operator_kpu_prov", "32", set()),
    ):
        login(client, make_account(role, region))
        page = client.get("/calon/").text
        assert {of.id for of in (dpr, kabko) if f'"/calon/daftar/{of.id}"' in page} == seen, role
    assert "Belum ada daftar calon. Daftar muncul di sini begitu partai memulainya." in page


def test_a_party_that_takes_no_part_is_told(session, enter):
    page = enter("admin_parpol_pusat", party=77).get("/calon/").text
    assert "Partai Anda belum ditetapkan sebagai peserta" in page


def test_a_local_party_of_aceh_has_no_dpr(session, enter):
    from tests.sipol import conftest as parties

    local = make.participant(session, of=parties.party(session, kind="lokal_aceh"), region="11")
    client = enter("admin_parpol_pusat", party=local.party_id)
    page = client.get("/calon/").text
    assert "daftar DPR diajukan" not in page
    assert all(",11" in line or "Aceh" in line for line in rows(client)[:10])
    dpr = make.dapil(session, "1101")
    begin = f"/calon/pemilu-2024/mulai/{local.party_id}/{dpr.id}"
    answer = client.post(begin, check=False)
    assert answer.status_code in (403, 422)
    assert session.scalars(select(Nomination)).all() == []


def test_a_list_is_begun_once(session, party, enter):
    client = enter("admin_parpol_pusat", party=party.party_id)
    area = make.dapil(session)
    path = f"/calon/pemilu-2024/mulai/{party.party_id}/{area.id}"
    assert f'href="{path}"' in client.get("/calon/?pemilihan=dpr&cari=1202").text
    page = client.get(path).text
    assert "Sumatera Utara II" in page and "Mulai daftar" in page
    there = client.post(path).location
    [made] = session.scalars(select(Nomination)).all()
    assert there == f"/calon/daftar/{made.id}"
    assert (made.party_id, made.dapil_id, made.number) == (party.party_id, area.id, party.number)
    assert client.post(path).location == there
    assert "Belum ada calon." in client.get(there).text


def test_a_reader_begins_nothing(session, party, client, login, make_account):
    login(client, make_account(permissions=[READ], party=party.party_id))
    page = client.get("/calon/?pemilihan=dpr").text
    assert "/mulai/" not in page


def test_the_page_costs_the_same_however_many_lists(session, party, enter):
    client = enter("admin_parpol_pusat", party=party.party_id)
    client.get("/calon/")
    with count_queries(99) as few:
        client.get("/calon/")
    for code in ("1201", "1202", "1203"):
        of = make.nomination(session, of=party, place=code)
        make.candidate(session, of)
    session.commit()
    with count_queries(len(few)):
        client.get("/calon/")


def test_the_task_list_says_how_many_lists_and_until_when(session, party, enter):
    make.nomination(session, of=party)
    make.nomination(session, of=party, place="1201")
    make.nomination(session, of=party, chamber="dprd_kabko", place="120101")
    session.commit()
    home = enter("admin_parpol_pusat", party=party.party_id).get("/").text
    assert "Lengkapi dan ajukan daftar calon" in home
    from electsys.identity.models import Account
    from modules.silon.menu.lists import own_lists

    centre = session.scalars(select(Account).order_by(Account.id.desc())).first()
    with enter("admin_parpol_pusat", party=party.party_id).application.test_request_context():
        [task] = own_lists(centre)
    assert (task.count, task.link) == (2, "/calon/?status=persiapan")


def test_no_task_once_the_stage_is_closed(session, party, enter, monkeypatch):
    import datetime as dt

    make.nomination(session, of=party)
    session.commit()
    at(monkeypatch, dt.datetime(2023, 5, 20, tzinfo=dt.UTC))
    assert "Lengkapi dan ajukan" not in enter("admin_parpol_pusat", party=party.party_id).get("/").text
