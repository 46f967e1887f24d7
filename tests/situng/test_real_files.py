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
from tests.pages import Html

SHARED = Path(os.environ.get("ELECTSYS_SHARED", Path(__file__).parents[3] / "shared")) / "data/results"
JAKARTA = SHARED / "ppwp_tps_3101_3171_2024.csv"
ACEH = SHARED / "ppwp_tps_aceh_2024_partial.csv"
pytestmark = pytest.mark.skipif(not JAKARTA.exists(), reason="the reference data is not on this machine")

VOTES = ("suara_1", "suara_2", "suara_3")
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


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def cells(row, names):
    """A row as numbers under our names; a blank is None."""
    return {ours: int(row[theirs]) if row[theirs] else None for ours, theirs in names.items()}


def faults(v):
    """Every rule that a form breaks, written out by hand from domain.md 6.2; a blank breaks nothing.

    The files hold no ballot papers and no disabled voters, so F.103, F.104, F.110, F.113 cannot show.
    """

    def differ(parts, whole):
        known = [v.get(name) for name in (*parts, whole)]
        return None not in known and sum(known[:-1]) != known[-1]

    found = set()
    no_list = v.get("pemilih_dpt_j") == 0 and (v["pengguna_total_j"] or 0) > 0
    for who in ("pemilih_dpt", "pengguna_dpt", "pengguna_dptb", "pengguna_dpk", "pengguna_total"):
        if differ((f"{who}_l", f"{who}_p"), f"{who}_j") and not (who == "pemilih_dpt" and no_list):
            found.add(f"F.101:{who}")
    for sex in "lpj":
        users, total = [f"pengguna_{kind}_{sex}" for kind in ("dpt", "dptb", "dpk")], f"pengguna_total_{sex}"
        if differ(users, total):
            found.add(f"F.102:{total}")
        came, listed = v.get(f"pengguna_dpt_{sex}"), v.get(f"pemilih_dpt_{sex}")
        if None not in (came, listed) and came > listed and not no_list:
            found.add(f"F.109:pengguna_dpt_{sex}")
    if differ(("suara_sah", "suara_tidak_sah"), "suara_total"):
        found.add("F.105:suara_total")
    if differ(("suara_total",), "pengguna_total_j"):
        found.add("F.106:pengguna")
    if differ(VOTES, "suara_sah"):
        found.add("F.107:suara_sah")
    return found


def state(v):
    """What becomes of a form; None: nothing was written, hence nothing received."""
    if all(value is None for value in v.values()):
        return None
    if faults(v):
        return "anomali"
    whole = None not in [v[name] for name in (*VOTES, *SUMS, "pengguna_total_j")]
    return "diterima" if whole else "belum_lengkap"


def kept(session, province):
    """State and broken rules of every form of a province, as the database has them."""
    rows = session.execute(
        text(
            "select f.tps_code, f.state, v.faults from result_form f join result_version v"
            " on v.province = f.province and v.id = f.latest_id where f.province = :p"
        ),
        {"p": province},
    ).all()
    return {code: (now, set(keys)) for code, now, keys in rows}


def check(session, count, rows, province):
    """Every form's state and reasons, and the totals of every region, against our own sums."""
    expected = {code: (state(v), faults(v)) for code, v in rows.items() if state(v)}
    assert kept(session, province) == expected
    accepted = [code for code, (now, _) in expected.items() if now == "diterima"]
    areas = {code[:width] for code in expected for width in (0, 2, 4, 6, 10)}
    for area in areas:
        mine = [rows[code] for code in accepted if code.startswith(area)]
        page = region_page(count, area).area
        assert list(page.votes) == [sum(v[name] for v in mine) for name in VOTES], area
        for name in SUMS:
            assert page.cells[count.model.index(name)] == sum(v[name] for v in mine), (area, name)
        received = [now for code, (now, _) in expected.items() if code.startswith(area)]
        assert (page.received, page.accepted) == (len(received), len(mine)), area
        assert page.flagged == received.count("anomali"), area
    assert derive_totals(count.contest_id) == []


def test_jakarta_adds_up_and_every_flag_is_true(session, run, count):
    names = {name: name for name in rows_of(JAKARTA)[0] if name.startswith(("pe", "suara_s", "suara_t"))}
    names |= {f"suara_{n}": f"suara_0{n}" for n in (1, 2, 3)}
    rows = {row["kode_tps"]: cells(row, names) for row in rows_of(JAKARTA)}
    answer = run(JAKARTA)
    assert answer.exit_code == 0, answer.output
    assert "3217 baris: 1804 siap dihitung, 361 anomali, 462 belum lengkap, 590 kosong" in answer.output
    states = [state(v) for v in rows.values()]
    assert [states.count(s) for s in ("diterima", "anomali", "belum_lengkap", None)] == [1804, 361, 462, 590]
    check(session, count, rows, "31")
    nation = region_page(count, "").area
    assert (nation.received, nation.accepted, nation.flagged) == (2627, 1804, 361)


def test_the_page_of_a_real_form_words_every_rule_it_breaks(session, run, client, count):
    run(JAKARTA)
    worst = sorted(kept(session, "31").items(), key=lambda item: -len(item[1][1]))[:5]
    for code, (_, keys) in worst:
        page = Html(client.get(f"/hitung-suara/pemilu-2024/ppwp/{code}").text)
        listed = {page.text(a) for a in page.with_class("finding-code")}
        assert {key.split(":")[0] for key in keys} == {c for c in listed if c.startswith("F.")}
        assert len(page.with_class("finding-f")) == len(keys) > 2


def test_empty_rows_count_as_not_received(run, client):
    run(JAKARTA)
    blank = next(
        row["kode_tps"]
        for row in rows_of(JAKARTA)
        if not row["suara_01"]
        and not row["suara_sah"]
        and not row["pengguna_total_j"]
        and not row["pemilih_dpt_j"]
    )
    assert client.get(f"/hitung-suara/pemilu-2024/ppwp/{blank}.json").json["status"] == "belum_diterima"
    facts = client.get("/hitung-suara/pemilu-2024/ppwp/nasional.json").json["wilayah"]
    assert facts["diterima_formulir"] == 3217 - 590


def test_the_same_file_again_changes_no_form(run, count):
    run(JAKARTA)
    before = region_page(count, "").area
    answer = run(JAKARTA)
    assert answer.exit_code == 0, answer.output
    assert "2627 tidak berubah" in answer.output
    after = region_page(count, "").area
    assert (after.votes, after.cells, after.received) == (before.votes, before.cells, before.received)


def test_aceh_arrives_through_another_header(session, run, contest, count):
    actor = Actor.system("test")
    loading.load_tps("pemilu-2024", actor=actor, only=("11",))
    open_count(contest, actor=actor)
    session.commit()
    plain = run(ACEH)
    assert plain.exit_code == 1
    assert "Kolom wajib tidak ada: kode_tps" in plain.output
    names = {
        "suara_1": "candidate01_anies_imin_votes",
        "suara_2": "candidate02_prabowo_gibran_votes",
        "suara_3": "candidate03_ganjar_mahfud_votes",
        "suara_sah": "valid_votes",
        "suara_tidak_sah": "invalid_votes",
        "suara_total": "total_valid_and_invalid_votes",
        "pengguna_total_j": "total_voters",
    }
    pairs = [f"--map={column}={header}" for column, header in (names | {"kode_tps": "url"}).items()]
    answer = run(ACEH, *pairs)
    assert answer.exit_code == 0, answer.output
    rows = {row["url"].rsplit("/", 1)[1]: cells(row, names) for row in rows_of(ACEH)}
    assert f"{len(rows)} baris" in answer.output and len(rows) == 2109
    check(session, count, rows, "11")
    assert region_page(count, "11").area.accepted > 0
