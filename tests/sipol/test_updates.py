"""The half-yearly update: opened for participants, closed with counts and minutes."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from electsys.elections.models import Stage
from electsys.errors import Refused
from electsys.ledger import Actor
from electsys.notices.models import Notice
from modules.jdih import Letter
from modules.sipol.models import PartyUpdate
from modules.sipol.operations.member_events import move_member
from modules.sipol.operations.updates import close_half, open_half
from modules.sipol.permissions import CONCLUDE, EDIT, EDIT_MEMBERS, READ, RECEIVE
from tests.sipol import conftest as make
from tests.sipol.portal import open_stage
from tests.sipol.verifying import board, housed


@pytest.fixture
def opened(session, election):
    open_stage(session, election.id, "parpol_berkelanjutan")


@pytest.fixture
def kpu(make_account):
    account = make_account(permissions=[READ, RECEIVE, CONCLUDE])
    return Actor(account.id, account.username)


@pytest.fixture(autouse=True)
def request_context(app, session):
    """What a paper links to needs an address."""
    with app.test_request_context():
        yield


def test_participants_move_on_and_are_told_once(session, election, opened, kpu, make_account):
    first, second = make.registration(session, "peserta"), make.registration(session, "berkelanjutan")
    out = make.registration(session, "bukan_peserta")
    people = make_account(permissions=[EDIT], party=first.party_id)
    assert open_half(election, 2023, 1, actor=kpu) == 2
    assert (first.state, second.state, out.state) == ("berkelanjutan", "berkelanjutan", "bukan_peserta")
    told = session.scalars(select(Notice).where(Notice.kind == "sipol.update.opened")).all()
    assert [n.account_id for n in told] == [people.id]
    with pytest.raises(Refused, match="Tidak ada peserta"):
        open_half(election, 2023, 1, actor=kpu)
    late = make.registration(session, "peserta")
    assert open_half(election, 2023, 1, actor=kpu) == 1
    assert late.state == "berkelanjutan"


def test_a_half_closes_with_counts_and_one_paper(session, election, opened, kpu, make_account):
    row = make.registration(session, "berkelanjutan")
    board(session, row, "")
    housed(session, row, "1201")
    old = make.member(session, row, "ms")
    open_half(election, 2023, 1, actor=kpu)
    update = session.scalars(select(PartyUpdate)).one()
    session.connection().exec_driver_sql(
        f"update party_member set created_at = now() - interval '9 days' where id = {old.id}"
    )
    make.member(session, row, "ms")
    gone = make.member(session, row, "ms")
    account = make_account(permissions=[EDIT_MEMBERS])
    move_member(gone, "withdraw", kind="tarik", reason="keluar", actor=Actor(account.id, account.username))
    letter = close_half(election, 2023, 1, actor=kpu)
    session.refresh(update)
    assert update.counts == {"boards": 1, "offices": 1, "members": 2, "came": 1, "went": 1}
    assert (update.state, update.letter_id) == ("ditutup", letter.id)
    assert row.party.name in str(session.get(Letter, letter.id).data)
    with pytest.raises(Refused, match="tidak sedang dibuka"):
        close_half(election, 2023, 1, actor=kpu)
    with pytest.raises(Refused, match="sudah ditutup"):
        open_half(election, 2023, 1, actor=kpu)


def test_one_half_at_a_time_inside_the_stage_by_the_nation(session, election, kpu, make_account):
    make.registration(session, "peserta")
    stage = session.scalars(
        select(Stage).where(Stage.election_id == election.id, Stage.code == "parpol_berkelanjutan")
    ).one()
    stage.closes_at = stage.opens_at + dt.timedelta(days=1)
    session.flush()
    with pytest.raises(Refused, match="ditutup"):
        open_half(election, 2023, 1, actor=kpu)
    open_stage(session, election.id, "parpol_berkelanjutan")
    with pytest.raises(Refused) as told:
        open_half(election, 2023, 3, actor=kpu)
    assert told.value.field == "half"
    office = make_account(permissions=[RECEIVE, CONCLUDE], region="12")
    with pytest.raises(Refused):
        open_half(election, 2023, 1, actor=Actor(office.id, office.username))
    open_half(election, 2023, 1, actor=kpu)
    with pytest.raises(Refused, match="belum ditutup"):
        open_half(election, 2023, 2, actor=kpu)
    with pytest.raises(Refused):
        close_half(election, 2023, 1, actor=Actor(office.id, office.username))


def test_the_page_opens_and_closes_a_half(client, session, election, opened, login, make_account):
    row = make.registration(session, "peserta")
    session.commit()
    login(client, make_account(permissions=[READ, RECEIVE, CONCLUDE]))
    here = "/partai/pemilu-2024/pemutakhiran"
    assert "Belum ada semester" in client.get(here).text
    assert client.post(f"{here}/buka", data={"year": "x", "half": "1"}).status_code == 422
    done = client.post(f"{here}/buka", data={"year": "2023", "half": "1"}, follow_redirects=True)
    assert row.party.name in done.text and "Tutup semester" in done.text
    assert client.post(f"{here}/tutup", data={"year": "2023", "half": "1"}).status_code == 422
    closed = client.post(
        f"{here}/tutup", data={"year": "2023", "half": "1", "pleno": "y"}, follow_redirects=True
    )
    assert "ditutup" in closed.text
    again = client.post(f"{here}/tutup", data={"year": "?", "half": "", "pleno": "y"})
    assert again.status_code == 422
    assert "tidak sedang dibuka" in again.text
