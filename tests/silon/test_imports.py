"""The file of candidates: what comes in, what is refused by row or whole, and the balance."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import json

import pytest
from sqlalchemy import select, text

from electsys.elections import calendar
from electsys.identity.models import IdentityConflict, Person
from electsys.ledger import Act
from electsys.privacy import Sealer, blind_index, blind_index_identity
from modules.silon.checking import findings_of
from modules.silon.claims import claim_of, columns_of
from modules.silon.models import (
    Candidate,
    CandidateBatch,
    CandidateEvent,
    CandidateFlagEvent,
    CandidateVersion,
    Nomination,
)
from modules.silon.operations import candidate_versions, candidates
from tests.silon import conftest as make
from tests.sipol import conftest as parties

COLUMNS = (
    *("kode_dapil", "nomor_partai", "nomor_urut", "nama", "jk", "nik", "tempat_lahir", "tanggal_lahir"),
    *("kabkota_tinggal", "pekerjaan"),
)
#: During the submission of candidates, and long after it.
ENTRY, LATER = dt.datetime(2023, 5, 5, 3, tzinfo=dt.UTC), dt.datetime(2024, 6, 1, tzinfo=dt.UTC)
_serial = itertools.count(7001)


@pytest.fixture(autouse=True)
def entry(monkeypatch):
    monkeypatch.setattr(calendar, "utc_now", lambda: ENTRY)


@pytest.fixture
def party(session):
    return make.participant(session)


@pytest.fixture
def row(party):
    """A row that is right, changed at will."""

    def row(number=1, **changes):
        serial = next(_serial)
        return {
            "kode_dapil": "1202",
            "nomor_partai": str(party.number),
            "nomor_urut": str(number),
            "nama": f"Ani Uji {serial}",
            "jk": "P",
            "nik": f"120101570580{serial}",
            "tempat_lahir": "Barus",
            "tanggal_lahir": "1980-05-17",
            "kabkota_tinggal": "KAB. TAPANULI TENGAH",
            "pekerjaan": "Petani",
        } | changes

    return row


def write_csv(path, rows, columns=COLUMNS):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def bring(app, session, make_account, party, tmp_path):
    """Write rows to a file and import it as the party's liaison, or as KPU; the result of the command."""
    accounts = {}

    def bring(rows, *options, region="", kpu=False, columns=COLUMNS, contest="dpr"):
        key = (kpu, region)
        if key not in accounts:
            role = {0: "admin_parpol_pusat", 2: "operator_parpol_prov", 4: "operator_parpol_kabko"}
            accounts[key] = (
                make_account("anggota_kpu_ri", "")
                if kpu
                else make_account(role[len(region)], region, party=party.party_id)
            )
            session.commit()
        path = write_csv(tmp_path / "calon.csv", rows, columns)
        command = ["silon", "import-candidates", str(path), "--election", "pemilu-2024"]
        command += ["--contest", contest, "--as", accounts[key].username]
        result = app.test_cli_runner().invoke(args=[*command, *options])
        session.expire_all()
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return bring


@pytest.fixture
def sheet(tmp_path):
    """The error sheet as rows."""

    def sheet():
        with (tmp_path / "calon-kesalahan.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))

    return sheet


def rows_of(session, **where):
    return list(
        session.scalars(
            select(Candidate).filter_by(**where).order_by(Candidate.nomination_id, Candidate.number)
        )
    )


def numbers(session):
    batch = session.scalars(select(CandidateBatch).order_by(CandidateBatch.id.desc()).limit(1)).one()
    names = ("received", "accepted", "rejected", "duplicate", "changed", "lists", "flagged")
    return tuple(getattr(batch, name) for name in names)


# --- what comes in --------------------------------------------------------------------------------


def test_a_row_becomes_a_list_a_person_and_a_candidate(session, bring, row, party):
    facts = row(nama="  Hj. Ani   Uji, S.Pd. ")
    result = bring([facts])
    assert result.exit_code == 0, result.output
    [made] = rows_of(session)
    claim = claim_of(made)
    assert (claim.nik, claim.birth_date) == (facts["nik"], dt.date(1980, 5, 17))
    assert (made.name, made.ballot_name, made.sex) == ("Hj. Ani Uji, S.Pd.", "Hj. Ani Uji, S.Pd.", "P")
    assert (made.birth_place, made.occupation, made.marital_status) == ("BARUS", "PETANI", None)
    assert (made.residence_code, made.residence) == ("1201", "KAB. TAPANULI TENGAH")
    assert (made.state, made.number, made.flags, made.version) == ("baru", 1, [], 1)
    of = made.nomination
    assert (of.state, of.number, of.region, of.party_id) == ("persiapan", party.number, "", party.party_id)
    assert bytes(made.nik_index) == blind_index(facts["nik"])
    assert bytes(made.identity_index) == blind_index_identity("Hj. Ani Uji, S.Pd.", dt.date(1980, 5, 17))
    person = session.get(Person, made.person_id)
    opened = Sealer("person").unseal_fields(person.id, bytes(person.sealed))
    assert opened == {"nik": facts["nik"], "birth_date": "1980-05-17"}
    assert numbers(session) == (1, 1, 0, 0, 0, 1, 0)
    act = session.scalars(select(Act).where(Act.verb == "silon:candidate:import")).one()
    assert facts["nik"] not in json.dumps(act.details)


def test_it_is_the_row_that_the_page_would_have_made(session, bring, row, party, make_account):
    facts = row()
    bring([facts])
    [made] = rows_of(session)
    said = claim_of(made)
    again = columns_of(said, made.id)
    for name, value in again.items():
        if name != "sealed":
            stored = getattr(made, name)
            assert (bytes(stored) if isinstance(value, bytes) else stored) == value, name
    # and its first version is what the page's would be
    [version] = session.scalars(select(CandidateVersion)).all()
    told = json.loads(Sealer("candidate_version").unseal(version.id, bytes(version.sealed)))
    other = make.nomination(session, of=make.participant(session))
    typed = candidates.add_candidate(
        other, said.with_changes({"nik": "1201015705806999"}), actor=make.ACTOR, number=1
    )
    [written] = session.scalars(
        select(CandidateVersion).where(CandidateVersion.candidate_id == typed.id)
    ).all()
    expected = json.loads(Sealer("candidate_version").unseal(written.id, bytes(written.sealed)))
    assert told | {"nik": "", "conditions": []} == expected | {"nik": "", "conditions": []}
    assert (version.version, version.changed) == (1, [])


def test_a_version_of_a_file_can_be_compared(session, bring, row):
    bring([row()])
    [made] = rows_of(session)
    candidates.change_candidate(made, claim_of(made).with_changes({"religion": "ISLAM"}), actor=make.ACTOR)
    assert hasattr(candidate_versions, "restore_version") or candidate_versions.__doc__
    assert session.scalars(
        select(CandidateVersion.version).where(CandidateVersion.candidate_id == made.id)
    ).all() == [1, 2]


def test_no_number_of_a_person_lies_in_clear(session, bring, row):
    facts = row()
    bring([facts])
    for table in ("candidate", "candidate_version", "person", "act", "candidate_batch"):
        whole = session.scalars(text(f"select cast(t as text) from {table} t")).all()
        assert not any(facts["nik"] in line for line in whole), table


@pytest.mark.parametrize(
    ("written", "code", "residence"),
    [
        ("1201", "1201", "KAB. TAPANULI TENGAH"),
        ("Tapanuli Tengah", "1201", "TAPANULI TENGAH"),
        ("KABUPATEN TAPANULI TENGAH", "1201", "KABUPATEN TAPANULI TENGAH"),
        ("kota medan", "1271", "KOTA MEDAN"),
        ("NEGERI ANTAH BERANTAH", None, "NEGERI ANTAH BERANTAH"),
        ("", None, ""),
    ],
)
def test_where_somebody_lives(session, bring, row, written, code, residence):
    assert bring([row(kabkota_tinggal=written)]).exit_code == 0
    [made] = rows_of(session)
    assert (made.residence, made.residence_code) == (residence, code)


def test_a_file_without_nik_makes_drafts_that_cannot_be_submitted(session, bring, row):
    few = ("kode_dapil", "nomor_partai", "nomor_urut", "nama", "jk")
    assert bring([row(1), row(2)], columns=few).exit_code == 0
    made = rows_of(session)
    assert [(m.nik_index, m.identity_index, m.birth_year) for m in made] == [(None, None, None)] * 2
    assert claim_of(made[0]).birth_date is None
    assert "nik_kosong" in {f.code for f in findings_of(made[0].nomination)}
    assert bring([row(1, nama=made[0].name), row(2, nama=made[1].name)], columns=few).exit_code == 0
    assert numbers(session) == (2, 0, 0, 2, 0, 0, 0)
    # the NIK comes later, by another file
    later = row(1, nama=made[0].name)
    assert bring([later]).exit_code == 0
    assert numbers(session) == (1, 1, 0, 0, 1, 0, 0)
    [first, _second] = rows_of(session)
    assert (claim_of(first).nik, first.version) == (later["nik"], 2)


# --- again ----------------------------------------------------------------------------------------


def test_the_same_file_again_changes_nothing(session, bring, row):
    rows = [row(n) for n in range(1, 5)]
    bring(rows)
    before = [(m.id, bytes(m.sealed), m.version) for m in rows_of(session)]
    people = session.scalar(text("select count(*) from person"))
    assert bring(rows).exit_code == 0
    assert numbers(session) == (4, 0, 0, 4, 0, 0, 0)
    assert [(m.id, bytes(m.sealed), m.version) for m in rows_of(session)] == before
    assert session.scalar(text("select count(*) from person")) == people


def test_a_changed_row_changes_the_candidate_and_the_rest_stays(session, bring, row):
    rows = [row(1), row(2)]
    bring(rows)
    [first, _second] = rows_of(session)
    candidates.change_candidate(first, claim_of(first).with_changes({"phone": "0811"}), actor=make.ACTOR)
    rows[0] |= {"pekerjaan": "Dokter", "nama": "Siti Uji", "kabkota_tinggal": ""}
    rows[1] |= {"jk": "L", "nik": rows[1]["nik"]}
    assert bring(rows).exit_code == 0
    assert numbers(session)[:5] == (2, 2, 0, 0, 2)
    [first, second] = rows_of(session)
    said = claim_of(first)
    assert (said.occupation, said.name, said.ballot_name, said.phone) == (
        *("DOKTER", "Siti Uji", "Siti Uji", "0811"),
    )
    assert (said.residence_code, first.version) == ("1201", 3)
    assert (second.sex, second.flags) == ("L", ["nik"])


def test_numbers_may_change_places(session, bring, row):
    rows = [row(1), row(2), row(3)]
    bring(rows)
    before = {m.number: m.id for m in rows_of(session)}
    for facts, number in zip(rows, (2, 3, 1), strict=True):
        facts["nomor_urut"] = str(number)
    rows.append(row(4))
    assert bring(rows).exit_code == 0
    assert numbers(session)[:5] == (4, 4, 0, 0, 3)
    after = {m.number: m.id for m in rows_of(session)}
    assert [after[2], after[3], after[1]] == [before[1], before[2], before[3]]
    assert sorted(after) == [1, 2, 3, 4]


def test_a_change_takes_back_what_the_centre_approved(session, bring, row, make_account):
    bring([row(1)])
    [made] = rows_of(session)
    of = made.nomination
    of.approved_at, of.approved_by = ENTRY, make_account().id
    session.flush()
    bring([row(2)])
    assert session.get_one(Nomination, of.id).approved_at is None


# --- people ---------------------------------------------------------------------------------------


def test_a_known_person_is_found_and_another_is_told_apart(session, bring, row):
    member = parties.member(session, make.participant(session), sex="P", nik="1201015705801234")
    known = row(1, nik="1201015705801234", nama=member.name, tanggal_lahir="1985-03-09")
    other = row(2, nik="1201015705801234", nama="ORANG LAIN")
    bring([known])
    [first] = rows_of(session)
    assert first.person_id == member.person_id
    assert "anggota_lain" in first.flags
    bring([other | {"kode_dapil": "1201", "nomor_urut": "1"}])
    second = rows_of(session)[-1]
    assert second.person_id != member.person_id
    assert session.scalars(select(IdentityConflict.subject)).all()[-1] == f"candidate:{second.id}"


def test_doubles_in_the_file_and_beside_it_are_flagged_at_once(session, bring, row):
    there = make.candidate(session, make.nomination(session), nik="1201015705808001", sex="P")
    rows = [
        row(1, nik="1201015705808001"),
        row(2, nik="1201015705808002"),
        row(1, kode_dapil="1201", nik="1201015705808002"),
        row(3, pekerjaan="Anggota TNI", tanggal_lahir="2004-05-17", nik="1201015705048003"),
        row(4),
    ]
    assert bring(rows).exit_code == 0
    flagged = {(m.nomination.dapil.code, m.number): m.flags for m in rows_of(session) if m.id != there.id}
    assert flagged == {
        ("1202", 1): ["ganda_calon"],
        ("1202", 2): ["ganda_calon"],
        ("1201", 1): ["ganda_calon"],
        ("1202", 3): ["pekerjaan", "usia"],
        ("1202", 4): [],
    }
    assert session.get_one(Candidate, there.id).flags == ["ganda_calon"]
    assert numbers(session) == (5, 5, 0, 0, 0, 2, 4)
    batch = session.scalars(select(CandidateBatch)).one()
    events = session.scalars(select(CandidateFlagEvent)).all()
    assert {event.cause for event in events} == {f"candidate_batch:{batch.id}"}
    assert sorted((event.candidate_id, event.flag) for event in events) == sorted(
        (m.id, flag) for m in rows_of(session) for flag in m.flags
    )


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "column", "words"),
    [
        ({"nik": "120101570580800"}, "nik", "16"),
        ({"nik": "1.20101E+15"}, "nik", "berpangkat"),
        ({"nama": " "}, "nama", "kosong"),
        ({"nama": "<script>alert(1)</script>"}, "nama", "tanda"),
        ({"jk": "X"}, "jk", "tidak dikenal"),
        ({"nomor_urut": "0"}, "nomor_urut", "1"),
        ({"nomor_urut": "11"}, "nomor_urut", "melebihi 10"),
        ({"tanggal_lahir": "31/02/1990"}, "tanggal_lahir", "tidak dapat dibaca"),
        ({"tanggal_lahir": "2999-05-17"}, "tanggal_lahir", "masa depan"),
        ({"tanggal_lahir": ""}, "tanggal_lahir", "tanpa tanggal lahir"),
        ({"kode_dapil": "9901"}, "kode_dapil", "Tidak ada dapil"),
        ({"nomor_partai": "999"}, "nomor_partai", "Tidak ada partai peserta"),
        ({"nomor_urut": "1"}, "nomor_urut", "baris 2"),
    ],
)
def test_what_cannot_be_is_an_error_of_its_row(session, bring, sheet, row, changes, column, words):
    result = bring([row(1), row(2, **changes)])
    assert result.exit_code == 1
    assert rows_of(session) == []
    assert session.scalars(select(Nomination)).all() == []
    lines = [line for line in sheet() if line[0] == "3"]
    assert lines and any(words in " ".join(line) for line in lines), sheet()
    assert column in result.output


def test_the_good_rows_go_in_on_demand_and_the_balance_holds(session, bring, row):
    same = row(3)
    bring([same])
    rows = [row(1), row(2, jk="X"), same, row(1, kode_dapil="0000")]
    assert bring(rows, "--accept-valid").exit_code == 0
    assert numbers(session) == (4, 1, 2, 1, 0, 0, 0)
    assert [m.number for m in rows_of(session)] == [1, 3]


def test_a_dry_run_keeps_nothing(session, bring, row):
    result = bring([row(1)], "--dry-run")
    assert result.exit_code == 0 and "1 diterima" in result.output
    assert rows_of(session) == []


def test_a_person_twice_in_a_list(session, bring, sheet, row):
    assert bring([row(1, nik="1201015705808001"), row(2, nik="1201015705808001")]).exit_code == 1
    assert any("Satu orang hanya satu kali" in " ".join(line) for line in sheet())


def test_a_number_that_somebody_else_bears(session, bring, sheet, row):
    bring([row(1)])
    assert bring([row(1)]).exit_code == 1
    assert any("sudah dipakai" in " ".join(line) for line in sheet())


def test_another_party_and_another_region_are_not_mine(session, bring, sheet, row):
    other = make.participant(session)
    assert bring([row(1, nomor_partai=str(other.number))]).exit_code == 1
    assert any("di luar wewenang" in " ".join(line) for line in sheet())
    assert bring([row(1)], region="12").exit_code == 1  # DPR is the centre's
    assert rows_of(session) == []


def test_a_local_party_of_aceh(session, bring, sheet, row, party):
    party.region = "11"
    session.flush()
    assert bring([row(1)]).exit_code == 1
    assert any("partai lokal" in " ".join(line).lower() for line in sheet())


def test_a_list_that_was_submitted_is_locked(session, bring, sheet, row, party):
    make.nomination(session, "vermin", of=party)
    assert bring([row(1)]).exit_code == 1
    assert any("sudah diajukan" in " ".join(line) for line in sheet())


def test_outside_its_stage_a_file_is_refused_whole(session, bring, row, monkeypatch):
    monkeypatch.setattr(calendar, "utc_now", lambda: LATER)
    result = bring([row(1)])
    assert result.exit_code == 1 and "sudah ditutup" in result.output
    assert rows_of(session) == []


def test_wrong_usage(app, session, bring, row):
    assert bring([row(1)], contest="dpd").exit_code == 2
    assert app.test_cli_runner().invoke(args=["silon", "import-candidates", "/nowhere"]).exit_code == 2


# --- lists that were published elsewhere ----------------------------------------------------------


def test_kpu_brings_a_final_list_that_was_published_elsewhere(session, bring, row, monkeypatch):
    monkeypatch.setattr(calendar, "utc_now", lambda: LATER)
    few = ("kode_dapil", "nomor_partai", "nomor_urut", "nama", "jk")
    rows = [row(n) for n in (1, 2, 3)]
    result = bring(rows, kpu=True, columns=few)
    assert result.exit_code == 0, result.output
    made = rows_of(session)
    assert {m.state for m in made} == {"dct"}
    assert made[0].nomination.state == "dct"
    events = session.scalars(select(CandidateEvent)).all()
    assert {(e.kind, e.from_state, e.to_state) for e in events} == {("penetapan", "baru", "dct")}
    assert {m.event_id for m in made} == {e.id for e in events}
    assert bring(rows, kpu=True, columns=few).exit_code == 0
    assert numbers(session) == (3, 0, 0, 3, 0, 0, 0)


def test_a_final_list_is_not_changed_by_a_file(session, bring, sheet, row):
    few = ("kode_dapil", "nomor_partai", "nomor_urut", "nama", "jk")
    bring([row(1)], kpu=True, columns=few)
    assert bring([row(1)], kpu=True, columns=few).exit_code == 1
    assert any("versi baru" in " ".join(line) for line in sheet())


def test_a_final_list_does_not_pass_over_one_in_process(session, bring, sheet, row, party):
    make.nomination(session, "vermin", of=party)
    assert bring([row(1)], kpu=True).exit_code == 1
    assert any("sedang diproses" in " ".join(line) for line in sheet())


def test_an_operator_without_the_right_brings_nothing(app, session, row, tmp_path, make_account):
    account = make_account("operator_kpu_ri", "")
    session.commit()
    path = write_csv(tmp_path / "calon.csv", [row(1)])
    arguments = ["silon", "import-candidates", str(path), "--election", "pemilu-2024", "--contest", "dpr"]
    result = app.test_cli_runner().invoke(args=[*arguments, "--as", account.username])
    assert result.exit_code == 1
    assert rows_of(session) == []
