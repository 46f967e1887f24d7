"""Who leaves, comes and returns: each leaves a minute and a public difference (issue 6, part 5)."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from electsys.documents.models import OfficialDocument
from electsys.elections.models import Ballot, BallotLine
from electsys.errors import Refused
from electsys.events import _SUBSCRIPTIONS, publish, subscribe
from electsys.ledger import Actor
from modules.jdih import RulingIssued
from modules.jdih.models import Letter
from modules.silon.events import BallotChanged
from modules.silon.models import CandidateDocument, CandidateEvent
from modules.silon.operations import amendments, listings, plenaries, replacements
from modules.silon.operations.publishing import kept_entries
from modules.silon.queries.documents import kinds_for
from modules.silon.rules.documents import REQUIRED
from modules.silon.rules.listings import difference
from tests.silon import conftest as make
from tests.silon import staging

RULING = "12/PS.REG/BAWASLU/2023"


def liaison(session, of):
    return staging.member(session, "admin_parpol_pusat", party=of.party_id)


def operator(session):
    return staging.member(session, "operator_kpu_ri")


def change(session, of, stage):
    """What the newest version of a list changed: kind, number, public reason; and its letter."""
    last = staging.newest(session, stage, of)
    from modules.silon.models import Listing

    before = session.scalars(
        select(Listing).where(
            Listing.contest_id == last.contest_id,
            Listing.dapil_id == last.dapil_id,
            Listing.stage == stage,
            Listing.version == last.version - 1,
        )
    ).one()
    found = difference(kept_entries(before), kept_entries(last))
    return [(c.kind, c.entry.number, c.entry.struck_reason) for c in found], last


def minute_of(session, listing):
    letter = session.get_one(Letter, listing.letter_id)
    assert letter.kind == "BA"
    return letter


def verify(session, row, state="ms", but=()):
    """Judge every required document of a candidate as the desk does; ``but`` fail."""
    for kind in kinds_for(row.nomination, row):
        if kind.need == REQUIRED:
            wrong = kind.code in but
            session.add(
                CandidateDocument(
                    nomination_id=row.nomination_id,
                    candidate_id=row.id,
                    region=row.region,
                    party_id=row.party_id,
                    kind=kind.code,
                    file_id=staging.evidence().id,
                    state="tms" if wrong else state,
                    reason="isi_salah" if wrong else None,
                    decided_at=dt.datetime.now(dt.UTC) if state != "menunggu" else None,
                )
            )
    session.flush()


# --- between DCS and DCT ---------------------------------------------------------------------------


def test_a_death_is_struck_on_a_new_version_of_the_dcs(session):
    of, rows = staging.provisional(session)
    replacements.leave_dcs(
        rows[0], "die", reason="akta kematian 12/2023", evidence=staging.evidence(), actor=operator(session)
    )
    assert rows[0].state == "meninggal"
    changed, listing = change(session, of, "dcs")
    assert changed == [("dicoret", 1, "Meninggal dunia")]
    assert (listing.version, listing.reason) == (2, "Meninggal dunia")
    assert "Perubahan Daftar Calon Sementara" in minute_of(session, listing).title


def test_leaving_needs_evidence_and_the_office_of_kpu(session):
    of, rows = staging.provisional(session)
    with pytest.raises(Refused) as refused:
        replacements.leave_dcs(rows[0], "resign", reason="surat", evidence=None, actor=operator(session))
    assert refused.value.field == "evidence"
    with pytest.raises(Refused) as refused:
        replacements.leave_dcs(
            rows[0], "resign", reason="surat", evidence=staging.evidence(), actor=liaison(session, of)
        )
    assert refused.value.status == 403
    assert rows[0].state == "dcs"


def test_somebody_is_replaced_twice(session):
    of, rows = staging.provisional(session)
    staging.to_replacement(session)
    party, kpu = liaison(session, of), operator(session)
    plenary = staging.member(session)
    replacements.leave_dcs(rows[1], "resign", reason="surat 3", evidence=staging.evidence(), actor=kpu)
    first = replacements.replace_in_dcs(rows[1], make.claim(), reason="mengundurkan diri", actor=party)
    assert (first.number, first.state, first.replaces_id, rows[1].state) == (2, "baru", rows[1].id, "diganti")
    verify(session, first, but=("ijazah",))
    assert replacements.conclude_replacement(first, actor=plenary) == "tms"
    assert first.state == "tms"
    second = replacements.replace_in_dcs(first, make.claim(), reason="pengganti TMS", actor=party)
    verify(session, second)
    assert replacements.conclude_replacement(second, actor=plenary) == "ms"
    assert (second.state, second.number, second.replaces_id) == ("ms", 2, first.id)

    listings.advance(staging.contest(session), "", "draft", actor=plenary)
    session.expire_all()
    plenaries.determine(staging.contest(session), "", "dct", signer=staging.SIGNER, actor=plenary)
    session.expire_all()
    final, provisional = staging.newest(session, "dct", of), staging.newest(session, "dcs", of)
    found = difference(kept_entries(provisional), kept_entries(final))
    assert [(c.kind, c.entry.number, c.before.name, c.after.name) for c in found] == [
        ("diganti", 2, rows[1].ballot_name, second.ballot_name)
    ]
    assert minute_of(session, provisional).source_key.endswith(":v2")
    assert second.state == "dct"


def test_an_unverified_replacement_holds_up_the_final_list(session):
    of, rows = staging.provisional(session)
    staging.to_replacement(session)
    row = replacements.replace_in_dcs(
        rows[0], make.claim(), reason="diganti partai", actor=liaison(session, of)
    )
    verify(session, row, "menunggu")
    plenary = staging.member(session)
    with pytest.raises(Refused, match="belum diputus"):
        replacements.conclude_replacement(row, actor=plenary)
    with pytest.raises(Refused, match="belum diverifikasi"):
        listings.advance(staging.contest(session), "", "draft", actor=plenary)


def test_a_replacement_that_breaks_the_quota_is_refused(session):
    of, rows = staging.provisional(session)
    staging.to_replacement(session)
    party = liaison(session, of)
    with pytest.raises(Refused) as refused:
        replacements.replace_in_dcs(rows[2], make.claim(sex="L"), reason="mundur", actor=party)
    assert refused.value.field == "sex"
    assert rows[2].state == "dcs"
    made = replacements.replace_in_dcs(rows[2], make.claim(sex="P"), reason="mundur", actor=party)
    assert made.sex == "P"


def test_the_setting_asks_a_woman_for_a_woman(session, monkeypatch):
    from electsys.elections import settings

    of, rows = staging.provisional(session, sexes="PPL")
    staging.to_replacement(session)
    party = liaison(session, of)
    told = settings.value
    monkeypatch.setattr(
        settings, "value", lambda e, k: "selalu" if k == "pengganti_perempuan" else told(e, k)
    )
    with pytest.raises(Refused, match="diganti oleh calon perempuan"):
        replacements.replace_in_dcs(rows[0], make.claim(sex="L"), reason="mundur", actor=party)
    monkeypatch.setattr(settings, "value", told)
    assert replacements.replace_in_dcs(rows[0], make.claim(sex="L"), reason="mundur", actor=party).sex == "L"


def test_nobody_is_replaced_outside_of_the_window(session):
    of, rows = staging.provisional(session)
    with pytest.raises(Refused, match="terkunci"):
        replacements.replace_in_dcs(rows[0], make.claim(), reason="mundur", actor=liaison(session, of))


def test_another_partys_candidate_is_not_replaced(session):
    _of, rows = staging.provisional(session)
    staging.to_replacement(session)
    other = make.participant(session)
    stranger = staging.member(session, "admin_parpol_pusat", party=other.party_id)
    with pytest.raises(Refused):
        replacements.replace_in_dcs(rows[0], make.claim(), reason="mundur", actor=stranger)


# --- after the DCT ---------------------------------------------------------------------------------


def struck(session, rows, **more):
    return amendments.strike_candidate(
        rows[0],
        more.pop("cause", "meninggal"),
        **{
            "reason": "akta kematian 9/2023",
            "evidence": staging.evidence(),
            "signer": staging.SIGNER,
            "actor": staging.member(session),
        }
        | more,
    )


def test_a_name_is_struck_and_its_number_kept(session):
    of, rows = staging.final(session)
    heard = []
    subscribe(BallotChanged, heard.append)
    try:
        listing = struck(session, rows)
    finally:
        _SUBSCRIPTIONS.pop(next(k for k in _SUBSCRIPTIONS if k.endswith("list.append")), None)
    assert (rows[0].state, of.state) == ("dicoret", "perubahan_dct")
    changed, last = change(session, of, "dct")
    assert changed == [("dicoret", 1, "Meninggal dunia")]
    assert (last.id, last.version, last.public) == (listing.id, 2, True)
    letter = minute_of(session, listing)
    assert letter.number
    assert session.scalars(select(OfficialDocument).where(OfficialDocument.id == letter.document_id)).one()
    event = session.scalars(
        select(CandidateEvent).where(CandidateEvent.candidate_id == rows[0].id).order_by(CandidateEvent.id)
    ).all()[-1]
    assert (event.to_state, event.letter_id, event.reason) == ("dicoret", letter.id, "akta kematian 9/2023")
    ballots = session.scalars(
        select(Ballot).where(Ballot.dapil_id == of.dapil_id).order_by(Ballot.version)
    ).all()
    assert [b.version for b in ballots] == [1, 2]
    lines = session.scalars(
        select(BallotLine).where(BallotLine.ballot_id == ballots[1].id).order_by(BallotLine.position)
    ).all()
    assert [(line.candidate_number, line.struck) for line in lines] == [
        *((None, False), (1, True), (2, False), (3, False)),
    ]
    old = session.scalars(
        select(BallotLine.kpu_id).where(BallotLine.ballot_id == ballots[0].id).order_by(BallotLine.position)
    ).all()
    assert [line.kpu_id for line in lines] == old
    [event] = heard
    assert (event.ballot_id, event.version, event.candidates) == (ballots[1].id, 2, (rows[0].id,))


def test_a_verdict_names_its_number(session):
    _of, rows = staging.final(session)
    with pytest.raises(Refused) as refused:
        struck(session, rows, cause="putusan")
    assert refused.value.field == "ruling"
    listing = struck(session, rows, cause="putusan", ruling="101 PK/PID/2023")
    assert listing.ruling == "101 PK/PID/2023"


def test_a_ruling_restores_a_name(session):
    of, rows = staging.final(session)
    struck(session, rows)
    listing = amendments.restore_candidate(
        rows[0],
        ruling=RULING,
        reason="memulihkan calon",
        evidence=None,
        signer=staging.SIGNER,
        actor=staging.member(session),
    )
    assert (rows[0].state, listing.version, listing.ruling) == ("dct", 3, RULING)
    assert change(session, of, "dct")[0] == [("dipulihkan", 1, None)]
    assert RULING in " ".join(minute_of(session, listing).data["paragraphs"])
    line = session.scalars(
        select(BallotLine)
        .join(Ballot, Ballot.id == BallotLine.ballot_id)
        .where(Ballot.version == 3, BallotLine.kpu_id == str(rows[0].id))
    ).one()
    assert not line.struck


def test_a_ruling_brings_somebody_into_the_final_list(session):
    of, _rows = staging.final(session)
    late = make.candidate(session, of, "ms", number=4)
    listing = amendments.restore_candidate(
        late,
        ruling=RULING,
        reason="menyatakan memenuhi syarat",
        evidence=None,
        signer=staging.SIGNER,
        actor=staging.member(session),
    )
    assert (late.state, listing.version) == ("dct", 2)
    assert change(session, of, "dct")[0] == [("masuk", 4, None)]


def test_what_was_not_determined_cannot_be_amended(session):
    _of, rows = staging.provisional(session)
    with pytest.raises(Refused, match="belum ditetapkan"):
        struck(session, rows)


def test_only_a_plenary_strikes(session):
    _of, rows = staging.final(session)
    with pytest.raises(Refused) as refused:
        struck(session, rows, actor=operator(session))
    assert refused.value.status == 403
    assert rows[0].state == "dct"


def test_a_ruling_on_lists_is_put_before_the_body(session, make_account):
    from electsys.notices.models import Notice

    member = make_account("anggota_kpu_ri")
    for kinds in (("hasil",), ("dct",)):
        publish(
            RulingIssued(
                actor=Actor.system("test"),
                document_id=7,
                court="putusan_bawaslu",
                number=RULING,
                kinds=kinds,
                regions=(),
            )
        )
    notices = session.scalars(select(Notice).where(Notice.account_id == member.id)).all()
    assert [n.kind for n in notices if n.kind == amendments.RULING] == [amendments.RULING]
    assert amendments.rulings() == [RULING]
