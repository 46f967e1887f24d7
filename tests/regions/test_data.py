"""The committed facts expand to exactly what the sources hold, and loading them twice changes nothing."""

from __future__ import annotations

import hashlib
import json

import pytest

from electsys.ledger import Actor
from electsys.regions import loading, rules
from electsys.regions.build.tree import expand

DIGEST = json.loads((loading.DATA / "digest.json").read_text())


def test_the_regions_are_those_of_the_source():
    rows = list(loading.read("wilayah_2024"))
    text = "".join(f"{code};{kpu_id};{name}\n" for code, kpu_id, name, *_ in rows)
    assert len(rows) == DIGEST["regions"] == 91_946
    assert hashlib.sha256(text.encode()).hexdigest() == DIGEST["regions_sha256"]


def test_the_stations_are_the_822116_of_the_source():
    found = {
        village + number: (kpu_id, name)
        for village, _id, _name, regular, special, base, rule in loading.read("wilayah_2024")
        if regular
        for number, kpu_id, name in expand(int(regular), int(special), int(base), rule)
    }
    found |= {code: (int(kpu_id), name) for code, kpu_id, name in loading.read("tps_2024_khas")}
    digest = hashlib.sha256()
    for line in sorted(f"{code};{kpu_id};{name}\n" for code, (kpu_id, name) in found.items()):
        digest.update(line.encode())
    assert len(found) == DIGEST["tps"] == 822_116
    assert digest.hexdigest() == DIGEST["tps_sha256"]


def test_loading_again_changes_nothing(session):
    assert loading.load_map(actor=Actor.system("test")).changed == 0
    assert loading.load_tps("pemilu-2024", actor=Actor.system("test"), only=("1201",)) == 0


def test_a_name_that_was_changed_by_hand_comes_back(session):
    from electsys.regions.models import Region

    session.get(Region, (2024, "1201")).name = "SALAH"
    session.flush()
    assert loading.load_map(actor=Actor.system("test")).rows["region"] == 1
    session.expire_all()
    assert session.get(Region, (2024, "1201")).name == "TAPANULI TENGAH"


@pytest.mark.parametrize(
    ("text", "code"), [("12.01", "1201"), (" 1201 ", "1201"), ("99AA", "99AA"), ("aceh", None), ("", None)]
)
def test_codes_in_texts(text, code):
    assert rules.code_in(text) == code


def test_seats_stay_between_three_and_twelve_and_sum_up():
    shared = rules.share_seats(45, {"1": 1_000_000, "2": 900_000, "3": 10_000, "4": 500_000, "5": 400_000})
    assert sum(shared.values()) == 45
    assert min(shared.values()) == 3 and max(shared.values()) == 12
    with pytest.raises(ValueError, match="do not fit"):
        rules.share_seats(5, {"1": 1, "2": 1})


@pytest.mark.parametrize(
    ("people", "seats"), [(100_000, 20), (100_001, 25), (3_000_000, 50), (3_000_001, 55)]
)
def test_the_ladder_of_kabko_seats(people, seats):
    assert rules.seats_of_body(people, rules.LADDER_KABKO) == seats
