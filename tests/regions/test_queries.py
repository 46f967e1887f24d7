"""The search as people type, and the ways through the tree."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from config import ROOT
from electsys.regions import outlines, queries
from electsys.regions.rules import province_of


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("tapteng barus", "120101"),
        ("kab tapanuli tengah", "1201"),
        ("Tapteng", "1201"),
        ("1201", "1201"),
        ("12.01", "1201"),
        ("sumut", "12"),
        ("dki jakarta", "31"),
        ("papua", "91"),
        ("kota medan", "1271"),
        ("tapanui tengah", "1201"),
        ("surabya", "3578"),
    ],
)
def test_the_first_result_is_what_was_meant(session, text, code):
    first = queries.search(text)[0]
    assert first.code == code, first


def test_a_result_names_what_lies_above_it(session):
    barus = queries.search("tapteng barus")[0]
    assert barus.above == ("TAPANULI TENGAH", "SUMATERA UTARA")


def test_level_and_place_narrow(session):
    assert {f.level for f in queries.search("barus", level=3)} == {3}
    assert all(f.code.startswith("1201") for f in queries.search("pasar", within="1201"))


@pytest.mark.parametrize("text", ["", "   ", "%", "' or 1=1", "zzzzqqqq", "\x00", "99999999999999999"])
def test_nonsense_finds_nothing_and_breaks_nothing(session, text):
    assert queries.search(text) == []


def test_the_whole_tree_of_2024_is_there(session):
    provinces = queries.children("").subquery()
    from sqlalchemy import func, select

    from electsys.regions.models import Dapil, Region

    levels = dict(
        session.execute(
            select(Region.level, func.count()).where(Region.map_id == 2024).group_by(Region.level)
        ).all()
    )
    assert levels == {1: 39, 2: 643, 3: 7405, 4: 83859}
    assert session.scalar(select(func.count()).select_from(provinces)) == 39
    chambers = dict(session.execute(select(Dapil.chamber, func.count()).group_by(Dapil.chamber)).all())
    assert chambers["dpr"] == 84
    assert chambers["dpr"] + chambers["dprd_prov"] + chambers["dprd_kabko"] == 2710


def test_dpr_seats_are_the_580_of_the_law(session):
    from sqlalchemy import func, select

    from electsys.regions.models import Dapil

    seats = session.scalar(select(func.sum(Dapil.seats)).where(Dapil.chamber == "dpr"))
    assert seats == 580


def test_a_village_has_one_dapil_a_chamber(session):
    assert [d.chamber for d in queries.dapil_of("1201012003")] == ["dpr", "dpd", "dprd_prov", "dprd_kabko"]


def test_overseas_votes_in_jakarta_ii(session):
    abroad = queries.children("99")
    some = session.scalars(abroad.limit(1)).one()
    assert [d.code for d in queries.dapil_of(some.code)] == ["3102"]


def test_a_split_province_names_its_parent(session):
    assert ("91", "UU 14/2022") in {(code, law) for code, _name, law in queries.predecessors("93")}


def test_the_stations_of_a_kabupaten_are_counted_by_part(session):
    from electsys.elections.models import Election

    election = session.query(Election).filter_by(code="pemilu-2024").one()
    assert sum(queries.tps_counts(election.id, "1201").values()) == 1099


def test_outlines_of_provinces_and_of_one_province():
    paths, box = outlines(1, "")
    assert "12" in paths and len(paths) == 38 and len(box.split()) == 4
    assert all(code.startswith("12") for code in outlines(2, "12")[0])
    assert outlines(2, "99") == ({}, "")


def test_a_look_into_a_province_reads_its_partition_alone(session):
    """Also where the code is a column of another table, as in files that are read in."""
    plan = session.scalars(
        sa.text(
            "explain (analyze, costs off, timing off, summary off) select t.name"
            " from (values ('1201011001001'), ('3171011001001')) s (code)"
            f" join lateral (select name from tps t where t.province = {province_of('s.code')}"
            " and t.code = s.code offset 0) t on true"
        )
    ).all()
    looked_into = {
        line.split(" on ")[1].split()[0] for line in plan if " on tps_" in line and "never" not in line
    }
    assert looked_into == {"tps_p12", "tps_p31"}


def test_no_statement_asks_for_a_province_in_another_way():
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for room in ("electsys", "modules")
        for path in (ROOT / room).rglob("*.py")
        for line in path.read_text().splitlines()
        if "province = left(" in line and "CheckConstraint" not in line
    ]
    assert not found, "see electsys.regions.rules.province_of:\n" + "\n".join(found)
