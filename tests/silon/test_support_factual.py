"""Supporters are visited: draws, doubles, attempts, projection, the second round (domain.md 4.3, 4.5)."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from electsys.elections.queries import by_code
from electsys.errors import Refused
from electsys.ledger import Act, Actor
from electsys.verification.models import Sample
from electsys.verification.queries import samples as shared
from electsys.verification.rules import sampling
from modules.jdih.models import Letter
from modules.silon.models import SupporterEvent
from modules.silon.operations import support_factual as factual
from modules.silon.operations import support_steps, supporters
from modules.silon.permissions import ASSIGN_VISITS, CONCLUDE, EDIT, READ, RECEIVE, SUBMIT, VISIT
from modules.silon.queries import support as queries
from modules.silon.queries import support_factual as reads
from modules.silon.rules import support as rules
from tests.silon import conftest as make
from tests.silon import pairing, supporting, visiting

NEAR, FAR = "1201011001", "1202011001"


@pytest.fixture(autouse=True)
def opened(session):
    visiting.open_stages()


@pytest.fixture
def kpu(make_account):
    """The KPU of the province in plenary, which acts for those who are supported too."""
    account = make_account(permissions=[READ, EDIT, SUBMIT, RECEIVE, CONCLUDE, ASSIGN_VISITS], region="12")
    return Actor(account.id, account.name)


@pytest.fixture
def asked(monkeypatch):
    """Let the law ask for so many supporters from so many kab/kota."""

    def ask(minimum: int, areas: int = 1) -> None:
        monkeypatch.setattr(queries, "determined_voters", lambda election, region: 10_853_940)
        monkeypatch.setattr(queries, "demand_of", lambda nomination: rules.Demand(minimum, areas, 33))

    return ask


def draw(row) -> list[Sample]:
    return factual.draw(row, actor=make.ACTOR).samples


# --- the draw ------------------------------------------------------------------------------------


def test_every_area_has_a_sample_that_anybody_draws_again(session):
    visiting.seed()
    row = visiting.in_field(session, {NEAR: 50, FAR: 1})
    supporting.supporter(session, row, "tms")
    supporting.supporter(session, row, "ms", flags=["ganda_internal"])
    near, far = draw(row)
    assert [(s.region, s.frame_size, s.size, s.method) for s in (near, far)] == [
        ("1201", 50, 44, "krejcie_morgan"),  # domain.md 3.6: 50 -> 44
        ("1202", 1, 1, "krejcie_morgan"),
    ]
    ids = [key for key, _village in reads.frames_of(row, "verfak")["1201"][reads.DPD]]
    assert near.frame_digest == sampling.frame_digest(ids)
    label = f"pemilu-2024/silon_pendukung_dpd/{row.id}/1201/1"
    drawn = sampling.draw(50, "krejcie_morgan", sampling.number_of("undian uji 31 42 7", label))
    assert [p.subject for p in visiting.people(session, near)] == [
        f"supporter:{ids[place - 1]}" for place in drawn.places
    ]
    act = session.scalars(select(Act).where(Act.verb == "silon:support:draw")).one()
    assert "44 sampel" not in str(act.details) and act.details["people"] == 45
    letter = session.get_one(Letter, act.details["letter"])
    assert near.frame_digest.hex() not in str(letter.data) and act.details["digest"] in str(letter.data)
    with pytest.raises(Refused, match="tidak ditarik dua kali"):
        draw(row)


def test_no_draw_without_a_seed_or_outside_the_step(session):
    row = visiting.in_field(session, {NEAR: 2})
    with pytest.raises(Refused, match="Bilangan undian belum"):
        draw(row)
    visiting.seed()
    with pytest.raises(Refused, match="sudah ditetapkan"):
        visiting.seed("lain")
    with pytest.raises(Refused, match="Tidak ada pendukung"):
        draw(visiting.in_field(session, {}, label="KOSONG"))
    with pytest.raises(Refused, match="Tidak ada verifikasi faktual"):
        draw(visiting.in_field(session, {NEAR: 1}, step="vermin", label="DINI"))


def test_only_the_body_of_the_area_draws(session, make_account):
    visiting.seed()
    row = visiting.in_field(session, {NEAR: 2})
    for region, permissions in (("1201", [ASSIGN_VISITS]), ("13", [ASSIGN_VISITS]), ("12", [READ, VISIT])):
        account = make_account(permissions=permissions, region=region)
        with pytest.raises(Refused):
            factual.draw(row, actor=Actor(account.id, account.name))


def test_an_independent_pair_is_a_census_by_its_own_setting(session):
    contest = pairing.pilkada(session)
    visiting.open_stages(contest.election)
    factual.set_seed(contest.election, seed="7", source="pleno", actor=make.ACTOR)
    row = make.nomination(
        session,
        kind="pasangan",
        support_state="verfak",
        region="12",
        label="PASANGAN",
        contest_id=contest.id,
        election_id=contest.election_id,
    )
    for _n in range(30):
        supporting.supporter(session, row, "ms")
    supporting.supporter(session, row, "ms", flags=["ganda_eksternal"])
    [sample] = draw(row)
    assert (sample.kind, sample.method, sample.frame_size, sample.size) == (reads.PAIRS, "sensus", 31, 31)


# --- visits --------------------------------------------------------------------------------------


def test_who_supports_two_is_asked_in_any_case_and_supports_one(session, asked):
    asked(1)
    visiting.seed()
    mine, theirs = (visiting.in_field(session, {NEAR: 3}, label=name) for name in ("SATU", "DUA"))
    first = supporting.supporter(session, mine, "ms", nik="1201011402907701")
    second = supporting.supporter(session, theirs, "ms", nik="1201011402907701")
    supporters.reflag(mine, [bytes(first.nik_index)])
    session.expire_all()
    assert first.flags == second.flags == ["ganda_eksternal"]
    by_list = {}
    for row in (mine, theirs):
        by_list[row.id] = {s.kind: s for s in draw(row)}
        assert by_list[row.id][reads.DPD].frame_size == 3
        assert by_list[row.id][reads.DOUBLE].method == "sensus"
    [at_mine] = visiting.people(session, by_list[mine.id][reads.DOUBLE])
    [at_theirs] = visiting.people(session, by_list[theirs.id][reads.DOUBLE])
    visiting.meet(at_mine, "membenarkan")
    with pytest.raises(Refused, match="mendukung calon lain"):
        visiting.meet(at_theirs, "membenarkan")
    visiting.meet(at_theirs, "menyangkal")
    visiting.visit_all(session, theirs, list(by_list[theirs.id].values()))
    session.expire_all()
    assert (first.state, first.flags) == ("ms", []), "the other row says nothing any more"
    assert second.state == "tms"
    event = session.get_one(SupporterEvent, second.event_id)
    assert (event.kind, event.reason) == ("faktual", "menyangkal")


def test_three_attempts_and_a_photo_of_whoever_was_met(session):
    visiting.seed()
    row = visiting.in_field(session, {NEAR: 3})
    [sample] = draw(row)
    one, two, _three = visiting.people(session, sample)
    with pytest.raises(Refused) as told:
        factual.record_contact(
            one, "rumah", "membenarkan", actor=make.ACTOR, visited_at=dt.datetime.now(dt.UTC)
        )
    assert told.value.field == "foto"
    visiting.meet(two, "tidak_bertemu", "tidak_bertemu")
    assert two.state == "menunggu"
    with pytest.raises(Refused, match="panggilan video"):
        visiting.meet(two, "membenarkan")
    visiting.meet(one, "tidak_bertemu", "tidak_bertemu", "tidak_bertemu")
    assert (one.state, one.reason) == ("tms", "tidak_ditemui")
    last = shared.contacts_of([one.id])[one.id][-1]
    factual.correct_contact(last, "membenarkan", "salah pilih", actor=make.ACTOR)
    assert one.state == "ms"


def test_an_area_closes_once_everybody_is_decided(session, kpu):
    visiting.seed()
    row = visiting.in_field(session, {NEAR: 3, FAR: 2})
    near, far = draw(row)
    with pytest.raises(Refused, match="3 orang belum diputus"):
        factual.close_area(row, "1201", actor=make.ACTOR)
    with pytest.raises(Refused, match="2 wilayah"):
        support_steps.conclude(row, actor=kpu)
    visiting.visit_all(session, row, [near], denied=1)
    assert (near.state, near.found_ms, near.projection) == ("ditutup", 2, 2)
    assert "menyangkal" not in str(session.get_one(Letter, near.letter_id).data)
    assert str(near.seed) in str(session.get_one(Letter, near.letter_id).data)
    with pytest.raises(Refused, match="sudah ditutup"):
        factual.close_area(row, "1201", actor=make.ACTOR)
    with pytest.raises(Refused, match="1 wilayah"):
        support_steps.conclude(row, actor=kpu)
    assert far.state == "berjalan"


# --- projection, deficit, the second round -----------------------------------------------------------


def test_projection_decides_and_not_the_rows(session, asked, kpu):
    asked(45, 2)
    visiting.seed()
    row = visiting.in_field(session, {NEAR: 50, FAR: 5})
    near, far = draw(row)
    visiting.visit_all(session, row, [near], denied=4)
    visiting.visit_all(session, row, [far], denied=5)
    assert near.projection == 50 * 40 // 44 == 45
    step = support_steps.conclude(row, reason="Sebaran kurang", actor=kpu)
    assert step.outcome == "perbaiki", "45 supporters, but from one area: the other has none left"
    assert (step.counts["counted"], step.counts["reached"]) == (45, 1)
    assert row.support_state == "perbaikan_kedua"


def test_from_the_deficit_to_the_second_round_with_its_own_frame(session, asked, kpu):
    asked(12)
    visiting.seed()
    row = visiting.in_field(session, {NEAR: 10})
    visiting.visit_all(session, row, draw(row), denied=2)
    done = support_steps.conclude(row, reason="Kurang", actor=kpu)
    assert (done.counts["counted"], done.outcome) == (8, "perbaiki")
    assert queries.repair_of(row) == rules.Repair(4, 1, 0)
    denied = next(s for s in session.query(supporting.Supporter) if s.state == "tms")
    stays = next(s for s in session.query(supporting.Supporter) if s.state == "ms")
    with pytest.raises(Refused, match="tidak dapat ditarik"):
        supporters.withdraw_supporter(stays, reason="salah", actor=kpu)
    for _n in range(3):
        supporting.supporter(session, row, round=3)
    with pytest.raises(Refused, match="paling sedikit 4 pendukung baru"):
        support_steps.hand_in(row, actor=kpu)
    supporting.supporter(session, row, round=3)
    assert queries.standing_of(row).counted == 12
    support_steps.hand_in(row, actor=kpu)
    assert row.support_state == "vermin_kedua"
    assert support_steps.conclude(row, actor=kpu).outcome == "lanjut"
    assert row.support_state == "verfak_kedua"
    [second] = draw(row)
    assert (second.round, second.frame_size) == (2, 4), "only who came with the second repair"
    assert f"supporter:{denied.id}" not in {p.subject for p in visiting.people(session, second)}
    visiting.visit_all(session, row, [second])
    end = support_steps.conclude(row, actor=kpu)
    assert (end.outcome, end.counts["counted"], row.support_state) == ("memenuhi", 12, "memenuhi")


def test_too_few_after_the_second_round_end_it(session, asked, kpu):
    asked(5)
    visiting.seed()
    row = visiting.in_field(session, {NEAR: 3}, step="verfak_kedua")
    for one in session.query(supporting.Supporter):
        one.round = 3
    session.flush()
    visiting.visit_all(session, row, draw(row), denied=1)
    assert support_steps.conclude(row, reason="Tetap kurang", actor=kpu).outcome == "tms"


def test_who_denied_is_not_handed_in_again(session, asked, kpu):
    from tests.silon.test_support import claim

    asked(9)
    visiting.seed()
    row = visiting.in_field(session, {NEAR: 2})
    supporting.supporter(session, row, "ms", nik=claim().nik)
    visiting.visit_all(session, row, draw(row), denied=3)
    support_steps.conclude(row, reason="Kurang", actor=kpu)
    with pytest.raises(Refused, match="dalam verifikasi faktual"):
        supporters.add_supporter(row, claim(), actor=kpu)


def test_a_repair_of_a_pair_asks_for_twice_what_is_lacking():
    found = rules.Repair(150, 2, 200)
    assert (found.needed, found.missing) == (300, 100)
    assert rules.Repair(150, 1, 200).missing == 0


def test_rounds_go_on_where_a_ruling_begins_anew():
    assert [rules.given_round(s, 1) for s in rules.GIVEN_IN] == [1, 2, 3]
    assert [rules.given_round(s, 2) for s in rules.GIVEN_IN] == [4, 5, 6]
    assert [rules.desk_round(s, 2) for s in rules.DESK] == [5, 6, 8]
    assert [rules.sample_round(s, 2) for s in rules.FIELD] == [3, 4]
    assert [n % 2 for n in (rules.desk_round(s, 1) for s in rules.DESK)] == [1, 0, 0]


def test_the_seed_is_one_for_every_kind(session):
    visiting.seed("7 31")
    election = by_code("pemilu-2024")
    assert {shared.seed_of(kind, election.id).seed for kind in reads.KINDS} == {"7 31"}
