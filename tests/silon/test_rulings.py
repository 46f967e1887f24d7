"""Rulings that reopen a nomination or find a candidate fit (domain.md 11, X17)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from electsys.elections.models import Ballot
from electsys.errors import Refused
from electsys.events import publish
from electsys.ledger import Act
from electsys.notices.models import Notice
from modules.jdih import RulingIssued
from modules.silon.models import Candidate, CandidateEvent, Listing, Nomination, NominationLiaison
from modules.silon.operations import amendments, replacements
from modules.silon.operations.publishing import kept_entries
from modules.silon.operations.rulings import (
    APPLY,
    REOPEN,
    RESTORED,
    reopen_nomination,
    restore_candidate,
    rulings,
)
from modules.silon.permissions import EDIT
from tests.pages import Html
from tests.silon import conftest as make
from tests.silon import staging

NUMBER = "012/PS.REG/BAWASLU/XI/2023"


def issue(session, number=NUMBER, document=71, kinds=("dct",)):
    """JDIH published a ruling on lists."""
    publish(
        RulingIssued(
            actor=make.ACTOR,
            document_id=document,
            court="putusan_bawaslu",
            number=number,
            kinds=kinds,
            regions=(),
        )
    )
    return rulings()[0] if "dct" in kinds else None


@pytest.fixture
def commission(session):
    return staging.member(session)


def told(session, kind):
    return session.scalars(select(Notice).where(Notice.kind == kind)).all()


# --- nominations -----------------------------------------------------------------------------------


def test_rulings_on_lists_come_once_the_newest_first(session):
    issue(session, kinds=("peserta",))
    assert rulings() == []
    issue(session)
    issue(session)
    issue(session, "90/G/2023/PTUN.JKT", 72)
    assert [(r.document_id, r.number) for r in rulings()] == [(72, "90/G/2023/PTUN.JKT"), (71, NUMBER)]


@pytest.mark.parametrize("state", ["tms", "ditarik"])
@pytest.mark.parametrize(
    ("action", "target"),
    [("reopen_entry", "dikembalikan"), ("reopen_vermin", "vermin"), ("reopen_dct", "rancangan_dct")],
)
def test_a_ruling_sends_a_list_back_to_a_step(session, commission, make_account, state, action, target):
    of = make.nomination(session, state)
    people = make_account(permissions=[EDIT], party=of.party_id)
    make_account(permissions=[EDIT], party=of.party_id + 1)
    reopen_nomination(of, issue(session), action, " Diterima\n pengajuannya ", actor=commission)
    assert of.state == target
    move = session.scalars(
        select(Act).where(Act.subject == f"nomination:{of.id}", Act.verb.endswith(f":{action}"))
    ).one()
    assert move.reason == f"Putusan {NUMBER}: Diterima pengajuannya"
    applied = session.scalars(select(Act).where(Act.verb == APPLY)).one()
    assert applied.details["document"] == 71 and applied.details["nomination"] == of.id
    assert [n.account_id for n in told(session, REOPEN)] == [people.id]


def test_a_pair_follows_its_own_workflow_and_only_its_liaison_is_told(session, commission, make_account):
    mine, other = make_account(permissions=[EDIT]), make_account(permissions=[EDIT])
    of = make.nomination(session, "tms", kind="pasangan")
    session.add(NominationLiaison(nomination_id=of.id, account_id=mine.id))
    session.flush()
    reopen_nomination(of, issue(session), "reopen_dct", "Memenuhi syarat", actor=commission)
    assert of.state == "rancangan_dct"
    assert {n.account_id for n in told(session, REOPEN)} == {mine.id} != {other.id}


def test_no_ruling_reopens_what_stands_and_none_is_applied_without_its_words(session, commission):
    ruling = issue(session)
    standing, refused = make.nomination(session, "vermin"), make.nomination(session, "tms", place="1201")
    with pytest.raises(Refused) as stopped:
        reopen_nomination(standing, ruling, "reopen_dct", "x", actor=commission)
    assert stopped.value.status == 409
    for action, what, field in (("exclude", "x", "action"), ("reopen_vermin", "  ", "reason")):
        with pytest.raises(Refused) as stopped:
            reopen_nomination(refused, ruling, action, what, actor=commission)
        assert stopped.value.field == field
    assert (standing.state, refused.state) == ("vermin", "tms")
    assert session.scalars(select(Act).where(Act.verb == APPLY)).all() == []


def test_a_withdrawn_list_whose_place_is_taken_stays_withdrawn(session, commission):
    party = make.participant(session)
    gone = make.nomination(session, "ditarik", of=party)
    make.nomination(session, "persiapan", of=party)
    with pytest.raises(Refused, match="pencalonan lain"):
        reopen_nomination(gone, issue(session), "reopen_entry", "Dibuka", actor=commission)
    assert gone.state == "ditarik"


def test_a_body_applies_rulings_to_its_own_only_and_no_party_does(session, make_account):
    ruling = issue(session)
    of = make.nomination(session, "tms")
    for role, region, party in (
        ("anggota_kpu_prov", "12", None),
        ("operator_kpu_ri", "", None),
        ("admin_parpol_pusat", "", of.party_id),
    ):
        who = staging.member(session, role, region, party)
        with pytest.raises(Refused) as stopped:
            reopen_nomination(of, ruling, "reopen_vermin", "x", actor=who)
        assert stopped.value.status == 403
    dpd = make.nomination(session, "tms", kind="perseorangan")
    reopen_nomination(
        dpd, ruling, "reopen_vermin", "Diulang", actor=staging.member(session, "anggota_kpu_prov", "12")
    )
    assert dpd.state == "vermin"


# --- candidates ------------------------------------------------------------------------------------


def test_a_candidate_who_failed_is_fit_by_a_ruling(session, commission, make_account):
    of = make.nomination(session, "vermin_perbaikan")
    row = make.candidate(session, of, "tms", number=4)
    people = make_account(permissions=[EDIT], party=of.party_id)
    listing = restore_candidate(row, issue(session), "Ijazah dinyatakan sah", actor=commission)
    assert listing is None  # nothing was announced yet
    assert row.state == "ms"
    event = session.scalars(
        select(CandidateEvent).where(CandidateEvent.candidate_id == row.id, CandidateEvent.to_state == "ms")
    ).one()
    assert (event.kind, event.from_state) == ("putusan", "tms")
    assert event.reason == f"Putusan {NUMBER}: Ijazah dinyatakan sah"
    assert [n.account_id for n in told(session, RESTORED)] == [people.id]


def test_between_dcs_and_dct_the_public_list_tells_the_ruling(session, commission):
    of, rows = staging.provisional(session)
    replacements.leave_dcs(
        rows[0],
        "fail_dcs",
        reason="Ijazah tidak sah",
        evidence=staging.evidence(),
        actor=commission,
    )
    session.expire_all()
    struck = staging.newest(session, "dcs", of)
    assert [e.struck for e in kept_entries(struck)] == [True, False, False]
    listing = restore_candidate(rows[0], issue(session), "Ijazah dinyatakan sah", actor=commission)
    session.expire_all()
    assert rows[0].state == "ms"
    last = staging.newest(session, "dcs", of)
    assert last.id == listing.id and last.version == struck.version + 1
    assert (last.ruling, last.public) == (NUMBER, True)
    assert NUMBER in last.reason
    assert [(e.number, e.struck) for e in kept_entries(last)] == [(1, False), (2, False), (3, False)]
    event = session.get_one(CandidateEvent, rows[0].event_id)
    assert event.letter_id == last.letter_id is not None


def test_somebody_who_was_on_no_list_comes_on_it(session, commission):
    of, rows = staging.provisional(session)
    extra = make.candidate(session, of, "tms", number=9)
    listing = restore_candidate(extra, issue(session), "Memenuhi syarat", actor=commission)
    assert [e.number for e in kept_entries(listing)] == [1, 2, 3, 9]
    assert [e.candidate_id for e in kept_entries(listing)][-1] == extra.id
    assert len(rows) == 3


def test_after_the_dct_the_change_is_made_on_its_own_page(session, commission):
    of, _rows = staging.final(session)
    extra = make.candidate(session, of, "tms", number=9)
    before = len(session.scalars(select(Listing)).all())
    ruling = issue(session)
    assert restore_candidate(extra, ruling, "Memenuhi syarat", actor=commission) is None
    assert extra.state == "ms"
    assert len(session.scalars(select(Listing)).all()) == before
    amendments.restore_candidate(
        extra,
        ruling=NUMBER,
        reason="Memenuhi syarat",
        evidence=staging.evidence(),
        signer=staging.SIGNER,
        actor=commission,
    )
    assert extra.state == "dct"
    versions = session.scalars(select(Ballot.version).where(Ballot.dapil_id == of.dapil_id)).all()
    assert max(versions) == 2


def test_a_number_that_somebody_else_holds_is_not_given_twice(session, commission):
    of = make.nomination(session, "vermin_perbaikan")
    row = make.candidate(session, of, "tms", number=2)
    taker = make.candidate(session, of, "ms", number=2)
    with pytest.raises(Refused, match=taker.name) as stopped:
        restore_candidate(row, issue(session), "x", actor=commission)
    assert stopped.value.status == 409
    assert row.state == "tms"


@pytest.mark.parametrize("state", ["ms", "dicoret", "ditarik", "meninggal"])
def test_only_who_was_found_unfit_is_found_fit(session, commission, state):
    row = make.candidate(session, make.nomination(session, "dct"), state)
    with pytest.raises(Refused):
        restore_candidate(row, issue(session), "x", actor=commission)
    assert row.state == state


@pytest.mark.parametrize("state", ["tms", "ditarik"])
def test_a_nomination_that_is_over_is_reopened_first(session, commission, state):
    row = make.candidate(session, make.nomination(session, state), "tms")
    with pytest.raises(Refused) as stopped:
        restore_candidate(row, issue(session), "x", actor=commission)
    assert "Buka kembali" in str(stopped.value.hint)
    assert row.state == "tms"


def test_no_party_restores_its_candidate(session):
    row = make.candidate(session, make.nomination(session, "vermin"), "tms")
    ruling = issue(session)
    for role, party in (("admin_parpol_pusat", row.party_id), ("operator_kpu_ri", None)):
        with pytest.raises(Refused) as stopped:
            restore_candidate(row, ruling, "x", actor=staging.member(session, role, "", party))
        assert stopped.value.status == 403
    assert row.state == "tms"


# --- pages -----------------------------------------------------------------------------------------


def test_the_pages_reopen_and_everybody_reads_why(client, session, login, make_account):
    of = make.nomination(session, "tms")
    login(client, make_account("anggota_kpu_ri"))
    assert "Belum ada putusan" in client.get("/calon/putusan").text
    address = f"/calon/putusan/pencalonan/{of.id}"
    assert "Terbitkan dahulu" in client.get(address).text
    issue(session)
    session.commit()
    listed = Html(client.get("/calon/putusan").text).text()
    assert NUMBER in listed
    assert of.dapil.name in listed.upper()
    form = {"ruling": "71", "action": "reopen_vermin", "reason": "Verifikasi diulang"}
    assert client.post(address, data=form | {"action": ""}).status_code == 422
    assert client.post(address, data=form | {"reason": " "}).status_code == 422
    assert client.post(address, data=form).status_code == 303
    session.expire_all()
    assert session.get_one(Nomination, of.id).state == "vermin"
    client.post("/keluar")
    public = Html(client.get("/calon/putusan/dilaksanakan").text).text()
    assert NUMBER in public and "Verifikasi diulang" in public


def test_the_page_of_a_candidate_leads_on_to_the_final_list(client, session, login, make_account):
    of, _rows = staging.final(session)
    extra = make.candidate(session, of, "tms", number=9, name="NAMA RAHASIA UJI")
    issue(session)
    session.commit()
    login(client, make_account("anggota_kpu_ri"))
    assert "NAMA RAHASIA UJI" in client.get("/calon/putusan/calon?cari=rahasia").text
    answer = client.post(
        f"/calon/putusan/calon/{extra.id}", data={"ruling": "71", "reason": "Memenuhi syarat"}
    )
    assert answer.status_code == 303
    assert answer.location.endswith(f"/calon/perubahan/calon/{extra.id}/pulihkan")
    session.expire_all()
    assert session.get_one(Candidate, extra.id).state == "ms"
    client.get("/calon/putusan/calon")  # reads the message that names the candidate
    public = client.get("/calon/putusan/dilaksanakan").text
    assert "nomor urut 9" in public
    assert "NAMA RAHASIA UJI" not in public


def test_a_body_sees_its_own_and_a_party_sees_no_page(client, session, login, make_account):
    of = make.nomination(session, "tms")
    dpd = make.nomination(session, "tms", kind="perseorangan")
    session.commit()
    login(client, make_account("anggota_kpu_prov", "12"))
    listed = client.get("/calon/putusan").text
    assert dpd.label in listed and f"/pencalonan/{of.id}" not in listed
    assert client.get(f"/calon/putusan/pencalonan/{of.id}").status_code == 403
    client.post("/keluar")
    login(client, make_account("admin_parpol_pusat", party=of.party_id))
    for path in ("/calon/putusan", "/calon/putusan/calon", f"/calon/putusan/pencalonan/{of.id}"):
        assert client.get(path).status_code == 403
