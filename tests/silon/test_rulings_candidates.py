"""Rulings that reopen a nomination or find a candidate fit (UU 7/2017 art. 466-471)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from electsys.errors import Refused
from electsys.ledger import Act, Actor, record
from modules.silon.models import CandidateEvent
from modules.silon.operations import amendments
from modules.silon.operations import rulings as operations
from modules.silon.permissions import DETERMINE, READ
from tests.silon import conftest as make

WHAT = "memerintahkan verifikasi ulang"


@pytest.fixture
def ruling(session):
    record(amendments.HEARD, "law_document:77", actor=make.ACTOR, details={"number": "12/PS/2023"})
    return operations.rulings()[0]


@pytest.fixture
def kpu(make_account):
    account = make_account(permissions=[DETERMINE, READ])
    return Actor(account.id, account.name)


def test_a_ruling_that_came_twice_is_one(ruling):
    record(amendments.HEARD, "law_document:77", actor=make.ACTOR, details={"number": "12/PS/2023"})
    assert [r.number for r in operations.rulings()] == ["12/PS/2023"]


def test_a_nomination_is_reopened_with_the_number_as_reason(session, ruling, kpu):
    row = make.nomination(session, "tms")
    operations.reopen_nomination(row, ruling, "reopen_vermin", WHAT, actor=kpu)
    assert row.state == "vermin"
    act = session.scalars(select(Act).where(Act.verb == operations.APPLY)).one()
    assert (act.reason, act.details["document"]) == (f"Putusan 12/PS/2023: {WHAT}", 77)


@pytest.mark.parametrize(
    ("state", "action", "what", "field"),
    [
        ("tms", "hapus", WHAT, "action"),
        ("tms", "reopen_vermin", "  ", "reason"),
        ("dct", "reopen_vermin", WHAT, "action"),
    ],
)
def test_what_no_ruling_can_do_is_refused(session, ruling, kpu, state, action, what, field):
    row = make.nomination(session, state)
    with pytest.raises(Refused) as told:
        operations.reopen_nomination(row, ruling, action, what, actor=kpu)
    assert (told.value.field, row.state) == (field, state)


def test_a_withdrawn_list_with_a_follower_stays_withdrawn(session, ruling, kpu):
    party = make.participant(session)
    row = make.nomination(session, "ditarik", of=party)
    make.nomination(session, "persiapan", of=party)
    with pytest.raises(Refused, match="pencalonan lain"):
        operations.reopen_nomination(row, ruling, "reopen_entry", WHAT, actor=kpu)


def test_a_candidate_is_fit_after_all(session, ruling, kpu):
    of = make.nomination(session, "vermin_perbaikan")
    who = make.candidate(session, of, "tms")
    assert operations.restore_candidate(who, ruling, "memenuhi syarat", actor=kpu) is None
    event = session.get_one(CandidateEvent, who.event_id)
    assert (who.state, event.kind) == ("ms", "putusan")
    assert "12/PS/2023" in event.reason


def test_where_another_stands_nobody_is_restored(session, ruling, kpu):
    of = make.nomination(session, "vermin_perbaikan")
    who = make.candidate(session, of, "tms", number=1)
    make.candidate(session, of, "ms", number=1, name="PENGGANTI")
    with pytest.raises(Refused, match="PENGGANTI"):
        operations.restore_candidate(who, ruling, "memenuhi syarat", actor=kpu)
    assert who.state == "tms"


def test_on_a_list_that_is_over_nobody_is_restored(session, ruling, kpu):
    who = make.candidate(session, make.nomination(session, "tms"), "tms")
    with pytest.raises(Refused, match="gugur"):
        operations.restore_candidate(who, ruling, "memenuhi syarat", actor=kpu)


def test_another_body_applies_nothing(session, ruling, make_account):
    row = make.nomination(session, "tms")
    account = make_account(permissions=[DETERMINE], region="31")
    with pytest.raises(Refused):
        operations.reopen_nomination(
            row, ruling, "reopen_vermin", WHAT, actor=Actor(account.id, account.name)
        )


def test_on_its_pages(session, client, login, ruling, make_account):
    row = make.nomination(session, "tms")
    who = make.candidate(session, make.nomination(session, "vermin_perbaikan"), "tms", name="RESTU UJI")
    login(client, make_account(permissions=[DETERMINE, READ]))
    assert "12/PS/2023" in client.get("/calon/putusan").text
    address = f"/calon/putusan/pencalonan/{row.id}"
    said = {"ruling": "77", "action": "reopen_vermin"}
    empty = client.submit(client.get(address), address, **said, reason="")
    assert empty.status_code == 422
    assert client.submit(client.get(address), address, **said, reason=WHAT).status_code == 303
    assert "RESTU UJI" in client.get("/calon/putusan/calon").text
    other = f"/calon/putusan/calon/{who.id}"
    assert client.submit(client.get(other), other, ruling="77", reason="memenuhi syarat").status_code == 303
    public = client.get("/calon/putusan/dilaksanakan").text
    assert "12/PS/2023" in public
    assert WHAT in public
