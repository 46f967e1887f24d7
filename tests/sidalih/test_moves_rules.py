"""Which ballots a voter gets elsewhere, with the dapil of 2024, and what a polling station holds."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sqlalchemy import select

from electsys.elections.queries import by_code
from electsys.regions.models import Region
from modules.sidalih.queries.moves import contest_kinds, dapils_of
from modules.sidalih.rules.moves import CONTESTS, Room, ballots, spare_ballots

ALL = CONTESTS
#: origin, target: kecamatan or city codes, of which the first village is taken; what is voted on there.
#: UU 7/2017 art. 348(4). 120101 and 120105 lie in dapil Tapanuli Tengah 3, 120103 in Tapanuli Tengah 1.
#: 1201, 1202 and 1203 lie in dapil DPR Sumatera Utara II, the first two in DPRD provinsi Sumatera Utara 9;
#: 1207 in Sumatera Utara I; 3171, 3174 and all voters abroad in DKI Jakarta II.
CASES = [
    ("120101", "120101", ALL),
    ("120101", "120105", ALL),
    ("120101", "120103", ("ppwp", "dpr", "dpd", "dprd_prov")),
    ("1201", "1202", ("ppwp", "dpr", "dpd", "dprd_prov")),
    ("1201", "1203", ("ppwp", "dpr", "dpd")),
    ("1201", "1207", ("ppwp", "dpd")),
    ("1201", "3171", ("ppwp",)),
    ("1201", "99", ("ppwp",)),
    ("3171", "3174", ("ppwp", "dpr", "dpd")),
    ("3171", "3101", ("ppwp", "dpd")),
    ("3171", "99", ("ppwp", "dpr")),
    ("99", "3171", ("ppwp", "dpr")),
    ("99", "1201", ("ppwp",)),
    ("9901", "9902", ("ppwp", "dpr")),
]


@pytest.mark.parametrize(
    ("origin", "target", "expected"), CASES, ids=lambda v: v if isinstance(v, str) else ""
)
def test_ballots_by_the_real_dapil(session, origin, target, expected):
    election = by_code("pemilu-2024")

    def village(code):
        first = select(Region.code).where(
            Region.map_id == election.map_id, Region.level == 4, Region.code.startswith(code)
        )
        return session.scalars(first.order_by(Region.code).limit(1)).one()

    here, there = village(origin), village(target)
    held = dapils_of(election, [here, there])
    assert ballots(here, there, held, contest_kinds(election.id)) == expected


def test_jakarta_has_no_dprd_of_a_city(session):
    held = dapils_of(by_code("pemilu-2024"), ["3171011001"])["3171011001"]
    assert "dprd_kabko" not in held
    assert ballots("3171011001", "3171011001", {"3171011001": held}) == ("ppwp", "dpr", "dpd", "dprd_prov")


def test_a_dapil_that_the_map_does_not_know_entitles_to_nothing():
    assert ballots("6112012021", "6112012022", {}) == ("ppwp", "dpd")


@pytest.mark.parametrize(
    ("target", "expected"),
    [("1201021001", ("gubernur", "bupati_walikota")), ("1202011001", ("gubernur",)), ("3171011001", ())],
)
def test_heads_of_regions_are_chosen_at_home(target, expected):
    assert ballots("1201011001", target, {}, ("gubernur", "bupati_walikota")) == expected


@pytest.mark.parametrize(("voters", "spare"), [(0, 0), (1, 1), (50, 1), (51, 2), (300, 6)])
def test_spare_ballots_are_rounded_up(voters, spare):
    assert spare_ballots(voters, Fraction(1, 50)) == spare


def test_room_under_the_cap_and_within_the_spare_ballots():
    room = Room(cap=300, voters=294, incoming=7, outgoing=1, spare=6, wanted={"ppwp": 7, "dpr": 2})
    assert (room.present, room.free, room.over_cap) == (300, 0, False)
    assert (room.papers_left("ppwp"), room.papers_left("dpr"), room.papers_left("dpd")) == (0, 5, 7)
    assert (room.fewest_papers, room.short_of_papers) == (0, False)


def test_one_voter_more_is_over_both():
    room = Room(cap=300, voters=294, incoming=8, outgoing=1, spare=6, wanted={"ppwp": 8})
    assert (room.free, room.over_cap) == (-1, True)
    assert (room.fewest_papers, room.short_of_papers) == (-1, True)


def test_an_empty_place_has_its_spare_ballots_only():
    assert Room(cap=300, voters=0, spare=0).fewest_papers == 0
