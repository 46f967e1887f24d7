"""Persons of candidates who may be one human: found, merged, parted, kept apart."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from electsys.errors import Refused
from electsys.identity.models import IdentityConflict, Person
from electsys.identity.queries.persons import person
from electsys.ledger import Act
from modules.silon.models import Candidate, CandidateFlagEvent
from modules.silon.operations.merges import keep_apart, merge_persons, part_persons
from modules.silon.queries import merges as queries
from tests.pages import Html, count_queries
from tests.silon import conftest as make
from tests.silon import staging

BORN = dt.date(1979, 3, 4)
NIKS = ("1201010403790001", "3201010403790002")


@pytest.fixture
def two(session):
    """One name and birth date with two NIKs, on two lists."""
    rows = [
        make.candidate(session, make.nomination(session, place=place), nik=nik, name="SITI SERUPA", born=BORN)
        for nik, place in zip(NIKS, (make.DAPIL, "3201"), strict=True)
    ]
    session.expire_all()
    return sorted(rows, key=lambda row: row.person_id)


def found(session, election):
    return [(r.low, r.high, r.same) for r in session.execute(queries.pairs(election))]


def test_equal_names_and_birth_dates_with_two_niks_are_found(session, election, two):
    first, second = two
    make.candidate(session, first.nomination, nik="1201010403790009", name="NAMA LAIN", born=BORN)
    assert found(session, election) == [(first.person_id, second.person_id, "identitas")]


def test_one_nik_of_two_persons_is_found_and_waits_for_the_queue_of_identity(session, election):
    first = make.candidate(session, make.nomination(session), nik=NIKS[0], name="ANDI SATU", born=BORN)
    second = make.candidate(
        session, make.nomination(session, place="3201"), nik=NIKS[0], name="BUDI LAIN",
        born=dt.date(1990, 1, 1),
    )  # fmt: skip
    low, high = sorted((first.person_id, second.person_id))
    assert low != high
    assert found(session, election) == [(low, high, "nik")]
    assert session.scalars(select(IdentityConflict)).one().state == "terbuka"
    with pytest.raises(Refused, match="benturan identitas"):
        merge_persons(high, low, reason="sama", actor=staging.member(session))
    assert session.get_one(Person, high).redirect_to is None


def test_a_merge_moves_the_candidacies_and_is_undone(session, election, two):
    first, second = two
    low, high = first.person_id, second.person_id
    who = staging.member(session)
    merge = merge_persons(high, low, reason=" KTP-el\n diperiksa ", actor=who)
    assert person(high).id == low
    assert {first.person_id, second.person_id} == {low}
    assert found(session, election) == []
    act = session.scalars(select(Act).where(Act.verb == queries.MERGE)).one()
    assert act.reason == "KTP-el diperiksa"
    assert act.details["candidates"] == [second.id]
    part_persons(merge, reason="keliru", actor=who)
    session.expire_all()
    assert (first.person_id, second.person_id) == (low, high)
    assert session.get_one(Person, high).redirect_to is None
    assert found(session, election) == [(low, high, "identitas")]
    with pytest.raises(Refused):
        part_persons(merge, reason="lagi", actor=who)


def test_flags_are_judged_anew_at_a_merge(session, two):
    first, second = two
    second.flags = []  # as if something had been missed
    session.flush()
    merge = merge_persons(second.person_id, first.person_id, reason="sama", actor=staging.member(session))
    session.expire_all()
    assert "ganda_calon" in second.flags
    causes = session.scalars(
        select(CandidateFlagEvent.cause).where(CandidateFlagEvent.candidate_id == second.id)
    ).all()
    assert causes and merge.id


def test_two_humans_wait_no_longer(session, election, two):
    first, second = two
    keep_apart(second.person_id, first.person_id, reason="dua KTP-el", actor=staging.member(session))
    assert found(session, election) == []
    assert first.person_id != second.person_id


def test_only_the_members_of_kpu_ri_decide_and_say_why(session, two):
    first, second = two
    for role, region, party in (
        ("anggota_kpu_prov", "12", None),
        ("operator_kpu_ri", "", None),
        ("admin_parpol_pusat", "", first.party_id),
    ):
        with pytest.raises(Refused) as stopped:
            merge_persons(
                second.person_id,
                first.person_id,
                reason="x",
                actor=staging.member(session, role, region, party),
            )
        assert stopped.value.status == 403
    with pytest.raises(Refused) as stopped:
        merge_persons(second.person_id, first.person_id, reason="  ", actor=staging.member(session))
    assert stopped.value.field == "reason"
    assert first.person_id != second.person_id


def test_the_pages_show_masked_numbers_merge_and_undo(client, session, login, make_account, two):
    first, second = two
    low, high, key = first.person_id, second.person_id, second.id
    session.commit()
    login(client, make_account("anggota_kpu_ri"))
    client.get("/calon/orang-ganda")
    with count_queries(25):
        listed = client.get("/calon/orang-ganda").text
    assert "SITI SERUPA" in listed
    address = f"/calon/orang-ganda/{low}/{high}"
    page = client.get(address).text
    text = Html(page).text()
    assert "1201**********01" in text and "3201**********02" in text
    assert not any(nik in page + listed for nik in NIKS)
    assert client.post(address, data={"decision": "first", "reason": " "}).status_code == 422
    answer = client.post(address, data={"decision": "first", "reason": "KTP-el diperiksa"})
    assert answer.status_code == 303
    session.expire_all()
    assert session.get_one(Candidate, key).person_id == low
    made = client.get(answer.location).text
    assert "KTP-el diperiksa" in made and not any(nik in made for nik in NIKS)
    assert client.post(answer.location, data={"reason": "keliru"}).status_code == 303
    session.expire_all()
    assert session.get_one(Candidate, key).person_id == high
    assert "dibatalkan" in client.get("/calon/orang-ganda").text


def test_nobody_else_opens_the_pages(client, session, login, make_account, two):
    session.commit()
    for role, region, party in (
        ("anggota_kpu_prov", "12", None),
        ("admin_parpol_pusat", "", two[0].party_id),
    ):
        login(client, make_account(role, region, party=party))
        assert client.get("/calon/orang-ganda").status_code == 403
        client.post("/keluar")
