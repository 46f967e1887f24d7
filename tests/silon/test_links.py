"""The links that the law demands (domain.md 11, X4-X8): flags come, go, and are never stale."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from electsys.elections.setup import create_election
from electsys.errors import Refused
from electsys.ledger import Actor
from modules.silon.checking import age_day, facts_of, findings_of, law_of
from modules.silon.claims import claim_of
from modules.silon.models import Candidate, CandidateFlagEvent, Nomination
from modules.silon.operations import candidates, links
from modules.silon.operations.candidate_events import move_candidate
from tests.sidalih.conftest import store as store_voter
from tests.silon import conftest as make
from tests.silon.filing import open_stage
from tests.sipol import conftest as parties

NIK = "1201011705804999"
SPEAKS = ("baru", "ms", "bms", "dcs", "dct")
GONE = ("ditarik", "diganti", "meninggal", "mengundurkan_diri")


@pytest.fixture
def clerk(make_account):
    """Who may fill any list: a system may not withdraw anybody."""
    account = make_account(permissions=["silon:list:edit"])
    return Actor(account.id, account.username)


def flags(session, *rows):
    session.expire_all()
    return [list(row.flags) for row in rows]


def put_up(session, of=None, **changes) -> Candidate:
    """Somebody on a list (a new party's, unless given), put up by the operation."""
    of = of or make.nomination(session)
    open_stage(session, of)
    return candidates.add_candidate(of, make.claim(**changes), actor=make.ACTOR)


def history(session, row):
    return session.execute(
        select(CandidateFlagEvent.flag, CandidateFlagEvent.raised)
        .where(CandidateFlagEvent.candidate_id == row.id)
        .order_by(CandidateFlagEvent.id)
    ).all()


# --- doubles --------------------------------------------------------------------------------------


def test_the_same_person_in_two_parties_is_flagged_on_both_sides(session):
    first, second = put_up(session, nik=NIK), put_up(session, nik=NIK)
    other = put_up(session)
    assert flags(session, first, second, other) == [["ganda_calon"], ["ganda_calon"], []]
    [finding] = findings_of(first.nomination)
    assert (finding.code, finding.severity, finding.numbers) == ("ganda_calon", "bms", (1,))


def test_a_double_goes_when_one_side_is_withdrawn_and_the_past_stays(session, clerk):
    first, second = put_up(session, nik=NIK), put_up(session, nik=NIK)
    candidates.withdraw_candidate(second, reason="Mundur", actor=clerk)
    assert flags(session, first, second) == [[], []]
    assert history(session, first) == [("ganda_calon", True), ("ganda_calon", False)]
    causes = session.scalars(
        select(CandidateFlagEvent.cause).where(CandidateFlagEvent.candidate_id == first.id)
    ).all()
    assert set(causes) == {f"candidate:{second.id}"}


def test_a_changed_nik_frees_the_one_and_meets_the_other(session):
    first, second, third = put_up(session, nik=NIK), put_up(session, nik=NIK), put_up(session)
    said = claim_of(second).with_changes({"nik": claim_of(third).nik})
    candidates.change_candidate(second, said, actor=make.ACTOR)
    assert flags(session, first, second, third) == [[], ["ganda_calon"], ["ganda_calon"]]


@pytest.mark.parametrize("kind", ["perseorangan", "pasangan"])
def test_dpd_and_pairs_meet_lists(session, kind):
    first = put_up(session, nik=NIK)
    second = make.candidate(session, make.nomination(session, kind=kind), nik=NIK)
    assert flags(session, first, second) == [["ganda_calon"], ["ganda_calon"]]


def test_another_dapil_of_the_same_party_is_a_double_too(session):
    party = make.participant(session)
    first = put_up(session, make.nomination(session, of=party), nik=NIK)
    second = put_up(session, make.nomination(session, of=party, place="1201"), nik=NIK)
    assert flags(session, first, second) == [["ganda_calon"], ["ganda_calon"]]


def test_twice_in_one_list_is_told_by_the_list(session):
    of = make.nomination(session)
    first, second = (put_up(session, of, nik=NIK, name="A") for _ in range(2))
    put_up(session, of, sex="P")
    assert flags(session, first, second) == [[], []]
    assert [(f.code, f.numbers) for f in findings_of(of)] == [("ganda_daftar", (1, 2))]


def test_an_election_of_the_same_day_meets_and_a_rehearsal_does_not(session, election):
    day = election.voting_day
    other = create_election(
        "pilkada-uji", name="Pilkada Uji", kind="pilkada", voting_day=day, source=election, actor=make.ACTOR
    )
    rehearsal = create_election(
        "gladi-uji", name="Gladi", kind="simulasi", voting_day=day, source=election, actor=make.ACTOR
    )
    first = put_up(session, nik=NIK)
    away, meant = (
        make.candidate(
            session, make.nomination(session, kind="pasangan", election_id=where.id, region="12"), nik=NIK
        )
        for where in (rehearsal, other)
    )
    assert flags(session, first, away, meant) == [["ganda_calon"], [], ["ganda_calon"]]


@pytest.mark.parametrize("end", ["ditarik", "tms"])
def test_a_nomination_that_ends_says_nothing_and_speaks_again_when_reopened(session, end):
    first, second = put_up(session, nik=NIK), put_up(session, nik=NIK)
    for state, expected in ((end, []), ("vermin", ["ganda_calon"])):
        session.execute(update(Nomination).where(Nomination.id == second.nomination_id).values(state=state))
        assert flags(session, first) == [expected]


def test_who_died_or_was_replaced_bears_no_flag_and_raises_none(session):
    first = make.candidate(session, make.nomination(session, "dcs"), "dcs", nik=NIK)
    second = make.candidate(session, make.nomination(session, "dcs"), "dcs", nik=NIK)
    assert flags(session, first, second) == [["ganda_calon"], ["ganda_calon"]]
    move_candidate(second, "die", kind="coret", reason="akta kematian", actor=make.ACTOR)
    assert flags(session, first, second) == [[], []]


def test_one_identity_under_two_niks_is_a_warning(session):
    same = {"name": "SITI AMINAH", "sex": "P"}
    first = put_up(session, **same)
    second = put_up(session, **same | {"name": "Siti  Aminah"})
    third = put_up(session, **same | {"born": dt.date(1981, 5, 17)})
    assert flags(session, first, second, third) == [["potensi_ganda"], ["potensi_ganda"], []]
    [finding] = findings_of(first.nomination)
    assert finding.severity == "peringatan"


def test_the_same_nik_and_identity_is_a_double_not_a_warning(session):
    first = put_up(session, nik=NIK, name="SITI AMINAH")
    second = put_up(session, nik=NIK, name="SITI AMINAH")
    assert flags(session, first, second) == [["ganda_calon"], ["ganda_calon"]]


def test_a_row_without_nik_meets_by_identity(session):
    first = put_up(session, name="SITI AMINAH", born=dt.date(1980, 5, 17))
    second = make.candidate(
        session, make.nomination(session), nik="", name="SITI AMINAH", born=dt.date(1980, 5, 17)
    )
    assert second.nik_index is None
    assert flags(session, first, second) == [["potensi_ganda"], ["potensi_ganda"]]


# --- membership -----------------------------------------------------------------------------------


def test_a_member_of_the_party_is_one(session):
    party = make.participant(session)
    parties.member(session, party, nik=NIK)
    inside = put_up(session, make.nomination(session, of=party), nik=NIK)
    outside = put_up(session, make.nomination(session, of=party, place="1201"))
    assert flags(session, inside, outside) == [[], ["bukan_anggota"]]


def test_a_party_whose_members_are_not_known_is_not_judged(session):
    assert flags(session, put_up(session)) == [[]]


@pytest.mark.parametrize("state", ["tms"])
def test_a_row_that_was_struck_is_no_membership(session, state):
    party = make.participant(session)
    parties.member(session, party)
    parties.member(session, party, state, nik=NIK)
    assert flags(session, put_up(session, make.nomination(session, of=party), nik=NIK)) == [["bukan_anggota"]]


def test_a_member_of_another_party(session):
    party, other = make.participant(session), make.participant(session)
    parties.member(session, other, nik=NIK)
    parties.member(session, party, nik=NIK)
    row = put_up(session, make.nomination(session, of=party), nik=NIK)
    assert flags(session, row) == [["anggota_lain"]]
    disputed = parties.member(session, make.participant(session))
    session.execute(
        text("update party_member set response_id = 1 where id = :i and false"), {"i": disputed.id}
    )
    assert flags(session, row) == [["anggota_lain"]]


def test_a_recheck_finds_what_sipol_learnt_since(session, election):
    party = make.participant(session)
    row = put_up(session, make.nomination(session, of=party), nik=NIK)
    parties.member(session, party)
    assert flags(session, row) == [[]]
    counts = links.recheck(election.id, actor=make.ACTOR)
    assert counts == {"candidates": 1, "raised": 1, "cleared": 0}
    parties.member(session, party, nik=NIK)
    row = session.scalars(select(Candidate)).one()
    assert links.recheck(election.id, actor=make.ACTOR)["cleared"] == 1
    assert session.scalars(select(Candidate)).one().flags == []


# --- the voter list -------------------------------------------------------------------------------


def test_a_candidate_is_a_voter_anywhere(session, election):
    store_voter(session, election, "1201011001001", nik="1201010101807001")
    missing = put_up(session)
    assert flags(session, missing) == [["bukan_pemilih"]]
    store_voter(session, election, "1201011001001", nik=NIK)
    assert flags(session, put_up(session, nik=NIK)) == [[]]


def test_where_there_is_no_list_yet_nobody_is_blamed(session, election):
    store_voter(session, election, "1201011001001", nik="1201010101807001")
    assert flags(session, put_up(session, residence_code="3273")) == [[]]


# --- of itself ------------------------------------------------------------------------------------


def test_ages_are_measured_on_the_last_day_of_the_stage_that_the_setting_names(session, election):
    assert age_day(election.id, "penetapan_dct") == dt.date(2023, 11, 3)
    assert age_day(election.id, "pemungutan") == dt.date(2024, 2, 14)
    law = law_of(election.id)
    assert (law.age, law.age_on, law.rounding, law.zipper) == (21, dt.date(2023, 11, 3), "half_up", 3)
    assert law.articles["kuota_perempuan"] == "UU 7/2017:245"


def test_twenty_years_and_364_days_forbids_a_submission(session):
    of = make.nomination(session)
    put_up(session, of, born=dt.date(2002, 11, 3), sex="P")
    young = put_up(session, of, born=dt.date(2002, 11, 4))
    assert flags(session, young) == [["usia"]]
    assert [(f.code, f.severity, f.numbers) for f in findings_of(of)] == [("usia", "tolak", (2,))]
    older = claim_of(young).with_changes({"birth_date": dt.date(2002, 11, 3), "nik": "1201010311024888"})
    candidates.change_candidate(young, older, actor=make.ACTOR)
    assert flags(session, young) == [[]]


def test_an_occupation_asks_for_a_resignation(session):
    row = put_up(session, occupation="Karyawan BUMN")
    assert flags(session, row) == [["pekerjaan"]]
    candidates.change_candidate(
        row, claim_of(row).with_changes({"conditions": ("mengundurkan_diri",)}), actor=make.ACTOR
    )
    assert flags(session, row) == [[]]
    assert flags(session, put_up(session, occupation="PENSIUNAN PNS")) == [[]]


@pytest.mark.parametrize(
    "nik",
    ["1201011605804999", "1201015705804999", "9801011705804999", "1201011705800000"],
    ids=["other day", "other sex", "no such place", "no serial"],
)
def test_an_odd_nik_is_to_be_looked_at(session, nik):
    assert flags(session, put_up(session, nik=nik)) == [["nik"]]


def test_an_own_flag_stays_while_others_come_and_go(session, clerk):
    first = put_up(session, nik=NIK, occupation="POLISI")
    second = put_up(session, nik=NIK)
    assert flags(session, first) == [["ganda_calon", "pekerjaan"]]
    candidates.withdraw_candidate(second, reason="Mundur", actor=clerk)
    assert flags(session, first) == [["pekerjaan"]]


# --- what a list waits for ------------------------------------------------------------------------


def test_facts_come_from_the_dapil_and_the_party(session):
    local = make.participant(session, region="11")
    of = make.nomination(session, of=local)
    facts = facts_of(of, [])
    assert (facts.seats, facts.chamber, facts.region, facts.party_region) == (10, "dpr", "", "11")
    assert {f.code for f in findings_of(of)} == {"partai_lokal", "kosong"}


def test_a_draft_without_nik_cannot_be_submitted(session):
    of = make.nomination(session)
    make.candidate(session, of, nik="")
    assert [f.code for f in findings_of(of)] == ["nik_kosong"]
    with pytest.raises(IntegrityError, match="has a NIK"), session.begin_nested():
        session.execute(update(Nomination).where(Nomination.id == of.id).values(state="diajukan"))


# --- from zero ------------------------------------------------------------------------------------


def from_zero(session) -> dict[int, set[str]]:
    """The flags of every row by domain.md 11, read from all rows at once and by nothing of the program."""
    rows = session.execute(
        text(
            "select c.id, c.state, c.party_id, c.nomination_id, c.nik_index, c.identity_index,"
            " n.state as ended, c.occupation, c.birth_year"
            " from candidate c join nomination n on n.id = c.nomination_id"
        )
    ).all()
    members = session.execute(text("select party_id, nik_index, state from party_member")).all()
    active = [m for m in members if m.state not in ("ditarik", "tms")]
    found = {}
    for a in rows:
        said = set()
        for b in rows:
            if b.id == a.id or b.state not in SPEAKS or b.ended in ("tms", "ditarik"):
                continue
            if a.nik_index == b.nik_index:
                said |= {"ganda_calon"} if a.nomination_id != b.nomination_id else set()
            elif a.identity_index == b.identity_index:
                said.add("potensi_ganda")
        mine = {m.nik_index for m in active if m.party_id == a.party_id}
        if mine and a.nik_index not in mine:
            said.add("bukan_anggota")
        if any(m.nik_index == a.nik_index and m.party_id != a.party_id for m in active):
            said.add("anggota_lain")
        if a.occupation == "TNI":
            said.add("pekerjaan")
        if a.birth_year > 2002:
            said.add("usia")
        found[a.id] = set() if a.state in GONE else said
    return found


@pytest.mark.parametrize("seed", range(4))
def test_flags_are_what_a_reading_from_zero_says(session, seed, clerk):
    chance = random.Random(seed)
    sides = [make.participant(session) for _ in range(3)]
    niks = [f"12010117058041{n:02}" for n in range(5)]
    for party in sides[:2]:
        for nik in chance.sample(niks, 3):
            parties.member(session, party, nik=nik)
    lists = [make.nomination(session, of=party, place=place) for party in sides for place in ("1201", "1202")]
    open_stage(session, lists[0])

    def said(**more):
        return make.claim(
            **{
                "nik": chance.choice(niks),
                "name": chance.choice(("ALI", "BUDI")),
                "occupation": chance.choice(("PETANI", "TNI")),
            }
            | more
        )

    for _step in range(25):
        rows = session.scalars(
            select(Candidate).where(Candidate.state == "baru").order_by(Candidate.id)
        ).all()
        what = chance.random()
        if what < 0.5 or not rows:
            of = chance.choice([each for each in lists if each.state == "persiapan"])
            candidates.add_candidate(of, said(), actor=make.ACTOR)
        elif what < 0.75:
            row = chance.choice(rows)
            if row.nomination.state == "persiapan":
                candidates.change_candidate(row, said(), actor=make.ACTOR)
        elif what < 0.95:
            row = chance.choice(rows)
            if row.nomination.state == "persiapan":
                candidates.withdraw_candidate(row, reason="uji", actor=clerk)
        else:
            of = chance.choice(lists)
            if len([each for each in lists if each.state == "persiapan"]) > 2:
                of.state = "ditarik"
                session.flush()
        session.expire_all()
        now = {row.id: set(row.flags) for row in session.scalars(select(Candidate))}
        assert now == from_zero(session)
    assert any(now.values())
    # the history adds up to what stands
    told: dict[int, set[str]] = {key: set() for key in now}
    for event in session.scalars(select(CandidateFlagEvent).order_by(CandidateFlagEvent.id)):
        assert (event.flag in told[event.candidate_id]) is not event.raised
        (told[event.candidate_id].add if event.raised else told[event.candidate_id].discard)(event.flag)
    assert told == now


def test_a_list_that_is_locked_is_not_touched(session):
    of = make.nomination(session, "vermin")
    with pytest.raises(Refused):
        candidates.add_candidate(of, make.claim(), actor=make.ACTOR)
