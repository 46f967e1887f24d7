"""All five contests, from C.Hasil to seats, published and verified: what every family of files says."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
from collections import Counter
from fractions import Fraction
from pathlib import Path

import jsonschema_rs
import pytest

from bench.mutations import agrees, mutate, verifier
from electsys.db import db
from electsys.elections.models import Election
from modules.sirekap import shapes
from modules.sirekap.publication.stops import ask_stop, end_stop, order_stop
from modules.sirekap.rules.seats import allocate, threshold
from tests.sirekap.families import FAMILIES, family_of
from tests.sirekap.five import ELECTION, SEATS, bring, counted_app, five, publish, published_five  # noqa: F401
from tests.sirekap.ladder import KINDS, clean_form
from tests.sirekap.published import files_of, verify
from tests.sirekap.test_determinations import corrected, decided

SCHEMA = Path(__file__).resolve().parents[3] / "shared/data/standards/nist_sp1500-100_v2.schema.json"
VILLAGE = "12/1201/120101/1201011001"


def read(folder, path):
    return json.loads((folder / path).read_bytes())


@pytest.fixture(scope="module")
def program(published_five):  # noqa: F811
    found = verifier()
    assert found.check(published_five, None) == []
    return found


@pytest.fixture
def copy(published_five, tmp_path):  # noqa: F811
    shutil.copytree(published_five, tmp_path / "terbitan")
    return tmp_path / "terbitan"


def votes_of(five, kind, inside=lambda code: True):  # noqa: F811
    """The votes of every form, summed here and by nothing else."""
    return sum(
        sum(votes) for (each, code), (_, votes) in five.world.forms.items() if each == kind and inside(code)
    )


def test_a_stranger_verifies_all_of_it(published_five, five):  # noqa: F811
    done = verify(published_five)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SEMUA COCOK." in done.stdout
    for kind in KINDS:
        forms = sum(each == kind for each, _code in five.world.forms)
        assert f"{kind:<11}: {forms} formulir, {forms} dihitung" in done.stdout


def test_pages_of_d_hasil_name_their_dapil(published_five):  # noqa: F811
    page = (published_five / "rekap/12.html").read_text()
    assert "<td>DPR</td><td>Sumatera Utara II</td>" in page
    assert 'href="../rekap/12/1201.html"' in page and "120101" not in page


def test_every_path_of_sirekap_has_its_documented_shape(published_five):  # noqa: F811
    met = set()
    for path, content in files_of(published_five).items():
        if path.startswith(("pemilu/", "wilayah/")):
            family = family_of(path)
            FAMILIES[family](json.loads(content))
            met.add(family)
    assert met == FAMILIES.keys()


def test_every_tier_adds_up_to_what_was_written(published_five, five):  # noqa: F811
    for kind in KINDS:
        base = f"pemilu/hhcw/{shapes.SIREKAP[kind]}"
        for way in ("", "/12", "/12/1201", "/12/1201/120101", f"/{VILLAGE}"):
            code = way.rpartition("/")[2]
            if len(code) < shapes.TOP[kind]:
                assert not (published_five / f"{base}{way}.json").exists(), (
                    "higher than its body there is nothing"
                )
                continue
            chart = read(published_five, f"{base}{way}.json")["chart"]
            chart.pop("persen")
            assert sum(chart.values()) == votes_of(five, kind, lambda tps, c=code: tps.startswith(c)), (
                kind,
                way,
            )
    nation = read(published_five, "pemilu/hhcd/pdpr/0.json")
    assert sum(v for k, v in nation["chart"].items() if k != "persen") == votes_of(five, "dpr")
    for code, row in nation["table"].items():
        alone = read(published_five, f"pemilu/hhcd/pdpr/{code}.json")
        assert {k: v for k, v in row.items() if k != "persen"} == {
            number: each["jml_suara_total"] for number, each in alone["table"].items()
        }


def test_a_tps_of_a_list_says_what_its_form_says(published_five, five):  # noqa: F811
    tps = f"{VILLAGE[-10:]}001"
    _cells, votes = five.world.forms["dprd_kabko", tps]
    data = read(published_five, f"pemilu/hhcw/pdprdk/{VILLAGE}/{tps}.json")
    assert data["kode_dapil"] == "120103"
    for party, own in enumerate((votes[:3], votes[3:]), 1):
        assert data["chart"][str(party)] == {"jml_suara_total": sum(own), "jml_suara_partai": own[0]}
        names = {k: v for k, v in data["caleg"][str(party)].items() if k != "null"}
        assert list(names.values()) == own[1:]
        listed = read(published_five, "pemilu/caleg/partai/120103.json")[str(party)]
        assert list(listed) == list(names), "the ids are those of the list of candidates"
    persons = read(published_five, f"pemilu/hhcw/pdpd/{VILLAGE}/{tps}.json")["chart"]
    assert list(persons)[1:] == list(read(published_five, "pemilu/caleg/dpd/12.json"))
    assert list(persons.values())[1:] == five.world.forms["dpd", tps][1]


def test_sums_of_parties_as_written_are_published_and_verified(program, published_five):  # noqa: F811
    path = f"data/dprd_prov/{VILLAGE}.json"
    form = read(published_five, path)["rincian"][0]["versi"][0]
    votes = form["suara"]
    assert form["jumlah_partai"] == {
        party: sum(v for key, v in votes.items() if key.partition(".")[0] == party) for party in ("1", "2")
    }
    text = (published_five / path).read_text()
    changed = re.sub(r'("jumlah_partai":{"1":)(\d+)', lambda m: f"{m[1]}{int(m[2]) + 1}", text, count=1)
    assert "suara_1_jumlah" in " ".join(program.check_numbers(path, changed.encode()))


def test_a_decision_that_is_left_out_or_made_up_is_found(program, published_five):  # noqa: F811
    known = {p.relative_to(published_five).as_posix() for p in published_five.rglob("*") if p.is_file()}
    for path in ("data/ppwp/terpilih.json", "data/dprd_kabko/12/1202/kursi.json"):
        assert list(program.missing(known - {path})) == [f"{path}: ada dalam log tetapi tidak diterbitkan"]
    made_up = (published_five / "data/dprd_kabko/12/1201/terpilih.json").read_bytes()
    assert program.check_numbers(
        "data/dprd_kabko/12/1203/terpilih.json", made_up.replace(b'"1201"', b'"1203"')
    )
    data = read(published_five, "data/dpd/terpilih.json")
    for who in data["bagian"][0]["calon"]:
        who["terpilih"] = not who["terpilih"]
    found = " ".join(program.check_numbers("data/dpd/terpilih.json", json.dumps(data).encode()))
    assert "terpilih 12" in found
    path = "data/dpd/terpilih.csv"
    text = (published_five / path).read_text()
    assert program.check_numbers(path, text.encode()) == []
    assert "yang terpilih" in " ".join(
        program.check_numbers(path, text.replace(",terpilih", ",", 1).encode())
    )


def test_elected_and_reserve_stand_on_the_page_of_their_dapil(published_five):  # noqa: F811
    data = read(published_five, "data/dprd_kabko/12/1201/terpilih.json")
    for part in data["bagian"]:
        page = (published_five / f"hitung/dprd_kabko/dapil/{part['kode']}.terpilih.html").read_text()
        assert all(who["nama"] in page for who in part["calon"]) and 'class="proof">terpilih' in page
        for party, n in part["hasil"].items():
            own = [w for w in part["calon"] if w["nomor"].startswith(f"{party}.")]
            assert [w["suara"] for w in own] == sorted((w["suara"] for w in own), reverse=True)
            assert sum(w["terpilih"] for w in own) == min(n, len(own))
    page = (published_five / "hitung/ppwp/terpilih.html").read_text()
    assert "Putaran kedua" in page or "terpilih." in page
    assert "hitung/ppwp/terpilih.html" in (published_five / "terpilih.html").read_text()
    assert "terpilih.html" in (published_five / "index.html").read_text()


def test_ties_are_decided_by_spread_or_by_the_plenary_and_told(published_five):  # noqa: F811
    persons = read(published_five, "data/dpd/terpilih.json")["bagian"][0]
    votes = {who["nomor"]: who["suara"] for who in persons["calon"]}
    assert votes["1"] == votes["2"]
    assert [who["nomor"] for who in persons["calon"] if who["terpilih"]] == ["3", "2"], (
        "the plenary put 2 first"
    )
    assert [step["cara"] for step in persons["seri"]][-1] == "pleno"
    part = read(published_five, "data/dprd_prov/12/terpilih.json")["bagian"][0]
    names = {who["nomor"]: who for who in part["calon"]}
    assert names["1.1"]["suara"] == names["1.2"]["suara"]
    assert (names["1.1"]["peringkat"], names["1.2"]["peringkat"]) == (1, 2)
    last = part["seri"][-1]
    assert last["cara"] == "sebaran_tps" and last["nilai"]["1.1"] == last["nilai"]["1.2"] + 1
    done = verify(published_five).stdout
    assert "CATATAN: dpd:12: suara sama, urutannya diputuskan pleno" in done
    assert "calon:120009" not in done, "the spread was counted from the log"
    page = (published_five / "hitung/dpd/dapil/12.terpilih.html").read_text()
    assert "putusan rapat pleno" in page and "Peserta 2, lalu Peserta 1" in page


def test_pages_and_twins_of_dapil(published_five, five):  # noqa: F811
    data = read(published_five, "data/dprd_kabko/dapil/120103.json")
    assert [line.get("calon") for line in data["peserta"]] == [None, 1, 2] * 2
    inside = lambda tps: tps.startswith("120101")  # noqa: E731
    assert sum(data["wilayah"]["suara"].values()) == votes_of(five, "dprd_kabko", inside)
    rows = list(
        csv.DictReader(io.StringIO((published_five / "data/dprd_kabko/dapil/120103.csv").read_text()))
    )
    assert rows[0]["kode"] == "120103"
    for name in ("suara_1", "suara_1_2", "suara_sah"):
        assert int(rows[0][name]) == sum(int(row[name]) for row in rows[1:])
    page = (published_five / "hitung/dprd_kabko/dapil/120103.html").read_text()
    assert "Calon 1 PT1" in page and "data/dprd_kabko/dapil/120103.nist.json" in page
    assert (
        "hitung/dprd_kabko/dapil/120103.html"
        in (published_five / "hitung/dprd_kabko/12/1201.html").read_text()
    )
    village = (published_five / f"hitung/dprd_kabko/{VILLAGE}.html").read_text()
    assert "suara partai" in village and "calon 2:" in village and "style=" not in village
    nation = read(published_five, "data/dpd/nasional.json")
    assert nation["wilayah"]["suara"] == {}, "candidates of the DPD differ by province: nothing to add up"
    assert "Calon berbeda di setiap provinsi" in (published_five / "hitung/dpd/nasional.html").read_text()


@pytest.mark.parametrize(
    ("path", "kind"), [("dpr", "dpr"), ("dprd_prov/12", "dprd_prov"), ("dprd_kabko/12/1201", "dprd_kabko")]
)
def test_seats_follow_from_the_votes(published_five, path, kind):  # noqa: F811
    data = read(published_five, f"data/{path}/kursi.json")
    total = Counter()
    for each in data["dapil"]:
        total.update(each["suara"])
    share = Fraction(data["ambang"] or 0)
    assert (share == Fraction(1, 25)) is (kind == "dpr")
    assert data["lolos"] == sorted(threshold(total, share).passed)
    for each in data["dapil"]:
        found = allocate({p: n for p, n in each["suara"].items() if p in data["lolos"]}, SEATS[kind])
        assert found.seats == each["hasil"] and found.closest._asdict() == {
            "winner": each["terdekat"]["kursi"],
            "loser": each["terdekat"]["berikut"],
            "needed": each["terdekat"]["kurang"],
        }
    page = (published_five / f"hitung/{path}/kursi.html").read_text()
    assert data["keputusan"] in page and "Pasangan terdekat" in page
    assert f"hitung/{path}/kursi.html" in (published_five / "terpilih.html").read_text()


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema is not at hand (../shared)")
def test_reports_are_valid_nist_sp_1500_100_and_lose_no_vote(published_five, five):  # noqa: F811
    validator = jsonschema_rs.Draft4Validator(json.loads(SCHEMA.read_bytes()))
    found = Counter()
    for path in published_five.rglob("*nist.json"):
        report = json.loads(path.read_bytes())
        assert [str(e) for e in validator.iter_errors(report)] == [], path
        (contest,) = report["Election"][0]["Contest"]
        kind = path.relative_to(published_five / "data").parts[0]
        people = {c["@id"] for c in report["Election"][0]["Candidate"]}
        for choice in contest["ContestSelection"]:
            assert set(choice.get("CandidateIds", ())) <= people
            whole, *parts = choice["VoteCounts"]
            assert whole["GpUnitId"] == contest["ElectionDistrictId"]
            if kind != "ppwp":  # of the nation, provinces stand beside their kab/kota
                assert whole["Count"] == sum(part["Count"] for part in parts)
            found[kind] += whole["Count"]
        units = {unit["@id"] for unit in report["GpUnit"]}
        named = {c["GpUnitId"] for s in contest["ContestSelection"] for c in s["VoteCounts"]}
        assert named <= units
    assert found == {kind: votes_of(five, kind) for kind in KINDS}


def test_the_package_lists_every_table_with_its_hash(published_five):  # noqa: F811
    package = read(published_five, "data/datapackage.json")
    names = {each["path"] for each in package["resources"]}
    for kind in KINDS:
        assert {f"{kind}/nasional.csv", f"{kind}/12.csv"} <= names
    assert {"dpr/dapil/1202.csv", "dpd/dapil/12.csv", "dprd_kabko/dapil/120103.csv", "koreksi.csv"} <= names
    for each in package["resources"]:
        content = (published_five / "data" / each["path"]).read_bytes()
        assert each["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        if "schema" in each:
            head = content.decode().split("\n", 1)[0].split(",")
            assert sorted(head) == sorted(field["name"] for field in each["schema"]["fields"]), each["path"]


FALSE = [
    ("pemilu/hhcw/pdpr.json", '"1":', "suara"),
    ("pemilu/hhcw/pdprdk/12/1201/120101.json", '"progres":', "formulir dihitung"),
    (f"pemilu/hhcw/pdprdp/{VILLAGE}/{VILLAGE[-10:]}001.json", '"jml_suara_total":', "jumlah suara partai"),
    (f"pemilu/hhcw/pdpd/{VILLAGE}/{VILLAGE[-10:]}001.json", '"null":null,"\\d+":', "suara"),
    ("pemilu/hhcd/pdpr/0.json", '"table":{"1202":{"1":', "suara 1202"),
    ("pemilu/hhcd/pdprdk/12/1201/120103.json", '"jml_suara_partai":', "suara partai dan calon"),
    ("pemilu/hhcd/pdprdp/12/120009.json", '"jml_suara_total":', "jumlah suara partai"),
    ("data/dpr/dapil/1202.json", '"1.1":', "jumlah 1202"),
    ("data/dpr/dapil/1202.json", '"dihitung":', "hitungan formulir"),
    ("data/dpd/12.json", '"suara":{"1":', "jumlah 12"),
    ("data/dprd_prov/nasional.json", '"suara":{"1":', "jumlah"),
    (f"data/dprd_kabko/{VILLAGE}.json", '"1.2":', "jumlah"),
    ("data/dpr/kursi.json", '"suara":{"1":', "suara dapil 1202"),
    ("data/dpr/kursi.json", '"hasil":{"1":', "kursi dapil 1202"),
    ("data/dpr/kursi.json", '"kurang":', "pasangan terdekat"),
    ("data/dpr/kursi.json", '"catatan":', "D.Hasil dapil"),
    ("data/dprd_kabko/12/1201/kursi.json", '"kursi":{"1":', "jumlah kursi"),
    ("data/dpr/kursi.json", '"nama":"[^"]*","kursi":', "alokasi kursi dapil 1202"),
    ("data/dpr/kursi.json", '"ambang":"1/', "ambang batas"),
    ("data/dpr/kursi.json", '"versi":', "keputusan"),
    ("data/dpr/terpilih.json", '"catatan_keputusan":', "keputusan"),
    ("data/dpr/terpilih.json", '"ambang_parlemen":"', "hukum: ambang_parlemen"),
    ("data/dpr/terpilih.json", '"hasil":{"1":', "kursi partai 1202"),
    ("data/dpr/terpilih.json", '"suara":', "suara 1202"),
    ("data/dpr/terpilih.json", '"peringkat":', "peringkat 1202"),
    ("data/dprd_prov/12/terpilih.json", '"dapil":true,"kursi":', "kursi 12"),
    ("data/dprd_kabko/12/1201/terpilih.json", '"suara_sah":', "suara sah 1201"),
    ("data/dpd/terpilih.json", '"suara":', "suara 12"),
    ("data/dpd/terpilih.json", '"peringkat":', "peringkat 12"),
    ("data/dpd/terpilih.json", '"catatan":', "D.Hasil 12"),
    ("data/dprd_prov/12/terpilih.json", '"sebaran_tps","nilai":{"1.1":', "sebaran_tps"),
    ("data/ppwp/terpilih.json", '"perlu_provinsi":', "perlu_provinsi"),
    ("data/ppwp/terpilih.json", '"provinsi":\\{"12":\\{"1":', "provinsi"),
    ("data/ppwp/terpilih.json", '"pasangan":\\{"1":\\{"suara":', "pasangan calon"),
]


@pytest.mark.parametrize(("path", "before", "said"), FALSE)
def test_a_number_that_its_publisher_falsified_is_found(program, published_five, path, before, said):  # noqa: F811
    content = (published_five / path).read_text()
    assert program.check_numbers(path, content.encode()) == []
    pattern = before if "\\" in before or "[" in before else re.escape(before)
    changed = re.sub(rf"({pattern})(\d+)", lambda m: f"{m[1]}{int(m[2]) + 1}", content, count=1)
    assert changed != content
    assert said in " ".join(program.check_numbers(path, changed.encode()))


@pytest.mark.parametrize(
    "path", ["data/dprd_kabko/dapil/120103.csv", "data/dpr/12.csv", f"data/dpr/{VILLAGE}.csv"]
)
def test_a_falsified_table_is_found(program, published_five, path):  # noqa: F811
    text = (published_five / path).read_text()
    rows = list(csv.DictReader(io.StringIO(text)))
    column = "suara_2_1" if "suara_2_1" in rows[0] else "suara_2"
    rows[0][column] = str(int(rows[0][column]) + 1)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    assert column in " ".join(program.check_numbers(path, out.getvalue().encode()))


def test_every_flipped_bit_is_found(program, copy):
    assert mutate(program, copy, 40, seed=20240214) == []
    assert agrees(program, copy)


def test_what_is_left_out_is_found(program, published_five):  # noqa: F811
    known = {p.relative_to(published_five).as_posix() for p in published_five.rglob("*") if p.is_file()}
    assert list(program.missing(known)) == []
    for path in ("data/dpr/dapil/1202.json", f"data/dpd/{VILLAGE}.json"):
        assert list(program.missing(known - {path})) == [f"{path}: ada dalam log tetapi tidak diterbitkan"]
    path = f"data/dprd_prov/{VILLAGE}.json"
    data = read(published_five, path)
    data["rincian"].pop()
    assert "banyaknya formulir" in " ".join(program.check_numbers(path, json.dumps(data).encode()))


def test_a_correction_of_a_list_is_told_and_only_its_areas_are_written(copy, five, tmp_path):  # noqa: F811
    """Last but two: it changes the election of this file."""
    tps = f"{VILLAGE[-10:]}002"
    before = files_of(copy)
    rows = list(csv.DictReader(io.StringIO((copy / "data/koreksi.csv").read_text())))
    assert {(r["pemilihan"], r["kode_tps"], r["kolom"]) for r in rows} == {("dpr", five.code, "suara_sah")}
    _cells, old = five.world.forms["dprd_kabko", tps]
    cells, votes = clean_form(tps, len(old), 4711)
    bring(five.world, "dprd_kabko", {tps: (cells, votes)}, five.people, tmp_path)
    five.world.forms["dprd_kabko", tps] = cells, votes
    publish(copy)
    after = files_of(copy)
    changed = {path for path in after if after[path] != before.get(path)}
    assert not [p for p in changed if p.startswith(("data/dpr/", "data/dpd/", "pemilu/hhcw/ppwp"))]
    assert not [p for p in changed if "/1202" in p and not p.startswith("manifest")], "only what it touches"
    assert {
        *(f"pemilu/hhcw/pdprdk/{way}.json" for way in ("12/1201", VILLAGE, f"{VILLAGE}/{tps}")),
        *("pemilu/hhcd/pdprdk/12/1201/120103.json", "data/dprd_kabko/dapil/120103.nist.json"),
    } <= changed
    rows = list(csv.DictReader(io.StringIO((copy / "data/koreksi.csv").read_text())))
    told = {r["kolom"]: (r["sebelum"], r["sesudah"]) for r in rows if r["pemilihan"] == "dprd_kabko"}
    assert told["suara_1_2"] == (str(old[2]), str(votes[2]))
    assert f"TPS {tps} (dprd_kabko)" in (copy / "data/koreksi.atom").read_text()
    done = verify(copy)
    assert done.returncode == 0, done.stdout


def test_a_ruling_is_told_with_the_version_before_struck_through(copy, five):  # noqa: F811
    """After the correction above: votes of one name go to the other, the decision is made anew."""
    tps = next(code for kind, code in five.world.forms if kind == "dpr" and code.startswith("1201"))
    old = list(five.world.forms["dpr", tps][1])
    votes = [old[0], 0, old[1] + old[2], *old[3:]]
    corrected(five.world, "dpr", tps, votes)
    decided(five.world, "dpr", five.people, ruling="1/PHPU/2024")
    db.session.commit()
    before = files_of(copy)
    publish(copy)
    done = verify(copy)
    assert done.returncode == 0, done.stdout
    data = read(copy, "data/dpr/terpilih.json")
    assert (data["versi"], data["putusan"]) == (2, "Putusan Nomor 1/PHPU/2024")
    moved = {row["nomor"]: row["suara"] for row in data["perubahan"]}
    was = {w["nomor"]: w["suara"] for w in json.loads(before["data/dpr/terpilih.json"])["bagian"][0]["calon"]}
    assert moved == {"1.1": [was["1.1"], was["1.1"] - old[1]], "1.2": [was["1.2"], was["1.2"] + old[1]]}
    page = (copy / "hitung/dpr/terpilih.html").read_text()
    assert "Versi 2" in page and "Putusan Nomor 1/PHPU/2024" in page and "Yang berubah" in page
    assert f'<del><span class="sr">sebelumnya </span>{was["1.1"]}</del>' in page
    assert "<del>" in (copy / "hitung/dpr/dapil/1202.terpilih.html").read_text()
    assert read(copy, "data/dpr/kursi.json")["sebelum"] == read(copy, "data/dpr/kursi.json")["kursi"]
    rows = list(csv.DictReader(io.StringIO((copy / "data/koreksi.csv").read_text())))
    told = {(r["jenis"], r["kolom"]): (r["sebelum"], r["sesudah"]) for r in rows if r["pemilihan"] == "dpr"}
    assert told["putusan", "suara_1_1"] == (str(old[1]), "0")
    assert any(kind == "penetapan" for kind, _column in told)
    atom = (copy / "data/koreksi.atom").read_text()
    assert "Penetapan nasional (dpr)" in atom and f"TPS {tps} (dpr)" in atom
    changed = {path for path, content in files_of(copy).items() if content != before.get(path)}
    assert not [p for p in changed if p.startswith(("data/ppwp", "hitung/dpd", "data/dprd_kabko/12/1202"))]
    program = verifier()
    assert program.check(copy, None) == []
    for pattern, said in (('"perubahan":\\[.*?"suara":\\[', "perubahan"), ('"versi":', "keputusan")):
        text = (copy / "data/dpr/terpilih.json").read_text()
        wrong = re.sub(rf"({pattern})(\d+)", lambda m: f"{m[1]}{int(m[2]) + 1}", text, count=1)
        assert said in " ".join(program.check_numbers("data/dpr/terpilih.json", wrong.encode()))


def test_a_stop_holds_for_every_contest(copy, five, tmp_path):  # noqa: F811
    """Last: it stands on the correction above."""
    one, other = five.people
    election = db.session.query(Election).filter_by(code=ELECTION).one()
    publish(copy)
    before = files_of(copy)
    stop = ask_stop(election, "Kunci log diganti; berlanjut pukul 20.00 WIB.", actor=one)
    order_stop(stop, actor=other)
    db.session.commit()
    tps = f"{VILLAGE[-10:]}001"
    form = clean_form(tps, 3, 4712)
    bring(five.world, "dpd", {tps: form}, five.people, tmp_path)
    assert publish(copy).stopped
    after = files_of(copy)
    numbers = {p for p in before if p.startswith(("data/", "pemilu/", "hitung/"))}
    assert all(after[path] == before[path] for path in numbers)
    assert "Kunci log diganti" in after["pemberitahuan.html"].decode()
    assert verify(copy).returncode == 0, "what stands is still true to its own state of the log"
    end_stop(stop, actor=other)
    db.session.commit()
    publish(copy)
    chart = read(copy, f"pemilu/hhcw/pdpd/{VILLAGE}/{tps}.json")["chart"]
    assert list(chart.values())[1:] == form[1] and not (copy / "pemberitahuan.html").exists()
    assert verify(copy).returncode == 0
