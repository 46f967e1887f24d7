"""Coklit from paper: one screen a household, the phone's outcomes and checks, who visited and who entered."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from electsys.documents.papers import today
from electsys.errors import Refused
from electsys.identity.catalogue import ROLES
from electsys.ledger import Act
from modules.sidalih.claims import claims_of
from modules.sidalih.models import HouseholdVisit, Voter, VoterEvent
from modules.sidalih.operations.visits import Finding, Visit, give_station, take_visit
from modules.sidalih.permissions import ASSIGN, READ, RECORD, VISIT
from modules.sidalih.queries import visits as queries
from tests.pages import Html, count_queries
from tests.sidalih.conftest import OTHER_VILLAGE, VILLAGE

TPS = VILLAGE + "001"
DAY = dt.date(2023, 2, 20)
FAMILY = {"nkk": "1201010101207400", "address": "JALAN KENANGA 2"}
NEW = {
    "name": "siti pemula",
    "nik": "1201014706058124",
    "birth_place": "Barus",
    "birth_date": "2005-06-07",
    "sex": "P",
    "marital_status": "B",
}


@pytest.fixture
def pps(client, login, make_account):
    account = make_account(permissions=[READ, ASSIGN, RECORD], region=VILLAGE)
    login(client, account)
    return account


def address(roll, voter):
    return f"/pemilih/coklit/{roll.id}/tps/{TPS}/rumah/{voter.family or -voter.id}"


def opened(client, url):
    page = Html(client.get(url).text)
    return page, page.values(next(f for f in page.all("form") if f.get("action") == url))


def part_of(values, voter):
    """The prefix of a voter's part of the form."""
    return next(
        n.removesuffix("-voter") for n, v in values.items() if n.endswith("-voter") and v == str(voter.id)
    )


def filled(values, **found):
    return values | {"visitor": "Rina Uji", "visited_on": DAY.isoformat(), "simpan": "1"} | found


def on_paper(*findings, day=DAY, visitor="Rina Uji", tps=TPS, **more):
    return Visit(
        tps, 7, findings, source="kertas", permission=RECORD, visitor=visitor, visited_on=day, **more
    )


def right(voter):
    return Finding(voter.id, voter.version, voter.state, "sesuai")


# --- the operation ---------------------------------------------------------------------------------


def test_a_paper_names_who_visited_when_and_who_entered(session, election, coklit, make_voter, actor_with):
    voter, clerk = make_voter(), actor_with(RECORD, region=VILLAGE)
    row = take_visit(election, on_paper(right(voter)), actor=clerk)
    assert (row.source, row.visitor, row.visited_on, row.actor) == ("kertas", "Rina Uji", DAY, clerk.name)
    assert (row.made_at, row.device_id, voter.state) == (None, None, "sesuai")
    act = session.scalars(select(Act).where(Act.verb == "sidalih:visit:take")).one()
    assert act.details["source"] == "kertas" and "Rina" not in str(act.details)


@pytest.mark.parametrize("days", [1, 400])
def test_no_visit_tomorrow(election, coklit, make_voter, actor_with, days):
    visit = on_paper(right(make_voter()), day=today(VILLAGE) + dt.timedelta(days=days))
    with pytest.raises(Refused, match="masa depan") as refused:
        take_visit(election, visit, actor=actor_with(RECORD))
    assert refused.value.field == "visited_on"
    take_visit(election, on_paper(*visit.findings, day=today(VILLAGE)), actor=actor_with(RECORD))


def test_no_visit_before_the_stage(election, coklit, make_voter, actor_with):
    opens, _closes = queries_days(election)
    voter = make_voter()
    with pytest.raises(Refused, match="di luar masa coklit"):
        take_visit(
            election, on_paper(right(voter), day=opens - dt.timedelta(days=1)), actor=actor_with(RECORD)
        )
    take_visit(election, on_paper(right(voter), day=opens), actor=actor_with(RECORD))


def queries_days(election):
    from modules.sidalih.operations.visits import stage_days

    return stage_days(election, TPS)


def test_a_paper_without_a_name_or_day_is_refused(election, coklit, make_voter, actor_with):
    voter, clerk = make_voter(), actor_with(RECORD)
    for more, field in (({"visitor": ""}, "visitor"), ({"day": None}, "visited_on")):
        with pytest.raises(Refused) as refused:
            take_visit(election, on_paper(right(voter), **more), actor=clerk)
        assert refused.value.field == field


def test_the_right_of_a_pantarlih_writes_no_paper_and_the_office_no_phone(
    election, coklit, make_voter, actor_with
):
    voter = make_voter()
    with pytest.raises(Refused):
        take_visit(election, on_paper(right(voter)), actor=actor_with(VISIT, ASSIGN, READ))
    with pytest.raises(Refused):
        take_visit(election, Visit(TPS, 1, (right(voter),)), actor=actor_with(RECORD))
    with pytest.raises(Refused):
        take_visit(election, on_paper(right(voter)), actor=actor_with(RECORD, region=OTHER_VILLAGE))
    with pytest.raises(ValueError, match="paper"):
        take_visit(
            election,
            Visit(TPS, 1, (right(voter),), source="kertas", visitor="R", visited_on=DAY),
            actor=actor_with(VISIT),
        )


def test_pps_ppk_and_the_kabko_hold_the_right_and_nobody_else():
    assert {role.name for role in ROLES if RECORD in role.permissions} == {"pps", "ppk", "operator_kpu_kabko"}


# --- the page --------------------------------------------------------------------------------------


def test_a_household_with_every_outcome(client, session, election, coklit, pps, make_voter):
    same, changed, gone, moved = (make_voter(**FAMILY) for _ in range(4))
    other = make_voter(rt="009")
    url = address(coklit, same)
    page, values = opened(client, url)
    text = page.text()
    for voter in (same, changed, gone, moved):
        facts = claims_of(voter)
        assert voter.name in text and facts.nik not in text and facts.nkk not in text
        assert "1980" not in text
    p = {v.id: part_of(values, v) for v in (same, changed, gone, moved)}
    sent = filled(
        values,
        **{
            f"{p[same.id]}-hasil": "sesuai",
            f"{p[changed.id]}-hasil": "ubah",
            f"{p[changed.id]}-name": "nama  benar",
            f"{p[changed.id]}-birth_date": "1981-02-03",
            f"{p[gone.id]}-hasil": "tms",
            f"{p[gone.id]}-kode": "1",
            f"{p[gone.id]}-alasan": "Akta kematian 5",
            f"{p[moved.id]}-hasil": "tempat",
            f"{p[moved.id]}-tps": VILLAGE + "002",
        },
    )
    answer = client.post(url, data=sent)
    assert answer.location.endswith(f"/rumah/{other.family}")  # the next house that nobody visited
    session.expire_all()
    assert [v.state for v in (same, changed, gone, moved)] == ["sesuai", "ubah", "tms", "potensial"]
    assert (changed.name, changed.birth_year) == ("NAMA BENAR", 1981)
    assert (gone.tms_code, moved.tps_code) == ("1", VILLAGE + "002")
    row = session.scalars(select(HouseholdVisit)).one()
    assert row.outcomes == {"sesuai": 1, "ubah": 1, "tms": 1, "tempat": 1, "baru": 0}
    assert (row.source, row.visitor, row.visited_on, row.actor) == ("kertas", "Rina Uji", DAY, pps.username)
    assert session.scalar(select(VoterEvent.reason).where(VoterEvent.kind == "tms")) == "Akta kematian 5"
    # the next sheet has the same visitor and day
    _page, again = opened(client, answer.location)
    assert (again["visitor"], again["visited_on"]) == ("Rina Uji", DAY.isoformat())


def test_a_new_voter_from_paper(client, session, coklit, pps, make_voter):
    voter = make_voter(**FAMILY)
    url = address(coklit, voter)
    _page, values = opened(client, url)
    hasil = part_of(values, voter) + "-hasil"
    filled_in = filled(values, **{hasil: "sesuai"})
    del filled_in["simpan"]
    more = client.post(url, data=filled_in | {"tambah": "1"})
    page = Html(more.text)
    again = page.values(next(f for f in page.all("form") if f.get("action") == url))
    assert (again["visitor"], again["baru-0-address"]) == ("Rina Uji", "JALAN KENANGA 2")
    assert session.scalar(select(func.count()).select_from(HouseholdVisit)) == 0
    half = client.post(
        url, data=filled(again, **{hasil: "sesuai", "baru-0-name": "Siti", "baru-0-nik": "12"}), check=False
    )
    said = Html(half.text).text()
    assert half.status_code == 422 and "NIK harus 16 angka." in said and "Wajib diisi." in said
    done = client.post(
        url, data=filled(again, **{hasil: "sesuai"}, **{f"baru-0-{k}": v for k, v in NEW.items()})
    )
    assert done.status_code == 302
    fresh = session.scalars(select(Voter).where(Voter.source == "coklit")).one()
    assert (fresh.name, fresh.state, fresh.tps_code) == ("SITI PEMULA", "baru", TPS)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({}, "Pilih hasil untuk"),
        ({"hasil": "ubah"}, "Isi yang berubah untuk"),
        ({"hasil": "tms"}, "Pilih alasan TMS untuk"),
        ({"hasil": "tempat"}, "Pilih TPS yang benar untuk"),
        ({"hasil": "hapus"}, "Pilih salah satu"),
        ({"hasil": "ubah", "nik": "123"}, "NIK harus 16 angka"),
        ({"hasil": "ubah", "birth_date": "2024-02-31"}, "tanggal"),
        ({"hasil": "ubah", "birth_date": "2099-02-01"}, "masa depan"),
        ({"hasil": "tms", "kode": "8"}, "Pilih salah satu"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(client, session, coklit, pps, make_voter, found, said):
    voter = make_voter()
    url = address(coklit, voter)
    _page, values = opened(client, url)
    part = part_of(values, voter)
    answer = client.post(
        url, data=filled(values, **{f"{part}-{k}": v for k, v in found.items()}), check=False
    )
    assert answer.status_code == 422
    assert said.lower() in Html(answer.text).text().lower()
    session.expire_all()
    assert (voter.state, session.scalar(select(func.count()).select_from(HouseholdVisit))) == ("potensial", 0)


def test_a_row_that_changed_while_the_page_was_open_is_looked_at_again(
    client, session, coklit, pps, make_voter, actor_with
):
    from modules.sidalih.operations.voters import amend_voter
    from modules.sidalih.permissions import EDIT

    voter = make_voter()
    url = address(coklit, voter)
    _page, values = opened(client, url)
    hasil = {part_of(values, voter) + "-hasil": "sesuai"}
    amend_voter(voter, {"name": "DIUBAH KANTOR"}, actor=actor_with(EDIT), reason="KTP-el")
    session.commit()
    answer = client.post(url, data=filled(values, **hasil), check=False)
    page = Html(answer.text)
    assert answer.status_code == 422 and "berubah sejak halaman ini dibuka" in page.text()
    assert "DIUBAH KANTOR" in page.text()
    again = page.values(next(f for f in page.all("form") if f.get("action") == url))
    assert client.post(url, data=again | {"simpan": "1"}).status_code == 302
    session.expire_all()
    assert (voter.state, voter.name) == ("sesuai", "DIUBAH KANTOR")


def test_a_voter_of_another_house_cannot_be_slipped_in(client, session, coklit, pps, make_voter):
    voter, stranger = make_voter(), make_voter(tps="002")
    url = address(coklit, voter)
    _page, values = opened(client, url)
    part = part_of(values, voter)
    sent = filled(values, **{f"{part}-hasil": "sesuai", f"{part}-voter": str(stranger.id)})
    assert client.post(url, data=sent, check=False).status_code == 422
    session.expire_all()
    assert (voter.state, stranger.state) == ("potensial", "potensial")


def test_the_station_leads_to_paper_and_tells_it_apart(
    client, session, election, coklit, pps, make_voter, make_account, actor_with
):
    first, second = make_voter(rt="001"), make_voter(rt="002")
    holder = make_account(permissions=[VISIT], region=VILLAGE)
    give_station(election, TPS, holder, actor=actor_with(ASSIGN))
    take_visit(election, Visit(TPS, first.family, (right(first),)), actor=actor_with(VISIT, region=VILLAGE))
    station = f"/pemilih/coklit/{coklit.id}/tps/{TPS}"
    links = {a.get("href") for a in Html(client.get(station).text).all("a")}
    assert {address(coklit, first), address(coklit, second)} <= links
    _page, values = opened(client, address(coklit, second))
    assert values["visitor"] == holder.name  # who has the station, until told otherwise
    sent = filled(values, **{part_of(values, second) + "-hasil": "sesuai"})
    assert client.post(address(coklit, second), data=sent).location == station  # the last of the route
    lines = client.get(station + "?unduh=csv").text.splitlines()
    assert [line.split(",")[-1] for line in lines[1:]] == ["dengan gawai", "dari kertas"]
    assert len(client.get(station + "?cara=kertas&unduh=csv").text.splitlines()) == 2
    days = {
        row.day: (row.houses, row.paper) for row in queries.visits_by_day(election.id, TPS, "Asia/Jakarta")
    }
    assert days[DAY] == (1, 1)
    history = Html(client.get(address(coklit, second)).text).text()
    assert "Rina Uji" in history and f"dicatat {pps.username}" in history


def test_who_may_not_record_sees_no_paper(client, login, make_account, coklit, make_voter):
    voter = make_voter()
    login(client, make_account(permissions=[READ, ASSIGN], region=VILLAGE))
    assert client.get(address(coklit, voter), check=False).status_code == 403
    links = {a.get("href") for a in Html(client.get(f"/pemilih/coklit/{coklit.id}/tps/{TPS}").text).all("a")}
    assert address(coklit, voter) not in links


def test_a_house_that_is_not_there(client, coklit, pps, make_voter):
    make_voter()
    assert client.get(f"/pemilih/coklit/{coklit.id}/tps/{TPS}/rumah/-5", check=False).status_code == 404


def test_a_house_asks_a_fixed_number_of_questions(client, coklit, pps, make_voter):
    voters = [make_voter(**FAMILY) for _ in range(8)] + [make_voter() for _ in range(8)]
    client.get(address(coklit, voters[0]))
    with count_queries(30):
        client.get(address(coklit, voters[0]))
