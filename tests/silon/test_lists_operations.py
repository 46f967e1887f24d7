"""What a list takes and refuses: numbers, names, versions, the calendar, the repair, the photo."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from electsys.errors import Refused
from electsys.ledger import Act, Actor
from modules.silon.claims import claim_of
from modules.silon.models import Candidate, CandidateDocument, CandidateVersion, Nomination
from modules.silon.operations.access import open_fields
from modules.silon.operations.candidate_photos import set_photo
from modules.silon.operations.candidate_versions import restore_version
from modules.silon.operations.candidates import (
    add_candidate,
    change_candidate,
    order_candidates,
    replace_candidate,
    standing,
    withdraw_candidate,
)
from modules.silon.permissions import EDIT
from modules.silon.queries.versions import HIDDEN, claim_at, differences, said_at, versions_of
from tests.silon import conftest as make
from tests.silon.listing import CLOSES, ENTRY, REPAIR, VERMIN, approved, at, photo, picture, versioned

ACTOR = make.ACTOR


@pytest.fixture(autouse=True)
def entry(monkeypatch):
    at(monkeypatch, ENTRY)


@pytest.fixture
def of(session) -> Nomination:
    return make.nomination(session)


@pytest.fixture
def liaison(of, make_account) -> Actor:
    account = make_account(permissions=[EDIT], party=of.party_id)
    return Actor(account.id, account.username)


def add(of, **changes) -> Candidate:
    return add_candidate(of, make.claim(**changes), actor=ACTOR)


def test_names_come_one_after_the_other_with_their_version(session, of, liaison):
    rows = [add_candidate(of, make.claim(sex=sex), actor=liaison) for sex in "LPL"]
    assert [row.number for row in rows] == [1, 2, 3]
    assert (of.gaps, of.approved_at) == (0, None)
    for row in rows:
        [version] = versions_of(row)
        assert (version.version, version.actor, version.account_id) == (1, liaison.name, liaison.account_id)
        assert said_at(version)["name"] == row.name
    acts = session.scalars(select(Act.verb).where(Act.subject == f"candidate:{rows[0].id}")).all()
    assert "silon:candidate:add" in acts


def test_two_number_ones_are_told_apart(of):
    first = add(of)
    with pytest.raises(Refused, match=f"Nomor urut 1 sudah dipakai {first.name}") as refused:
        add_candidate(of, make.claim(), actor=ACTOR, number=1)
    assert (refused.value.field, refused.value.status) == ("number", 409)
    assert len(standing(of)) == 1


@pytest.mark.parametrize(
    ("field", "said", "sign"),
    [
        ("name", "BUDI <script>alert(1)</script>", "<"),
        ("title_after", "S.H.; M.H.", ";"),
        ("ballot_name", 'BUDI "BOS"', '"'),
        ("title_before", "Dr.\u202e", "\u202e"),
        ("name", "BUDI\x00", "\x00"),
    ],
)
def test_a_name_with_a_tag_is_refused(of, field, said, sign):
    with pytest.raises(Refused, match="bukan huruf atau tanda baca nama") as refused:
        add_candidate(of, make.claim(**{field: said}), actor=ACTOR)
    assert refused.value.field == field
    assert f"“{sign}”" in refused.value.message
    assert standing(of) == []


@pytest.mark.parametrize(
    "name", ["SITI 'AISYAH, S.Pd.I", "NI LUH PUTU D’ORO", "JOSÉ M. (OCE)", "H. A. RAHMAN/ALI"]
)
def test_a_name_as_names_are_is_taken(of, name):
    assert add(of, name=name).name == name


@pytest.mark.parametrize("nik", ["12010117058040", "120101170580400012", "1201011705804O01"])
def test_a_nik_of_the_wrong_form_is_refused(of, nik):
    with pytest.raises(Refused) as refused:
        add(of, nik=nik)
    assert refused.value.field == "nik"


def test_another_party_and_a_closed_calendar_refuse(session, of, liaison, make_account, monkeypatch):
    stranger = make_account(permissions=[EDIT], party=of.party_id + 1)
    with pytest.raises(Refused, match="Hak akun Anda tidak mencakup"):
        add_candidate(of, make.claim(), actor=Actor(stranger.id, "x"))
    at(monkeypatch, CLOSES)
    with pytest.raises(Refused, match=r"Pengajuan calon .* sudah ditutup"):
        add_candidate(of, make.claim(), actor=liaison)
    assert standing(of) == []


def test_what_was_submitted_is_locked(session, of, monkeypatch):
    row = add(of)
    of.state = "diajukan"
    session.flush()
    for act in (
        lambda: add(of),
        lambda: change_candidate(row, make.claim(), actor=ACTOR),
        lambda: withdraw_candidate(row, reason="x", actor=ACTOR),
        lambda: order_candidates(of, [row.id], actor=ACTOR),
        lambda: set_photo(row, photo(), actor=ACTOR),
    ):
        with pytest.raises(Refused, match="terkunci: statusnya “diajukan”"):
            act()


# --- changes, versions, conflicts ------------------------------------------------------------------


def test_a_change_is_a_version_and_takes_the_approval_back(session, of):
    row = add(of, sex="P")
    approved(of)
    assert of.approved_at is not None
    said = claim_of(row)
    assert change_candidate(row, said.with_changes({"occupation": "NELAYAN"}), actor=ACTOR, seen=1) == [
        "occupation"
    ]
    assert (row.version, row.occupation, of.approved_at, of.approved_by) == (2, "NELAYAN", None, None)
    newest, first = versions_of(row)
    assert (newest.version, newest.changed, first.version) == (2, ["occupation"], 1)
    assert change_candidate(row, claim_of(row), actor=ACTOR) == []
    assert row.version == 2


def test_who_saves_an_old_page_is_told_who_was_faster(of, liaison):
    row = add(of)
    change_candidate(row, claim_of(row).with_changes({"address": "JALAN BARU 1"}), actor=liaison, seen=1)
    with pytest.raises(Refused, match=f"{liaison.name} sudah mengubah data {row.name}") as refused:
        change_candidate(row, claim_of(row).with_changes({"occupation": "GURU"}), actor=ACTOR, seen=1)
    assert refused.value.status == 409
    assert (row.address, row.occupation, row.version) == ("JALAN BARU 1", "PETANI", 2)
    assert change_candidate(row, claim_of(row).with_changes({"occupation": "GURU"}), actor=ACTOR, seen=2) == [
        "occupation"
    ]


def test_versions_are_compared_masked(of):
    row = add(of, religion="AGAMA UJI", phone="0811")
    before = claim_of(row)
    other = make.claim(born=before.birth_date.replace(day=3))
    change_candidate(
        row,
        before.with_changes(
            {"nik": other.nik, "birth_date": other.birth_date, "religion": "LAIN", "address": "B"}
        ),
        actor=ACTOR,
    )
    new, old = versions_of(row)
    told = {d.field: (d.old, d.new) for d in differences(old, new)}
    assert set(told) == {"nik", "birth_date", "religion", "address"}
    assert told["religion"] == (HIDDEN, HIDDEN)
    assert told["address"] == ("JALAN CEMARA 2", "B")
    assert all("*" * 10 in value for value in told["nik"])
    assert told["birth_date"] == (f"1980-{HIDDEN}", f"1980-{HIDDEN}")
    for secret in (before.nik, other.nik, "AGAMA UJI", "1980-05-17"):
        assert secret not in json.dumps(list(told.values()))


def test_an_old_version_is_restored_as_a_new_one(session, of):
    row = add(of, name="NAMA LAMA")
    first = claim_of(row)
    change_candidate(row, first.with_changes({"name": "NAMA BARU", "occupation": "GURU"}), actor=ACTOR)
    old = versions_of(row)[-1]
    changed = restore_version(row, old, reason="salah ketik", actor=ACTOR)
    assert set(changed) >= {"name", "occupation"}
    assert (row.name, row.occupation, row.version) == ("NAMA LAMA", "PETANI", 3)
    assert claim_of(row) == claim_at(old)
    assert versions_of(row)[0].reason == "Dipulihkan ke versi 1: salah ketik"
    with pytest.raises(Refused, match="sama dengan yang berlaku"):
        restore_version(row, old, reason="lagi", actor=ACTOR)
    with pytest.raises(Refused, match="Tuliskan alasannya"):
        restore_version(row, old, reason=" ", actor=ACTOR)
    other = add(of)
    with pytest.raises(Refused, match="bukan milik calon ini"):
        restore_version(other, old, reason="x", actor=ACTOR)


def test_nothing_is_restored_by_kpu(session, of, make_account):
    row = add(of, name="NAMA LAMA")
    change_candidate(row, claim_of(row).with_changes({"name": "NAMA BARU"}), actor=ACTOR)
    kpu = make_account("operator_kpu_ri")
    with pytest.raises(Refused, match="Hak akun Anda tidak mencakup"):
        restore_version(row, versions_of(row)[-1], reason="diam-diam", actor=Actor(kpu.id, "kpu"))
    assert row.name == "NAMA BARU"


# --- order -----------------------------------------------------------------------------------------


def test_the_order_is_changed_and_must_be_whole(session, of):
    a, b, c = (add(of, sex=sex) for sex in "LPL")
    approved(of)
    order_candidates(of, [c.id, a.id, b.id], actor=ACTOR)
    assert [row.id for row in standing(of)] == [c.id, a.id, b.id]
    assert [row.number for row in (c, a, b)] == [1, 2, 3]
    assert of.approved_at is None
    for wrong in ([a.id, b.id], [a.id, b.id, c.id, c.id], [a.id, b.id, -1], []):
        with pytest.raises(Refused, match="harus memuat setiap calon satu kali"):
            order_candidates(of, wrong, actor=ACTOR)


def test_a_gap_is_a_finding_until_it_is_closed(session, of, liaison):
    a, b, c = (add(of, sex=sex) for sex in "LPP")
    withdraw_candidate(b, reason="mundur", actor=liaison)
    assert of.gaps == 1
    order_candidates(of, [a.id, c.id], actor=ACTOR)
    assert (c.number, of.gaps) == (2, 0)
    assert (b.state, b.number) == ("ditarik", 2)


# --- the repair ------------------------------------------------------------------------------------


@pytest.fixture
def repair(session, of, monkeypatch):
    """A list in repair: one who passed, one who failed."""
    good, bad = (versioned(make.candidate(session, of, state, sex="P")) for state in ("ms", "bms"))
    of.state = "perbaikan"
    session.flush()
    at(monkeypatch, REPAIR)
    return good, bad


def test_in_the_repair_only_who_failed_is_changed(of, repair):
    good, bad = repair
    assert change_candidate(bad, claim_of(bad).with_changes({"address": "B"}), actor=ACTOR) == ["address"]
    with pytest.raises(Refused, match=f"Data {good.name} terkunci: ia “memenuhi syarat”"):
        change_candidate(good, claim_of(good).with_changes({"address": "B"}), actor=ACTOR)
    with pytest.raises(Refused, match="terkunci"):
        withdraw_candidate(good, reason="x", actor=ACTOR)
    with pytest.raises(Refused, match="terkunci"):
        set_photo(good, photo(), actor=ACTOR)
    assert good.state == "ms" and good.version == 1


def test_in_the_repair_somebody_new_replaces_who_failed(session, of, repair, liaison):
    good, bad = repair
    with pytest.raises(Refused, match="hanya menggantikan calon yang gugur"):
        add(of)
    with pytest.raises(Refused, match="hanya menggantikan calon yang gugur"):
        add_candidate(of, make.claim(), actor=ACTOR, replaces=good)
    new = replace_candidate(bad, make.claim(sex="P"), reason="ijazah tidak sah", actor=liaison)
    assert (new.number, new.replaces_id, new.state, bad.state) == (2, bad.id, "baru", "ditarik")
    assert [row.id for row in standing(of)] == [good.id, new.id]
    assert change_candidate(new, claim_of(new).with_changes({"address": "B"}), actor=ACTOR) == ["address"]


def test_in_the_repair_no_order_moves_but_gaps_close(session, of, repair, liaison):
    good, bad = repair
    with pytest.raises(Refused, match="tidak dapat diubah lagi"):
        order_candidates(of, [bad.id, good.id], actor=ACTOR)
    third = versioned(make.candidate(session, of, "bms"))
    withdraw_candidate(bad, reason="mundur", actor=liaison)
    order_candidates(of, [good.id, third.id], actor=ACTOR)
    assert (good.number, third.number) == (1, 2)


def test_after_the_dcs_only_spelling_and_no_number(session, of, monkeypatch):
    from tests.silon.listing import REPLACING

    row, other = (versioned(make.candidate(session, of, "dcs")) for _n in range(2))
    of.state = "penggantian"
    session.flush()
    at(monkeypatch, REPLACING)
    assert open_fields(row) is not None
    assert change_candidate(row, claim_of(row).with_changes({"title_after": "S.H."}), actor=ACTOR) == [
        "title_after"
    ]
    with pytest.raises(Refused, match="hanya ejaan nama dan gelar"):
        change_candidate(row, claim_of(row).with_changes({"sex": "P"}), actor=ACTOR)
    with pytest.raises(Refused, match="tidak dapat diubah lagi"):
        order_candidates(of, [other.id, row.id], actor=ACTOR)


def test_while_kpu_verifies_nothing_moves(session, of, monkeypatch):
    row = versioned(make.candidate(session, of))
    of.state = "vermin"
    session.flush()
    at(monkeypatch, VERMIN)
    with pytest.raises(Refused, match="terkunci"):
        change_candidate(row, claim_of(row).with_changes({"address": "B"}), actor=ACTOR)


# --- persons and pairs -----------------------------------------------------------------------------


def test_a_person_stands_alone(session, monkeypatch):
    of = make.nomination(session, kind="perseorangan")
    add(of)
    with pytest.raises(Refused, match="sudah lengkap: 1 orang"):
        add(of)


# --- the photo -------------------------------------------------------------------------------------


def test_a_photo_is_the_document_and_a_version(session, of):
    row = add(of)
    approved(of)
    first = photo(content=picture(exif=True))
    set_photo(row, first, actor=ACTOR, seen=1)
    assert (row.photo_id, row.version, of.approved_at) == (first.id, 2, None)
    second = photo(content=picture(200, 300))
    set_photo(row, second, actor=ACTOR)
    rows = session.scalars(
        select(CandidateDocument)
        .where(CandidateDocument.candidate_id == row.id)
        .order_by(CandidateDocument.id)
    ).all()
    assert [(d.kind, d.file_id, d.current) for d in rows] == [
        ("pas_foto", first.id, False),
        ("pas_foto", second.id, True),
    ]
    assert session.scalars(select(CandidateVersion.changed).order_by(CandidateVersion.id.desc())).first() == [
        "photo_id"
    ]
    with pytest.raises(Refused, match="sesudah halaman ini Anda buka"):
        set_photo(row, photo(), actor=ACTOR, seen=1)


def test_a_photo_tells_nothing_of_its_camera(of):
    from electsys.documents import open_file

    stored = photo(content=picture(exif=True))
    with open_file(stored) as file:
        content = file.read()
    assert b"KAMERA UJI" not in content
    assert stored.sha256 != stored.received_sha256


def test_the_photo_of_somebody_else_is_refused(of, liaison, make_account):
    row = add_candidate(of, make.claim(), actor=liaison)
    stranger = make_account(permissions=[EDIT])
    theirs = photo(Actor(stranger.id, "x"))
    with pytest.raises(Refused):
        set_photo(row, theirs, actor=liaison)
    assert row.photo_id is None
