"""The last second of registration, through the pages: at 23:59:59 all is taken, at 00:00:00 nothing.

The stage ends with 14 August 2022 on the clock of the body that receives: KPU and KIP Aceh live by WIB, no
matter who sits where; an office that verifies in Papua lives by WIT.
"""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from electsys.errors import Refused
from electsys.ledger import Act, Actor
from modules.sipol.models import PartyDocument, PartyOffice, PartyRegistration, PartySubmission
from modules.sipol.operations.documents import file_document
from modules.sipol.operations.verdicts import conclude_area
from modules.sipol.permissions import CONCLUDE
from tests.pages import Html
from tests.sipol.conftest import party, registration
from tests.sipol.entering import pdf, place, store
from tests.sipol.portal import ACTOR, CLOSES, LAST_DAY, at, complete, members_for, small_country

BASE = "/partai/pemilu-2024"
LAST_SECOND = CLOSES - dt.timedelta(seconds=1)
TOLD = "Tahapan “Pendaftaran partai politik” sudah ditutup pada 15 Agustus 2022 00.00 WIB."
HOW = "Waktu lain untuk suatu wilayah ditetapkan oleh admin dengan berita acara. Dasar: PKPU 4/2022."
OFFICE = {"address": "Jalan Melati 4", "tenure": "milik"}


@pytest.fixture
def row(session, election, monkeypatch):
    """A party with everything, on the last day."""
    small_country(session, election)
    made = complete(session)
    members_for(session, made, 3)
    at(monkeypatch, LAST_DAY)
    return made


@pytest.fixture
def liaison(client, login, make_account, row):
    """The party's liaison at the keyboard."""
    login(client, make_account("admin_parpol_pusat", party=row.party_id))
    return client


def told(answer) -> str:
    return " ".join(Html(answer.text).text().split())


def acts(session, verb: str) -> int:
    return session.scalar(select(func.count()).select_from(Act).where(Act.verb == verb))


def test_the_last_second_takes_a_submission(session, row, liaison, monkeypatch):
    at(monkeypatch, LAST_SECOND)
    page = liaison.get(f"{BASE}/{row.party_id}/ajukan")
    assert "Ajukan sekarang" in page.text
    sent = liaison.post(f"{BASE}/{row.party_id}/ajukan", data={"true_data": "y"})
    assert sent.status_code == 302
    # The next page is read when the day is over: what was taken stays taken.
    at(monkeypatch, CLOSES + dt.timedelta(minutes=1))
    assert "nomor 1 dari 1 yang menunggu" in told(liaison.get(sent.location))
    assert session.get(PartyRegistration, row.id).state == "diajukan"
    assert acts(session, "sipol:submission:submit") == 1


def test_midnight_refuses_it_and_says_why(session, row, liaison, monkeypatch):
    at(monkeypatch, LAST_SECOND)
    liaison.get(f"{BASE}/{row.party_id}/ajukan")
    at(monkeypatch, CLOSES)
    late = liaison.post(f"{BASE}/{row.party_id}/ajukan", data={"true_data": "y"})
    assert late.status_code == 422
    assert TOLD in told(late)
    assert HOW in told(late)
    assert session.get(PartyRegistration, row.id).state == "input"
    assert session.scalars(select(PartySubmission)).all() == []
    assert acts(session, "sipol:submission:submit") == 0
    again = liaison.get(f"{BASE}/{row.party_id}/ajukan")
    assert "Ajukan sekarang" not in again.text
    assert TOLD in told(again)


def test_the_data_is_shut_at_the_same_moment(session, row, liaison, monkeypatch):
    way = f"{BASE}/{row.party_id}/kantor/1201"
    at(monkeypatch, LAST_SECOND)
    assert liaison.post(way, data=OFFICE).status_code == 302
    papers = [store(pdf(str(n)), f"sk_{n}.pdf") for n in range(2)]
    file_document(papers[0], place(row), "sk_kepengurusan", actor=ACTOR)
    session.commit()
    at(monkeypatch, CLOSES)
    late = liaison.post(way, data=OFFICE | {"address": "Jalan Terlambat 1"})
    assert late.status_code == 422
    assert TOLD in told(late)
    with pytest.raises(Refused) as refused:
        file_document(papers[1], place(row), "sk_kepengurusan", actor=ACTOR)
    assert str(refused.value) == TOLD
    assert refused.value.hint == HOW
    session.expire_all()
    [office] = session.scalars(select(PartyOffice).where(PartyOffice.region == "1201"))
    assert office.address == "Jalan Melati 4"
    kept = select(PartyDocument.file_id).where(
        PartyDocument.region == "1201", PartyDocument.kind == "sk_kepengurusan", PartyDocument.current
    )
    assert session.scalars(kept).all() == [papers[0].id]


@pytest.mark.parametrize(("kind", "region", "area"), [("nasional", "", "9103"), ("lokal_aceh", "11", "1101")])
def test_the_clock_is_that_of_the_body_that_receives(
    session, election, client, login, make_account, monkeypatch, kind, region, area
):
    """A liaison in Jayapura (WIT) enters for KPU, which lives by WIB: until 01:59:59 of its own clock."""
    row = registration(session, of=party(session, kind=kind), region=region)
    login(client, make_account("operator_parpol_kabko", area, party=row.party_id))
    way = f"{BASE}/{row.party_id}/kantor/{area}"
    at(monkeypatch, LAST_SECOND)
    assert client.post(way, data=OFFICE).status_code == 302
    at(monkeypatch, CLOSES)
    assert TOLD in told(client.post(way, data=OFFICE | {"address": "Jalan Terlambat 1"}))
    session.expire_all()
    assert [o.address for o in session.scalars(select(PartyOffice))] == ["Jalan Melati 4"]


@pytest.mark.parametrize(("area", "ahead"), [("1201", 0), ("7371", 1), ("9103", 2)])
def test_an_office_that_verifies_lives_by_its_own_clock(
    session, election, make_account, monkeypatch, area, ahead
):
    """Verification ends with 11 September in WIB, WITA and WIT, each at its own midnight."""
    row = registration(session, "vermin")
    account = make_account(permissions=[CONCLUDE], region=area)
    actor = Actor(account.id, account.username)
    midnight = dt.datetime(2022, 9, 11, 17 - ahead, tzinfo=dt.UTC)
    at(monkeypatch, midnight - dt.timedelta(seconds=1))
    assert conclude_area(row, area, actor=actor).region == area
    at(monkeypatch, midnight)
    with pytest.raises(Refused, match="Verifikasi administrasi partai politik” sudah ditutup"):
        conclude_area(row, area, actor=actor)
