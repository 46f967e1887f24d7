"""The quick ways of the import say what the house's own ways say."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from electsys.identity.operations.persons import Claim, find_or_claim_person
from electsys.intake.cells import bare_number, upper
from electsys.privacy import Sealer
from electsys.privacy.rules import check_nik
from modules.sidalih.claims import columns_of, limits_of
from modules.sidalih.imports.sealing import COLUMNS, VoterSealer, mark, sound, station, unit
from modules.sidalih.models import Voter
from tests.sidalih.conftest import ACTOR, OTHER_VILLAGE, VILLAGE, claims
from tests.sidalih.importing import row, write_csv

REGIONS = frozenset({"12", "1201", "120101"})


def cells(facts, **changes):
    """The cells of a row as the intake hands them over."""
    given = {
        "nkk": facts.nkk,
        "nik": facts.nik,
        "nama": facts.name,
        "tempat_lahir": facts.birth_place,
        "tanggal_lahir": facts.birth_date,
        "jenis_kelamin": facts.sex,
        "status_kawin": facts.marital_status,
        "alamat": facts.address,
        "rt": facts.rt,
        "rw": facts.rw,
        "kode_desa": VILLAGE,
        "tps": None,
        "disabilitas": facts.disability,
        "ktp_el": facts.ktp_el,
        "pemilu": None,
    } | changes
    return (2, *given.values())


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"disability": "0"},
        {"disability": "6", "sex": "L"},
        {"birth_date": dt.date(1893, 5, 17)},
        {"nik": "9801015705810000", "nkk": "1201010101200000"},
        {"marital_status": "B", "birth_date": dt.date(2010, 5, 17), "ktp_el": None},
    ],
)
def test_a_row_is_what_the_writer_of_one_row_makes(session, election, changes):
    facts, sealer = claims(**changes), VoterSealer(election, "1201")
    made = dict(zip(COLUMNS, sealer.row(cells(facts), 7, 8), strict=False))
    wanted = columns_of(facts, 8, limits_of(election), sealer.today)
    voters, persons = Sealer("voter"), Sealer("person")
    opened = voters.unseal_fields(8, made["sealed"])
    assert (
        opened == voters.unseal_fields(8, wanted["sealed"]) == persons.unseal_fields(7, made["person_sealed"])
    )
    for name in (
        "nik_index",
        "family",
        "name",
        "birth_place",
        "birth_year",
        "sex",
        "marital_status",
        "address",
    ):
        assert made[name] == wanted[name]
    assert (made["rt"], made["rw"], made["ktp_el"]) == (wanted["rt"], wanted["rw"], wanted["ktp_el"])
    without = [d for d in made["doubts"] if not d.endswith("region_unknown")]
    assert without == wanted["doubts"]
    assert made["mark"] == mark(opened.get("nkk"), opened["birth_date"], opened.get("disability"))
    person = find_or_claim_person(
        Claim("uji:1", facts.name, facts.nik, facts.nkk, facts.birth_date, sex=facts.sex), actor=ACTOR
    ).person
    assert (made["nik_index"], made["birth_index"], made["name_index"]) == (
        person.nik_index,
        person.nik_birth_index,
        person.nik_name_index,
    )


@given(
    nik=st.tuples(
        st.sampled_from(["120101", "120199", "980101"]),
        st.sampled_from(["17", "57", "01", "41", "99", "31", "71"]),
        st.sampled_from(["05", "02", "13"]),
        st.sampled_from(["80", "93", "04"]),
        st.sampled_from(["0000", "0001", "9999"]),
    ).map("".join),
    born=st.dates(dt.date(1880, 1, 1), dt.date(2010, 1, 1)) | st.just(dt.date(1980, 5, 17)),
    sex=st.sampled_from("LP"),
)
def test_a_sound_number_has_no_doubt_and_another_has_one(nik, born, sex):
    regions = frozenset({"120101"})
    doubts = check_nik(nik, birth_date=born, sex=sex, regions=regions)
    assert sound(nik, born.isoformat(), sex, regions) == (not doubts)


@pytest.mark.parametrize(
    ("written", "bare", "problem"),
    [
        ("1201015705807001", "1201015705807001", None),
        ("'1201015705807001", "1201015705807001", None),
        ("1201 0157 0580 7001", "1201015705807001", None),
        ("1201.0157.0580.7001", "1201015705807001", None),
        ("120101570580700", None, "nik:nik_length"),
        ("12010157058070012", None, "nik:nik_length"),
        ("O201015705807001", None, "nik:nik_digits"),
        ("１２０１０１５７０５８０７００１", None, "nik:nik_digits"),
        ("1.20101570580700E+15", None, "nik:number_rounded"),
        ("1,2E15", None, "nik:number_rounded"),
        (None, None, None),
    ],
)
def test_numbers(written, bare, problem):
    problems: list[str] = []
    assert bare_number("nik", written, problems) == bare
    assert problems == ([problem] if problem else [])


@pytest.mark.parametrize(
    ("written", "code", "wrong"),
    [
        *(("1", "001", False), ("RT 12", "012", False), ("0004", "004", False), ("-", "000", False)),
        *((None, "000", False), ("1234", "000", True), ("dua", "000", True)),
    ],
)
def test_rt_and_rw(written, code, wrong):
    problems: list[str] = []
    assert unit("rt", written, problems) == code
    assert problems == (["rt:rt_form"] if wrong else [])


@pytest.mark.parametrize(
    ("written", "code", "wrong"),
    [
        *(("1", VILLAGE + "001", False), ("TPS 012", VILLAGE + "012", False), ("0", None, False)),
        *((VILLAGE + "003", VILLAGE + "003", False), (None, None, False)),
        *((OTHER_VILLAGE + "001", None, True), ("1234", None, True), ("A", None, True)),
    ],
)
def test_stations(written, code, wrong):
    problems: list[str] = []
    assert station(written, VILLAGE, problems) == code
    assert problems == (["tps:tps_form"] if wrong else [])


def test_names_in_capitals():
    assert upper("  siti   nur'aini\t s.pd ") == "SITI NUR'AINI S.PD"
    assert upper(None) is None


CLAIMS = [
    {"name": name, "birth_date": born, "sex": sex}
    for name, born, sex in itertools.product(
        ("SITI SATU", "Siti  Satu, S.Pd", "SITI DUA"),
        (dt.date(1980, 5, 17), dt.date(1981, 5, 17)),
        ("P", "L"),
    )
]


@pytest.mark.parametrize(
    "known", [{}, {"birth_date": None}, {"sex": None}, {"birth_date": None, "sex": None}]
)
def test_people_are_found_as_one_by_one(app, session, election, roll, make_account, tmp_path, known):
    """For every kind of disagreement: the SQL of the import and the operation for one claim agree."""
    account = make_account("operator_kpu_kabko", "1201")
    rows, wanted = [], {}
    for facts in CLAIMS:
        cells_ = row()
        person = find_or_claim_person(
            Claim(
                "uji:1",
                "SITI SATU",
                cells_["nik"],
                **{"birth_date": dt.date(1980, 5, 17), "sex": "P", **known},
            ),
            actor=ACTOR,
        ).person
        claim = Claim("uji:2", nik=cells_["nik"], **facts)
        with session.begin_nested() as nested:
            one = find_or_claim_person(claim, actor=ACTOR)
            differs = list(one.conflict.differs) if one.conflict else []
            wanted[cells_["nik"]] = (person.id, one.new, differs)
            nested.rollback()
        cells_ |= {
            "nama": facts["name"],
            "tanggal_lahir": facts["birth_date"].isoformat(),
            "jenis_kelamin": facts["sex"],
        }
        rows.append(cells_)
    session.commit()
    path = write_csv(tmp_path / "dp4.csv", rows)
    result = app.test_cli_runner().invoke(
        args=["sidalih", "import", str(path), "--election", "pemilu-2024", "--as", account.username]
    )
    assert result.exit_code == 0, result.output
    from electsys.identity.models import IdentityConflict
    from electsys.privacy import blind_index

    for nik, (person, new, differs) in wanted.items():
        voter = session.query(Voter).filter_by(nik_index=blind_index(nik)).one()
        conflict = session.query(IdentityConflict).filter_by(subject=f"voter:{voter.id}").one_or_none()
        assert (voter.person_id != person) is new
        assert (list(conflict.differs) if conflict else []) == differs
