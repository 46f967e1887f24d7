"""Made-up voters: the numbers keep the rules, the same seed gives the same people, the truth is told."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from electsys.privacy.rules import check_nik, check_nkk, parse_nik
from modules.sidalih.synthetic import COLUMNS, KINDS, Fault, people, seeded, spoil, write_csv
from modules.sidalih.synthetic.names import distance, parts

DAY = dt.date(2024, 2, 14)
VILLAGES = ["1271011001", "1271011002", "3204052001", "3204302001", "7371121002"]


def test_numbers_are_unique_lawful_and_unmistakably_made_up() -> None:
    voters = list(people(VILLAGES, 4000, seed=1, voting_day=DAY))
    assert len(voters) == 4000
    assert len({v.nik for v in voters}) == 4000
    for voter in voters:
        assert check_nik(voter.nik, birth_date=voter.birth_date, sex=voter.jenis_kelamin) == []  # type: ignore[arg-type]
        assert check_nkk(voter.nkk) == []
        assert parse_nik(voter.nik).serial >= 7001


def test_the_same_seed_gives_the_same_people() -> None:
    first = list(people(VILLAGES, 300, seed=7, voting_day=DAY))
    assert first == list(people(VILLAGES, 300, seed=7, voting_day=DAY))
    assert first != list(people(VILLAGES, 300, seed=8, voting_day=DAY))


def test_households_live_together_and_their_ages_are_possible() -> None:
    cards = defaultdict(list)
    for voter in people(VILLAGES, 6000, seed=2, voting_day=DAY):
        cards[voter.nkk].append(voter)
    assert 2 < 6000 / len(cards) < 3.5
    couples = 0
    for members in cards.values():
        assert len({(m.alamat, m.rt, m.rw, m.kode_desa, m.tps) for m in members}) == 1
        assert all(17 <= (DAY - m.birth_date).days / 365.25 < 101 for m in members)
        married = [m for m in members if m.status_kawin == "S"]
        if len(married) == 2:
            couples += 1
            assert {m.jenis_kelamin for m in married} == {"L", "P"}
            wife = next(m for m in married if m.jenis_kelamin == "P")
            children = [m for m in members if m.status_kawin == "B"]
            assert all((m.birth_date - wife.birth_date).days > 17 * 365 for m in children)
    assert couples / len(cards) > 0.5


def test_shares_are_those_of_a_list() -> None:
    voters = list(people(VILLAGES, 10_000, seed=3, voting_day=DAY))
    assert 0.47 < sum(v.jenis_kelamin == "P" for v in voters) / 10_000 < 0.55
    assert 0.006 < sum(v.disabilitas != "0" for v in voters) / 10_000 < 0.015
    assert {v.kode_desa for v in voters} == set(VILLAGES)
    tps = Counter((v.kode_desa, v.tps) for v in voters)
    assert max(tps.values()) <= 280
    women = Counter(v.nama.split()[0] for v in voters if v.jenis_kelamin == "P")
    men = Counter(v.nama.split()[0] for v in voters if v.jenis_kelamin == "L")
    assert men["MUHAMMAD"] > 100 > women["MUHAMMAD"]
    assert women["SITI"] > 50 > men["SITI"]


def test_no_village_is_refused() -> None:
    with pytest.raises(ValueError, match="no village"):
        next(people([], 10, seed=1, voting_day=DAY))


def test_parts_are_the_whole_list() -> None:
    assert len(parts()) == 2960
    assert sum(p[1] for p in parts()) == 17_761  # men in the source, by their first part
    assert sum(p[3] + p[4] for p in parts()) == 18_130


def test_a_file_holds_the_columns_of_the_design(tmp_path: Path) -> None:
    path = tmp_path / "pemilih.csv"
    voters = list(people(VILLAGES, 50, seed=4, voting_day=DAY))
    assert write_csv(path, voters) == 50
    assert path.stat().st_mode & 0o077 == 0
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert tuple(header) == COLUMNS
    assert [tuple(row) for row in rows] == [tuple(v) for v in voters]


def test_faults_are_where_the_truth_says() -> None:
    clean = set(people(VILLAGES, 3000, seed=5, voting_day=DAY))
    truth: list[Fault] = []
    stream = people(VILLAGES, 3000, seed=5, voting_day=DAY)
    rows = list(spoil(stream, seed=1, voting_day=DAY, truth=truth))
    kinds = {fault.row: fault.kind for fault in truth}
    assert len(kinds) == len(truth) > 30
    repeated = sum(kind in ("row_twice", "nik_twice") for kind in kinds.values())
    assert len(rows) == 3000 + repeated
    for number, row in enumerate(rows, 1):
        assert (row in clean) == (number not in kinds or kinds[number] == "row_twice")


@pytest.mark.parametrize(
    ("kind", "test"),
    [
        ("nik_length", lambda v: len(v.nik) != 16),
        ("birth_date_future", lambda v: v.birth_date > DAY),
        ("too_old", lambda v: (DAY - v.birth_date).days > 100 * 365.25),
        ("married_young", lambda v: v.status_kawin == "S" and (DAY - v.birth_date).days < 14 * 365.25),
        ("too_young", lambda v: v.status_kawin == "B" and (DAY - v.birth_date).days < 17 * 365.25),
        ("village_unknown", lambda v: v.kode_desa not in VILLAGES),
        ("nik_date_differs", lambda v: not parse_nik(v.nik).matches(v.birth_date)),
        ("nik_sex_differs", lambda v: parse_nik(v.nik).sex != v.jenis_kelamin),
    ],
)
def test_a_fault_is_what_it_is_called(kind: str, test: object) -> None:
    truth: list[Fault] = []
    stream = people(VILLAGES, 200, seed=6, voting_day=DAY)
    rows = list(spoil(stream, seed=2, voting_day=DAY, truth=truth, shares={kind: 0.5}))
    assert len(truth) > 50
    assert all(test(rows[fault.row - 1]) for fault in truth)  # type: ignore[operator]


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        next(spoil(iter(()), seed=1, voting_day=DAY, truth=[], shares={"nonsense": 1}))


def test_pairs_are_what_the_truth_says() -> None:
    made = seeded(VILLAGES, 20_000, seed=9, voting_day=DAY)
    rows = list(made.rows)
    assert len(rows) == 20_000
    counts = Counter(pair.kind for pair in made.truth)
    assert sum(counts[kind] for kind in KINDS) == 340
    assert min(counts[kind] for kind in KINDS) > 50
    assert (counts["kembar"], counts["nama_sama"]) == (100, 400)
    for pair in made.truth:
        one, other = rows[pair.row - 1], rows[pair.other_row - 1]
        assert one.nik != other.nik
        match pair.kind:
            case "nik_salah_ketik":
                assert distance(one.nik, other.nik) <= 2
                assert one.nama == other.nama
            case "tanggal_tertukar":
                a, b = one.birth_date, other.birth_date
                assert (a.year, a.month, a.day) == (b.year, b.day, b.month)
                assert a != b
                assert parse_nik(other.nik).matches(b)
            case "ejaan":
                assert one.nama != other.nama
                assert one.birth_date == other.birth_date
            case "pindah":
                assert one.kode_desa != other.kode_desa
                assert one.nkk != other.nkk
            case "nkk_baru":
                assert one.nkk != other.nkk
                assert one.kode_desa == other.kode_desa
            case "kembar":
                assert (one.nkk, one.tanggal_lahir) == (other.nkk, other.tanggal_lahir)
                assert int(other.nik[12:]) - int(one.nik[12:]) == 1
                assert one.nama != other.nama
            case "nama_sama":
                assert one.nama == other.nama
                assert one.nkk != other.nkk
                assert (one.tanggal_lahir, one.tempat_lahir) != (other.tanggal_lahir, other.tempat_lahir)
