"""The member file: what comes in, what is refused row by row, what is refused whole, and the balance."""

from __future__ import annotations

import csv

import pytest
from sqlalchemy import select, text

from electsys.identity.models import IdentityConflict, Person
from electsys.ledger import Act
from electsys.privacy import Sealer, blind_index, blind_index_identity
from modules.sipol.claims import claim_of
from modules.sipol.models import MemberEvent, MemberFlagEvent, PartyBatch, PartyMember
from tests.sipol import conftest as make
from tests.sipol.membering import ELSEWHERE, ENTRY, FAR, OTHER_VILLAGE, REPAIR, VILLAGE, at, row, write_csv


@pytest.fixture(autouse=True)
def entry(monkeypatch):
    at(monkeypatch, ENTRY)


@pytest.fixture
def registered(session):
    return make.registration(session, "input")


@pytest.fixture
def bring(app, session, make_account, registered, tmp_path):
    """Write rows to a file and import it as the party's liaison; the result of the command."""
    accounts = {}

    def bring(rows, *options, of=None, region="", name="anggota.csv"):
        of = of or registered
        key = (of.party_id, region)
        if key not in accounts:
            role = {0: "admin_parpol_pusat", 2: "operator_parpol_prov", 4: "operator_parpol_kabko"}[
                len(region)
            ]
            accounts[key] = make_account(role, region, party=of.party_id)
            session.commit()
        path = write_csv(tmp_path / name, rows)
        command = ["sipol", "import-members", str(path), "--party", of.party.short_name]
        command += ["--election", "pemilu-2024", "--as", accounts[key].username]
        result = app.test_cli_runner().invoke(args=[*command, *options])
        session.expire_all()
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return bring


@pytest.fixture
def sheet(tmp_path):
    """The error sheet as rows: number, what is wrong, hint, masked NIK."""

    def sheet(name="anggota-kesalahan.csv"):
        with (tmp_path / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))[1:]

    return sheet


def members(session, **where):
    return list(session.scalars(select(PartyMember).filter_by(**where).order_by(PartyMember.id)))


def numbers(session):
    batch = session.scalars(select(PartyBatch).order_by(PartyBatch.id.desc()).limit(1)).one()
    names = ("received", "accepted", "rejected", "duplicate", "changed", "flagged")
    return tuple(getattr(batch, name) for name in names)


def test_a_row_becomes_a_person_and_a_member(session, bring, registered):
    facts = row(nama="  budi   uji ", nomor_kta=" kta  7 ")
    result = bring([facts])
    assert result.exit_code == 0, result.output
    [member] = members(session)
    claim = claim_of(member)
    assert (claim.nik, claim.birth_date.isoformat()) == (facts["nik"], "1985-03-09")
    assert (member.name, member.card_number, member.occupation) == ("BUDI UJI", "KTA 7", "PETANI")
    assert (member.state, member.flags, member.own_flags) == ("baru", [], [])
    assert (member.registration_id, member.party_id) == (registered.id, registered.party_id)
    assert bytes(member.nik_index) == blind_index(facts["nik"])
    assert bytes(member.identity_index) == blind_index_identity("BUDI UJI", "1985-03-09")
    person = session.get(Person, member.person_id)
    opened = Sealer("person").unseal_fields(person.id, bytes(person.sealed))
    assert opened == {"nik": facts["nik"], "birth_date": "1985-03-09"}
    assert (person.home_region, person.birth_year) == (VILLAGE, 1985)
    assert numbers(session) == (1, 1, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("changes", "column", "words"),
    [
        ({"nik": "120101090385800"}, "nik", "16 angka"),
        ({"nik": "1.20101E+15"}, "nik", "berpangkat"),
        ({"nik": ""}, "nik", "kosong"),
        ({"nama": " "}, "nama", "kosong"),
        ({"nomor_kta": ""}, "nomor_kta", "kosong"),
        ({"tanggal_lahir": "31/02/1990"}, "tanggal_lahir", "tidak dapat dibaca"),
        ({"tanggal_lahir": "2999-05-17"}, "tanggal_lahir", "masa depan"),
        ({"tanggal_kta": "2999-05-17"}, "tanggal_kta", "masa depan"),
        ({"status_kawin": "K"}, "status_kawin", "tidak dikenal"),
        ({"kode_desa": "1201019999"}, "kode_desa", "tidak ada pada peta"),
    ],
)
def test_what_cannot_be_is_an_error_of_its_row(session, bring, sheet, changes, column, words):
    result = bring([row(), row(**changes)])
    assert result.exit_code == 1
    assert members(session) == []
    [line] = sheet()
    assert line[0] == "3" and words in " ".join(line), line
    assert column in " ".join(line) or column in result.output


def test_a_region_operator_brings_only_its_own_region(session, bring, sheet):
    rows = [row(), row(kode_desa=ELSEWHERE), row(kode_desa=FAR)]
    result = bring(rows, "--accept-valid", region="1201")
    assert result.exit_code == 0, result.output
    assert [(line[0], "provinsi lain" in " ".join(line)) for line in sheet()] == [("3", False), ("4", True)]
    assert [m.village_code for m in members(session)] == [VILLAGE]
    assert bring([row()], "--region", "1202", region="1201").exit_code == 1
    assert len(members(session)) == 1


def test_one_card_is_one_person(session, bring, sheet):
    bring([row(nomor_kta="A-1")])
    result = bring([row(nomor_kta="B-1"), row(nomor_kta=" b-1 "), row(nomor_kta="a-1"), row()])
    assert result.exit_code == 1
    lines = {line[0]: " ".join(line) for line in sheet()}
    assert set(lines) == {"2", "3", "4"}
    assert "baris 3" in lines["2"] and "baris 2" in lines["3"]
    assert "sudah dipakai anggota lain" in lines["4"]


def test_two_cards_may_be_exchanged_by_one_file(session, bring):
    one, two = row(nomor_kta="A-1"), row(nomor_kta="A-2")
    bring([one, two])
    result = bring([one | {"nomor_kta": "A-2"}, two | {"nomor_kta": "A-1"}])
    assert result.exit_code == 0, result.output
    assert [m.card_number for m in members(session)] == ["A-2", "A-1"]


def test_the_same_file_again_writes_nothing(session, bring):
    rows = [row(), row(), row(kode_desa=OTHER_VILLAGE)]
    rows.append(dict(rows[0]))  # one person twice in one file
    bring(rows)
    before = [(m.id, m.changed_at) for m in members(session)]
    bring(rows)
    assert numbers(session) == (4, 0, 0, 4, 0, 0)
    assert [(m.id, m.changed_at) for m in members(session)] == before
    assert session.scalars(select(MemberEvent)).all() == []


def test_a_changed_row_changes_the_member_who_is_there(session, bring):
    facts = row()
    bring([facts])
    [member] = members(session)
    sealed, key = bytes(member.sealed), member.id
    bring([facts | {"alamat": "Jl. Kenanga 1", "kode_desa": OTHER_VILLAGE}])
    [member] = members(session)
    assert (member.id, member.address, member.village_code) == (key, "JL. KENANGA 1", OTHER_VILLAGE)
    assert bytes(member.sealed) == sealed
    bring([facts | {"tanggal_lahir": "1985-03-10", "kode_desa": OTHER_VILLAGE, "alamat": "Jl. Kenanga 1"}])
    [member] = members(session)
    assert claim_of(member).birth_date.isoformat() == "1985-03-10"  # the envelope belongs to this row
    assert numbers(session) == (1, 1, 0, 0, 1, 0)
    events = session.scalars(select(MemberEvent).order_by(MemberEvent.id)).all()
    assert [(e.kind, e.from_state, e.to_state, e.note) for e in events] == [
        ("ubah", "baru", "baru", "address,village_code"),
        ("ubah", "baru", "baru", "birth_date"),
    ]


def test_an_eligible_member_with_other_data_is_in_doubt(session, bring, registered, monkeypatch):
    facts, kept = row(), row()
    bring([facts, kept])
    for member in members(session):
        member.event_id = make.event(session, member, "baru", "ms").id
        member.state = "ms"
    registered.state = "bms_vermin"
    session.flush()
    at(monkeypatch, REPAIR)
    bring([facts | {"nama": "Lain Sama Sekali"}, kept])
    changed, same = members(session)
    assert (changed.state, same.state) == ("bms", "ms")
    event = session.get(MemberEvent, changed.event_id)
    assert (event.from_state, event.to_state, event.reason, event.note) == (
        "ms",
        "bms",
        "data_diubah",
        "name",
    )


def test_a_refused_member_comes_again_as_a_new_row(session, bring):
    facts = row()
    bring([facts])
    [member] = members(session)
    member.event_id = make.event(session, member, "baru", "tms").id
    member.state = "tms"
    session.flush()
    bring([facts])  # nothing new
    assert numbers(session)[3] == 1
    bring([facts | {"alamat": "Jl. Benar 2"}])
    assert [m.state for m in members(session)] == ["tms", "baru"]
    assert members(session)[1].flags == []


def test_flags_are_raised_and_told_not_refused(session, bring):
    one = row()
    rows = [
        one,
        dict(one),  # the same person once more
        row(),
        row(status_kawin="B", tanggal_lahir="2006-01-01", nik="1201010101068001"),
        row(pekerjaan="Pegawai Negeri Sipil (PNS)"),
        row(nik="1201019903858001"),  # the 99th of March
    ]
    rows.append(rows[2] | {"kode_desa": ELSEWHERE, "nomor_kta": "K-2"})  # a second branch
    twin = row()
    rows += [twin, twin | {"nik": "1201010903859998", "nomor_kta": "K-3"}]  # same name and birth date
    rows += [same := row(), same | {"nama": "Orang Lain", "nomor_kta": "K-4"}]  # same NIK, another name
    result = bring(rows)
    assert result.exit_code == 0, result.output
    assert [m.flags for m in members(session)] == [
        ["ganda_identik"],
        ["ganda_identik"],
        ["ganda_identik"],
        ["usia"],
        ["pekerjaan"],
        ["nik"],
        ["ganda_identik"],
        *(["potensi_ganda"],) * 4,
    ]
    assert numbers(session) == (11, 11, 0, 0, 0, 11)
    events = session.scalars(select(MemberFlagEvent)).all()
    assert len(events) == 11 and all(e.raised and e.cause.startswith("party_batch:") for e in events)


def test_people_of_a_file_are_found_by_the_rule_of_one(session, bring):
    one = row()
    bring(
        [
            one,
            one | {"nama": "Budy Uji", "nomor_kta": "K-5"},
            one | {"jenis_kelamin": "P", "nomor_kta": "K-6"},
        ]
    )
    first, spelled, other = members(session)
    assert first.person_id == spelled.person_id != other.person_id
    conflicts = session.scalars(select(IdentityConflict).order_by(IdentityConflict.id)).all()
    assert [(c.differs, c.other_id, c.subject) for c in conflicts] == [
        (["nama"], None, f"party_member:{spelled.id}"),
        (["jenis_kelamin"], other.person_id, f"party_member:{other.id}"),
    ]


def test_a_double_between_parties_flags_both_and_spoils_an_eligible_one(
    session, bring, registered, make_account
):
    facts = row()
    bring([facts, row()])
    first = members(session)[0]
    first.event_id = make.event(session, first, "baru", "ms").id
    first.state = "ms"
    session.flush()
    other = make.registration(session, "input")
    bring([facts | {"nomor_kta": "X-1", "kode_desa": FAR}], of=other)
    first, free, second = members(session)
    assert (first.flags, free.flags, second.flags) == (["ganda_eksternal"], [], ["ganda_eksternal"])
    assert (first.state, second.state) == ("bms", "baru")
    event = session.get(MemberEvent, first.event_id)
    assert (event.from_state, event.to_state, event.reason) == ("ms", "bms", "ganda_eksternal")
    notice = session.execute(text("select kind, values, link from notice")).one()
    assert notice.kind == "sipol.member.spoil"
    assert notice.values == {"count": 1, "region": "1201"}  # how many and where: not which party
    assert other.party.short_name not in notice.link and str(other.party_id) != notice.link.split("/")[3]
    verb = session.scalars(select(Act).where(Act.verb == "sipol:member:spoil")).one()
    assert verb.details["count"] == 1


def test_a_locked_party_and_a_closed_stage_take_no_file(session, bring, registered, monkeypatch):
    registered.state = "vermin"
    session.flush()
    result = bring([row()])
    assert result.exit_code == 1 and "terkunci" in result.output
    registered.state = "input"
    session.flush()
    at(monkeypatch, REPAIR)
    result = bring([row()])
    assert result.exit_code == 1 and "sudah ditutup" in result.output
    assert members(session) == []


def test_a_dry_run_says_the_same_and_keeps_nothing(session, bring):
    result = bring([row()], "--dry-run")
    assert result.exit_code == 0 and "1 baris = 1 diterima" in result.output
    assert members(session) == []


def test_wrong_usage_ends_with_two(session, bring, app):
    assert app.test_cli_runner().invoke(args=["sipol", "import-members", "/nowhere"]).exit_code == 2
    result = bring([row()], "--election", "pemilu-1955")
    assert result.exit_code == 2 and "pemilu-1955" in result.output


def test_no_number_reaches_the_database_in_clear(session, bring):
    facts = row()
    bring([facts])
    whole = session.scalar(
        text(
            "select string_agg(m::text, ' ') || (select string_agg(a::text, ' ') from act a)"
            " from party_member m"
        )
    )
    assert facts["nik"] not in whole and facts["nik"].encode().hex() not in whole
    assert "1985-03-09" not in whole


def test_a_row_of_a_file_and_one_by_hand_are_made_alike(session, bring):
    from modules.sipol.claims import columns_of

    facts = row(nama="Drs. Budi  Syafi'i", status_kawin="kawin")
    bring([facts])
    [member] = members(session)
    by_hand = columns_of(claim_of(member), member.id)
    assert {name: value for name, value in by_hand.items() if name != "sealed"} == {
        name: getattr(member, name) for name in by_hand if name != "sealed"
    }
    assert len(by_hand["sealed"]) == len(bytes(member.sealed))
