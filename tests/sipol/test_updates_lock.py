"""What a half of a year was closed with stays until the next one opens; every writer is held to it."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from sqlalchemy import event, select

from electsys.errors import Refused
from electsys.ledger import Actor
from modules.sipol.claims import MemberClaim
from modules.sipol.imports.deliveries import _choices as member_choices
from modules.sipol.models import PartyUpdate
from modules.sipol.operations import accounts, boards, documents, members, offices, profile, statements
from modules.sipol.operations.access import why_locked
from modules.sipol.operations.updates import close_half, open_half
from modules.sipol.permissions import CONCLUDE, EDIT, EDIT_MEMBERS, READ, READ_MEMBERS, RECEIVE
from modules.sipol.places import locked, place_of
from modules.sipol.queries.registrations import deadline_of
from modules.sipol.rules.documents import Match
from tests.sipol import conftest as make
from tests.sipol.entering import FACTS, officer, open_stage, pdf, store
from tests.sipol.verifying import board, document

CLOSED = "tidak ada semester pemutakhiran yang dibuka"
CLAIM = MemberClaim(
    nik="1201010903858899",
    name="BUDI SEMESTER",
    sex="L",
    birth_place="BARUS",
    birth_date=dt.date(1985, 3, 9),
    marital_status="S",
    occupation="PETANI",
    address="JALAN MELATI 4",
    village_code=make.VILLAGE,
    card_number="KTA-SEMESTER",
    card_date=None,
)


@pytest.fixture(autouse=True)
def request_context(app, session):
    """What a paper links to needs an address."""
    with app.test_request_context():
        yield


@pytest.fixture
def opened(session, election):
    open_stage(session, election, "parpol_berkelanjutan")


@pytest.fixture
def kpu(make_account):
    account = make_account(permissions=[READ, RECEIVE, CONCLUDE])
    return Actor(account.id, account.username)


class World:
    """A participant with one of everything, as it stood when its half was open."""

    def __init__(self, session, row, actor):
        self.session, self.row, self.actor = session, row, actor
        self.place = place_of(row, "1201")
        self.board = board(session, row, "12", people=3)
        self.spare = board(session, row, "1202")
        self.officer = self.board.officers[0]
        self.member = make.member(session, row, "bms", own_flags=["nik"], flags=["nik"])
        self.other = make.member(session, row)
        self.paper = document(session, row, "bukti_kantor", "1201")
        self.kept = documents.keep_upload(
            self.file("surat.pdf"), self.place, Match("surat.pdf", None, None, "kind_unknown"), actor=actor
        )

    def file(self, name):
        return store(pdf(name), name, actor=self.actor)


FACTS_OF_OFFICE = offices.OfficeFacts("JALAN MAWAR 2", "milik")
FACTS_OF_ACCOUNT = accounts.AccountFacts("Bank Uji", "1234567890", "PARTAI UJI")

WRITERS = {
    "save_profile": lambda w: profile.save_profile(
        place_of(w.row, ""),
        profile.ProfileFacts(w.row.party.name, w.row.party.short_name, address="JALAN BARU 1"),
        actor=w.actor,
    ),
    "save_board": lambda w: boards.save_board(w.place, FACTS, actor=w.actor),
    "remove_board": lambda w: boards.remove_board(w.spare, actor=w.actor),
    "add_officer": lambda w: boards.add_officer(w.board, officer(7001, "anggota"), actor=w.actor),
    "change_officer": lambda w: boards.change_officer(
        w.officer, dataclasses.replace(officer(7002), office=w.officer.office), actor=w.actor
    ),
    "remove_officer": lambda w: boards.remove_officer(w.officer, actor=w.actor),
    "save_office": lambda w: offices.save_office(w.place, FACTS_OF_OFFICE, actor=w.actor),
    "save_account": lambda w: accounts.save_account(w.place, FACTS_OF_ACCOUNT, actor=w.actor),
    "file_document": lambda w: documents.file_document(
        w.file("sk.pdf"), w.place, "sk_kepengurusan", actor=w.actor
    ),
    "keep_upload": lambda w: documents.keep_upload(
        w.file("rapat.pdf"), w.place, Match("rapat.pdf", None, None, "kind_unknown"), actor=w.actor
    ),
    "discard_upload": lambda w: documents.discard_upload(w.kept, actor=w.actor),
    "move_document": lambda w: documents.move_document(
        w.paper, place_of(w.row, "1202"), "bukti_kantor", actor=w.actor
    ),
    "add_member": lambda w: members.add_member(w.row, CLAIM, actor=w.actor),
    "change_member": lambda w: members.change_member(w.other, {"occupation": "NELAYAN"}, actor=w.actor),
    "withdraw_member": lambda w: members.withdraw_member(w.other, reason="keluar", actor=w.actor),
    "upload_statement": lambda w: statements.upload_statement(
        w.member, "nik", w.file("surat.pdf").id, actor=w.actor
    ),
}


@pytest.fixture
def world(session, opened, make_account):
    row = make.updating(session)
    account = make_account(permissions=[EDIT, EDIT_MEMBERS, READ, READ_MEMBERS], party=row.party_id)
    return World(session, row, Actor(account.id, account.username))


@pytest.mark.parametrize("writer", WRITERS)
def test_a_writer_waits_for_the_next_half(session, election, kpu, world, writer):
    with session.begin_nested() as open_half_of_it:
        WRITERS[writer](world)  # while a half is open it writes
        open_half_of_it.rollback()
    close_half(election, 2023, 1, actor=kpu)
    with pytest.raises(Refused, match=CLOSED) as told, session.begin_nested():
        WRITERS[writer](world)
    assert told.value.status == 409
    assert "semester berikutnya" in told.value.hint
    open_half(election, 2023, 2, actor=kpu)
    WRITERS[writer](world)


def test_pages_lists_and_deadlines_say_the_same(session, election, kpu, world, client, login, make_account):
    account = make_account(permissions=[EDIT, EDIT_MEMBERS, READ, READ_MEMBERS], party=world.row.party_id)
    key = f"{world.row.id}:"
    assert locked(world.row) is None and deadline_of(world.row) is not None
    assert key in dict(member_choices(account))
    close_half(election, 2023, 1, actor=kpu)
    assert CLOSED in locked(world.row).message and deadline_of(world.row) is None
    assert key not in dict(member_choices(account))
    session.commit()
    login(client, account)
    assert CLOSED in client.get(f"/partai/pemilu-2024/{world.row.party_id}/anggota").text
    assert CLOSED in client.get(f"/partai/pemilu-2024/{world.row.party_id}/kantor/1201").text


def test_a_file_that_was_checked_is_not_applied_after_the_half(session, election, kpu, world, tmp_path):
    """What the intake checked while a half was open is refused once it is closed."""
    from modules.sipol.imports.checks import check_members

    close_half(election, 2023, 1, actor=kpu)
    with pytest.raises(Refused, match=CLOSED):
        check_members(None, world.row, "", actor=world.actor)  # type: ignore[arg-type]


def test_the_calendar_still_decides_within_an_open_half(session, world, monkeypatch):
    from tests.sipol.membering import at

    at(monkeypatch, dt.datetime(2035, 1, 1, tzinfo=dt.UTC))
    assert "sudah ditutup" in why_locked(world.row).message


def test_who_closes_a_half_waits_for_who_writes(session, election, opened, kpu):
    """Writers share the lock of the registration; closing takes it alone: nothing comes after the count."""
    make.updating(session)
    said = []
    engine = session.connection().engine
    event.listen(engine, "before_cursor_execute", lambda *a: said.append(a[2]))
    close_half(election, 2023, 1, actor=kpu)
    taken = next(n for n, sql in enumerate(said) if "FOR UPDATE OF party_update, party_registration" in sql)
    counted = next(n for n, sql in enumerate(said) if "party_member_event" in sql)
    assert taken < counted
    assert session.scalars(select(PartyUpdate.state)).all() == ["ditutup"]
