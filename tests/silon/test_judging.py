"""Rounds at the desk: what is opened before and after a repair, who judges, what a verdict leaves."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from electsys import jobs, verification
from electsys.errors import Refused
from electsys.identity.models import Account
from electsys.ledger import Act, Actor
from electsys.verification.models import VerificationItem
from electsys.verification.operations import desk, second
from modules.silon.document_words import REASONS
from modules.silon.models import CandidateDocument
from modules.silon.operations.documents import file_document
from modules.silon.operations.judging import begin_round, open_round, unopened
from modules.silon.permissions import CONCLUDE, READ, VERIFY
from modules.silon.queries.documents import standing
from modules.silon.queries.judging import DOCUMENTS, OWN, show_document
from tests.silon import conftest as make
from tests.silon.conftest import ACTOR
from tests.silon.filing import complete, document, items, judge, open_stage, store

RIGHTS = [VERIFY, READ, "verification:item:read", "verification:item:judge"]


@pytest.fixture
def verifier(make_account):
    def make_one(region="", rights=RIGHTS):
        account = make_account(permissions=list(rights), region=region)
        return Actor(account.id, account.username)

    return make_one


@pytest.fixture
def row(session, election):
    """A list of two under verification, every document there."""
    found = make.nomination(session, "vermin")
    for _n in range(2):
        make.candidate(session, found)
    complete(session, found)
    open_stage(session, found)
    return found


@pytest.fixture
def address(app, session):
    """What a sheet links to needs an address."""
    with app.test_request_context():
        yield


def queue(name=DOCUMENTS):
    found = verification.find(name)
    assert found is not None
    return found


def test_a_round_opens_every_document_once(session, row):
    assert unopened(row) == 25
    made = open_round(row, actor=ACTOR)
    assert made == {OWN: 3, DOCUMENTS: 22}
    assert sum(open_round(row, actor=ACTOR).values()) == 0 and unopened(row) == 0
    found = items(session, row)
    assert {(i.round, i.region, i.party_id) for i in found} == {(1, "", row.party_id)}
    act = session.scalars(select(Act).where(Act.verb == "silon:round:open")).one()
    assert act.details[DOCUMENTS] == 22


def test_it_opens_as_a_job_that_may_run_again(app, session, row):
    for _n in range(2):
        begin_round(row, actor=ACTOR)
        jobs.run_pending(app)
    assert len(items(session, row)) == 25


@pytest.mark.parametrize("state", ["persiapan", "diajukan", "perbaikan", "tms", "dct"])
def test_a_round_needs_its_step(session, election, state):
    with pytest.raises(Refused) as refusal:
        open_round(make.nomination(session, state), actor=ACTOR)
    assert refusal.value.status == 409


def test_who_left_is_not_opened_and_flags_come_first(session, row):
    gone = make.candidate(session, row, "ditarik")
    document(session, row, gone, "ijazah")
    flagged = make.candidate(session, row, flags=["usia"])
    document(session, row, flagged, "ijazah")
    document(session, row, flagged, "kta", current=False)
    open_round(row, actor=ACTOR)
    ids = [i.subject for i in sorted(items(session, row), key=lambda i: (i.priority, i.id))]
    key = session.scalars(
        select(CandidateDocument.id).where(
            CandidateDocument.candidate_id == flagged.id, CandidateDocument.current
        )
    ).one()
    own = [i.subject for i in items(session, row) if i.queue == OWN]
    assert next(s for s in ids if s not in own) == f"candidate_document:{key}"
    assert len(ids) == 26


def test_the_body_of_the_contest_judges(session, election, verifier):
    nation, province, district = verifier(""), verifier("12"), verifier("1201")
    dpr = make.nomination(session, "vermin")
    dpd = make.nomination(session, "vermin", kind="perseorangan")
    for each in (dpr, dpd):
        document(session, each, make.candidate(session, each), "ijazah")
        open_round(each, actor=ACTOR)
    [of_dpr], [of_dpd] = items(session, dpr), items(session, dpd)
    assert (of_dpr.region, of_dpd.region) == ("", "12")
    for actor in (province, district):
        with pytest.raises(Refused) as refusal, session.begin_nested():
            desk.decide(queue(), of_dpr, "ms", actor=actor)
        assert refusal.value.status == 403
    with pytest.raises(Refused), session.begin_nested():
        desk.decide(queue(), of_dpd, "ms", actor=district)
    desk.decide(queue(), of_dpr, "ms", actor=nation)
    desk.decide(queue(), of_dpd, "ms", actor=province)


@pytest.mark.parametrize(
    ("verdict", "reason"), [("ms", None), ("bms", "tidak_terbaca"), ("tms", "tidak_sah")]
)
def test_a_verdict_stands_on_the_document_and_can_be_taken_back(session, row, verifier, verdict, reason):
    open_round(row, actor=ACTOR)
    actor = verifier()
    item = items(session, row)[0]
    desk.decide(queue(item.queue), item, verdict, actor=actor, reason=reason, note="dicek")
    found = session.get(CandidateDocument, int(item.subject.partition(":")[2]))
    assert (found.state, found.reason, found.decided_by, found.round) == (
        verdict,
        reason,
        actor.account_id,
        1,
    )
    desk.undo(queue(item.queue), item, actor=actor)
    session.refresh(found)
    assert (found.state, found.reason, found.decided_at, item.state) == ("menunggu", None, None, "menunggu")


def test_nothing_is_decided_twice_and_two_verifiers_never_get_one_item(session, row, verifier):
    open_round(row, actor=ACTOR)
    one, two = verifier(), verifier()
    taken = set()
    for _n in range(11):
        for actor in (one, two):
            account = session.get(Account, actor.account_id)
            item = desk.take_next(queue(), account, election_id=row.election_id, beside=list(taken))
            assert item.id not in taken
            taken.add(item.id)
            with pytest.raises(Refused, match="diperiksa petugas lain"), session.begin_nested():
                desk.decide(queue(), item, "ms", actor=two if actor is one else one)
            desk.decide(queue(), item, "ms", actor=actor)
            with pytest.raises(Refused, match="sudah diputus"), session.begin_nested():
                desk.decide(queue(), item, "tms", actor=actor, reason="tidak_sah")
    account = session.get(Account, one.account_id)
    assert desk.take_next(queue(), account, election_id=row.election_id) is None
    assert len(taken) == 22


def test_a_replaced_document_is_not_judged(session, row, verifier):
    open_round(row, actor=ACTOR)
    item = items(session, row)[-1]
    found = session.get(CandidateDocument, int(item.subject.partition(":")[2]))
    found.current = False
    session.flush()
    with pytest.raises(Refused, match="sudah digantikan"), session.begin_nested():
        desk.decide(queue(), item, "ms", actor=verifier())
    open_round(row, actor=ACTOR)
    session.refresh(item)
    assert item.state == "ditarik"


def repaired(session, row):
    """The same after a first round: conclusions are made elsewhere, the state alone moves here."""
    from modules.silon.models import NominationVerdict

    session.add(
        NominationVerdict(
            nomination_id=row.id,
            round=1,
            outcome="defer",
            reason="uji",
            counts={},
            letter_id=1,
            actor="uji",
            at=dt.datetime.now(dt.UTC),
        )
    )
    row.state = "vermin_perbaikan"
    session.flush()


def test_the_second_round_opens_what_failed_what_is_new_and_what_changed(session, row, verifier):
    open_round(row, actor=ACTOR)
    actor = verifier()
    judge(session, row, actor, "bms", only=("ijazah",))
    judge(session, row, actor)
    first, second_one = standing(row)
    repaired(session, row)
    new = document(session, row, first, "skck")
    made = open_round(row, actor=ACTOR)
    assert made == {OWN: 0, DOCUMENTS: 3}
    assert {i.round for i in items(session, row, 2)} == {2}
    assert f"candidate_document:{new.id}" in {i.subject for i in items(session, row, 2)}
    changed(session, second_one, ["photo_id", "phone"])
    assert open_round(row, actor=ACTOR)[DOCUMENTS] == 0
    changed(session, second_one, ["name"])
    assert open_round(row, actor=ACTOR)[DOCUMENTS] == 10, "all that was right of the second one"


def changed(session, candidate, fields):
    from modules.silon.claims import claim_of
    from modules.silon.operations.candidates import write_version

    candidate.version += 1
    session.flush()
    version = write_version(candidate, claim_of(candidate), fields, actor=ACTOR)
    assert version.changed == fields
    # Everything of a test happens at one time of the database; the change came after the judgement.
    session.execute(
        CandidateDocument.__table__.update()
        .where(CandidateDocument.candidate_id == candidate.id)
        .values(decided_at=version.at - dt.timedelta(hours=1))
        .where(CandidateDocument.decided_at.is_not(None))
    )
    session.expire_all()


def test_after_the_repair_there_is_no_third_way(session, row, verifier):
    open_round(row, actor=ACTOR)
    actor = verifier()
    judge(session, row, actor, "bms")
    repaired(session, row)
    open_round(row, actor=ACTOR)
    item = items(session, row, 2)[0]
    with pytest.raises(Refused, match="hanya ada memenuhi syarat atau tidak"), session.begin_nested():
        desk.decide(queue(item.queue), item, "bms", actor=actor, reason="tidak_terbaca")
    desk.decide(queue(item.queue), item, "tms", actor=actor, reason="tidak_diperbaiki")
    found = session.get(CandidateDocument, int(item.subject.partition(":")[2]))
    assert (found.state, found.round) == ("tms", 2)
    desk.undo(queue(item.queue), item, actor=actor)
    session.refresh(found)
    assert (found.state, found.reason, found.round) == ("bms", "tidak_terbaca", 1), "what round 1 said"


def test_a_verdict_of_a_round_that_is_over_stands(session, row, verifier):
    open_round(row, actor=ACTOR)
    actor = verifier()
    [item, other, *_rest] = items(session, row)
    desk.decide(queue(item.queue), item, "ms", actor=actor)
    repaired(session, row)
    with pytest.raises(Refused, match="sudah selesai"), session.begin_nested():
        desk.undo(queue(item.queue), item, actor=actor)
    with pytest.raises(Refused, match="sudah selesai"), session.begin_nested():
        desk.decide(queue(other.queue), other, "ms", actor=actor)
    assert item.state == "ms"


def test_a_second_look_that_disagrees_is_settled_by_a_third(session, row, verifier):
    open_round(row, actor=ACTOR)
    one, two, plenary = verifier(), verifier(), verifier(rights=[CONCLUDE])
    judge(session, row, one)
    second.draw_second(queue(), election_id=row.election_id, region="", seed="20230620", actor=plenary)
    [drawn] = [i for i in items(session, row) if i.second_look]
    assert not second.look_again(queue(), drawn, "bms", actor=two, reason="data_beda")
    second.settle(queue(), drawn, "bms", actor=plenary, reason="data_beda", note="Tanggal lahir berbeda.")
    found = session.get(CandidateDocument, int(drawn.subject.partition(":")[2]))
    assert (found.state, found.reason) == ("bms", "data_beda")


def test_a_late_document_comes_to_the_desk_when_it_comes(session, election, verifier):
    row = make.nomination(session, "rancangan_dcs")
    one = make.candidate(session, row, "ms", conditions=("mengundurkan_diri",))
    open_stage(session, row, "penetapan_dct")
    with pytest.raises(Refused, match="sudah ditutup"), session.begin_nested():
        file_document(store(), row, one, "pengunduran_diri", actor=ACTOR)
    made = file_document(store(name="sk.pdf"), row, one, "sk_pemberhentian", actor=ACTOR)
    [item] = items(session, row)
    assert (item.subject, item.round) == (f"candidate_document:{made.id}", 2)
    desk.decide(queue(), item, "ms", actor=verifier())
    session.refresh(made)
    assert made.state == "ms"
    open_stage(session, row, "penetapan_dct", days=-1)
    with pytest.raises(Refused, match="sudah ditutup"):
        file_document(store(name="sk2.pdf"), row, one, "sk_pemberhentian", actor=ACTOR)


def test_a_new_candidate_in_the_windows_is_judged_and_who_was_concluded_is_not(session, election, verifier):
    row = make.nomination(session, "penggantian")
    old, new = make.candidate(session, row, "ms"), make.candidate(session, row)
    for who in (old, new):
        document(session, row, who, "ijazah")
    made = open_round(row, actor=ACTOR)
    assert made[DOCUMENTS] == 2
    of_old, of_new = items(session, row)
    desk.decide(queue(), of_new, "ms", actor=verifier())
    with pytest.raises(Refused, match="sudah disimpulkan"), session.begin_nested():
        desk.decide(queue(), of_old, "tms", actor=verifier(), reason="tidak_sah")


def test_what_a_replacement_brings_comes_to_the_desk_as_it_comes(session, election):
    row = make.nomination(session, "penggantian")
    new = make.candidate(session, row)
    open_stage(session, row, "penggantian_dcs")
    first = file_document(store(), row, new, "ijazah", actor=ACTOR)
    again = file_document(store(), row, new, "ijazah", actor=ACTOR)
    own = file_document(store(), row, None, "surat_pengajuan", actor=ACTOR)
    states = {i.subject.partition(":")[2]: (i.queue, i.state) for i in items(session, row)}
    assert states == {
        str(first.id): (DOCUMENTS, "ditarik"),
        str(again.id): (DOCUMENTS, "menunggu"),
        str(own.id): (OWN, "menunggu"),
    }


def test_the_sheet_shows_claims_beside_what_the_house_knows(session, row, address):
    one = standing(row)[0]
    one.flags = ["usia"]
    session.flush()
    open_round(row, actor=ACTOR)
    sheets = {}
    for item in items(session, row):
        found = session.get(CandidateDocument, int(item.subject.partition(":")[2]))
        sheets.setdefault(found.kind, show_document(item))
    card = {str(line.label): line for line in sheets["kta"].lines}
    assert card["Anggota menurut Sipol"].known == "tidak tercatat" and card["Anggota menurut Sipol"].differs
    voter = {str(line.label): line for line in sheets["bukti_pemilih"].lines}
    assert voter["Pemilih menurut Sidalih"].differs
    diploma = {str(line.label): line for line in sheets["ijazah"].lines}
    assert diploma["Tanggal lahir"].claimed == "17 Mei 1980" and "NIK" not in diploma
    identity = {str(line.label): line for line in sheets["ktp_el"].lines}
    assert "****" in identity["NIK"].claimed and "Tanggal lahir" not in identity
    assert any("belum cukup umur" in words for words in sheets["kta"].warnings)
    assert len(sheets["surat_pengajuan"].documents) == 1


def test_every_reason_fits_a_digit():
    assert len(REASONS) == 10, "the desk has ten digits"
    assert {r.code for r in REASONS if r.for_ == ("tms",)} == {"tidak_sah", "tidak_diperbaiki"}


def test_items_carry_no_personal_text(session, row):
    open_round(row, actor=ACTOR)
    names = {c.name for c in standing(row)}
    for item in session.scalars(select(VerificationItem)):
        assert not any(name in f"{item.subject}{item.note}" for name in names)
