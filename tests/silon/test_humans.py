"""One human is one human by person, not by number alone: merges and their undoing reach every flag."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from electsys.identity.models import IdentityConflict, Person
from electsys.identity.operations.persons import Claim, find_or_claim_person, merge_people, part_people
from modules.silon.models import Candidate, CandidateFlagEvent
from modules.silon.operations.candidate_events import move_candidate
from modules.silon.operations.merges import merge_persons, part_persons
from modules.silon.queries import links
from tests.silon import conftest as make
from tests.silon import staging

BORN = dt.date(1979, 3, 4)
NIKS = ("1201010403790001", "3201010403790002")


@pytest.fixture
def two(session):
    """One name and birth date with two NIKs, on the lists of two parties."""
    rows = [
        make.candidate(session, make.nomination(session, place=place), nik=nik, name="SITI SERUPA", born=BORN)
        for nik, place in zip(NIKS, (make.DAPIL, "3201"), strict=True)
    ]
    session.expire_all()
    return rows


def flags(session, *rows):
    session.flush()
    session.expire_all()
    return [sorted(set(row.flags) & {"ganda_calon", "potensi_ganda"}) for row in rows]


def test_a_merge_makes_a_double_of_what_may_be_one_and_its_undoing_takes_it_back(session, two):
    assert flags(session, *two) == [["potensi_ganda"]] * 2
    who = staging.member(session)
    merge = merge_persons(two[1].person_id, two[0].person_id, reason="KTP-el diperiksa", actor=who)
    assert flags(session, *two) == [["ganda_calon"]] * 2
    [other] = links.others([two[0].id])[two[0].id]
    assert (other.candidate_id, other.same) == (two[1].id, "orang")
    part_persons(merge, reason="keliru", actor=who)
    assert flags(session, *two) == [["potensi_ganda"]] * 2
    events = session.scalars(
        select(CandidateFlagEvent)
        .where(CandidateFlagEvent.candidate_id == two[0].id)
        .order_by(CandidateFlagEvent.id)
    ).all()
    assert [(e.flag, e.raised) for e in events if e.flag == "ganda_calon"] == [
        ("ganda_calon", True),
        ("ganda_calon", False),
    ]


def test_a_merge_made_elsewhere_reaches_the_candidates_too(session, two):
    """As the queue of identity or the doubles of the voter list do it; over two steps, and back."""
    third = make.candidate(
        session, make.nomination(session, place="3202"), nik="3201010403790003", name="SITI LAIN", born=BORN
    )
    session.flush()
    first = merge_people(two[1].person_id, two[0].person_id, actor=make.ACTOR)
    assert flags(session, *two, third) == [["ganda_calon"], ["ganda_calon"], []]
    merge_people(two[0].person_id, third.person_id, actor=make.ACTOR)
    assert flags(session, *two, third) == [["ganda_calon"]] * 3
    assert {two[0].leads_to, two[1].leads_to, third.leads_to} == {third.person_id, None}
    part_people(first, actor=make.ACTOR, reason="keliru")
    assert flags(session, *two, third) == [
        ["ganda_calon", "potensi_ganda"],
        ["potensi_ganda"],
        ["ganda_calon"],
    ]


def test_who_leaves_a_list_is_no_double_of_oneself(session, two):
    merge_people(two[1].person_id, two[0].person_id, actor=make.ACTOR)
    who = staging.member(session, "admin_parpol_pusat", party=two[1].party_id)
    move_candidate(two[1], "withdraw", kind="tarik", reason="mundur", actor=who)
    assert flags(session, *two) == [[], []]


def claim(nik, name="SITI SERUPA", born=BORN):
    return Claim(subject="voter:1", name=name, nik=nik, birth_date=born, sex="L")


def test_a_number_of_a_merged_person_leads_to_who_stands_now(session, two):
    kept, gone = two[0].person_id, two[1].person_id
    sex = session.get_one(Person, gone).sex
    merge = merge_people(gone, kept, actor=make.ACTOR)
    count = session.query(Person).count()
    again = find_or_claim_person(Claim(**claim(NIKS[1]).__dict__ | {"sex": sex}), actor=make.ACTOR)
    assert (again.person.id, again.new, again.conflict) == (kept, False, None)
    odd = find_or_claim_person(
        Claim(**claim(NIKS[1], name="SITI SERUPPA").__dict__ | {"sex": sex}), actor=make.ACTOR
    )
    assert (odd.person.id, odd.new, odd.conflict.person_id) == (kept, False, kept)
    assert session.query(Person).count() == count
    part_people(merge, actor=make.ACTOR, reason="keliru")
    back = find_or_claim_person(Claim(**claim(NIKS[1]).__dict__ | {"sex": sex}), actor=make.ACTOR)
    assert (back.person.id, back.new) == (gone, False)


def test_another_human_with_a_merged_number_gets_a_row_and_a_conflict(session, two):
    merge_people(two[1].person_id, two[0].person_id, actor=make.ACTOR)
    found = find_or_claim_person(claim(NIKS[1], name="BUDI BEDA", born=dt.date(1990, 1, 1)), actor=make.ACTOR)
    assert found.new
    assert (found.conflict.person_id, found.conflict.other_id) == (two[0].person_id, found.person.id)
    assert session.scalars(select(IdentityConflict)).one() == found.conflict


def test_two_candidacies_of_a_merged_number_are_one_person(session, two):
    merge_people(two[1].person_id, two[0].person_id, actor=make.ACTOR)
    third = make.candidate(
        session, make.nomination(session, place="3202"), nik=NIKS[1], name="SITI SERUPA", born=BORN
    )
    session.expire_all()
    assert session.get_one(Candidate, third.id).person_id == two[0].person_id
