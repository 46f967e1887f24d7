"""Two regents and two mayors of one election in the published tree: each at its place, and verified."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import jsonschema_rs
import pytest

from bench.mutations import verifier
from electsys.db import db
from electsys.ledger import Actor
from modules.sirekap.boards.content import tallies
from modules.sirekap.publication.publishing import publish_election
from modules.situng.imports import stage_results
from modules.situng.operations.batches import FileFacts, confirm_and_apply, load_batch, open_batch
from modules.situng.queries.contests import contest_count
from tests.sirekap.five import _accounts
from tests.sirekap.published import counted_app, files_of, verify  # noqa: F401
from tests.situng.conftest import CLEAN
from tests.situng.heads import CODE, HEADS, KIND, build

SCHEMA = Path(__file__).resolve().parents[3] / "shared/data/standards/nist_sp1500-100_v2.schema.json"
#: Region -> votes of its three pairs in each of its forms.
VOTES = {"1201": (17, 124, 9), "1202": (90, 40, 20), "1271": (50, 50, 50)}


@pytest.fixture(scope="module")
def heads(counted_app, tmp_path_factory):  # noqa: F811
    """Forms of three of the four regions counted, and all of it published once."""
    made, make = build(db.session), _accounts()
    people = [Actor(a.id, a.username) for a in (make("operator_kpu_ri"), make("anggota_kpu_ri"))]
    folder = tmp_path_factory.mktemp("kepala")

    def bring(region, *codes, votes=None):
        contest, path = made.contests[region], folder / f"{region}.csv"
        rows = [
            CLEAN | {"kode_tps": code} | {f"suara_{n}": v for n, v in enumerate(votes or VOTES[region], 1)}
            for code in codes
        ]
        with path.open("w", newline="") as out:
            writer = csv.DictWriter(out, ["kode_tps", *CLEAN])
            writer.writeheader()
            writer.writerows(rows)
        staging = stage_results(contest_count(contest.id), path, region="")
        assert staging.error_count == 0, staging.first_errors()
        batch = open_batch(contest, file=FileFacts(path.name, "7" * 64), region="", actor=people[0])
        load_batch(batch, actor=people[0])
        confirm_and_apply(batch, actor=people[1])
        db.session.commit()

    for region in VOTES:
        bring(region, *made.tps[region][:2])
    to = tmp_path_factory.mktemp("terbitan-kepala")
    publish_election(CODE, str(to), region="120101")
    return SimpleNamespace(made=made, bring=bring, folder=to)


def way(code):
    return "/".join(code[:n] for n in (2, 4, 6, 10) if n <= len(code))


def test_every_region_stands_at_its_place_and_a_stranger_verifies_it(heads):
    files = files_of(heads.folder)
    for region, votes in VOTES.items():
        for code in (region, heads.made.tps[region][0][:10]):
            data = json.loads(files[f"data/{KIND}/{way(code)}.json"])
            assert list(data["wilayah"]["suara"].values()) == [2 * v for v in votes]
            assert [p["nama"] for p in data["peserta"]] == [f"Pasangan {n} dari {region}" for n in (1, 2, 3)]
        assert f"{HEADS[region]} {region}" in files["index.html"].decode()
    above = [f"data/{KIND}/nasional.json", f"data/{KIND}/12.json", f"data/{KIND}/31/3171.json"]
    assert not [path for path in above if path in files], "above a region nobody is elected"
    done = verify(heads.folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{KIND}: 6 formulir, 6 dihitung" in done.stdout
    listed = json.loads(files["data/datapackage.json"])["resources"]
    assert {r["path"] for r in listed if KIND in r["path"]} == {f"{KIND}/{way(r)}.csv" for r in VOTES}


def test_a_pair_of_another_region_on_a_page_is_found(heads):
    program = verifier()
    assert program.check(heads.folder, None) == []
    path, other = (f"data/{KIND}/{way(region)}.json" for region in ("1201", "1202"))
    data = json.loads((heads.folder / path).read_bytes())
    assert program.check_numbers(path, json.dumps(data).encode()) == []
    data["peserta"] = json.loads((heads.folder / other).read_bytes())["peserta"]
    assert any("daftar peserta" in each for each in program.check_numbers(path, json.dumps(data).encode()))


def test_the_way_up_leads_to_pages_that_are_there(heads):
    files = files_of(heads.folder)
    pages = [path for path in files if path.startswith(f"hitung/{KIND}/")]
    assert len(pages) >= 3 * 3
    for path in pages:
        crumbs = re.search(r'<nav class="crumbs".*?</nav>', files[path].decode(), re.DOTALL)
        for link in re.findall(r'href="([^"]+)"', crumbs[0]) if crumbs else ():
            assert link.removeprefix("../" * path.count("/")) in files, f"{path} -> {link}"
    index = files["index.html"].decode()
    for region in VOTES:
        assert f'href="hitung/{KIND}/{way(region)}.html"' in index
        assert f'href="data/{KIND}/{way(region)}.nist.json"' in index


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema is not at hand (../shared)")
def test_the_report_of_each_is_valid_nist_sp_1500_100(heads):
    validator = jsonschema_rs.Draft4Validator(json.loads(SCHEMA.read_bytes()))
    for region, votes in VOTES.items():
        report = json.loads((heads.folder / f"data/{KIND}/{way(region)}.nist.json").read_bytes())
        assert [str(e) for e in validator.iter_errors(report)] == []
        (contest,) = report["Election"][0]["Contest"]
        assert contest["ElectionDistrictId"] == f"gp-{region}"
        counts = [s["VoteCounts"][0]["Count"] for s in contest["ContestSelection"]]
        assert counts == [2 * v for v in votes]


def test_a_form_of_one_region_touches_no_other(heads, tmp_path):
    shutil.copytree(heads.folder, tmp_path, dirs_exist_ok=True)
    before = files_of(tmp_path)
    heads.bring("1202", heads.made.tps["1202"][2])
    publish_election(CODE, str(tmp_path))
    after = files_of(tmp_path)
    changed = {path for path in after if after[path] != before.get(path)}
    areas = {path for path in changed if path.startswith(("data/b", "hitung/"))}
    assert areas and all("1202" in path for path in areas), areas
    assert verify(tmp_path).returncode == 0
    # Whoever leaves a region out that the log tells of is found.
    gone = tmp_path / f"data/{KIND}/{way('1202')}.json"
    shard = tmp_path / "manifest/12/1202.sha256"
    gone.unlink()
    shard.write_text("".join(f"{line}\n" for line in shard.read_text().splitlines() if gone.name not in line))
    assert verify(tmp_path).returncode == 1


def test_the_boards_tell_each_region_its_own_contest(heads):
    found = tallies(heads.made.election)
    ids = {region: contest.id for region, contest in heads.made.contests.items()}
    for region in VOTES:
        assert set(found.regions[region].counts) == {ids[region]}
        assert found.regions[region].counts[ids[region]].expected == 3
    assert set(found.regions["12"].counts) == {ids["1201"], ids["1202"], ids["1271"]}
    assert set(found.regions[""].counts) == set(ids.values())
    assert found.regions["12"].total("expected") == 9 and found.regions[""].total("expected") == 12
