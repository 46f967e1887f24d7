"""``silon check``: the real DCT agrees with a plain look; seeded violations are found, none invented."""

from __future__ import annotations

import csv
import random
from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import select

from electsys.regions.models import Dapil
from modules.silon import list_checks
from modules.silon.cli import check_command
from modules.silon.rules.lists import women_needed
from tests.silon import conftest as make
from tests.silon.test_links import NIK

DCT = Path(__file__).parents[3] / "shared" / "data" / "candidates" / "dct_dpr_2024.csv"
COLUMNS = ("kode_dapil", "nomor_partai", "nomor_urut", "nama", "jk")


def write_csv(path, rows, columns=COLUMNS):
    """Write rows as a file of candidates; the path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def read_out(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def run(app, tmp_path, *more):
    """The command, as a person calls it: what it printed, and the rows that it wrote."""
    out = tmp_path / "hasil.csv"
    arguments = ["--election", "pemilu-2024", "--contest", "dpr", "--out", str(out), *map(str, more)]
    result = app.test_cli_runner(catch_exceptions=False).invoke(check_command, arguments)
    return result, read_out(out) if out.exists() else []


def found_by(rows):
    """Rule -> the lists that break it."""
    by_rule = defaultdict(set)
    for row in rows:
        by_rule[row["rule"]].add((row["kode_dapil"], int(row["nomor_partai"])))
    return by_rule


# --- the real list --------------------------------------------------------------------------------


def plain_look(path, seats):
    """What breaks the law in a file, by csv and arithmetic alone."""
    lists = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            lists[row["kode_dapil"], int(row["nomor_partai"])].append((int(row["nomor_urut"]), row["jk"]))
    found = defaultdict(set)
    for key, members in lists.items():
        members.sort()
        n, women = len(members), sum(sex == "P" for _number, sex in members)
        if n > seats[key[0]]:
            found["melebihi_kursi"].add(key)
        tenths = 3 * n
        half_up = tenths // 10 + (1 if tenths % 10 >= 5 else 0)
        if women < half_up:
            found["half_up"].add(key)
        if women < -(-tenths // 10):
            found["ceil"].add(key)
        for at in range(n // 3):
            if all(sex == "L" for _number, sex in members[3 * at : 3 * at + 3]):
                found["zipper"].add(key)
        if [number for number, _sex in members] != list(range(1, n + 1)):
            found["nomor_urut"].add(key)
    return lists, found


@pytest.mark.skipif(not DCT.exists(), reason="../shared/data/candidates/dct_dpr_2024.csv is not here")
def test_the_real_dct_agrees_with_a_plain_look(app, session, tmp_path):
    seats = dict(session.execute(select(Dapil.code, Dapil.seats).where(Dapil.chamber == "dpr")).all())
    lists, plain = plain_look(DCT, seats)
    assert (sum(map(len, lists.values())), len(lists), sum(seats.values())) == (9917, 1512, 580)
    result, rows = run(app, tmp_path, "--candidates", DCT)
    print(result.output)
    assert result.exit_code == 0
    ours = found_by(rows)
    assert ours["melebihi_kursi"] == plain["melebihi_kursi"]
    assert ours["zipper"] == plain["zipper"]
    assert ours["nomor_urut"] == plain["nomor_urut"]
    assert ours["kuota_perempuan"] == plain["half_up"]
    assert ours["kuota_perempuan"] | ours["kuota_perempuan_ceil"] == plain["ceil"]
    assert set(ours) <= {
        *("melebihi_kursi", "zipper", "nomor_urut", "kuota_perempuan", "kuota_perempuan_ceil"),
    }
    assert "9.917 calon (3.676 perempuan" in result.output
    assert "1.512 daftar" in result.output
    for rule in ("half_up", "ceil"):
        assert f"{len(plain[rule])} daftar: kurang perempuan dengan pembulatan “{rule}”" in result.output
    assert f"{len(plain['zipper'])} daftar: melanggar penempatan perempuan" in result.output


# --- seeded violations ----------------------------------------------------------------------------

SEEDED = 200
KINDS = ("melebihi_kursi", "kuota_perempuan", "kuota_perempuan_ceil", "zipper", "nomor_urut", "usia")
MORE = (*COLUMNS, "nik", "tempat_lahir", "tanggal_lahir")


class Maker:
    """Lists that break nothing, and ways to break just one rule in each."""

    def __init__(self, seats, seed):
        self.chance = random.Random(seed)
        self.seats = seats
        self.serial = 0

    def sexes(self, n):
        """A woman first in each block: the quota holds by both roundings, and so does the zipper."""
        return ["P" if at % 3 == 0 else "L" for at in range(n)]

    def person(self, sex, born="1980-05-17"):
        self.serial += 1
        year, month, day = born.split("-")
        digits = f"{int(day) + (40 if sex == 'P' else 0):02}{month}{year[2:]}"
        # few of one birth date fit below a kecamatan: the next one takes over
        place = f"1201{1 + self.serial // 9000:02}"
        return {"nik": f"{place}{digits}{1 + self.serial % 9000:04}", "tanggal_lahir": born}

    def rows(self, code, party, sexes, **change):
        made = []
        for number, sex in enumerate(sexes, 1):
            more = self.person(sex, change.get("born", {}).get(number, "1980-05-17"))
            self.serial += 0
            made.append(
                {
                    "kode_dapil": code,
                    "nomor_partai": party,
                    "nomor_urut": number,
                    "nama": f"CALON {self.serial}",
                    "jk": sex,
                    "tempat_lahir": "BARUS",
                }
                | more
            )
        return made

    def clean(self, code, party):
        return self.rows(code, party, self.sexes(self.chance.randint(2, self.seats[code])))

    def broken(self, code, party, kind):
        seats = self.seats[code]
        if kind == "melebihi_kursi":
            return self.rows(code, party, self.sexes(seats + self.chance.randint(1, 3)))
        if kind == "kuota_perempuan":  # 2 of 2 are men: 0.6 -> 1
            return self.rows(code, party, "LL")
        if kind == "kuota_perempuan_ceil":  # 1 man: 0.3 -> 0, but always up it is 1
            return self.rows(code, party, "L")
        if kind == "zipper":  # the women stand together at the head; 2 of 6 suffice by both roundings
            return self.rows(code, party, "PPLLLL" if seats >= 6 else "PPLLLL"[:seats])
        if kind == "nomor_urut":
            made = self.rows(code, party, self.sexes(3))
            made[2]["nomor_urut"] = self.chance.choice((2, 4))
            return made
        young = {2: self.chance.choice(("2002-11-04", "2003-02-28", "2004-02-29"))}
        return self.rows(code, party, self.sexes(3), born=young)


def test_two_hundred_seeded_violations_of_each_kind_are_found_and_none_invented(app, session, tmp_path):
    seats = dict(session.execute(select(Dapil.code, Dapil.seats).where(Dapil.chamber == "dpr")).all())
    maker = Maker(seats, seed=29)
    places = [(code, party) for code in sorted(seats) for party in (*range(1, 18), 24) if seats[code] >= 6]
    assert len(places) >= SEEDED * len(KINDS) // 2
    expected, rows = defaultdict(set), []
    # Each list breaks one rule; the places do not suffice for all kinds in one file, so it is two.
    for part in (KINDS[:3], KINDS[3:]):
        chosen = maker.chance.sample(places, len(places))
        rows, expected = [], defaultdict(set)
        for at, (code, party) in enumerate(chosen):
            kind = part[at % 3] if at < SEEDED * 3 else None
            made = maker.broken(code, party, kind) if kind else maker.clean(code, party)
            if kind:
                expected[kind].add((code, party))
            rows += made
        maker.chance.shuffle(rows)
        result, lines = run(app, tmp_path, "--candidates", write_csv(tmp_path / "calon.csv", rows, MORE))
        assert result.exit_code == 0, result.output
        assert Counter({kind: len(keys) for kind, keys in expected.items()}) == dict.fromkeys(part, SEEDED)
        assert found_by(lines) == expected


def test_a_row_that_cannot_be_read_and_unknown_places_are_findings(app, session, tmp_path):
    rows = [
        {"kode_dapil": "1202", "nomor_partai": 1, "nomor_urut": 1, "nama": "ANI", "jk": "X"},
        {"kode_dapil": "9999", "nomor_partai": 1, "nomor_urut": 1, "nama": "ANI", "jk": "P"},
        {"kode_dapil": "1202", "nomor_partai": 99, "nomor_urut": 1, "nama": "ANI", "jk": "P"},
        {"kode_dapil": "1202", "nomor_partai": 20, "nomor_urut": 1, "nama": "ANI", "jk": "P"},
        {"kode_dapil": "1202", "nomor_partai": 2, "nomor_urut": 1, "nama": "<b>ANI</b>", "jk": "P"},
    ]
    _result, lines = run(app, tmp_path, "--candidates", write_csv(tmp_path / "calon.csv", rows))
    assert {(line["rule"], line["kode_dapil"], line["nomor_partai"]) for line in lines} == {
        ("choice", "1202", "1"),
        ("dapil_tidak_dikenal", "9999", "1"),
        ("partai_tidak_dikenal", "1202", "99"),
        ("partai_lokal", "1202", "20"),
        ("name_sign", "1202", "2"),
    }
    assert all(line["severity"] == "tolak" for line in lines)
    [unread] = [line["detail"] for line in lines if line["rule"] == "choice"]
    assert unread.startswith("Baris 2, jk: ")


def test_one_person_on_two_lists_of_a_file(app, session, tmp_path):
    base = {"jk": "P", "tanggal_lahir": "1980-05-17", "tempat_lahir": "BARUS"}
    one = {"kode_dapil": "1202", "nomor_partai": 1, "nomor_urut": 1, "nama": "ANI", "nik": "1201015705804001"}
    rows = [
        base | one,
        base | one | {"nomor_partai": 2},
        base | one | {"nomor_partai": 3, "nik": "1201015705804002"},
        base | one | {"nomor_partai": 4, "nama": "ANA", "nik": ""},
    ]
    _result, lines = run(app, tmp_path, "--candidates", write_csv(tmp_path / "calon.csv", rows, MORE))
    told = {(line["rule"], line["nomor_partai"]) for line in lines}
    assert told == {
        *(("ganda_calon", "1"), ("ganda_calon", "2")),
        *(("potensi_ganda", "1"), ("potensi_ganda", "2"), ("potensi_ganda", "3")),
        ("nik_kosong", "4"),
    }


def test_a_file_without_its_columns_is_refused(app, session, tmp_path):
    result, lines = run(
        app, tmp_path, "--candidates", write_csv(tmp_path / "x.csv", [{"nama": "ANI"}], ("nama",))
    )
    assert result.exit_code == 1
    assert not lines


# --- the lists in the database --------------------------------------------------------------------


def test_the_lists_of_a_contest(app, session, tmp_path):
    party = make.participant(session)
    of = make.nomination(session, of=party)
    for sex in "LLLP":
        make.candidate(session, of, sex=sex)
    other = make.nomination(session, "dct", of=make.participant(session))
    make.candidate(session, other, "dct", sex="P", nik=NIK)
    struck = make.candidate(session, other, "dct", sex="P", nik="")
    struck.event_id = make.event(session, struck, "dct", "dicoret", "coret").id
    struck.state = "dicoret"
    make.nomination(session, "ditarik")
    session.flush()
    result, lines = run(app, tmp_path)
    assert [(line["kode_dapil"], line["nomor_partai"], line["rule"]) for line in lines] == [
        ("1202", str(party.number), "zipper"),
        ("1202", str(party.number), "kuota_perempuan_ceil"),
    ]
    assert lines[0]["detail"] == "Nomor 1-3: tidak ada perempuan; disyaratkan satu di setiap 3 calon."
    assert "6 calon (3 perempuan" in result.output
    assert "2 daftar: 2 partai, 1 dapil" in result.output


def test_an_empty_list_and_a_gap_are_told(app, session, tmp_path):
    make.nomination(session)
    gap = make.nomination(session)
    make.candidate(session, gap, sex="P", number=2)
    _result, lines = run(app, tmp_path)
    assert sorted(line["rule"] for line in lines) == ["kosong", "nomor_urut"]


def test_the_wrong_contest_is_wrong_usage(app, session, tmp_path):
    out = ["--out", str(tmp_path / "x.csv")]
    result = app.test_cli_runner().invoke(
        check_command, ["--election", "pemilu-2024", "--contest", "ppwp", *out]
    )
    assert result.exit_code == 2


def test_a_list_is_short_by_one_rounding_alone_where_both_differ():
    for n in range(1, 13):
        both = {how: women_needed(n, Fraction(3, 10), how) for how in list_checks.ROUNDINGS}
        assert both["ceil"] - both["half_up"] in (0, 1)
