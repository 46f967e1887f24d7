"""Scans of KTA and KTP-el: attached by the party, sealed, shown at the desk, each look counted and logged."""

from __future__ import annotations

import hashlib
import io

import pytest
from PIL import Image
from sqlalchemy import select, text

from electsys import verification
from electsys.documents import open_file
from electsys.documents.models import StoredFile
from electsys.documents.operations.uploads import begin_upload
from electsys.documents.store import current
from electsys.errors import Refused
from electsys.ledger import Act, Actor
from electsys.privacy.operations import used_today
from electsys.verification.operations import desk as judge
from electsys.verification.operations import reading
from modules.sipol.models import MemberScan
from modules.sipol.operations import judging, members
from modules.sipol.operations.scans import READ_SCAN, attach_scan
from modules.sipol.permissions import EDIT_MEMBERS, READ_MEMBERS
from modules.sipol.queries.scans import match_names, scans_in_force
from modules.sipol.queries.verdict_items import MEMBERS
from modules.sipol.rules.scans import PURPOSE
from modules.sipol.verdict_words import MEMBER_REASONS
from tests.sipol import conftest as make
from tests.sipol.entering import pdf, store
from tests.sipol.membering import FAR, OTHER_VILLAGE
from tests.sipol.scanning import attached, card, scanned
from tests.sipol.verifying import items

NIK = "1201014101900001"


@pytest.fixture
def row(session, election):
    return make.updating(session)


@pytest.fixture
def liaison(session, row, make_account):
    account = make_account(permissions=[EDIT_MEMBERS, READ_MEMBERS], region="1201", party=row.party_id)
    return account, Actor(account.id, account.username)


def acts(session, *verbs):
    return session.scalars(select(Act).where(Act.verb.in_(verbs)).order_by(Act.id)).all()


# --- attaching ------------------------------------------------------------------------------------


def test_a_scan_is_sealed_and_the_newest_of_a_kind_is_in_force(session, row, liaison):
    _account, actor = liaison
    member = make.member(session, row)
    first, ktp = scanned(actor=actor), scanned("KTA-1_ktp.jpg", actor=actor)
    old = attach_scan(member, "kta", first, actor=actor)
    assert attach_scan(member, "kta", first, actor=actor) is old  # asked again
    attach_scan(member, "ktp", ktp, actor=actor)
    new = attach_scan(member, "kta", scanned(actor=actor, color="red"), actor=actor)
    session.refresh(old)
    assert (old.current, new.current) == (False, True)
    assert scans_in_force(member.id) == {"kta": new.file, "ktp": ktp}
    assert first.sealed is not None
    with current().open(first.sha256) as lies, open_file(first) as clear:
        kept, shown = lies.read(), clear.read()
    assert not kept.startswith(b"\xff\xd8") and shown.startswith(b"\xff\xd8") and shown not in kept
    [one, _two, three] = acts(session, "sipol:scan:attach")
    assert one.subject == f"party_member:{member.id}" and one.region == member.village_code
    assert three.details["replaces"] == old.id and three.details["sha256"] == new.file.sha256


def test_what_cannot_be_attached(session, row, liaison, make_account):
    _account, actor = liaison
    member, other = make.member(session, row), make.member(session, row)
    mine = scanned(actor=actor)
    for kind, stored, status in (
        ("sim", mine, 422),
        ("kta", scanned(), 403),  # somebody else's
        ("kta", store(pdf("surat"), "surat.pdf", actor=actor), 403),  # taken in for something else
    ):
        with pytest.raises(Refused) as told:
            attach_scan(member, kind, stored, actor=actor)
        assert told.value.status == status
    attach_scan(member, "kta", mine, actor=actor)
    with pytest.raises(Refused, match="anggota lain"):
        attach_scan(other, "kta", mine, actor=actor)
    with pytest.raises(Refused, match="anggota lain"):
        attach_scan(member, "ktp", mine, actor=actor)
    away = make.member(session, row, village=FAR)
    with pytest.raises(Refused):
        attach_scan(away, "kta", scanned(actor=actor), actor=actor)
    gone = make.member(session, row, "tms")
    with pytest.raises(Refused, match="tidak memenuhi syarat"):
        attach_scan(gone, "kta", scanned(actor=actor), actor=actor)
    locked = make.member(session, make.registration(session, "vermin"))
    with pytest.raises(Refused, match="terkunci"):
        attach_scan(locked, "kta", scanned(), actor=make.ACTOR)


def test_a_name_with_a_nik_is_refused_before_anything_is_kept(session, row, liaison):
    _account, actor = liaison
    before = session.scalars(select(StoredFile.id)).all()
    for name in (f"{NIK}_ktp.jpg", "1201-0141-0190-0001.jpg"):
        with pytest.raises(Refused, match="memuat NIK") as told:
            store(card(), name, kind=PURPOSE, actor=actor)
        assert NIK not in told.value.message + told.value.hint
        with pytest.raises(Refused, match="memuat NIK"):
            begin_upload(kind=PURPOSE, name=name, length=9, expected_sha256=None, actor=actor)
    assert session.scalars(select(StoredFile.id)).all() == before
    assert session.scalar(text("select count(*) from upload")) == 0
    store(pdf("a"), f"{NIK}.pdf", actor=actor)  # other purposes are named as before


def test_cards_are_found_as_written_and_without_their_marks(session, row, liaison):
    exact = make.member(session, row, card_number="KTA-77_01")
    slashed = make.member(session, row, card_number="DPC/12.01/0009")
    make.member(session, row, card_number="DPC/12.01/0010", village=FAR)
    make.member(session, row, "tms", card_number="KTA-88")
    make.member(session, make.registration(session), card_number="KTA-99")
    make.member(session, row, card_number="KTA/5")
    make.member(session, row, card_number="kta-5", village=OTHER_VILLAGE)
    names = [
        *("KTA-77_01_kta.jpg", "dpc 1201 0009 ktp.png", "DPC-12.01-0010_kta.jpg", "KTA-88_kta.jpg"),
        *("KTA-99_kta.jpg", "KTA-5_kta.jpg"),
    ]
    found = [(m.member, m.problem) for m in match_names(row, "1201", names)]
    assert found == [
        (exact.id, None),
        (slashed.id, None),
        (None, "card_unknown"),
        (None, "card_unknown"),
        (None, "card_unknown"),
        (None, "card_twice"),
    ]


def test_scans_follow_a_member_who_moves(session, row, liaison, make_account):
    account = make_account(permissions=[EDIT_MEMBERS], party=row.party_id)
    member = make.member(session, row)
    scan = attached(session, member)
    members.change_member(member, {"village_code": FAR}, actor=Actor(account.id, account.username))
    session.refresh(scan)
    assert scan.village_code == FAR


def test_the_second_lock_hides_scans_of_other_parties_and_regions(session, row):
    here = attached(session, make.member(session, row))
    there = attached(session, make.member(session, row, village=FAR))
    foreign = attached(session, make.member(session, make.registration(session)))
    session.execute(text("select set_config('app.scope', '1201', true)"))
    session.execute(text("select set_config('app.parties', :p, true)"), {"p": str(row.party_id)})
    seen = session.scalars(select(MemberScan.id).order_by(MemberScan.id)).all()
    assert seen == [here.id]
    assert there.id and foreign.id


# --- pages ----------------------------------------------------------------------------------------


@pytest.fixture
def shown(session, row, liaison, client, login):
    account, actor = liaison
    login(client, account)
    return client, account, actor, f"/partai/pemilu-2024/{row.party_id}/pindaian-anggota"


def test_the_page_lists_whose_scans_are_missing(session, row, shown):
    client, _account, _actor, here = shown
    nothing, half, whole = (make.member(session, row) for _n in range(3))
    attached(session, half)
    for kind in ("kta", "ktp"):
        attached(session, whole, kind)
    make.member(session, row, village=FAR, name="BUDI JAUH")
    session.commit()
    page = client.get(here).text
    assert nothing.name in page and half.name in page and whole.name not in page and "BUDI JAUH" not in page
    file = client.get(f"{here}/1201?unduh=csv&kurang=kta").text
    assert nothing.card_number in file and half.card_number not in file


def test_names_are_matched_before_a_byte_is_sent(session, row, shown):
    client, _account, _actor, here = shown
    member = make.member(session, row, card_number="KTA/0001", name="SITI AMINAH")
    session.commit()
    names = ["kta-0001_ktp.jpg", f"{NIK}_ktp.jpg", "KTA-2_kta.jpg"]
    told = client.post(f"{here}/1201/cocokkan", json={"names": names}).json["matches"]
    assert told[0]["sure"] and told[0]["place"] == {"kind": "ktp", "member": member.id}
    assert told[0]["kind_label"] == "KTP-el" and told[0]["region_label"] == "SITI AMINAH (KTA/0001)"
    assert [t["refused"] for t in told] == [False, True, True]
    assert "memuat NIK" in told[1]["why"] and NIK not in str(told)
    assert "“KTA-2”" in told[2]["why"]
    for wrong in ({}, {"names": "x"}, {"names": [1]}, {"names": ["x"] * 501}):
        assert client.post(f"{here}/1201/cocokkan", json=wrong, check=False).status_code == 400


def test_a_resumable_upload_becomes_a_scan_with_a_receipt(session, row, shown):
    client, account, _actor, here = shown
    member = make.member(session, row)
    other = make.member(session, make.registration(session))
    session.commit()
    content = card()
    asked = {"kind": PURPOSE, "name": "KTA-1_kta.jpg", "length": len(content)}
    begun = client.post("/unggahan", json=asked)
    headers = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    client.patch(begun.headers["Location"], data=content, headers=headers)
    said = {"token": begun.json["token"], "kind": "kta", "member": member.id}
    for _again in range(2):
        receipt = client.post(f"{here}/1201/berkas", json=said).json
        assert receipt["sha256"] == hashlib.sha256(content).hexdigest()
        assert receipt["receipt"].startswith("TT-") and receipt["placed"]
    [scan] = session.scalars(select(MemberScan)).all()
    assert (scan.member_id, scan.kind, scan.uploaded_by) == (member.id, "kta", account.id)
    assert scan.file.sealed is not None
    for key in (other.id, 0, "x", None):
        wrong = client.post(f"{here}/1201/berkas", json={**said, "member": key}, check=False)
        assert wrong.status_code == 404
    # The owner of the upload reads it where every look is counted, not in the list of receipts.
    assert client.get(f"/unggahan-saya/{scan.file_id}/unduh", check=False).status_code == 403


def test_without_a_script_the_form_brings_many(session, row, shown):
    client, _account, _actor, here = shown
    member = make.member(session, row, card_number="KTA-1")
    session.commit()
    files = [
        (io.BytesIO(card()), "KTA-1_kta.jpg"),
        (io.BytesIO(b"MZ not a picture"), "KTA-1_ktp.jpg"),
        (io.BytesIO(card()), f"{NIK}_ktp.jpg"),
        (io.BytesIO(card()), "KTA-7_kta.jpg"),
    ]
    page = client.post(f"{here}/1201", data={"files": files})
    assert page.status_code == 422
    assert "1 pindaian diterima" in page.text and "3 berkas belum diterima" in page.text
    assert "KTA-7_kta.jpg" in page.text and "memuat NIK" in page.text and NIK not in page.text
    assert [(s.member_id, s.kind) for s in session.scalars(select(MemberScan))] == [(member.id, "kta")]
    assert client.post(f"{here}/1201", data={}).status_code == 422
    done = client.post(f"{here}/1201", data={"files": [(io.BytesIO(card()), "KTA-1_ktp.jpg")]})
    assert done.status_code == 302


def test_one_by_one_on_the_members_page(session, row, shown):
    client, _account, _actor, _here = shown
    member = make.member(session, row)
    session.commit()
    page = client.get(f"/partai/anggota/{member.id}").text
    assert page.count("belum diunggah") == 2
    path = f"/partai/anggota/{member.id}/pindaian"
    assert "memuat NIK" in client.get(path).text
    refused = client.post(path, data={"kind": "ktp", "scan": (io.BytesIO(card()), f"{NIK}.jpg")})
    assert refused.status_code == 422 and "memuat NIK" in refused.text and NIK not in refused.text
    sent = {"kind": "ktp", "scan": (io.BytesIO(card()), "foto.jpg")}
    page = client.post(path, data=sent, follow_redirects=True).text
    [scan] = session.scalars(select(MemberScan)).all()
    assert scan.file.receipt in page and scan.file.received_sha256 in page
    assert page.count("belum diunggah") == 1


def test_a_look_is_marked_counted_once_a_day_and_logged(session, row, shown):
    client, account, actor, _here = shown
    member = make.member(session, row)
    scan, other = attached(session, member), attached(session, member, "ktp")
    session.commit()
    answer = client.get(f"/partai/pindaian/{scan.id}")
    assert answer.mimetype == "image/jpeg" and answer.headers["Cache-Control"] == "no-store"
    with open_file(scan.file) as content:
        assert answer.data != content.read()
    colors = {
        c for c in Image.open(io.BytesIO(answer.data)).convert("RGB").get_flattened_data() if min(c) < 200
    }
    assert colors  # the words; the scan itself is white
    client.get(f"/partai/pindaian/{other.id}")
    assert used_today(account.id) == 1
    looks = acts(session, READ_SCAN)
    assert [(a.account_id, a.subject, a.details["scan"]) for a in looks] == [
        (account.id, f"party_member:{member.id}", scan.id),
        (account.id, f"party_member:{member.id}", other.id),
    ]
    assert actor.account_id == account.id


# --- the desk -------------------------------------------------------------------------------------


@pytest.fixture
def desk(session, election):
    """An item of a member in administrative verification."""
    row = make.registration(session, "vermin")
    member = make.member(session, row)

    def opened():
        judging.open_round(row, "vermin", actor=make.ACTOR)
        [item] = items(session, row, MEMBERS)
        session.commit()
        return item

    return member, opened


def test_the_desk_shows_the_scans_and_counts_the_look(app, session, desk, client, login, make_account):
    member, opened = desk
    attached(session, member, "ktp")
    attached(session, member)
    attached(session, member, current=False)
    item = opened()
    account = make_account("verifikator_kabko", "1201")
    login(client, account)
    with app.test_request_context():
        sheet = verification.find(MEMBERS).show(item)
    assert [sheet.caption(stored) for stored in sheet.documents] == ["Pindaian KTA", "Pindaian KTP-el"]
    assert not any("belum diunggah" in words for words in sheet.warnings)
    page = client.get(f"/verifikasi/butir/{item.id}").text
    assert "Pindaian KTA" in page
    for document in (0, 1):
        answer = client.get(f"/verifikasi/butir/{item.id}/berkas/{document}/1.jpg")
        assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
        dark = [p for p in Image.open(io.BytesIO(answer.data)).convert("L").get_flattened_data() if p < 200]
        assert dark
    assert used_today(account.id) == 1
    looks = acts(session, reading.READ_PAGE)
    assert [(a.subject, a.details["page"], a.account_id) for a in looks] == [
        (f"verification_item:{item.id}", 1, account.id)
    ] * 2


def test_the_budget_holds_at_the_desk(app, session, desk, client, login, make_account, monkeypatch):
    member, opened = desk
    attached(session, member)
    item = opened()
    login(client, make_account("verifikator_kabko", "1201"))
    monkeypatch.setitem(app.config, "PRIVACY_DAILY_ROWS", 0)
    path = f"/verifikasi/butir/{item.id}/berkas/0/1.jpg"
    told = client.get(path, headers={"Accept": "image/jpeg, application/json"})
    assert told.status_code == 429 and "Batas harian" in told.json["title"]
    assert acts(session, reading.READ_PAGE) == []


def test_a_missing_scan_is_told_and_has_a_reason_but_blocks_nothing(app, session, desk, make_account):
    member, opened = desk
    attached(session, member)
    item = opened()
    queue = verification.find(MEMBERS)
    with app.test_request_context():
        sheet = queue.show(item)
    assert "Pindaian KTP-el belum diunggah partai." in sheet.warnings
    assert "Pindaian KTA belum diunggah partai." not in sheet.warnings
    account = make_account("verifikator_kabko", "1201")
    judge.decide(queue, item, "bms", actor=Actor(account.id, account.username), reason="pindaian", note=None)
    session.refresh(member)
    assert member.state == "bms"
    other = make.member(session, judging.registration_of(item))
    judging.open_round(judging.registration_of(item), "vermin", actor=make.ACTOR)
    bare = next(i for i in items(session, judging.registration_of(item), MEMBERS) if i.state == "menunggu")
    judge.decide(queue, bare, "ms", actor=Actor(account.id, account.username))
    session.refresh(other)
    assert other.state == "ms"
    assert [r.code for r in MEMBER_REASONS].count("pindaian") == 1


def test_bawaslu_reads_scans_marked_once_and_logged(session, row, client, login, make_account):
    scan = attached(session, make.member(session, row))
    session.commit()
    account = make_account("bawaslu_n")
    login(client, account)
    assert client.get(f"/partai/pindaian/{scan.id}").status_code == 200
    assert [a.account_id for a in acts(session, READ_SCAN)] == [account.id]
    [look] = acts(session, "sipol:oversight:view")
    assert look.details["page"] == "member_scan" and look.details["media"] == "image/jpeg"
