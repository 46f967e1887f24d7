"""Files of boards: what is refused in which row, what is written, and that no number is in clear."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from electsys.errors import Refused
from electsys.identity.models import IdentityConflict, Person
from electsys.intake import stage
from electsys.ledger.models import Act
from electsys.privacy import blind_index, unseal_fields
from modules.sipol import board_files
from modules.sipol.models import PartyBoard, PartyOfficer
from modules.sipol.operations.board_imports import import_boards
from modules.sipol.operations.boards import add_officer, save_board
from modules.sipol.operations.documents import file_document
from modules.sipol.queries import boards as queries
from tests.sipol.conftest import ACTOR
from tests.sipol.entering import FACTS, nik, officer, pdf, place, registration, store

HEADER = (
    "kode_wilayah,nomor_sk,tanggal_sk,masa_mulai,masa_akhir,jabatan,sebutan,nama,nik,tanggal_lahir,"
    "jenis_kelamin,nomor_kta,dokumen"
)


def line(region, office, serial, sex="L", **changes):
    facts = {
        "region": region,
        "decree": "SK-1",
        "date": "2022-03-01",
        "begin": "2022-03-01",
        "end": "2027-02-28",
        "office": office,
        "title": "",
        "name": f"Uji Pengurus {serial}",
        "nik": nik(serial, sex=sex),
        "born": "1980-05-17",
        "sex": sex,
        "card": "",
        "document": "",
    } | changes
    return ",".join(facts.values())


class File:
    id, name, received_sha256 = None, "kepengurusan.csv", "0" * 64


class Handed:
    """What the intake hands over."""

    def __init__(self, staging, context, actor=ACTOR):
        self.staging, self.context, self.actor, self.file, self.mapping = staging, context, actor, File, {}


@pytest.fixture
def row(session, election):
    return registration(session, election)


@pytest.fixture
def bring(session, row, tmp_path):
    def bring(lines, region="12"):
        path = tmp_path / "berkas.csv"
        path.write_text("\n".join([HEADER, *lines]) + "\n")
        staging = stage(session.connection(), path, board_files.spec(), board_files.STAGING)
        handed = Handed(staging, f"{row.id}:{region}")
        board_files.check(handed)
        return handed

    return bring


def test_every_problem_is_told_with_its_row(session, row, bring):
    here = file_document(store(pdf("1"), "SK Tapteng.pdf"), place(row), "sk_kepengurusan", actor=ACTOR)
    handed = bring(
        [
            line("1201", "ketua", 1, document="sk tapteng.pdf"),
            line("1201", "ketua", 2, document=here.file.receipt),
            line("1201", "sekretaris", 1, decree="SK-9"),
            line("1299", "ketua", 3),
            line("1301", "ketua", 4),
            line("1202", "ketua", 5, document="SK Tapteng.pdf"),
            line("1203", "ketua", 6, document="tidak-ada.pdf"),
            line("1204", "ketua", 7, nik="1201010"),
            line("1204", "sekretaris", 8, nik="1.20101E+15"),
            line("1204", "bendahara", 9, sex="P", nik=nik(9)),
            line("1205", "ketua", 10, end="2021-01-01"),
            line("1206", "ketua", 11, born="2999-05-17"),
            line("1207", "raja", 12),
            line("pusat", "ketua", 13),
        ]
    )
    found = {(e.row_number, e.column, e.code) for e in handed.staging.errors()}
    assert found >= {
        (2, "jabatan", "two_officers"),
        (3, "jabatan", "two_officers"),
        (4, "nomor_sk", "board_differs"),
        (5, "kode_wilayah", "region_unknown"),
        (6, "kode_wilayah", "region_outside"),
        (7, "dokumen", "document_elsewhere"),
        (8, "dokumen", "document_missing"),
        (9, "nik", "nik_length"),
        (10, "nik", "number_rounded"),
        (11, "nik", "nik_doubtful"),
        (12, "masa_akhir", "term_reversed"),
        (13, "tanggal_lahir", "birth_future"),
        (14, "jabatan", "choice"),
        (15, "kode_wilayah", "region_outside"),
    }
    # The same person twice in one board, whatever the office.
    assert {(2, "nik", "duplicate"), (4, "nik", "duplicate")} <= found
    messages = {e.row_number: e.message for e in handed.staging.errors()}
    assert "TAPANULI TENGAH (1201)" in messages[7] and "(Sumatera Utara)" in messages[6]
    assert all(nik(n) not in str(e) for n in range(14) for e in handed.staging.errors())


def test_a_file_replaces_the_boards_that_it_names(session, row, bring):
    before = save_board(place(row), FACTS, actor=ACTOR)
    add_officer(before, officer(90), actor=ACTOR)
    other = save_board(place(row, "1204"), FACTS, actor=ACTOR)
    kept = add_officer(other, officer(91), actor=ACTOR)
    trio = [line("1201", office, n) for n, office in enumerate(("ketua", "sekretaris", "bendahara"), 1)]
    handed = bring(
        [*trio, line("12.02", "ketua", 4, title="Ketua DPC", card="K-4"), line("1203", "ketua", 1)]
    )
    assert handed.staging.error_count == 0
    raw = str(session.connection().exec_driver_sql(f"select * from {board_files.STAGING}").all())
    assert not any(nik(n) in raw for n in range(6)) and "1980-05-17" not in raw
    outcome = board_files._apply(handed)
    assert outcome.message.startswith("3 kepengurusan dengan 5 pengurus disimpan; 1 di antaranya")
    assert "2 belum mempunyai ketua" in outcome.message and outcome.values["region"] == "12"
    session.expire_all()
    board = queries.board_of(row.id, "1201")
    assert (board.id, board.decree_number) == (before.id, "SK-1")
    assert [o.office for o in queries.officers_of(board.id)] == ["ketua", "sekretaris", "bendahara"]
    assert queries.officers_of(other.id) == [kept]
    [chief] = queries.officers_of(queries.board_of(row.id, "1202").id)
    assert (chief.title, chief.card_number, chief.region) == ("Ketua DPC", "K-4", "1202")
    assert unseal_fields(bytes(chief.sealed), table="party_officer", row=chief.id) == {
        "nik": nik(4),
        "birth_date": "1980-05-17",
    }
    assert bytes(chief.nik_index) == blind_index(nik(4))
    # Who stands in two boards of the file is one person.
    people = session.scalars(select(Person).where(Person.nik_index == blind_index(nik(1)))).all()
    pointing = session.scalars(
        select(PartyOfficer.person_id).where(PartyOfficer.nik_index == blind_index(nik(1)))
    ).all()
    assert len(people) == 1 and pointing == [people[0].id] * 2
    act = session.scalars(select(Act).where(Act.verb == "sipol:board:import")).one()
    assert act.details | {"party": 0} == {
        "party": 0,
        "sha256": "0" * 64,
        "boards": 3,
        "officers": 5,
        "replaced": 1,
    }


def test_a_file_finds_people_as_the_form_does(session, row, bring):
    board = save_board(place(row, "1204"), FACTS, actor=ACTOR)
    known = add_officer(board, officer(1), actor=ACTOR)
    rows = [line("1201", "ketua", 1, name="Uji Pengurus Satu"), line("1202", "ketua", 1)]
    board_files._apply(bring(rows))
    session.expire_all()
    assert set(session.scalars(select(PartyOfficer.person_id))) == {known.person_id}
    [conflict] = session.scalars(select(IdentityConflict)).all()
    assert conflict.differs == ["nama"] and conflict.subject.startswith("party_officer:")


def test_nothing_is_imported_under_a_narrow_lock_or_while_locked(session, row, bring):
    handed = bring([line("1201", "ketua", 1)])
    session.execute(text("select set_config('app.scope', '1201', true)"))
    with pytest.raises(RuntimeError, match="whole nation"):
        import_boards(row, "12", sha256="0" * 64, table=board_files.STAGING, actor=ACTOR)
    session.execute(text("select set_config('app.scope', '', true)"))
    row.state = "vermin"
    session.flush()
    with pytest.raises(Refused, match="terkunci"):
        board_files._apply(handed)
    assert session.scalars(select(PartyBoard)).all() == []


def test_an_account_may_bring_files_for_its_own_regions(session, row, make_account):
    from electsys.db import db

    account = make_account("operator_parpol_kabko", region="1201", party=row.party_id)
    stranger = make_account("operator_parpol_kabko", region="1201", party=row.party_id + 999)
    db.session.flush()
    assert [key for key, _label in board_files._choices(account)] == [f"{row.id}:1201"]
    assert board_files._choices(stranger) == []
