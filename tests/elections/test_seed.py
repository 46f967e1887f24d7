"""The election of 2024 as installed: whole, typed, sourced; a second run respects what an admin did."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from sqlalchemy import func, select

from electsys.elections import calendar, rules, settings
from electsys.elections.models import CodeEntry, Contest, Election, LegalSetting, Participant, Stage
from electsys.elections.seed import facts, seed_election
from electsys.ledger import Actor

ACTOR = Actor.system("test")


@pytest.fixture
def election(session):
    return session.scalars(select(Election).where(Election.code == "pemilu-2024")).one()


def parties(session, election, kind, region=None):
    rows = (
        select(Participant.number)
        .join(Contest)
        .where(Contest.election_id == election.id, Contest.kind == kind)
        .order_by(Participant.number)
    )
    if region is not None:
        rows = rows.where(Participant.region_code == region)
    return list(session.scalars(rows))


def test_five_contests_with_their_participants(session, election):
    assert {c.kind for c in election.contests} == {"ppwp", "dpr", "dpd", "dprd_prov", "dprd_kabko"}
    national = [*range(1, 18), 24]
    assert parties(session, election, "dpr") == national
    for kind in ("dprd_prov", "dprd_kabko"):
        assert parties(session, election, kind) == list(range(1, 25))
        assert parties(session, election, kind, "11") == list(range(18, 24))
    assert parties(session, election, "ppwp") == [1, 2, 3]


def test_every_setting_has_a_value_of_its_kind_and_a_source(session, election):
    rows = session.scalars(select(LegalSetting).where(LegalSetting.election_id == election.id)).all()
    assert len(rows) == len(facts()["pengaturan"])
    for row in rows:
        assert settings.typed(row) is not None, row.key
        assert row.regulation and row.label and row.topic
        if row.kind == "choice":
            assert row.value in row.choices.split()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ambang_parlemen", Fraction(1, 25)),
        ("surat_suara_cadangan", Fraction(1, 50)),
        ("maks_pemilih_tps", 300),
        ("batas_dptb_umum", -30),
        ("jam_tutup", dt.time(13)),
        ("pembulatan_kuota", "half_up"),
        ("rekap_batas_hari", {"kabko": 20, "prov": 25, "nasional": 35}),
    ],
)
def test_values_of_the_law(session, election, key, value):
    assert settings.value(election.id, key) == value


def test_code_tables(session, election):
    tables = dict(
        session.execute(
            select(CodeEntry.table_code, func.count())
            .where(CodeEntry.election_id == election.id)
            .group_by(CodeEntry.table_code)
        ).all()
    )
    assert tables == {
        "tms": 8,
        "disabilitas": 7,
        "jenis_pemungutan": 6,
        "status_kawin": 3,
        "alasan_pindah": 9,
        "dokumen_parpol": 8,
        "pekerjaan_terlarang": 6,
        "pekerjaan_mundur": 8,
        "dokumen_calon": 21,
        "dokumen_pencalonan": 5,
        "hari_libur": 17,
    }


def test_a_second_run_adds_nothing_and_keeps_what_an_admin_set(session, election):
    session.add(
        LegalSetting(
            election_id=election.id,
            key="maks_pemilih_tps",
            version=2,
            topic="pemungutan",
            label="x",
            kind="int",
            value="600",
            regulation="x",
            reason="x",
            created_by="x",
        )
    )
    session.flush()
    before = session.scalar(select(func.count()).select_from(LegalSetting))
    seed_election(actor=ACTOR)
    assert session.scalar(select(func.count()).select_from(LegalSetting)) == before
    assert settings.value(election.id, "maks_pemilih_tps") == 600


def test_what_is_missing_comes_back(session, election):
    session.delete(session.scalars(select(Stage).where(Stage.code == "kampanye")).one())
    session.flush()
    seed_election(actor=ACTOR)
    assert session.scalars(select(Stage).where(Stage.code == "kampanye")).one()


def test_the_count_is_open_in_the_demo_and_has_its_day_otherwise(session, election):
    assert calendar.is_open(election.id, "penghitungan", "1201")
    session.delete(session.scalars(select(Stage).where(Stage.code == "penghitungan")).one())
    session.flush()
    seed_election(actor=ACTOR, open_for_demo=False)
    noon = dt.datetime(2024, 2, 14, 5, tzinfo=dt.UTC)
    assert calendar.is_open(election.id, "penghitungan", "1201", now=noon)
    assert not calendar.is_open(election.id, "penghitungan", "1201", now=noon + dt.timedelta(days=3))


def test_a_stage_ends_by_the_clock_of_its_zone(session, election):
    wib_end = dt.datetime(2024, 2, 10, 17, tzinfo=dt.UTC)
    late = wib_end - dt.timedelta(minutes=30)
    assert calendar.is_open(election.id, "kampanye", "12", now=late)
    assert not calendar.is_open(election.id, "kampanye", "73", now=late), "WITA closes an hour earlier"
    assert not calendar.is_open(election.id, "kampanye", "91", now=wib_end - dt.timedelta(minutes=100))


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("fraction", "4 %", Fraction(1, 25)),
        ("fraction", "0,04", Fraction(1, 25)),
        ("fraction", "1/3", Fraction(1, 3)),
        ("offset", "H-7", -7),
        ("offset", "H", 0),
        ("int", "", None),
    ],
)
def test_values_as_people_type_them(kind, text, value):
    assert rules.parse(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("int", "3.5"),
        ("fraction", "1/0"),
        ("date", "14-02-2024"),
        ("bool", "yes"),
        ("offset", "7"),
        ("json", "3"),
    ],
)
def test_what_is_no_value_is_refused(kind, text):
    with pytest.raises(rules.BadValue):
        rules.parse(kind, text)
