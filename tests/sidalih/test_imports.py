"""The voter file: what comes in, what is refused row by row, what is refused whole, and the balance."""

from __future__ import annotations

import csv

import pytest
from sqlalchemy import func, select, text

from electsys.identity.models import IdentityConflict, Person
from electsys.ledger import Act
from electsys.privacy import Sealer, blind_index
from modules.sidalih.claims import claims_of
from modules.sidalih.models import Voter, VoterBatch, VoterBatchVillage, VoterPast, VoterRoll
from tests.sidalih.importing import COLUMNS, OTHER_VILLAGE, VILLAGE, row, write_csv, write_xlsx


@pytest.fixture
def bring(app, session, make_account, tmp_path):
    """Write rows to a file and import it as an operator; the result of the command."""
    account = make_account("operator_kpu_kabko", "1201")
    session.commit()

    def bring(rows, *options, account=account, election="pemilu-2024", name="dp4.csv", **dialect):
        path = tmp_path / name
        (write_xlsx if name.endswith(".xlsx") else write_csv)(path, rows, **dialect)
        command = ["sidalih", "import", str(path), "--election", election, "--as", account.username]
        result = app.test_cli_runner().invoke(args=[*command, *options])
        session.expire_all()
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return bring


@pytest.fixture
def sheet(tmp_path):
    """The error sheet as rows: number, what is wrong, hint, masked NIK."""

    def sheet(name="dp4-kesalahan.csv"):
        with (tmp_path / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))[1:]

    return sheet


def voters(session, **where):
    return list(session.scalars(select(Voter).filter_by(**where).order_by(Voter.id)))


def batch_of(session) -> VoterBatch:
    return session.scalars(select(VoterBatch).order_by(VoterBatch.id.desc()).limit(1)).one()


def numbers(batch):
    names = ("received", "accepted", "rejected", "duplicate", "changed", "doubtful")
    return tuple(getattr(batch, name) for name in names)


def test_a_row_becomes_a_person_and_a_voter(session, bring):
    facts = row(disabilitas="5", tps="1", nama="  siti   uji ", rt="RT 4")
    result = bring([facts])
    assert result.exit_code == 0, result.output
    [voter] = voters(session)
    claims = claims_of(voter)
    assert (claims.nik, claims.nkk, claims.disability) == (facts["nik"], facts["nkk"], "5")
    assert claims.birth_date.isoformat() == "1980-05-17"
    assert (voter.name, voter.birth_place, voter.rt, voter.rw) == ("SITI UJI", "BARUS", "004", "002")
    assert (voter.village_code, voter.tps_code, voter.province) == (VILLAGE, VILLAGE + "001", "12")
    assert (voter.state, voter.source, voter.version, voter.doubts) == ("potensial", "dp4", 1, [])
    person = session.get(Person, voter.person_id)
    opened = Sealer("person").unseal_fields(person.id, bytes(person.sealed))
    assert opened == {
        "nik": facts["nik"],
        "nkk": facts["nkk"],
        "birth_date": "1980-05-17",
        "disability": "5",
    }
    assert person.nik_index == voter.nik_index == blind_index(facts["nik"])
    assert (person.home_region, person.birth_year, person.sex) == (VILLAGE, 1980, "P")


def test_the_balance_of_every_village(session, bring, sheet):
    bring([row(nik="1201015705808888")])
    rows = [
        *(row() for _ in range(3)),
        row(nik="1201015705808888"),
        row(nik="12345"),
        *(row(kode_desa=OTHER_VILLAGE) for _ in range(2)),
        row(kode_desa=OTHER_VILLAGE, tanggal_lahir="2999-01-01"),
        row(kode_desa="1201019999"),
        row(kode_desa="3171011001"),
        row(kode_desa="x"),
    ]
    rows[3] = {**rows[3], **_same(session, "1201015705808888")}
    result = bring(rows, "--accept-valid")
    assert result.exit_code == 0, result.output
    batch = batch_of(session)
    assert numbers(batch) == (11, 5, 5, 1, 0, 0)
    villages = {
        v.village_code: (v.received, v.accepted, v.rejected, v.duplicate)
        for v in session.scalars(select(VoterBatchVillage).where(VoterBatchVillage.batch_id == batch.id))
    }
    assert villages == {VILLAGE: (5, 3, 1, 1), OTHER_VILLAGE: (3, 2, 1, 0), "-": (3, 0, 3, 0)}
    assert "11 baris = 5 diterima + 5 ditolak + 1 sama" in result.output
    assert [line[0] for line in sheet()] == ["6", "9", "10", "11", "12"]


def _same(session, nik):
    """The file's row of a voter who is there."""
    claims = claims_of(session.scalars(select(Voter).where(Voter.nik_index == blind_index(nik))).one())
    return {"nkk": claims.nkk, "nama": claims.name, "nik": nik}


@pytest.mark.parametrize(
    ("changes", "column", "words"),
    [
        ({"nik": "120101570580700"}, "nik", "16 angka"),
        ({"nik": "O201015705807001"}, "nik", "angka 0 sampai 9"),
        ({"nik": ""}, "nik", "kosong"),
        ({"nik": "1.20101E+15"}, "nik", "berpangkat"),
        ({"nkk": "12010101012"}, "nkk", "16 angka"),
        ({"nama": "   "}, "nama", "kosong"),
        ({"alamat": ""}, "alamat", "kosong"),
        ({"tanggal_lahir": "31/02/1990"}, "tanggal_lahir", "tidak dapat dibaca"),
        ({"tanggal_lahir": "1990-02-31"}, "tanggal_lahir", "tidak dapat dibaca"),
        ({"tanggal_lahir": "2999-05-17"}, "tanggal_lahir", "masa depan"),
        ({"jenis_kelamin": "X"}, "jenis_kelamin", "tidak dikenal"),
        ({"status_kawin": "K"}, "status_kawin", "tidak dikenal"),
        ({"disabilitas": "9"}, "disabilitas", "tidak dikenal"),
        ({"ktp_el": "?"}, "ktp_el", "tidak dikenal"),
        ({"rt": "1234"}, "rt", "3 angka"),
        ({"kode_desa": "1201019999"}, "kode_desa", "tidak ada pada peta"),
        ({"kode_desa": "3171011001"}, "kode_desa", "di luar wilayah"),
        ({"tps": "899"}, "tps", "tidak ada di desa"),
        ({"tps": OTHER_VILLAGE + "001"}, "tps", "desa/kelurahan lain"),
    ],
)
def test_what_cannot_be_is_an_error_of_its_row(session, bring, sheet, changes, column, words):
    rows = [row(), row(**changes)]
    result = bring(rows)
    assert result.exit_code == 1
    assert voters(session) == []
    assert session.scalar(select(func.count(VoterBatch.id))) == 0
    [line] = sheet()
    assert line[0] == "3"
    assert line[1].startswith(f"{column}: ")
    assert words in line[1]
    assert line[2]
    bad = rows[1]["nik"]
    assert line[3] == (f"{bad[:4]}**********{bad[-2:]}" if len(bad) == 16 else "*" * len(bad))
    assert bring(rows, "--accept-valid").exit_code == 0
    assert [claims_of(v).nik for v in voters(session)] == [rows[0]["nik"]]


def test_two_rows_with_one_nik_are_both_errors(session, bring, sheet):
    first = row()
    assert bring([first, row(), row(nik="'" + first["nik"])]).exit_code == 1
    lines = sheet()
    assert [line[0] for line in lines] == ["2", "4"]
    assert "juga di baris 4" in lines[0][1]
    assert "juga di baris 2" in lines[1][1]
    assert voters(session) == []


@pytest.mark.parametrize(
    ("changes", "doubts"),
    [
        ({"nik": "1201015705810001"}, ["nik_date_differs"]),
        ({"nik": "1201011705800001"}, ["nik_sex_differs"]),
        ({"nik": "9801015705800001"}, ["nik_region_unknown"]),
        ({"nik": "1201015705800000"}, ["nik_serial_zero"]),
        ({"nik": "1201017113800001"}, ["nik_date_impossible"]),
        ({"nkk": "1201010101200000"}, ["nkk_serial_zero"]),
        ({"tanggal_lahir": "1893-05-17", "nik": "1201015705930001"}, ["umur_lebih"]),
        ({"tanggal_lahir": "2016-05-17", "nik": "1201015705160001"}, ["kawin_muda"]),
        ({"tanggal_lahir": "2010-05-17", "nik": "1201015705100001", "status_kawin": "B"}, ["umur_kurang"]),
        ({"tanggal_lahir": "1893-05-17"}, ["nik_date_differs", "umur_lebih"]),
    ],
)
def test_what_may_be_wrong_comes_in_with_a_doubt(session, bring, changes, doubts):
    assert bring([row(), row(**changes)]).exit_code == 0
    assert [v.doubts for v in voters(session)] == [[], doubts]
    assert numbers(batch_of(session)) == (2, 2, 0, 0, 0, 1)


def test_the_same_file_again_writes_nothing(session, bring):
    rows = [row(disabilitas="2"), row(tps="2"), row(kode_desa=OTHER_VILLAGE)]
    assert bring(rows).exit_code == 0
    before = [(v.id, v.version, bytes(v.sealed), v.batch_id) for v in voters(session)]
    people = session.scalar(select(func.count(Person.id)))
    assert bring(rows).exit_code == 0
    assert numbers(batch_of(session)) == (3, 0, 0, 3, 0, 0)
    assert [(v.id, v.version, bytes(v.sealed), v.batch_id) for v in voters(session)] == before
    assert session.scalar(select(func.count(Person.id))) == people
    assert session.scalar(select(func.count(VoterPast.id))) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"nama": "SITI LAIN"},
        {"alamat": "JL. KENANGA 9"},
        {"disabilitas": "4"},
        {"nkk": "1201010101209999"},
        {"tanggal_lahir": "1980-05-16"},
        {"tps": "2"},
        {"ktp_el": "B"},
    ],
)
def test_changed_data_keep_the_row_before(session, bring, changes):
    facts, other = row(), row()
    bring([facts, other])
    old = claims_of(voters(session)[0])
    assert bring([{**facts, **changes}, other]).exit_code == 0
    assert numbers(batch_of(session))[:5] == (2, 1, 0, 1, 1)
    voter, still = voters(session)
    assert (voter.version, still.version) == (2, 1)
    assert voter.batch_id == batch_of(session).id
    now = claims_of(voter)
    [past] = session.scalars(select(VoterPast))
    assert Sealer("voter").unseal_fields(voter.id, bytes(past.sealed))["nik"] == facts["nik"]
    assert (past.version, past.name) == (1, old.name)
    assert old != now or voter.tps_code == VILLAGE + "002"
    assert bring([{**facts, **changes}, other]).exit_code == 0
    assert numbers(batch_of(session))[:5] == (2, 0, 0, 2, 0)


def test_a_file_without_a_column_does_not_forget_what_is_known(session, bring):
    facts = row(tps="2", ktp_el="S")
    bring([facts])
    bring([facts], columns=[c for c in COLUMNS if c not in ("tps", "ktp_el")])
    [voter] = voters(session)
    assert (voter.version, voter.tps_code, voter.ktp_el) == (1, VILLAGE + "002", "S")


def test_the_same_nik_in_another_village_comes_in_as_one_person(session, bring):
    facts = row()
    bring([facts])
    assert bring([{**facts, "kode_desa": OTHER_VILLAGE}]).exit_code == 0
    first, second = voters(session)
    assert first.nik_index == second.nik_index
    assert first.person_id == second.person_id
    assert numbers(batch_of(session)) == (1, 1, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("changes", "differs", "another"),
    [
        ({"nama": "Siti Lain"}, ["nama"], False),
        ({"jenis_kelamin": "L"}, ["jenis_kelamin"], True),
        ({"tanggal_lahir": "1981-05-17"}, ["tanggal_lahir"], True),
        ({"tanggal_lahir": "1981-05-17", "nama": "Lain"}, ["nama", "tanggal_lahir"], True),
    ],
)
def test_a_claim_that_disagrees_opens_a_conflict(session, bring, changes, differs, another):
    facts = row()
    bring([facts])
    [known] = voters(session)
    assert bring([{**facts, "kode_desa": OTHER_VILLAGE, **changes}]).exit_code == 0
    [new] = [v for v in voters(session) if v.id != known.id]
    [conflict] = session.scalars(select(IdentityConflict))
    assert (conflict.person_id, conflict.differs) == (known.person_id, differs)
    assert (conflict.subject, conflict.region) == (f"voter:{new.id}", OTHER_VILLAGE)
    assert (new.person_id != known.person_id) is another
    assert conflict.other_id == (new.person_id if another else None)


def test_the_act_tells_counts_and_no_numbers(session, bring):
    facts = row()
    bring([facts, row(nik="1")], "--accept-valid")
    [act] = session.scalars(select(Act).where(Act.verb == "sidalih:voter:import"))
    assert act.details["received"] == 2
    assert (act.details["accepted"], act.details["rejected"], act.details["people"]) == (1, 1, 1)
    assert (act.region, act.subject) == ("1201", f"voter_batch:{batch_of(session).id}")
    assert facts["nik"] not in str(act.details)


def test_a_dry_run_leaves_nothing(session, bring):
    result = bring([row()], "--dry-run")
    assert result.exit_code == 0
    assert "Pemeriksaan saja" in result.output
    assert voters(session) == []
    assert session.scalar(select(func.count(VoterRoll.id))) == 0


def test_a_file_of_another_election_is_refused_whole(session, bring):
    rows = [{**row(), "pemilu": "pilkada-2024"}]
    result = bring(rows, columns=(*COLUMNS, "pemilu"))
    assert result.exit_code == 1
    assert "milik pemilu lain" in result.output
    assert bring([{**rows[0], "pemilu": "pemilu-2024"}], columns=(*COLUMNS, "pemilu")).exit_code == 0


def test_a_file_on_the_map_of_another_election_is_refused_whole(session, bring):
    from electsys.elections.queries import by_code
    from electsys.regions.models import RegionMap

    here = by_code("pemilu-2024").map_id
    other = session.scalars(select(RegionMap.id).where(RegionMap.id != here)).first()
    assert other is not None, "the suite knows two maps"
    village = session.scalar(
        text(
            "select code from region r where map_id = :other and level = 4 and not exists"
            " (select from region h where h.map_id = :here and h.code = r.code) limit 1"
        ),
        {"other": other, "here": here},
    )
    if village is None:
        village = "9999999999"
        session.execute(
            text(
                "insert into region (map_id, code, name, level, parent_code)"
                " values (:m, '9999999999', 'UJI', 4, '999999')"
            ),
            {"m": other},
        )
        session.commit()
    result = bring([row(kode_desa=village)])
    assert result.exit_code == 1
    assert "peta wilayah pemilu lain" in result.output


@pytest.mark.parametrize(
    ("state", "words"),
    [("dpt", "sudah ditetapkan dalam pleno"), ("coklit", "tahap coklit"), ("dps", "tahap DPS")],
)
def test_after_the_plenary_no_file_comes_in(session, bring, roll, state, words):
    roll.state = state
    session.commit()
    result = bring([row()], "--source", "dpt")
    assert result.exit_code == 1
    assert words in result.output
    assert voters(session) == []


def test_who_may_not_compile_is_refused(session, bring, make_account):
    reader, elsewhere = make_account("bawaslu_k", "1201"), make_account("operator_kpu_kabko", "3171")
    session.commit()
    assert "tidak berwenang" in bring([row()], account=reader).output
    refused = bring([row()], "--region", "1201", account=elsewhere)
    assert refused.exit_code == 1
    assert "tidak mencakup" in refused.output
    assert voters(session) == []


def test_wrong_usage(bring, app, tmp_path):
    path = write_csv(tmp_path / "x.csv", [row()])
    run = app.test_cli_runner().invoke
    assert run(args=["sidalih", "import", str(path)]).exit_code == 2
    assert run(args=["sidalih", "import", str(path), "--election", "tidak-ada", "--as", "x"]).exit_code == 2
    assert run(args=["sidalih", "import", str(path), "--election", "pemilu-2024"]).exit_code == 2
    assert bring([row()], "--map", "nik").exit_code == 2


def test_a_workbook_and_the_names_that_files_have(session, bring):
    renamed = {
        "nkk": "NO. KK",
        "nama": "NAMA LENGKAP",
        "tanggal_lahir": "TGL LAHIR",
        "jenis_kelamin": "JK",
        "kode_desa": "KODE KELURAHAN",
        "disabilitas": "RAGAM DISABILITAS",
        "ktp_el": "E-KTP",
    }
    facts = row(jenis_kelamin="Perempuan", status_kawin="Belum Kawin", ktp_el="sudah")
    cells = {renamed.get(name, name): value for name, value in facts.items()}
    result = bring([cells], columns=tuple(cells), name="dp4.xlsx")
    assert result.exit_code == 0, result.output
    [voter] = voters(session)
    assert (voter.sex, voter.marital_status, voter.ktp_el) == ("P", "B", "S")


def test_a_file_without_a_header_is_refused_before_a_number_is_kept(session, bring):
    facts, other = row(tps="1", disabilitas="0", rw="3", rt="2"), row()
    cells = dict(zip(facts.values(), other.values(), strict=True))
    result = bring([cells], columns=tuple(cells))
    assert result.exit_code == 1
    assert "bukan judul kolom" in result.output
    assert facts["nik"] not in result.output


def test_a_narrow_second_lock_is_a_mistake_of_the_program(session, bring, election):
    from modules.sidalih.operations.imports import _require_whole_nation

    _require_whole_nation()
    session.execute(text("select set_config('app.scope', '1201', true)"))
    with pytest.raises(RuntimeError, match="whole nation"):
        _require_whole_nation()
