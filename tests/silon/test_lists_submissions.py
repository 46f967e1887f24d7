"""Approval by the centre, submission with digest and receipt, acceptance, return; repair and replacement."""

from __future__ import annotations

import datetime as dt
import hashlib

import pypdfium2
import pytest
from sqlalchemy import select, true, update

from electsys.documents import OfficialDocument, open_file
from electsys.documents.signing import signatures_of
from electsys.errors import Refused
from electsys.ledger import Act, Actor
from electsys.notices.models import Notice
from modules.silon.claims import claim_of
from modules.silon.list_events import RoundBegins
from modules.silon.models import CandidateDocument, NominationApproval, NominationSubmission
from modules.silon.operations.approvals import approve_list, revoke_approval
from modules.silon.operations.candidates import change_candidate
from modules.silon.operations.submissions import accept, give_back, submit
from modules.silon.permissions import APPROVE, EDIT, RECEIVE, SUBMIT
from modules.silon.queries.submissions import (
    approval_of,
    documents_of,
    names_digest,
    names_of,
    papers_of,
)
from modules.silon.submission_checks import obstacles
from modules.silon.submission_papers import number_of
from tests.silon import conftest as make
from tests.silon.listing import (
    CLOSES,
    ENTRY,
    REPAIR,
    REPLACING,
    approved,
    at,
    centre,
    documented,
    ready,
    versioned,
)


@pytest.fixture(autouse=True)
def entry(monkeypatch):
    at(monkeypatch, ENTRY)


@pytest.fixture
def of(session):
    return ready(session)


@pytest.fixture
def actor_with(make_account):
    def make_actor(*permissions, **where) -> Actor:
        account = make_account(permissions=list(permissions), **where)
        return Actor(account.id, account.username)

    return make_actor


@pytest.fixture
def liaison(of, actor_with):
    return actor_with(SUBMIT, EDIT, party=of.party_id)


@pytest.fixture
def kpu(actor_with):
    return actor_with(RECEIVE)


@pytest.fixture
def heard(monkeypatch):
    """The rounds that began, without the work of the desk."""
    from modules.silon.operations import submissions

    rounds: list[RoundBegins] = []
    monkeypatch.setattr(submissions, "publish", rounds.append)
    return rounds


def text_of(document: OfficialDocument) -> str:
    with open_file(document.file) as file:
        pdf = pypdfium2.PdfDocument(file.read())
    words = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
    pdf.close()
    return " ".join(words.split())


def lose(session, kind: str, candidate_id: int | None = None) -> None:
    """A document that is not in force any more."""
    which = CandidateDocument.candidate_id == candidate_id if candidate_id else true()
    session.execute(
        update(CandidateDocument).where(CandidateDocument.kind == kind, which).values(current=False)
    )


# --- approval --------------------------------------------------------------------------------------


def test_the_centre_approves_what_it_saw(session, of):
    given = approval_of(of)
    assert bytes(given.digest) == names_digest(names_of(of.id))
    assert (given.names, given.chair, given.secretary) == (3, "KETUA UJI", "SEKRETARIS UJI")
    assert (of.approved_by, given.account_id) == (centre(of).account_id,) * 2


def test_names_that_changed_since_are_not_approved(session, of):
    seen = names_digest(names_of(of.id))
    row = names_of(of.id)[0]
    change_candidate(row, claim_of(row).with_changes({"title_after": "S.H."}), actor=make.ACTOR)
    assert approval_of(of) is None
    with pytest.raises(Refused, match="berubah sejak halaman dibuka") as refused:
        approve_list(of, seen, chair="A", secretary="B", actor=centre(of))
    assert refused.value.status == 409
    assert of.approved_at is None
    approved(of)
    assert session.scalars(
        select(NominationApproval.names).where(NominationApproval.nomination_id == of.id)
    ).all() == [3, 3]


@pytest.mark.parametrize("field", ["chair", "secretary"])
def test_an_approval_names_who_leads(of, field):
    named = {"chair": "A", "secretary": "B"} | {field: " "}
    with pytest.raises(Refused) as refused:
        approve_list(of, names_digest(names_of(of.id)), **named, actor=centre(of))
    assert refused.value.field == field


def test_who_approves(session, of, actor_with):
    digest = names_digest(names_of(of.id))
    for actor in (
        actor_with(APPROVE, party=of.party_id + 1),
        actor_with(SUBMIT, EDIT, party=of.party_id),
        actor_with(APPROVE, region="12", party=of.party_id),
    ):
        with pytest.raises(Refused, match="Hak akun Anda"):
            approve_list(of, digest, chair="A", secretary="B", actor=actor)


def test_an_operator_of_the_province_speaks_for_no_centre(session, actor_with):
    of = make.nomination(session, chamber="dprd_prov", place="120001")
    make.candidate(session, of)
    actor = actor_with(APPROVE, region=of.region, party=of.party_id)
    with pytest.raises(Refused, match="Hak akun Anda"):
        approve_list(of, names_digest(names_of(of.id)), chair="A", secretary="B", actor=actor)


def test_nothing_is_approved_that_is_empty_or_decided(session, of):
    empty = make.nomination(session)
    with pytest.raises(Refused, match="belum berisi calon"):
        approve_list(empty, names_digest([]), chair="A", secretary="B", actor=centre(empty))
    of.state = "vermin"
    session.flush()
    with pytest.raises(Refused, match="sedang tidak diisi"):
        approved(of)


def test_an_approval_is_taken_back_with_a_reason(of):
    with pytest.raises(Refused, match="Tuliskan alasannya"):
        revoke_approval(of, reason=" ", actor=centre(of))
    revoke_approval(of, reason="salah daftar", actor=centre(of))
    assert approval_of(of) is None
    with pytest.raises(Refused, match="Tidak ada persetujuan"):
        revoke_approval(of, reason="lagi", actor=centre(of))


# --- submission ------------------------------------------------------------------------------------


def test_what_stands_is_submitted_and_sealed(session, of, liaison, kpu):
    sent = submit(of, actor=liaison)
    assert (of.state, sent.kind, sent.sequence, sent.outcome) == ("diajukan", "pengajuan", 1, "menunggu")
    assert (sent.submitted_by, sent.decided_at) == (liaison.account_id, None)
    rows, documents = names_of(of.id), documents_of(of.id)
    counts = {k: sent.counts[k] for k in ("candidates", "women", "documents")}
    assert counts == {"candidates": 3, "women": 1, "documents": len(documents)}
    lines = [f"{r.number} {r.id} {r.version} {r.sex} {r.ballot_name}" for r in rows]
    lines += sorted(d.sha256 for d in documents)
    assert bytes(sent.digest) == hashlib.sha256("".join(f"{x}\n" for x in lines).encode()).digest()
    told = session.scalars(select(Notice.account_id).where(Notice.kind == "silon.submission.pengajuan")).all()
    assert kpu.account_id in told
    acts = session.scalars(select(Act.verb).order_by(Act.id.desc()).limit(6)).all()
    assert {"silon:submission:submit", "silon:nomination:submit"} <= set(acts)


def test_the_receipt_has_a_number_and_every_hash(session, of, liaison):
    sent = submit(of, actor=liaison)
    [paper] = papers_of(sent)
    assert paper.id == sent.receipt_id and not paper.public
    assert paper.number
    said = text_of(paper).replace(" ", "")
    for each in (number_of(sent), bytes(sent.digest).hex(), *(d.sha256 for d in documents_of(of.id))):
        assert each in said
    for row in names_of(of.id):
        assert row.ballot_name.replace(" ", "") in said
        assert claim_of(row).nik not in said


def test_no_digest_holds_a_number_of_a_person(of):
    from modules.silon.queries.submissions import name_lines

    for line, row in zip(name_lines(names_of(of.id)), names_of(of.id), strict=True):
        assert claim_of(row).nik not in line and "1980" not in line


def test_without_the_approval_nothing_is_submitted(session, of, liaison):
    row = names_of(of.id)[0]
    change_candidate(row, claim_of(row).with_changes({"title_after": "S.H."}), actor=make.ACTOR)
    with pytest.raises(Refused, match="Pimpinan pusat partai belum menyetujui") as refused:
        submit(of, actor=liaison)
    assert refused.value.status == 409
    assert of.state == "persiapan"
    assert session.scalars(select(NominationSubmission)).all() == []
    assert "silon:nomination:submit" not in session.scalars(select(Act.verb)).all()


def test_a_change_behind_the_approval_is_found(session, of, liaison):
    """Whatever writes past the operations: the digest tells."""
    names_of(of.id)[0].ballot_name = "NAMA LAIN"
    session.flush()
    with pytest.raises(Refused, match="berubah sesudah disetujui"):
        submit(of, actor=liaison)


def test_without_a_document_nothing_is_submitted(session, of, liaison):
    row = names_of(of.id)[1]
    lose(session, "ijazah", row.id)
    with pytest.raises(Refused, match=rf"Nomor 2, {row.name}: kurang Ijazah"):
        submit(of, actor=liaison)
    [found] = obstacles(of)
    assert found.article == "PKPU 10/2023:12"
    assert found.link == f"/calon/bakal/{row.id}"


def test_too_many_names_are_refused_and_too_few_women_are_not(session, liaison, of, actor_with):
    seats = of.dapil.seats
    full = ready(session, sexes="LPL" * 4)
    assert len(names_of(full.id)) > seats
    with pytest.raises(Refused, match=rf"12 calon untuk {seats} kursi"):
        submit(full, actor=actor_with(SUBMIT, party=full.party_id))
    men = ready(session, sexes="LLL")
    assert obstacles(men) == []  # verification finds it, and the repair mends it (domain.md 4.1)
    assert submit(men, actor=actor_with(SUBMIT, party=men.party_id)).counts["women"] == 0


@pytest.mark.parametrize(
    ("moment", "taken"),
    [
        (CLOSES - dt.timedelta(microseconds=1), True),
        (CLOSES, False),
        (dt.datetime(2023, 4, 30, 16, 59, 59, tzinfo=dt.UTC), False),
        (dt.datetime(2023, 4, 30, 17, 0, tzinfo=dt.UTC), True),
    ],
)
def test_the_calendar_decides_to_the_second(of, liaison, monkeypatch, moment, taken):
    at(monkeypatch, moment)
    if taken:
        assert submit(of, actor=liaison).outcome == "menunggu"
        return
    with pytest.raises(Refused, match=r"Pengajuan calon.*(ditutup|belum dibuka)"):
        submit(of, actor=liaison)
    assert of.state == "persiapan"


def test_who_submits(of, actor_with):
    for actor in (
        actor_with(SUBMIT, party=of.party_id + 1),
        actor_with(SUBMIT, party=of.party_id, region="12"),
        actor_with(EDIT, party=of.party_id),
    ):
        with pytest.raises(Refused, match="Hak akun Anda"):
            submit(of, actor=actor)


def test_nobody_submits_twice(of, liaison):
    submit(of, actor=liaison)
    with pytest.raises(Refused):
        submit(of, actor=liaison)


def test_a_liaison_of_one_person_submits_no_other(session, actor_with):
    from modules.silon.models import NominationLiaison

    mine, theirs = (make.nomination(session, kind="perseorangan", label=f"DPD {n}") for n in (1, 2))
    actor = actor_with(SUBMIT, EDIT, region="12")
    session.add(NominationLiaison(nomination_id=mine.id, account_id=actor.account_id))
    session.flush()
    with pytest.raises(Refused, match="Hak akun Anda"):
        submit(theirs, actor=actor)


# --- KPU -------------------------------------------------------------------------------------------


def test_kpu_receives_and_the_verification_begins(session, of, liaison, kpu, heard):
    sent = submit(of, actor=liaison)
    assert heard == []
    accept(sent, actor=kpu)
    assert (of.state, sent.outcome, sent.decided_by) == ("vermin", "lengkap", kpu.account_id)
    assert [(e.nomination_id, e.round) for e in heard] == [(of.id, 1)]
    told = session.scalars(select(Notice.account_id).where(Notice.kind == "silon.submission.accepted")).all()
    assert liaison.account_id in told
    with pytest.raises(Refused, match="sudah diputus pada"):
        accept(sent, actor=kpu)
    with pytest.raises(Refused, match="sudah diputus pada"):
        give_back(sent, "x", actor=kpu)


def test_kpu_returns_by_the_form_and_it_comes_again(session, of, liaison, kpu):
    sent = submit(of, actor=liaison)
    with pytest.raises(Refused):
        give_back(sent, " ", actor=kpu)
    assert of.state == "diajukan"
    paper = give_back(sent, "Daftar tidak ditandatangani.", actor=kpu)
    assert (of.state, sent.outcome, sent.receipt_id) == ("dikembalikan", "dikembalikan", paper.id)
    assert "Daftar tidak ditandatangani." in text_of(paper)
    with open_file(paper.file) as file:
        assert len(signatures_of(file.read())) == 1
    assert [p.title.split(" ")[0] for p in papers_of(sent)] == [
        "TANDA.TERIMA.PENGAJUAN",
        "PENGEMBALIAN.PENGAJUAN",
    ]
    told = session.scalars(select(Notice.account_id).where(Notice.kind == "silon.submission.returned")).all()
    assert liaison.account_id in told
    again = submit(of, actor=liaison)
    assert (again.sequence, of.state) == (2, "diajukan")


def test_what_is_not_what_was_submitted_is_not_received(session, of, liaison, kpu):
    sent = submit(of, actor=liaison)
    names_of(of.id)[0].ballot_name = "NAMA LAIN"
    session.flush()
    with pytest.raises(Refused, match="tidak lagi sama dengan sidik"):
        accept(sent, actor=kpu)
    assert of.state == "diajukan" and sent.outcome == "menunggu"


def test_who_receives(session, of, liaison, actor_with):
    sent = submit(of, actor=liaison)
    for actor in (actor_with(RECEIVE, region="12"), liaison, actor_with(SUBMIT)):
        with pytest.raises(Refused, match="Hak akun Anda"):
            accept(sent, actor=actor)
        with pytest.raises(Refused, match="Hak akun Anda"):
            give_back(sent, "x", actor=actor)


# --- repair and replacement ------------------------------------------------------------------------


def test_a_repair_goes_on_by_itself(session, of, liaison, monkeypatch, heard):
    of.state = "perbaikan"
    session.flush()
    at(monkeypatch, REPAIR)
    lose(session, "skck")
    sent = submit(of, actor=liaison)
    assert (of.state, sent.kind, sent.outcome) == ("vermin_perbaikan", "perbaikan", "lengkap")
    assert sent.decided_at is not None and sent.decided_by is None
    assert [(e.nomination_id, e.round) for e in heard] == [(of.id, 2)]
    assert papers_of(sent)


def test_a_repair_is_taken_with_what_it_lacks(session, of, liaison, monkeypatch, heard):
    of.state = "perbaikan"
    at(monkeypatch, REPAIR)
    lose(session, "ijazah")
    assert [o.text for o in obstacles(of)] != []  # a first submission would be refused
    assert submit(of, actor=liaison).counts["documents"] == len(documents_of(of.id))


def test_a_repair_needs_the_approval_of_changed_names(session, of, liaison, monkeypatch):
    of.state = "perbaikan"
    row = names_of(of.id)[0]
    row.event_id = make.event(session, row, "baru", "bms").id
    row.state = "bms"
    session.flush()
    at(monkeypatch, REPAIR)
    change_candidate(row, claim_of(row).with_changes({"address": "B"}), actor=make.ACTOR)
    with pytest.raises(Refused, match="belum menyetujui"):
        submit(of, actor=liaison)
    approved(of)
    assert submit(of, actor=liaison).kind == "perbaikan"


def test_a_replacement_moves_no_state(session, of, liaison, monkeypatch):
    of.state = "penggantian"
    session.flush()
    at(monkeypatch, REPLACING)
    sent = submit(of, actor=liaison)
    assert (of.state, sent.kind, sent.outcome) == ("penggantian", "penggantian_dcs", "lengkap")
    at(monkeypatch, ENTRY)
    with pytest.raises(Refused, match="Penggantian calon sementara"):
        submit(of, actor=liaison)


def test_the_other_list_of_the_party_stays_as_it_is(session, of, liaison):
    other = make.nomination(session, of=_registration(session, of), place="1201")
    versioned(make.candidate(session, other))
    documented(other)
    submit(of, actor=liaison)
    assert other.state == "persiapan"


def _registration(session, of):
    from modules.sipol.models import PartyRegistration

    return session.scalars(select(PartyRegistration).where(PartyRegistration.party_id == of.party_id)).one()
