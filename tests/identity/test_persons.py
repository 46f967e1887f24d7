"""People: one row a human, conflicts, merges, and who sees whom."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from flask import g, request_finished
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from electsys.errors import Refused
from electsys.identity.models import Person, PersonMerge
from electsys.identity.operations.persons import (
    Claim,
    decide_conflict,
    find_or_claim_person,
    merge_people,
    part_people,
)
from electsys.identity.queries.persons import merges_of, person
from electsys.ledger import Actor
from electsys.privacy import blind_index, unseal_fields

ACTOR = Actor.system("uji")
SITI = Claim(
    "voter:1",
    "Siti Aminah",
    nik="1201014101900001",
    nkk="1201010101100001",
    birth_date=dt.date(1990, 1, 1),
    sex="P",
    home_region="1201012001",
)


def claim(**changed):
    return find_or_claim_person(replace(SITI, **changed), actor=ACTOR)


def test_a_new_person_is_sealed_and_found_by_number(session):
    made = claim()
    assert made.new
    assert made.conflict is None
    row = session.execute(text("select * from person where id = :i"), {"i": made.person.id}).mappings().one()
    assert "1201014101900001" not in str(dict(row))
    assert row["birth_year"] == 1990
    opened = unseal_fields(made.person.sealed, table="person", row=made.person.id)
    assert opened == {"nik": SITI.nik, "nkk": SITI.nkk, "birth_date": "1990-01-01"}
    assert row["nik_index"] == blind_index(SITI.nik)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"subject": "member:9"},
        {"name": "  SITI   aminah, S.Pd."},
        {"birth_date": None},
        {"sex": None},
        {"home_region": "3171011001"},
    ],
)
def test_a_claim_that_agrees_is_the_same_person(session, changed):
    first = claim()
    second = claim(**changed)
    assert second.person.id == first.person.id
    assert not second.new
    assert second.conflict is None


def test_another_spelling_is_the_same_person_and_people_look_at_it(session):
    first = claim()
    second = claim(subject="member:2", name="Siti Aminnah")
    assert second.person.id == first.person.id
    assert second.conflict.differs == ["nama"]
    assert second.conflict.other_id is None
    again = claim(subject="member:2", name="Siti Aminnah")
    assert again.conflict.id == second.conflict.id, "one claim stands in the queue once"


@pytest.mark.parametrize(
    ("changed", "differs"),
    [
        ({"birth_date": dt.date(1991, 1, 1)}, ["tanggal_lahir"]),
        ({"sex": "L"}, ["jenis_kelamin"]),
        ({"name": "Budi", "sex": "L"}, ["nama", "jenis_kelamin"]),
        ({"name": "Rahmawati", "birth_date": None}, ["nama"]),
    ],
)
def test_a_claim_that_may_be_somebody_else_gets_a_row_of_its_own(session, changed, differs):
    first = claim()
    second = claim(subject="voter:2", **changed)
    assert second.new
    assert second.person.id != first.person.id
    assert second.conflict.differs == differs
    assert second.conflict.other_id == second.person.id
    third = claim(subject="voter:3", **changed)
    assert third.person.id == second.person.id, "the second human is known from now on"
    assert third.conflict is None


def test_without_a_number_everybody_is_new(session):
    assert claim(nik=None, nkk=None, birth_date=None).person.sealed is None
    assert claim(nik=None).person.id != claim(nik=None).person.id


def conflict_of(session):
    claim()
    return claim(subject="voter:2", sex="L").conflict


def test_one_human_after_all_and_undone(session):
    conflict = conflict_of(session)
    decide_conflict(conflict, same=True, reason="KTP-el dilihat", actor=ACTOR)
    assert person(conflict.other_id).id == conflict.person_id
    assert claim(subject="voter:4", sex="L").person.id != conflict.other_id, "a merged row is found no more"
    with pytest.raises(Refused, match="sudah diputus"):
        decide_conflict(conflict, same=False, reason="x", actor=ACTOR)
    [merge] = merges_of(conflict)
    with pytest.raises(Refused, match="alasan"):
        part_people(merge, actor=ACTOR, reason=" ")
    part_people(merge, actor=ACTOR, reason="ternyata dua orang")
    assert person(conflict.other_id).id == conflict.other_id
    with pytest.raises(Refused, match="sudah dibatalkan"):
        part_people(merge, actor=ACTOR, reason="lagi")
    assert merges_of(conflict) == []


def test_two_humans(session):
    conflict = conflict_of(session)
    with pytest.raises(Refused, match="alasan"):
        decide_conflict(conflict, same=False, reason="", actor=ACTOR)
    decide_conflict(conflict, same=False, reason="NIK ganda di Dukcapil", actor=ACTOR)
    assert conflict.state == "berbeda"
    assert session.scalar(select(func.count()).select_from(PersonMerge)) == 0


def test_a_merge_does_not_chain_or_turn_in_a_circle(session):
    one, two = claim(nik=None).person.id, claim(nik=None).person.id
    merge_people(one, two, actor=ACTOR)
    for pair in ((one, two), (two, one), (two, two)):
        with pytest.raises(Refused, match="sudah digabungkan"):
            merge_people(*pair, actor=ACTOR)


def test_only_who_may_decides_in_its_region(session, make_account):
    conflict = conflict_of(session)
    may = make_account(permissions=["identity:conflict:resolve"], region="1201")
    far = make_account(permissions=["identity:conflict:resolve"], region="1202")
    with pytest.raises(Refused) as refused:
        decide_conflict(conflict, same=False, reason="x", actor=Actor(far.id, far.username))
    assert refused.value.status == 403
    decide_conflict(conflict, same=False, reason="x", actor=Actor(may.id, may.username))


# --- the second lock: row security ------------------------------------------------------------------


def seen(session, scope):
    session.execute(text("select set_config('app.scope', :s, true)"), {"s": scope})
    return session.scalar(text("select count(*) from person"))


def test_the_database_shows_the_people_of_the_scope_only(session):
    claim()
    claim(nik="3171014101900001", home_region="3171011001", subject="voter:7")
    claim(nik=None, home_region=None, subject="voter:8")
    assert [seen(session, s) for s in ("", "*", "-", "12", "1201", "1202", "12,31", "3171011001")] == [
        *(3, 3, 0, 1, 1, 0, 2, 1)
    ]


def test_a_number_finds_its_person_beyond_the_scope_and_adds_there(session):
    far = claim(home_region="3171011001")
    seen(session, "1201")
    session.expunge_all()
    found = claim(subject="voter:5")
    assert found.person.id == far.person.id
    other = claim(nik="3171014101900009", home_region="3171011001", subject="voter:6")
    assert other.new
    assert seen(session, "1201") == 0


def test_a_partition_by_its_own_name_shows_nothing(session):
    made = claim()
    partition = session.scalar(
        text("select tableoid::regclass::text from person where id = :i"), {"i": made.person.id}
    )
    assert session.scalar(text(f"select count(*) from {partition}")) == 0


def test_the_app_cannot_lift_the_lock(session):
    with pytest.raises(ProgrammingError), session.begin_nested():
        session.execute(text("alter table person disable row level security"))


def test_a_request_sees_its_account_s_regions(app, client, session, make_account, login):
    claim()
    count = select(func.count()).select_from(Person)
    found = []

    def look(sender, **_more):
        found.append((g.db_scope, session.scalar(count)))

    with request_finished.connected_to(look, app):
        client.get("/")
        for region in ("1202", "1201", ""):
            login(client, make_account(permissions=["identity:account:read"], region=region))
            client.get("/kotak-masuk")
    assert found == [("-", 0), ("1202", 0), ("1201", 1), ("*", 1)]
    session.rollback()
    assert session.scalar(count) == 1, "what follows a request is not in its scope"
