"""Submission: refused with gaps, the calendar's last second, the digest, receipt and return."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from sqlalchemy import delete, select, text

from electsys.documents import OfficialDocument, open_file
from electsys.documents.signing import signatures_of
from electsys.errors import Refused
from electsys.ledger import Act, Actor
from electsys.notices.models import Notice
from modules.sipol.models import (
    PartyDocument,
    PartyMember,
    PartyOffice,
    PartyProgress,
    PartyRegistration,
    PartySubmission,
)
from modules.sipol.operations.access import require_editable
from modules.sipol.operations.submissions import accept, give_back, submit
from modules.sipol.permissions import EDIT, RECEIVE, SUBMIT
from modules.sipol.queries.requirements import judgement_of
from modules.sipol.queries.submissions import document_hashes, members_digest
from modules.sipol.rules.submissions import submission_digest
from tests.sipol.conftest import member, registration
from tests.sipol.portal import CLOSES, LAST_DAY, at, complete, members_for, small_country, stored


@pytest.fixture
def row(session, election, monkeypatch):
    """A party with everything, on the last day of registration."""
    small_country(session, election)
    made = complete(session)
    members_for(session, made, 3)
    at(monkeypatch, LAST_DAY)
    assert judgement_of(made).meets
    return made


@pytest.fixture
def actor_with(make_account):
    def make(*permissions, **where) -> Actor:
        account = make_account(permissions=list(permissions), **where)
        return Actor(account.id, account.username)

    return make


@pytest.fixture
def liaison(row, actor_with):
    return actor_with(SUBMIT, party=row.party_id)


@pytest.fixture
def kpu(actor_with):
    return actor_with(RECEIVE)


def test_what_stands_is_submitted_and_sealed(session, row, liaison, kpu):
    sent = submit(row, actor=liaison)
    assert (row.state, sent.kind, sent.sequence, sent.outcome) == ("diajukan", "pendaftaran", 1, "menunggu")
    assert sent.submitted_by == liaison.account_id
    assert sent.decided_at is None
    counts = {k: sent.counts[k] for k in ("boards", "officers", "offices", "accounts", "members", "gaps")}
    assert counts == {"boards": 5, "officers": 15, "offices": 3, "accounts": 3, "members": 3, "gaps": 0}
    assert sent.counts["documents"] == session.scalar(
        select(text("count(*)")).select_from(PartyDocument).where(PartyDocument.registration_id == row.id)
    )
    hashes, members = document_hashes(row.id), members_digest(row)
    lines = [*sorted(hashes), members.hex()]
    assert bytes(sent.digest) == hashlib.sha256("".join(f"{x}\n" for x in lines).encode()).digest()
    assert sent.counts["member_digest"] == members.hex()
    acts = session.scalars(select(Act.verb).order_by(Act.id.desc()).limit(2)).all()
    assert acts == ["sipol:submission:submit", "sipol:registration:submit"]
    assert session.get(PartyProgress, row.id).gaps == 0
    told = session.scalars(select(Notice.account_id).where(Notice.kind == "sipol.submission.new")).all()
    assert told == [kpu.account_id]


def test_nothing_is_submitted_with_a_gap(session, row, liaison):
    session.execute(delete(PartyOffice).where(PartyOffice.region == "1201"))
    session.expire_all()
    with pytest.raises(
        Refused, match=r"Belum terpenuhi: Kantor tetap \(kurang 1 dari 3 tempat\); Kabupaten"
    ) as refused:
        submit(row, actor=liaison)
    assert refused.value.status == 409
    assert session.get(PartyRegistration, row.id).state == "input"
    assert session.scalars(select(PartySubmission)).all() == []
    assert "sipol:registration:submit" not in session.scalars(select(Act.verb)).all()


def test_one_member_too_few_is_too_few(session, row, liaison):
    one = session.scalars(select(PartyMember).limit(1)).one()
    one.response_id = 5  # a citizen objects: not counted until it is decided
    session.flush()
    with pytest.raises(Refused, match=r"Anggota ber-KTA di kabupaten/kota \(kurang 1 dari 1"):
        submit(row, actor=liaison)
    member(session, row)
    assert submit(row, actor=liaison).counts["members"] == 3


@pytest.mark.parametrize(
    ("moment", "taken"),
    [
        (CLOSES - dt.timedelta(seconds=1), True),  # 23:59:59 WIB
        (CLOSES - dt.timedelta(microseconds=1), True),
        (CLOSES, False),  # 00:00:00 WIB
        (CLOSES + dt.timedelta(seconds=1), False),
        (dt.datetime(2022, 7, 31, 16, 59, 59, tzinfo=dt.UTC), False),
        (dt.datetime(2022, 7, 31, 17, 0, 0, tzinfo=dt.UTC), True),
    ],
)
def test_the_calendar_decides_to_the_second(session, row, liaison, monkeypatch, moment, taken):
    at(monkeypatch, moment)
    if taken:
        assert submit(row, actor=liaison).outcome == "menunggu"
        return
    with pytest.raises(Refused, match=r"Pendaftaran partai politik.*(ditutup|belum dibuka)") as refused:
        submit(row, actor=liaison)
    assert refused.value.status == 409
    assert session.get(PartyRegistration, row.id).state == "input"


def test_who_submits(session, row, actor_with):
    for actor in (
        actor_with(SUBMIT, party=row.party_id + 1),
        actor_with(SUBMIT, party=row.party_id, region="12"),
        actor_with(EDIT, party=row.party_id),
    ):
        with pytest.raises(Refused, match="tidak berwenang"):
            submit(row, actor=actor)


def test_what_was_submitted_is_locked(session, row, liaison, actor_with):
    submit(row, actor=liaison)
    editor = actor_with(EDIT, party=row.party_id)
    with pytest.raises(Refused, match="terkunci"):
        require_editable(row, permission=EDIT, region="", actor=editor)
    with pytest.raises(Refused, match="tidak dapat dilakukan"):
        submit(row, actor=liaison)


def test_the_signed_receipt_holds_every_hash(session, row, liaison, kpu):
    sent = submit(row, actor=liaison)
    document = accept(sent, actor=kpu)
    assert (row.state, sent.outcome, sent.decided_by) == ("vermin", "lengkap", kpu.account_id)
    assert sent.receipt_id == document.id
    assert (document.kind, document.public, document.subject) == ("SK", False, f"party_submission:{sent.id}")
    assert document.title == f"MODEL TANDA.TERIMA.PENDAFTARAN-PARPOL {row.party.name}"
    with open_file(document.file) as file:
        pdf = file.read()
    [signature] = signatures_of(pdf)
    assert signature.intact
    assert signature.covers_whole
    words = text_of(pdf)
    assert bytes(sent.digest).hex() in words
    assert sent.counts["member_digest"] in words
    assert all(one in words for one in set(document_hashes(row.id)))
    assert words.count(document_hashes(row.id)[0]) == len(document_hashes(row.id))
    told = session.scalars(select(Notice.account_id).where(Notice.kind == "sipol.submission.accepted")).all()
    assert told == [liaison.account_id]


def text_of(pdf: bytes) -> str:
    """The words of a PDF without the breaks of its lines."""
    import pypdfium2

    pages = pypdfium2.PdfDocument(pdf)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in pages)


def test_data_that_changed_since_is_not_received(session, row, liaison, kpu):
    sent = submit(row, actor=liaison)
    session.add(
        PartyDocument(
            registration_id=row.id, party_id=row.party_id, region="", kind="lain", file_id=stored(session)
        )
    )
    session.flush()
    with pytest.raises(Refused, match="tidak lagi sama dengan sidik"):
        accept(sent, actor=kpu)
    assert session.get(PartyRegistration, row.id).state == "diajukan"
    assert session.scalars(select(OfficialDocument)).all() == []


def test_a_returned_party_mends_and_submits_again(session, row, liaison, kpu, monkeypatch):
    first = submit(row, actor=liaison)
    with pytest.raises(Refused) as refused:
        give_back(first, "   ", actor=kpu)
    assert refused.value.field == "reason"
    document = give_back(first, "Surat pernyataan belum bermeterai.", actor=kpu)
    assert (row.state, first.outcome, first.reason) == (
        "dikembalikan",
        "dikembalikan",
        "Surat pernyataan belum bermeterai.",
    )
    assert document.title.startswith("MODEL PENGEMBALIAN.PENDAFTARAN-PARPOL")
    with pytest.raises(Refused, match="sudah diputus"):
        accept(first, actor=kpu)
    second = submit(row, actor=liaison)
    assert (second.sequence, row.state) == (2, "diajukan")
    give_back(second, "Masih belum.", actor=kpu)
    at(monkeypatch, CLOSES)
    with pytest.raises(Refused, match="ditutup"):
        submit(row, actor=liaison)


def test_only_kpu_receives(session, row, liaison, actor_with):
    sent = submit(row, actor=liaison)
    for actor in (liaison, actor_with(RECEIVE, region="12")):
        with pytest.raises(Refused, match="tidak berwenang"):
            accept(sent, actor=actor)
        with pytest.raises(Refused, match="tidak berwenang"):
            give_back(sent, "Kurang.", actor=actor)
    assert sent.outcome == "menunggu"


@pytest.mark.parametrize(
    ("state", "kind", "after", "moment"),
    [
        ("bms_vermin", "perbaikan_vermin", "vermin_perbaikan", dt.datetime(2022, 9, 20, tzinfo=dt.UTC)),
        ("bms_verfak", "perbaikan_verfak", "verfak_perbaikan", dt.datetime(2022, 11, 20, tzinfo=dt.UTC)),
    ],
)
def test_a_repair_is_taken_as_it_is(session, election, actor_with, monkeypatch, state, kind, after, moment):
    small_country(session, election)
    row = registration(session, state)
    at(monkeypatch, moment)
    sent = submit(row, actor=actor_with(SUBMIT, party=row.party_id))
    assert (row.state, sent.kind, sent.outcome, sent.decided_by) == (after, kind, "lengkap", None)
    assert sent.decided_at is not None
    assert sent.counts["gaps"] == 5
    assert session.scalars(select(Notice)).all() == []


def test_a_party_that_cannot_submit_is_told_why(session, election, actor_with, monkeypatch):
    small_country(session, election)
    at(monkeypatch, LAST_DAY)
    row = registration(session, "vermin")
    with pytest.raises(Refused, match=r"Ajukan pendaftaran.*berstatus"):
        submit(row, actor=actor_with(SUBMIT, party=row.party_id))


# --- the digest ------------------------------------------------------------------------------------


def test_the_digest_is_that_of_the_sorted_hashes():
    members = bytes(32)
    known = submission_digest(["bb", "aa"], members)
    assert known == hashlib.sha256(f"aa\nbb\n{'0' * 64}\n".encode()).digest()
    assert submission_digest(["aa", "bb"], members) == known
    assert submission_digest(["aa", "bb", "bb"], members) != known


def test_the_digest_of_members_tells_each_change(session, election):
    row = registration(session)
    empty = members_digest(row)
    assert empty == hashlib.sha256(b"").digest()
    one = member(session, row)
    first = members_digest(row)
    line = "|".join(
        [str(one.id), one.nik_index.hex(), one.identity_index.hex(), one.village_code, one.card_number]
    )
    assert first == hashlib.sha256(hashlib.sha256(line.encode()).digest()).digest()
    other = member(session, row)
    both = members_digest(row)
    assert both not in (empty, first)
    other.card_number = "KTA-LAIN"
    session.flush()
    assert members_digest(row) != both
    other.flags = ["ganda_eksternal"]  # found by KPU later: not what the party submitted
    session.flush()
    changed = members_digest(row)
    member(session, row, "ditarik")
    assert members_digest(row) == changed
