"""Numbers: without a gap, without a double, whatever happens at the same time."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, text
from sqlalchemy.exc import ProgrammingError

from electsys.db import as_owner, db
from electsys.documents import cancel_number, forms, issue_number, reserve_number, use_number
from electsys.documents.models import NumberCounter, NumberEntry
from electsys.documents.rules import PLACES, BadTemplate, check_template, format_number, office_of
from electsys.errors import Refused
from electsys.ledger import Act


def test_each_series_unit_and_year_counts_for_itself(session):
    assert [issue_number("BA", "1201", 2024) for _ in range(3)] == [1, 2, 3]
    assert issue_number("BA", "1202", 2024) == 1
    assert issue_number("SD", "1201", 2024) == 1
    assert issue_number("BA", "1201", 2025) == 1
    assert issue_number("BA", "", 2024) == 1


def test_a_rollback_leaves_no_gap(session):
    assert issue_number("BA", "1201", 2024) == 1
    inner = session.begin_nested()
    assert issue_number("BA", "1201", 2024) == 2
    inner.rollback()
    assert issue_number("BA", "1201", 2024) == 2


def test_a_hundred_at_once_and_a_third_of_them_fails(app):
    """100 threads on connections of their own; every third transaction is rolled back."""

    def one(i: int) -> int | None:
        with app.app_context():
            number = issue_number("UJI", "9999", 2024)
            if i % 3 == 0:
                db.session.rollback()
                return None
            db.session.commit()
            return number

    try:
        with ThreadPoolExecutor(100) as pool:
            got = list(pool.map(one, range(100)))
        numbers = sorted(n for n in got if n is not None)
        assert numbers == list(range(1, 67))
        with app.app_context():
            rows = db.session.scalars(
                select(NumberEntry.number).where(NumberEntry.series == "UJI").order_by(NumberEntry.number)
            ).all()
            assert rows == numbers
            last = db.session.scalar(select(NumberCounter.last).where(NumberCounter.series == "UJI"))
            assert last == 66
            db.session.remove()
    finally:
        with app.app_context(), as_owner("clean up after a test") as owner:
            owner.execute(delete(NumberEntry).where(NumberEntry.series == "UJI"))
            owner.execute(delete(NumberCounter).where(NumberCounter.series == "UJI"))


def test_a_cancelled_number_stays_with_its_reason(session, actor):
    entry = reserve_number("BA", "1201", 2024, actor=actor)
    assert entry.status == "dipesan"
    with pytest.raises(Refused, match="alasan"):
        cancel_number(entry.id, note=" ", actor=actor)
    cancel_number(entry.id, note="Salah ketik tanggal", actor=actor)
    assert (entry.status, entry.note) == ("batal", "Salah ketik tanggal")
    assert issue_number("BA", "1201", 2024) == 2
    with pytest.raises(Refused, match="sudah dibatalkan"):
        cancel_number(entry.id, note="lagi", actor=actor)
    with pytest.raises(Refused, match="sudah dipakai atau dibatalkan"):
        use_number(entry.id, actor=actor)


def test_a_reserved_number_is_used_once(session, actor):
    entry = reserve_number("BA", "1201", 2024, actor=actor)
    use_number(entry.id, actor=actor)
    assert entry.status == "terbit"
    with pytest.raises(Refused):
        use_number(entry.id, actor=actor)
    verbs = session.scalars(
        select(Act.verb).where(Act.subject == f"number_entry:{entry.id}").order_by(Act.id)
    ).all()
    assert verbs == ["documents:number:reserve", "documents:number:issue"]


def test_the_register_cannot_be_thinned_out(session):
    issue_number("BA", "1201", 2024)
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text("delete from number_entry"))


# --- how they are written: the real numbers of domain.md 9.1 ----------------------------------------


@pytest.mark.parametrize(
    ("written", "pattern", "number", "day", "parts"),
    [
        (
            "1577/PP.05-SD/13/2025",
            "{urut}/{klasifikasi}-{jenis}/{kode}/{tahun}",
            1577,
            dt.date(2025, 9, 1),
            {"klasifikasi": "PP.05", "jenis": "SD", "kode": "13"},
        ),
        (
            "218/PL.01.08-BA/05/2024",
            "{urut}/{klasifikasi}-{jenis}/{kode}/{tahun}",
            218,
            dt.date(2024, 3, 20),
            {"klasifikasi": "PL.01.08", "jenis": "BA", "kode": "05"},
        ),
        ("219 Tahun 2024", "{urut} Tahun {tahun}", 219, dt.date(2024, 3, 1), {}),
        (
            "929/HK.03.1-Kpt/04/KPU/V/2019",
            "{urut}/{klasifikasi}-{jenis}/{kode}/{satker}/{bulan_romawi}/{tahun}",
            929,
            dt.date(2019, 5, 21),
            {"klasifikasi": "HK.03.1", "jenis": "Kpt", "kode": "04", "satker": "KPU"},
        ),
        (
            "02/HK.03.1-Kpt/1771/KPU-Kot/VII/2017",
            "{urut_2}/{klasifikasi}-{jenis}/{kode}/{satker}/{bulan_romawi}/{tahun}",
            2,
            dt.date(2017, 7, 3),
            {"klasifikasi": "HK.03.1", "jenis": "Kpt", "kode": "1771", "satker": "KPU-Kot"},
        ),
        ("15/Kpts/KPU/TAHUN 2017", "{urut}/Kpts/KPU/TAHUN {tahun}", 15, dt.date(2017, 1, 9), {}),
    ],
)
def test_real_numbers_of_each_era(written, pattern, number, day, parts):
    check_template(pattern)
    assert format_number(pattern, number, day, parts) == written


def test_every_place_is_explained():
    assert tuple(forms.PLACES) == PLACES


@pytest.mark.parametrize(
    ("pattern", "place"),
    [
        ("{urut}/{jenis}", "tahun"),
        ("{jenis}/{tahun}", "urut"),
        ("{urut}/{urut_3}/{tahun}", "urut"),
        ("{urut}/{nomor}/{tahun}", "nomor"),
        ("{urut}/{tahun}/{", "{}"),
        ("{urut_9}/{tahun}", "urut_9"),
    ],
)
def test_a_template_that_cannot_work(pattern, place):
    with pytest.raises(BadTemplate) as no:
        check_template(pattern)
    assert no.value.place == place


@given(st.integers(1, 99999), st.dates(dt.date(2003, 1, 1), dt.date(2100, 1, 1)))
def test_two_numbers_of_a_series_never_look_alike(number, day):
    pattern = "{urut_3}/X-{jenis}/{tahun}"
    one = format_number(pattern, number, day, {"jenis": "BA"})
    assert one != format_number(pattern, number + 1, day, {"jenis": "BA"})
    assert one.endswith(f"/{day.year}")


@pytest.mark.parametrize(
    ("unit", "office"),
    [("", "KPU"), ("12", "KPU-Prov"), ("1201", "KPU-Kab"), ("1771", "KPU-Kot"), ("3101", "KPU-Kab")],
)
def test_the_short_name_of_a_satker(unit, office):
    assert office_of(unit) == office
