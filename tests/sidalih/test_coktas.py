"""Coktas: a frozen frame, a sample that anybody draws again, and outcomes that follow the data."""

from __future__ import annotations

import csv
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from electsys.errors import Refused
from electsys.ledger import Act
from modules.jdih import Letter
from modules.sidalih.models import LimitedVisitVoter, Quarter
from modules.sidalih.operations import coktas as operations
from modules.sidalih.operations import quarters, voters
from modules.sidalih.permissions import COMPILE, DETERMINE, EDIT, READ, READ_LISTS
from modules.sidalih.queries import coktas as queries
from modules.sidalih.rules import coktas as rules
from tests.pages import Html
from tests.sidalih.conftest import OTHER_VILLAGE, VILLAGE

SEED = "6152 4316 65"
KEPT = "6152431665"


# --- the rule -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "size"),
    [(440, 205), (443, 206), (50, 44), (100, 80), (293, 166), (1000, 278), (1352, 299), (2500, 333), (1, 1)],
)
def test_the_usual_size_is_krejcie_and_morgans(frame, size):
    """domain.md 3.6: the vectors of a KPU office."""
    assert rules.usual_size(frame) == size


def test_the_draw_is_the_one_that_the_page_describes():
    keys = list(range(100, 160))
    tickets = {key: hashlib.sha256(f"{KEPT}:{key}".encode()).hexdigest() for key in keys}
    assert rules.draw(keys, KEPT, 7) == sorted(keys, key=tickets.get)[:7]
    assert rules.digest([3, 1]) == hashlib.sha256(b"3\n1\n").digest()


@given(st.sets(st.integers(1, 10**9), min_size=1, max_size=40), st.integers(1, 40), st.integers(1, 40))
def test_a_larger_sample_begins_with_the_smaller_one(keys, one, other):
    small, large = sorted((one, other))
    drawn = rules.draw(keys, KEPT, large)
    assert drawn[:small] == rules.draw(sorted(keys, reverse=True), KEPT, small)
    assert len(set(drawn)) == len(drawn) == min(large, len(keys))
    assert set(drawn) <= keys


def test_a_short_seed_is_none():
    assert rules.seed_of("123 456 789") is None
    assert rules.seed_of(SEED) == KEPT


# --- freezing, drawing, recording -----------------------------------------------------------------


@pytest.fixture
def office(actor_with):
    return actor_with(COMPILE, DETERMINE, EDIT)


@pytest.fixture
def doubtful(session, roll, make_voter):
    """Voters in doubt and one without, in a roll whose DPT is set, with an open quarter."""

    def make(count=4):
        made = [make_voter(village=VILLAGE if n % 2 else OTHER_VILLAGE) for n in range(count)]
        make_voter()
        for voter in made:
            session.execute(text("update voter set doubts = '{umur_lebih}' where id = :id"), {"id": voter.id})
        roll.state = "dpt"
        quarter = Quarter(roll_id=roll.id, year=2025, number=1, opening=count + 1)
        session.add(quarter)
        session.flush()
        session.expire_all()
        return quarter, made

    return make


@pytest.fixture
def drawn(doubtful, office):
    def make(count=4, size=2):
        quarter, made = doubtful(count)
        visit = operations.freeze_frame(quarter, actor=office)
        return operations.draw_sample(visit, SEED, size, actor=office), quarter, made

    return make


def rows_of(session, visit):
    return [row for row, _voter in session.execute(queries.sample_of(visit))]


def test_the_frame_is_who_is_in_doubt_today(session, doubtful, office, make_voter):
    quarter, made = doubtful(3)
    visit = operations.freeze_frame(quarter, actor=office)
    assert (visit.frame, visit.state, visit.seed) == (3, "kerangka", None)
    assert queries.frame_of(visit.id) == sorted(v.id for v in made)
    late = make_voter()
    session.execute(text("update voter set doubts = '{umur_lebih}' where id = :id"), {"id": late.id})
    assert late.id not in queries.frame_of(visit.id)
    [act] = session.scalars(select(Act).where(Act.verb == "sidalih:coktas:freeze"))
    assert (act.region, act.details["frame"]) == ("1201", 3)
    with pytest.raises(Refused, match="sudah mempunyai kerangka"):
        operations.freeze_frame(quarter, actor=office)


def test_the_sample_follows_from_frame_and_seed(session, drawn):
    visit, _quarter, made = drawn(5, 3)
    assert (visit.state, visit.seed, visit.size) == ("ditetapkan", KEPT, 3)
    assert [row.voter_id for row in rows_of(session, visit)] == rules.draw([v.id for v in made], KEPT, 3)
    assert [row.rank for row in rows_of(session, visit)] == [1, 2, 3]
    assert queries.drawn_again(visit)


def test_a_sample_that_was_not_drawn_so_is_seen(session, drawn, monkeypatch):
    lawful = rules.draw
    with monkeypatch.context() as patch:
        patch.setattr(rules, "draw", lambda keys, seed, size: lawful(keys, seed, len(keys))[-size:])
        visit, _quarter, made = drawn(6, 2)
    chosen = {row.voter_id for row in rows_of(session, visit)}
    assert chosen != set(lawful([v.id for v in made], KEPT, 2))
    assert not queries.drawn_again(visit)


@pytest.mark.parametrize(
    "sql",
    [
        "update limited_visit set seed = 'anotherseed'",
        "update limited_visit set state = 'kerangka', seed = null, size = null, sample_digest = null,"
        " drawn_by = null, drawn_at = null",
        "update limited_visit_voter set rank = 99 where rank = 1",
        "update limited_visit_voter set doubts = '{}' where rank is null",
        "insert into limited_visit_voter (visit_id, voter_id, province, village_code, doubts)"
        " select visit_id, voter_id + 1000000, province, village_code, doubts from limited_visit_voter"
        " limit 1",
    ],
)
def test_the_database_keeps_a_drawn_sample(session, drawn, sql):
    drawn()
    with pytest.raises(DBAPIError, match="the sample is drawn"), session.begin_nested():
        session.execute(text(sql))


def test_what_stands_in_the_way_of_a_draw(session, doubtful, office, actor_with):
    quarter, _made = doubtful(3)
    with pytest.raises(Refused, match="Hak akun"):
        operations.freeze_frame(quarter, actor=actor_with(DETERMINE))
    visit = operations.freeze_frame(quarter, actor=office)
    with pytest.raises(Refused, match="Hak akun"):
        operations.draw_sample(visit, SEED, 1, actor=actor_with(COMPILE))
    with pytest.raises(Refused, match="paling sedikit 10") as refused:
        operations.draw_sample(visit, "12345", 1, actor=office)
    assert refused.value.field == "seed"
    for size in (0, 4):
        with pytest.raises(Refused, match="1 sampai 3"):
            operations.draw_sample(visit, SEED, size, actor=office)
    operations.draw_sample(visit, SEED, 1, actor=office)
    with pytest.raises(Refused, match="sudah diundi"):
        operations.draw_sample(visit, "0000000000", 1, actor=office)


def test_a_frame_is_given_up_and_made_anew(session, doubtful, office):
    quarter, _made = doubtful(2)
    first = operations.freeze_frame(quarter, actor=office)
    operations.discard_frame(first, "Data Dukcapil baru datang", actor=office)
    second = operations.freeze_frame(quarter, actor=office)
    assert queries.visit_of(quarter.id).id == second.id
    assert first.state == "dibuang"
    quarters.close_quarter(quarter, actor=office)
    with pytest.raises(Refused, match="sudah ditetapkan"):
        operations.draw_sample(second, SEED, 1, actor=office)


def test_nothing_in_doubt_is_no_frame(session, doubtful, office):
    quarter, _made = doubtful(0)
    with pytest.raises(Refused, match="tidak ada yang perlu didatangi"):
        operations.freeze_frame(quarter, actor=office)


def test_an_outcome_follows_the_data(session, drawn, office):
    visit, quarter, made = drawn(4, 3)
    first, second, third = rows_of(session, visit)
    people = {v.id: v for v in made}
    operations.record_outcome(visit, first, "sesuai", actor=office)
    with pytest.raises(Refused, match="belum dicoret") as refused:
        operations.record_outcome(visit, second, "tms", actor=office)
    assert refused.value.field == "outcome"
    voters.strike_voter(
        people[second.voter_id], "1", actor=office, action="update_strike", reason="Akta kematian"
    )
    operations.record_outcome(visit, second, "tms", actor=office)
    with pytest.raises(Refused, match="belum diubah"):
        operations.record_outcome(visit, third, "ubah", actor=office)
    with pytest.raises(Refused, match="mengapa") as refused:
        operations.record_outcome(visit, third, "tidak_ditemui", note=" ", actor=office)
    assert refused.value.field == "note"
    operations.record_outcome(visit, third, "tidak_ditemui", note="Rumah kosong, dua kali", actor=office)
    found = queries.found_in(visit.id)
    assert (found.outcomes, found.left, found.done) == ({"sesuai": 1, "tms": 1, "tidak_ditemui": 1}, 0, 3)
    acts = session.scalars(select(Act).where(Act.verb == "sidalih:coktas:record").order_by(Act.id)).all()
    assert [act.details["outcome"] for act in acts] == ["sesuai", "tms", "tidak_ditemui"]
    outside = session.scalars(
        select(LimitedVisitVoter).where(
            LimitedVisitVoter.visit_id == visit.id, LimitedVisitVoter.rank.is_(None)
        )
    ).one()
    with pytest.raises(Refused, match="tidak termasuk sampel"):
        operations.record_outcome(visit, outside, "sesuai", actor=office)
    session.refresh(quarter)
    quarters.close_quarter(quarter, actor=office)
    said = session.get(Letter, quarter.letter_id).data["paragraphs"][-1]
    assert "3 dari 3 pemilih sampel didatangi" in said
    assert f"dengan benih {KEPT}" in said and "tidak memenuhi syarat 1" in said
    with pytest.raises(Refused, match="sudah ditetapkan"):
        operations.record_outcome(visit, first, "sesuai", actor=office)


def test_who_records_holds_the_village(session, drawn, actor_with):
    visit, _quarter, _made = drawn(4, 4)
    row = next(r for r in rows_of(session, visit) if r.village_code == VILLAGE)
    with pytest.raises(Refused, match="Hak akun"):
        operations.record_outcome(visit, row, "sesuai", actor=actor_with(EDIT, region=OTHER_VILLAGE))
    operations.record_outcome(visit, row, "sesuai", actor=actor_with(EDIT, region=VILLAGE))
    assert row.outcome == "sesuai"


def test_the_second_lock_shows_a_village_its_own_rows(session, drawn):
    visit, _quarter, _made = drawn(4, 4)
    session.execute(text("select set_config('app.scope', :s, true)"), {"s": VILLAGE})
    count = "select count(*) from limited_visit_voter where visit_id = :v"
    assert session.execute(text(count), {"v": visit.id}).scalar_one() == 2
    session.execute(text("select set_config('app.scope', '3171', true)"))
    assert session.execute(text(count), {"v": visit.id}).scalar_one() == 0


# --- pages ---------------------------------------------------------------------------------------


@pytest.fixture
def officer(client, login, make_account, session):
    account = make_account(permissions=[READ, READ_LISTS, COMPILE, DETERMINE, EDIT], region="1201")
    session.commit()
    login(client, account)
    return account


def test_from_the_frame_to_the_outcome_page_by_page(client, session, roll, doubtful, officer):
    quarter, _made = doubtful(3)
    session.commit()
    base = f"/pemilih/{roll.id}/coktas"
    assert "Bekukan kerangka triwulan I 2025" in Html(client.get(base).text).text()
    waits = client.submit(client.get(base), base)
    visit = queries.visit_of(quarter.id)
    assert waits.location.endswith(f"/coktas/{visit.id}")
    url = f"/pemilih/coktas/{visit.id}"
    page = client.get(url)
    assert Html(page.text).by_id("size").get("value") == "3"
    short = client.submit(page, f"{url}/undi", seed="12345", size="2")
    assert short.status_code == 422
    assert client.submit(page, f"{url}/undi", seed=SEED, size="2").status_code == 302
    page = client.get(url)
    text_of = Html(page.text).text()
    assert "sampelnya sama" in text_of and KEPT in text_of and "2 belum didatangi" in text_of
    session.expire_all()
    row = rows_of(session, visit)[0]
    one = f"{url}/{row.voter_id}"
    wrong = client.submit(client.get(one), one, outcome="tms")
    assert wrong.status_code == 422 and "belum dicoret" in Html(wrong.text).text()
    done = client.submit(client.get(one), one, outcome="sesuai")
    assert done.status_code == 302
    assert "1 sesuai" in Html(client.get(url).text).text()
    assert "Sesuai" in client.get(f"{url}?unduh=csv").text
    lines = list(csv.DictReader(client.get(f"{url}/kerangka.csv").text.splitlines()))
    assert [int(line["nomor_baris"]) for line in lines] == queries.frame_of(visit.id)
    by_ticket = sorted(lines, key=lambda line: line["tiket"])
    assert [line["urutan_undian"] for line in by_ticket] == ["1", "2", ""]
    tickets = [hashlib.sha256(f"{KEPT}:{line['nomor_baris']}".encode()).hexdigest() for line in by_ticket]
    assert [line["tiket"] for line in by_ticket] == tickets
    assert "Sampel coktas triwulan ini" in client.get(f"/pemilih/pdpb/{quarter.id}").text


def test_a_reader_sees_the_sample_and_no_button(client, session, login, make_account, drawn):
    visit, _quarter, _made = drawn()
    login(client, make_account(permissions=[READ], region="1201"))
    session.commit()
    page = Html(client.get(f"/pemilih/coktas/{visit.id}").text)
    assert not [f for f in page.all("form") if f.get("method") == "post" and page.within(f, "main")]
    login(client, make_account(permissions=[READ], region="3171"))
    assert client.get(f"/pemilih/coktas/{visit.id}", check=False).status_code in (403, 404)
