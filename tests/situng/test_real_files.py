"""Real results of 2024: what is imported equals a sum made without our code, line by line of the CSV."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from sqlalchemy import text

from electsys.ledger import Actor
from electsys.regions import loading
from modules.situng.operations.totals import derive_totals, open_count
from modules.situng.queries.areas import region_page
from modules.situng.queries.forms import tps_form

SHARED = Path(os.environ.get("ELECTSYS_SHARED", Path(__file__).parents[3] / "shared")) / "data/results"
JAKARTA = SHARED / "ppwp_tps_3101_3171_2024.csv"
ACEH = SHARED / "ppwp_tps_aceh_2024_partial.csv"
pytestmark = pytest.mark.skipif(not JAKARTA.exists(), reason="the reference data is not on this machine")

VOTES = ("suara_01", "suara_02", "suara_03")
SUMS = ("suara_sah", "suara_tidak_sah", "suara_total")


@pytest.fixture
def run(app, session, make_account):
    """The command as two people of KPU RI."""
    first, second = make_account("operator_kpu_ri"), make_account("anggota_kpu_ri")
    session.commit()

    def run(path, *options):
        command = ["situng", "import-results", str(path), "--election", "pemilu-2024", "--contest", "ppwp"]
        names = ["--as", first.username, "--approve-as", second.username]
        return app.test_cli_runner().invoke(args=[*command, *names, *options])

    return run


def number(row, name):
    return int(row[name]) if row[name] else None


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def broken(row):
    """Sums that do not hold, told by hand from domain.md 6.2: votes, total, and users of the list."""
    v = {name: number(row, name) for name in row if name not in ("kode_tps", "kab", "kec", "kel", "tps")}
    votes = [v[name] for name in VOTES]
    found = set()
    if None not in votes and v["suara_sah"] is not None and sum(votes) != v["suara_sah"]:
        found.add("F.107")
    if None not in [v[n] for n in SUMS] and v["suara_sah"] + v["suara_tidak_sah"] != v["suara_total"]:
        found.add("F.105")
    return found


def test_jakarta_adds_up_and_every_flag_is_true(session, run, contest, count):
    answer = run(JAKARTA)
    assert answer.exit_code == 0, answer.output
    assert "3217 baris: 1804 siap dihitung, 361 anomali, 462 belum lengkap, 590 kosong" in answer.output
    rows = {row["kode_tps"]: row for row in rows_of(JAKARTA)}
    assert len(rows) == 3217

    states = dict(
        session.execute(
            text("select tps_code, state from result_form where contest_id = :c"), {"c": contest.id}
        ).all()
    )
    accepted = [code for code, state in states.items() if state == "diterima"]
    nation = region_page(count, "").area
    expected = [sum(int(rows[code][name]) for code in accepted) for name in VOTES]
    assert list(nation.votes) == expected
    for name in SUMS:
        assert nation.cells[count.model.index(name)] == sum(int(rows[code][name]) for code in accepted)
    assert nation.accepted == len(accepted) == 1804

    empty = {
        code
        for code, row in rows.items()
        if not any(row[n] for n in row if n.startswith(("suara", "peng", "pem")))
    }
    assert len(empty) == 590 and not empty & set(states)
    assert nation.received == 3217 - 590

    for code, row in rows.items():
        sums = broken(row)
        if not sums:
            continue
        form = tps_form(count, code)
        codes = {key.split(":")[0] for key in form.latest.faults}
        assert sums <= codes, (code, sums, codes)
        assert form.state == "anomali"
    assert derive_totals(contest.id) == []


def test_aceh_arrives_through_another_header(session, run, contest, count):
    actor = Actor.system("test")
    loading.load_tps("pemilu-2024", actor=actor, only=("11",))
    open_count(contest, actor=actor)
    session.commit()
    plain = run(ACEH)
    assert plain.exit_code == 1
    assert "kode_tps" in plain.output
    names = {
        "kode_tps": "url",
        "suara_1": "candidate01_anies_imin_votes",
        "suara_2": "candidate02_prabowo_gibran_votes",
        "suara_3": "candidate03_ganjar_mahfud_votes",
        "suara_sah": "valid_votes",
        "suara_tidak_sah": "invalid_votes",
        "suara_total": "total_valid_and_invalid_votes",
        "pengguna_total_j": "total_voters",
    }
    pairs = [part for column, header in names.items() for part in ("--map", f"{column}={header}")]
    answer = run(ACEH, *pairs)
    assert answer.exit_code == 0, answer.output
    states = dict(
        session.execute(text("select tps_code, state from result_form where province = '11'")).all()
    )
    rows = {row["url"].rsplit("/", 1)[1]: row for row in rows_of(ACEH)}
    accepted = [code for code, state in states.items() if state == "diterima"]
    assert accepted
    page = region_page(count, "11").area
    assert list(page.votes) == [
        sum(int(rows[code][names[f"suara_{n}"]]) for code in accepted) for n in (1, 2, 3)
    ]
    assert derive_totals(contest.id) == []
