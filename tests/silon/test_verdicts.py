"""A plenary concludes: refused while anything waits; candidates, nomination, minutes, notices in one act."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from electsys.errors import Refused
from electsys.ledger import Act, Actor
from electsys.notices import Notice
from electsys.verification.operations import second
from modules.jdih import Letter
from modules.silon.models import CandidateEvent, NominationVerdict
from modules.silon.operations.conclusions import conclude_candidate, conclude_nomination, lapse_repair
from modules.silon.operations.documents import file_document
from modules.silon.operations.judging import open_round
from modules.silon.permissions import CONCLUDE, EDIT, READ, VERIFY
from modules.silon.queries.judging import DOCUMENTS
from modules.silon.queries.verdicts import outlook
from tests.silon import conftest as make
from tests.silon.conftest import ACTOR
from tests.silon.filing import complete, document, items, judge, open_stage, store
from tests.silon.test_judging import queue

RIGHTS = [VERIFY, READ, "verification:item:read", "verification:item:judge"]


@pytest.fixture
def verifier(make_account):
    account = make_account(permissions=RIGHTS)
    return Actor(account.id, account.username)


@pytest.fixture
def plenary(make_account):
    account = make_account(permissions=[CONCLUDE, READ])
    return Actor(account.id, account.username)


@pytest.fixture
def row(session, election):
    """A list of three (the second a woman), every document on the desk."""
    found = make.nomination(session, "vermin")
    for sex in "LPL":
        make.candidate(session, found, sex=sex)
    complete(session, found)
    open_stage(session, found)
    open_round(found, actor=ACTOR)
    return found


def people(session, row):
    session.expire_all()
    return list(
        session.scalars(
            select(make.Candidate)
            .where(make.Candidate.nomination_id == row.id)
            .order_by(make.Candidate.number, make.Candidate.id)
        )
    )


def last_event(session, candidate):
    return session.get(CandidateEvent, candidate.event_id)


def fail_one(session, row, actor, kind="ijazah", verdict="bms"):
    """Judge the first candidate's document of a kind wrong, everything else right."""
    [first, *_others] = [
        i
        for i in items(session, row)
        if i.state == "menunggu"
        and session.get(make_document(), int(i.subject.partition(":")[2])).kind == kind
    ]
    from electsys.verification.operations import desk

    desk.decide(
        queue(first.queue), first, verdict, actor=actor, reason="tidak_terbaca", note="Halaman 2 kabur."
    )
    judge(session, row, actor)


def make_document():
    from modules.silon.models import CandidateDocument

    return CandidateDocument


def test_nothing_is_concluded_while_a_document_waits(session, row, verifier, plenary):
    with pytest.raises(Refused, match="36 dokumen belum diputus") as refusal:
        conclude_nomination(row, "clear", actor=plenary)
    assert refusal.value.status == 409
    judge(session, row, verifier)
    extra = document(session, row, people(session, row)[0], "skck")
    with pytest.raises(Refused, match="1 dokumen belum dibuka"):
        conclude_nomination(row, "clear", actor=plenary)
    extra.current = False
    session.flush()
    second.draw_second(queue(), election_id=row.election_id, region="", seed="20230623", actor=plenary)
    with pytest.raises(Refused, match="menunggu periksa kedua"):
        conclude_nomination(row, "clear", actor=plenary)
    assert {c.state for c in people(session, row)} == {"baru"}


def test_all_right_goes_on_to_the_provisional_list(session, row, verifier, plenary):
    judge(session, row, verifier)
    verdict = conclude_nomination(row, "clear", actor=plenary)
    assert row.state == "rancangan_dcs"
    assert {c.state for c in people(session, row)} == {"ms"}
    assert (verdict.round, verdict.outcome, verdict.counts["ms"], verdict.reason) == (1, "clear", 3, None)
    letter = session.get(Letter, verdict.letter_id)
    assert "MODEL BA.VERMIN.CALON" in letter.title
    assert last_event(session, people(session, row)[0]).letter_id == letter.id
    act = session.scalars(select(Act).where(Act.verb == "silon:verdict:conclude")).one()
    assert act.details["ms"] == 3


def test_what_fails_comes_back_with_its_reasons(session, row, verifier, plenary, make_account):
    liaison = make_account(permissions=[EDIT], party=row.party_id)
    fail_one(session, row, verifier)
    with pytest.raises(Refused, match="hasilnya sekarang “dikembalikan untuk diperbaiki”"):
        conclude_nomination(row, "clear", actor=plenary)
    verdict = conclude_nomination(row, "defer", actor=plenary)
    first, *others = people(session, row)
    assert (row.state, first.state, {c.state for c in others}) == ("perbaikan", "bms", {"ms"})
    event = last_event(session, first)
    assert "Ijazah" in event.reason and "Dokumen tidak terbaca (Halaman 2 kabur)." in event.reason
    assert "1 dari 3 calon" in verdict.reason and verdict.counts["bms"] == 1
    notice = session.scalars(select(Notice).where(Notice.account_id == liaison.id)).one()
    assert notice.kind == "silon.verdict.concluded.defer" and notice.values["met"] == 2
    assert notice.link == f"/calon/pencalonan/{row.id}/perbaikan"
    with pytest.raises(Refused, match="Tidak ada verifikasi yang berjalan"):
        conclude_nomination(row, "defer", actor=plenary)
    with pytest.raises(Exception, match="permission denied"), session.begin_nested():
        session.execute(NominationVerdict.__table__.delete())


def test_a_list_that_breaks_a_rule_is_sent_back_though_everybody_is_met(session, election, verifier, plenary):
    row = make.nomination(session, "vermin")
    for _n in range(3):
        make.candidate(session, row, sex="L")
    complete(session, row)
    open_stage(session, row)
    open_round(row, actor=ACTOR)
    judge(session, row, verifier)
    seen = outlook(row)
    assert (seen.outcome, seen.counts["ms"]) == ("defer", 3)
    assert {f.code for f in seen.findings} >= {"kuota_perempuan"}
    verdict = conclude_nomination(row, "defer", actor=plenary)
    assert "kuota_perempuan" in verdict.counts["breaks"] and "perempuan" in verdict.reason


def repair(session, row):
    row.state = "perbaikan"
    session.flush()
    open_stage(session, row)


def test_only_what_failed_is_open_in_the_repair(session, row, verifier, plenary):
    fail_one(session, row, verifier)
    conclude_nomination(row, "defer", actor=plenary)
    open_stage(session, row)
    first, second_one, _third = people(session, row)
    for who, kind in ((first, "kta"), (second_one, "ijazah"), (None, "surat_pengajuan")):
        with pytest.raises(Refused, match="sudah memenuhi syarat dan tidak dibuka lagi"):
            file_document(store(), row, who, kind, actor=ACTOR)
    made = file_document(store(), row, first, "ijazah", actor=ACTOR)
    assert made.current and made.state == "menunggu"
    again = file_document(store(), row, first, "ijazah", actor=ACTOR)
    session.refresh(made)
    assert again.current and not made.current, "an upload of this repair may be replaced still"


def second_round(session, row, verifier, plenary):
    fail_one(session, row, verifier)
    conclude_nomination(row, "defer", actor=plenary)
    open_stage(session, row)
    made = file_document(store(), row, people(session, row)[0], "ijazah", actor=ACTOR)
    row.state = "vermin_perbaikan"
    session.flush()
    open_stage(session, row)
    assert open_round(row, actor=ACTOR)[DOCUMENTS] == 1
    return made


def test_a_repaired_document_makes_its_candidate_met(session, row, verifier, plenary):
    second_round(session, row, verifier, plenary)
    judge(session, row, verifier)
    verdict = conclude_nomination(row, "clear", actor=plenary)
    assert (row.state, verdict.round) == ("rancangan_dcs", 2)
    assert {c.state for c in people(session, row)} == {"ms"}
    letters = session.scalars(select(Letter).where(Letter.source_key.like("silon:verdict:%"))).all()
    assert len({letter.id for letter in letters}) == 2
    assert "BA.VERMIN.PERBAIKAN.CALON" in session.get(Letter, verdict.letter_id).title


def test_who_fails_after_the_repair_is_out_and_the_list_goes_on(session, row, verifier, plenary):
    second_round(session, row, verifier, plenary)
    judge(session, row, verifier, "tms")
    seen = outlook(row)
    assert (seen.outcome, seen.counts) == ("clear", {"ms": 2, "bms": 0, "tms": 1})
    conclude_nomination(row, "clear", actor=plenary)
    first, *others = people(session, row)
    assert (first.state, {c.state for c in others}, row.state) == ("tms", {"ms"}, "rancangan_dcs")
    assert last_event(session, first).from_state == "bms"


def test_a_double_candidacy_fails_whatever_the_papers_say(session, row, verifier, plenary):
    judge(session, row, verifier)
    one = people(session, row)[0]
    other = make.nomination(session, "vermin", place="1201")
    from modules.silon.claims import claim_of

    said = claim_of(one)
    make.candidate(session, other, nik=said.nik, name=said.name)
    session.expire_all()
    seen = outlook(row)
    assert "ganda_calon" in one.flags
    assert seen.outcome == "defer"
    assert [r.code for r in seen.candidates[0].outcome.reasons] == ["ganda_calon"]


def test_a_person_who_fails_takes_the_nomination_along(session, election, verifier, plenary):
    row = make.nomination(session, "vermin", kind="perseorangan")
    make.candidate(session, row)
    complete(session, row)
    open_stage(session, row)
    open_round(row, actor=ACTOR)
    fail_one(session, row, verifier)
    conclude_nomination(row, "defer", actor=plenary)
    row.state = "vermin_perbaikan"
    session.flush()
    open_stage(session, row)
    open_round(row, actor=ACTOR)
    judge(session, row, verifier, "tms")
    verdict = conclude_nomination(row, "fail", actor=plenary)
    assert row.state == "tms" and verdict.reason


def test_whoever_has_no_right_or_comes_at_the_wrong_time(session, row, verifier, plenary, make_account):
    judge(session, row, verifier)
    with pytest.raises(Refused) as refusal:
        conclude_nomination(row, "clear", actor=verifier)
    assert refusal.value.status == 403
    province = make_account(permissions=[CONCLUDE], region="12")
    with pytest.raises(Refused):
        conclude_nomination(row, "clear", actor=Actor(province.id, province.username))
    open_stage(session, row, days=-1)
    with pytest.raises(Refused, match="sudah ditutup"):
        conclude_nomination(row, "clear", actor=plenary)
    assert row.state == "vermin" and {c.state for c in people(session, row)} == {"baru"}
    assert session.scalars(select(NominationVerdict)).all() == []
    assert session.scalars(select(Letter).where(Letter.source_key.like("silon:%"))).all() == []


def test_time_that_is_over_lapses_and_what_failed_is_judged(app, session, row, verifier, plenary):
    from electsys import jobs

    fail_one(session, row, verifier)
    conclude_nomination(row, "defer", actor=plenary)
    open_stage(session, row)
    with pytest.raises(Refused, match="belum berakhir"):
        lapse_repair(row, actor=plenary)
    open_stage(session, row, days=-1)
    lapse_repair(row, actor=plenary)
    jobs.run_pending(app)
    session.expire_all()
    assert row.state == "vermin_perbaikan"
    assert [i.state for i in items(session, row, 2)] == ["menunggu"]


def test_a_replacement_is_concluded_by_itself(session, election, verifier, plenary):
    row = make.nomination(session, "penggantian")
    old, new = make.candidate(session, row, "ms"), make.candidate(session, row)
    complete(session, row)
    open_round(row, actor=ACTOR)
    with pytest.raises(Refused, match="ada dokumen calon ini yang belum diputus"):
        conclude_candidate(new, actor=plenary)
    for item in items(session, row):
        found = session.get(make_document(), int(item.subject.partition(":")[2]))
        if found.candidate_id == new.id:
            from electsys.verification.operations import desk

            desk.decide(queue(), item, "ms", actor=verifier)
    assert conclude_candidate(new, actor=plenary) == "ms"
    assert new.state == "ms"
    for who in (old, new):
        with pytest.raises(Refused, match="Hanya calon baru"):
            conclude_candidate(who, actor=plenary)


def test_a_pair_goes_on_only_whole(session, election, verifier, plenary):
    row = make.nomination(session, "vermin", kind="pasangan")
    for sex in "LP":
        make.candidate(session, row, sex=sex)
    complete(session, row)
    open_stage(session, row, "vermin_pasangan")
    open_round(row, actor=ACTOR)
    fail_one(session, row, verifier, "visi_misi")
    assert outlook(row).findings == (), "rules of lists are not asked of a pair"
    conclude_nomination(row, "defer", actor=plenary)
    assert [c.state for c in people(session, row)] == ["bms", "ms"]
    open_stage(session, row, "perbaikan_pasangan")
    file_document(store(), row, people(session, row)[0], "visi_misi", actor=ACTOR)
    row.state = "vermin_perbaikan"
    session.flush()
    open_round(row, actor=ACTOR)
    assert outlook(row).outcome == "fail", "while it waits nothing is met"
    judge(session, row, verifier)
    conclude_nomination(row, "clear", actor=plenary)
    assert row.state == "rancangan_dct" and {c.state for c in people(session, row)} == {"ms"}


def test_a_ruling_begins_the_verification_anew(session, row, verifier, plenary):
    fail_one(session, row, verifier, "surat_pengajuan")
    conclude_nomination(row, "defer", actor=plenary)
    row.state = "vermin_perbaikan"
    session.flush()
    open_stage(session, row)
    open_round(row, actor=ACTOR)
    judge(session, row, verifier, "tms")
    conclude_nomination(row, "fail", actor=plenary)
    assert row.state == "tms"
    from modules.silon.workflow import LIST

    LIST.move(row, "reopen_vermin", actor=ACTOR)
    open_stage(session, row)
    assert sum(open_round(row, actor=ACTOR).values()) == 1, "what was right stays right"
    assert {i.round for i in items(session, row)} == {1, 2, 3}
    judge(session, row, verifier)
    assert conclude_nomination(row, "clear", actor=plenary).round == 3
