"""Rounds at the desk: what is opened before and after a repair, and what a verdict does to a member."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from sqlalchemy import select

from electsys import verification
from electsys.errors import Refused
from electsys.ledger import Act, Actor
from electsys.verification.operations import desk, second
from modules.sipol.models import MemberEvent, MemberStatement
from modules.sipol.operations.judging import open_round
from modules.sipol.operations.member_events import move_member
from modules.sipol.permissions import CONCLUDE, READ, READ_MEMBERS, VERIFY
from modules.sipol.queries.verdict_items import BOARDS, DOCUMENTS, MEMBERS, OFFICES, STATEMENTS
from tests.sipol import conftest as make
from tests.sipol.conftest import ACTOR
from tests.sipol.entering import pdf, store
from tests.sipol.verifying import board, concluded, district, document, housed, items, judge

RIGHTS = [VERIFY, READ, READ_MEMBERS, "verification:item:read", "verification:item:judge"]


@pytest.fixture
def verifier(make_account):
    def make_one(region="1201", rights=RIGHTS):
        account = make_account(permissions=list(rights), region=region)
        return Actor(account.id, account.username)

    return make_one


@pytest.fixture
def row(session, election):
    """A registration under verification, with a centre and one kab/kota."""
    found = make.registration(session, "vermin")
    board(session, found, "", people=10, women=3)
    housed(session, found, "")
    document(session, found, "ad_art", "")
    district(session, found)
    return found


@pytest.fixture
def request_context(app, session):
    """What a sheet links to needs an address."""
    with app.test_request_context():
        yield


def queue(name):
    found = verification.find(name)
    assert found is not None
    return found


def test_a_round_opens_everything_once_where_it_is_judged(session, row):
    made = open_round(row, "vermin", actor=ACTOR)
    assert made[MEMBERS] == 3
    assert made[OFFICES] == 2
    assert made[DOCUMENTS] == 3, "two proofs of accounts and the statutes; decrees stand beside their boards"
    assert made[BOARDS] > 2 and made[STATEMENTS] == 0
    assert sum(open_round(row, "vermin", actor=ACTOR).values()) == 0
    assert {i.region for i in items(session, row)} == {"", "1201"}, "boards of kecamatan are the kab/kota's"
    act = session.scalars(select(Act).where(Act.verb == "sipol:round:open").order_by(Act.id)).first()
    assert act.details[MEMBERS] == 3


@pytest.mark.parametrize("state", ["input", "diajukan", "verfak", "tms"])
def test_a_round_needs_its_step(session, election, state):
    with pytest.raises(Refused) as refusal:
        open_round(make.registration(session, state), "vermin", actor=ACTOR)
    assert refusal.value.status == 409


def test_what_is_withdrawn_or_struck_is_not_opened_and_flags_come_first(session, row):
    for state in ("ditarik", "tms", "ms"):
        make.member(session, row, state)
    flagged = make.member(session, row, own_flags=["nik"], flags=["nik"])
    open_round(row, "vermin", actor=ACTOR)
    found = {i.subject: i.priority for i in items(session, row, MEMBERS)}
    assert len(found) == 4
    assert found.pop(f"party_member:{flagged.id}") < min(found.values())


@pytest.mark.parametrize(("verdict", "reason"), [("ms", None), ("bms", "nik"), ("tms", "pekerjaan")])
def test_a_verdict_moves_the_member_with_an_event_that_says_why(session, row, verifier, verdict, reason):
    open_round(row, "vermin", actor=ACTOR)
    actor = verifier()
    [item, *_rest] = items(session, row, MEMBERS)
    desk.decide(queue(MEMBERS), item, verdict, actor=actor, reason=reason, note="dicek")
    member = session.get(make.PartyMember, int(item.subject.partition(":")[2]))
    session.refresh(member)
    assert member.state == verdict
    event = session.get(MemberEvent, member.event_id)
    assert (event.kind, event.reason, event.note, event.account_id) == (
        "putus",
        reason,
        "dicek",
        actor.account_id,
    )
    desk.undo(queue(MEMBERS), item, actor=actor)
    session.refresh(member)
    assert (member.state, item.state) == ("baru", "menunggu")
    kinds = session.scalars(select(MemberEvent.to_state).where(MemberEvent.member_id == member.id))
    assert list(kinds) == [verdict, "baru"]


def test_a_member_that_something_else_moved_cannot_be_taken_back(session, row, verifier):
    open_round(row, "vermin", actor=ACTOR)
    actor = verifier()
    [item, *_rest] = items(session, row, MEMBERS)
    desk.decide(queue(MEMBERS), item, "ms", actor=actor)
    member = session.get(make.PartyMember, int(item.subject.partition(":")[2]))
    move_member(member, "spoil", kind="tanggapan", reason="ganda_eksternal", actor=ACTOR)
    with pytest.raises(Refused, match="sudah berubah"):
        desk.undo(queue(MEMBERS), item, actor=actor)
    assert item.state == "ms"


def test_what_an_objection_decided_is_not_judged_over(session, row, verifier):
    open_round(row, "vermin", actor=ACTOR)
    actor = verifier()
    [item, *_rest] = items(session, row, MEMBERS)
    member = session.get(make.PartyMember, int(item.subject.partition(":")[2]))
    move_member(member, "strike", kind="tanggapan", reason="pencatutan", actor=ACTOR)
    with pytest.raises(Refused, match="ditetapkan di luar meja"), session.begin_nested():
        desk.decide(queue(MEMBERS), item, "ms", actor=actor)
    session.refresh(item)
    desk.decide(queue(MEMBERS), item, "tms", actor=actor, reason="lain", note="Sesuai tanggapan.")
    session.refresh(member)
    assert (member.state, item.state) == ("tms", "tms")
    assert session.get(MemberEvent, member.event_id).kind == "tanggapan"


def test_a_withdrawn_member_is_not_judged(session, row, verifier):
    open_round(row, "vermin", actor=ACTOR)
    [item, *_rest] = items(session, row, MEMBERS)
    member = session.get(make.PartyMember, int(item.subject.partition(":")[2]))
    event = make.event(session, member, "baru", "ditarik", "tarik")
    member.state, member.event_id = "ditarik", event.id
    session.flush()
    with pytest.raises(Refused):
        desk.decide(queue(MEMBERS), item, "ms", actor=verifier())


def test_a_statement_is_decided_with_the_words_of_its_reason(session, row, verifier, request_context):
    member = make.member(session, row, own_flags=["nik"], flags=["nik"])
    stored = store(pdf("pernyataan"), "pernyataan.pdf")
    papers = [
        MemberStatement(
            member_id=member.id,
            party_id=row.party_id,
            village_code=member.village_code,
            flag="nik",
            file_id=stored.id,
        )
    ]
    session.add_all(papers)
    session.flush()
    open_round(row, "vermin", actor=ACTOR)
    [item] = items(session, row, STATEMENTS)
    actor = verifier()
    assert queue(STATEMENTS).show(item).documents == (stored,)
    desk.decide(queue(STATEMENTS), item, "bms", actor=actor, reason="tanda_tangan", note="Halaman 2")
    session.refresh(papers[0])
    assert papers[0].state == "ditolak"
    assert "Tidak ditandatangani" in papers[0].reason and "Halaman 2" in papers[0].reason
    with pytest.raises(Refused, match="tidak dapat dibatalkan"):
        desk.undo(queue(STATEMENTS), item, actor=actor)


def test_after_the_repair_only_what_was_not_met_or_changed_is_judged(session, row, verifier):
    open_round(row, "vermin", actor=ACTOR)
    centre, local = verifier(""), verifier()
    bad = items(session, row, DOCUMENTS)[0]
    worse = items(session, row, MEMBERS)[0]
    moved = items(session, row, OFFICES)[0]
    desk.decide(queue(DOCUMENTS), bad, "bms", actor=centre, reason="tidak_terbaca")
    desk.decide(queue(MEMBERS), worse, "bms", actor=local, reason="kta")
    judge(session, row, centre)
    added = make.member(session, row)
    from modules.sipol.models import PartyOffice

    office = session.get(PartyOffice, int(moved.subject.partition(":")[2]))
    office.changed_at = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)
    row.state = "vermin_perbaikan"
    session.flush()
    made = open_round(row, "vermin_perbaikan", actor=ACTOR)
    assert made == {DOCUMENTS: 1, BOARDS: 0, OFFICES: 1, MEMBERS: 2, STATEMENTS: 0}
    again = {i.subject for i in items(session, row, round_=2)}
    assert again == {bad.subject, worse.subject, moved.subject, f"party_member:{added.id}"}
    item = next(i for i in items(session, row, round_=2) if i.subject == worse.subject)
    with pytest.raises(Refused, match="hanya ada memenuhi syarat atau tidak"):
        desk.decide(queue(MEMBERS), item, "bms", actor=local, reason="kta")
    desk.decide(queue(MEMBERS), item, "tms", actor=local, reason="tidak_diperbaiki")
    member = session.get(make.PartyMember, int(item.subject.partition(":")[2]))
    session.refresh(member)
    assert member.state == "tms"
    desk.undo(queue(MEMBERS), item, actor=local)
    session.refresh(member)
    assert member.state == "bms", "back to where the repair began"
    fresh = next(i for i in items(session, row, round_=2) if i.subject == f"party_member:{added.id}")
    desk.decide(queue(MEMBERS), fresh, "ms", actor=local)
    desk.undo(queue(MEMBERS), fresh, actor=local)
    session.refresh(added)
    assert added.state == "baru"


def test_a_round_that_is_over_is_judged_no_more(session, row, verifier):
    open_round(row, "vermin", actor=ACTOR)
    centre = verifier("")
    [item] = [i for i in items(session, row, OFFICES) if i.region == "1201"]
    [other] = [i for i in items(session, row, OFFICES) if i.region == ""]
    desk.decide(queue(OFFICES), item, "ms", actor=centre)
    concluded(session, row, "1201")
    with pytest.raises(Refused, match="sudah disimpulkan"):
        desk.undo(queue(OFFICES), item, actor=centre)
    row.state = "bms_vermin"
    session.flush()
    with pytest.raises(Refused, match="sudah selesai"), session.begin_nested():
        desk.decide(queue(OFFICES), other, "ms", actor=centre)
    session.refresh(other)
    assert (item.state, other.state) == ("ms", "menunggu")


def test_a_third_turns_the_verdict_on_a_member(session, election, row, verifier):
    open_round(row, "vermin", actor=ACTOR)
    first, other, third = verifier(), verifier(), verifier(rights=[*RIGHTS, CONCLUDE])
    [item, *_rest] = items(session, row, MEMBERS)
    desk.decide(queue(MEMBERS), item, "ms", actor=first)
    second.draw_second(queue(MEMBERS), election_id=election.id, region="1201", seed="12", actor=third)
    session.refresh(item)
    second.look_again(queue(MEMBERS), item, "tms", actor=other, reason="pekerjaan")
    second.settle(queue(MEMBERS), item, "tms", actor=third, reason="pekerjaan", note="Kartu ASN aktif.")
    member = session.get(make.PartyMember, int(item.subject.partition(":")[2]))
    session.refresh(member)
    assert (member.state, item.state) == ("tms", "tms")
    event = session.get(MemberEvent, member.event_id)
    assert (event.reason, event.note, event.account_id) == ("pekerjaan", "Kartu ASN aktif.", third.account_id)


def test_the_sheet_marks_what_differs_and_hides_numbers(session, election, row, request_context):
    from electsys.identity.models import Person
    from electsys.privacy import unseal_fields

    member = make.member(session, row, own_flags=["pekerjaan"], flags=["pekerjaan"], occupation="PNS")
    session.get(Person, member.person_id).name = "ORANG LAIN"
    session.flush()
    open_round(row, "vermin", actor=ACTOR)
    item = next(i for i in items(session, row, MEMBERS) if i.subject == f"party_member:{member.id}")
    sheet = queue(MEMBERS).show(item)
    lines = {str(line.label): line for line in sheet.lines}
    assert lines["Nama"].differs and lines["Nama"].known == "ORANG LAIN"
    assert lines["Pekerjaan"].differs
    nik = unseal_fields(member.sealed, table="party_member", row=member.id)["nik"]
    assert lines["NIK"].claimed == f"{nik[:4]}**********{nik[-2:]}"
    assert nik not in repr(sheet) and "1985-03" not in repr(sheet)
    assert any("Indikasi pekerjaan" in w for w in sheet.warnings)
    assert "KTA" in sheet.without


def test_boards_offices_and_documents_stand_beside_their_proofs(session, row, request_context):
    open_round(row, "vermin", actor=ACTOR)
    by = {}
    for item in items(session, row):
        by.setdefault((item.queue, item.region), []).append(queue(item.queue).show(item))
    [centre] = by[BOARDS, ""]
    assert [d.name for d in centre.documents] == ["sk_kepengurusan.pdf"]
    said = {str(line.label): str(line.claimed) for line in centre.lines}
    assert said["Perempuan"] == "3 dari 10 pengurus"
    assert "**********" in said["Pengurus"]
    bare = [s for s in by[BOARDS, "1201"] if not s.documents]
    assert bare and all("Belum ada ketua, sekretaris, bendahara." in s.warnings for s in bare)
    [office] = by[OFFICES, "1201"]
    assert [d.name for d in office.documents] == ["bukti_kantor.pdf"]
    papers = Counter(s.title for s in by[DOCUMENTS, ""])
    assert papers == {"Bukti rekening dana kampanye": 1, "Anggaran dasar dan anggaran rumah tangga": 1}
    account = next(s for s in by[DOCUMENTS, ""] if "rekening" in s.title)
    assert not any(line.differs for line in account.lines)
