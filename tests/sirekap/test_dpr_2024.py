"""Law test: the DPR of 2024 (UU 7/2017 art. 414, 415, 420), all 84 dapil, and ``flask sirekap seats``."""

from __future__ import annotations

import csv
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from modules.sirekap.rules.seats import allocate, threshold
from tests.sirekap.dpr_2024 import dapil

FOUR = Fraction(4, 100)
SEATS = {"3": 110, "4": 102, "2": 86, "5": 69, "1": 68, "8": 53, "12": 48, "14": 44}
RAW = Path(__file__).parents[3] / "shared" / "data" / "seats"


def national():
    return sum((Counter(votes) for _, votes, _ in dapil().values()), Counter())


def test_eight_parties_pass_the_threshold():
    bar = threshold(national(), FOUR)
    assert set(bar.passed) == set(SEATS)
    assert bar.margin("17") == -197_391  # PPP was nearest below


def test_the_seats_of_all_84_dapil_are_those_of_the_decision():
    passed = threshold(national(), FOUR).passed
    total = Counter()
    for code, (seats, votes, won) in dapil().items():
        found = allocate({party: votes[party] for party in passed}, seats)
        assert dict(found.seats) == won, code
        assert sum(found.seats.values()) == seats == sum(row.seat is not None for row in found.quotients)
        total.update(found.seats)
    assert total == SEATS
    assert (len(dapil()), total.total()) == (84, 580)


def written(folder: Path) -> tuple[Path, Path]:
    votes, seats = folder / "suara.csv", folder / "kursi.csv"
    parties = list(next(iter(dapil().values()))[1])
    with votes.open("w", newline="") as file:
        csv.writer(file).writerows(
            [["kode_dapil", *parties], *([code, *v.values()] for code, (_, v, _) in dapil().items())]
        )
    with seats.open("w", newline="") as file:
        csv.writer(file).writerows(
            [["kode_dapil", "alokasi_kursi"], *([code, n] for code, (n, _, _) in dapil().items())]
        )
    return votes, seats


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["sirekap", "seats", *map(str, arguments)])


def test_the_command_writes_the_seats_and_the_whole_trace(app, tmp_path):
    votes, seats = written(tmp_path)
    out, trace = tmp_path / "hasil.csv", tmp_path / "jejak"
    told = run(app, "--votes", votes, "--seats", seats, "--threshold", "0.04", "--out", out, "--trace", trace)
    assert told.exit_code == 0, told.output
    with out.open() as lines:
        rows = {row.pop("kode_dapil"): row for row in csv.DictReader(lines)}
    assert {code: {p: int(n) for p, n in row.items() if n != "0"} for code, row in rows.items()} == {
        code: {p: n for p, n in won.items() if n} for code, (_, _, won) in dapil().items()
    }
    assert sorted(path.name for path in trace.iterdir()) == ["ambang.csv", "hasil_bagi.csv", "terdekat.csv"]
    with (trace / "hasil_bagi.csv").open() as lines:
        quotients = list(csv.DictReader(lines))
    given = Counter(row["kode_dapil"] for row in quotients if row["kursi_ke"])
    assert given == {code: seats for code, (seats, _, _) in dapil().items()}
    for row in quotients:
        whole = int(row["hasil_bagi"]) * int(row["pembagi"]) + int(row["sisa"])
        assert whole == int(row["suara"]) == dapil()[row["kode_dapil"]][1][row["partai"]]
    with (trace / "terdekat.csv").open() as lines:
        assert len(list(csv.DictReader(lines))) == 84


def test_without_a_threshold_every_party_takes_part(app, tmp_path):
    votes, seats = written(tmp_path)
    out = tmp_path / "hasil.csv"
    assert run(app, "--votes", votes, "--seats", seats, "--out", out).exit_code == 0
    with out.open() as lines:
        assert sum(int(row["17"]) for row in csv.DictReader(lines)) > 0


def test_the_file_as_it_was_published(app, tmp_path):
    published = RAW / "dpr_2024_suara_partai_per_dapil.csv"
    if not published.exists():
        pytest.skip(f"{published} is not here")
    out = tmp_path / "hasil.csv"
    told = run(app, "--votes", published, "--seats", published, "--threshold", "4 %", "--out", out)
    assert told.exit_code == 0
    assert "TOTAL DPT" in told.output
    with out.open() as found, (RAW / "dpr_2024_kursi_partai_per_dapil.csv").open() as decided:
        computed = list(csv.DictReader(found))
        for row, other in zip(csv.DictReader(decided), computed, strict=True):
            assert {p: n for p, n in row.items() if p != "DAPIL"} == {
                p: other[p] for p in row if p != "DAPIL"
            }
