"""Heads of regions, published and verified: who is elected, and what a falsified file is found by."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import text

from bench.mutations import verifier
from electsys.db import db
from electsys.ledger import Actor
from modules.sirekap.publication.publishing import publish_election
from modules.situng.operations.totals import open_count
from tests.sirekap.five import _accounts, counted_app  # noqa: F401
from tests.sirekap.published import verify
from tests.sirekap.test_pilkada import EMPTY, build, count, decide, finish


@pytest.fixture(scope="module")
def heads(counted_app, tmp_path_factory):  # noqa: F811
    """Two regents decided, a governor whose count has just begun; all of it published."""
    world, ballots = build(db.session, _accounts())
    for key in ("tunggal", "bupati"):
        count(world, ballots, key)
        finish(world, key)
        decide(world, key)
        db.session.commit()
    open_count(world.contests["gubernur"], actor=Actor.system("uji"))
    db.session.execute(text("analyze region_total"))
    db.session.commit()
    folder = tmp_path_factory.mktemp("pilkada")
    publish_election("uji-pilkada", str(folder), region="120101")
    return world, folder


def test_every_office_is_published_and_decided_again(heads):
    world, folder = heads
    done = verify(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 keputusan" in done.stdout
    pair, blank = world.expected("tunggal", lambda code: True)[1]
    data = json.loads((folder / "data/bupati_walikota/12/1201/terpilih.json").read_bytes())
    won = 2 * pair > pair + blank
    assert data["jabatan"] | {"pasangan": 0} == {
        "jenis": "menang" if won else "kotak_kosong",
        "pemenang": "1" if won else None,
        "lanjut": [],
        "perlu_provinsi": None,
        "kosong": blank,
        "pasangan": 0,
        "provinsi": {},
    }
    page = (folder / "hitung/bupati_walikota/12/1201/terpilih.html").read_text()
    assert EMPTY in page and "Pasangan tunggal menang dengan lebih dari 1/2" in page
    both = json.loads((folder / "data/bupati_walikota/12/1202/terpilih.json").read_bytes())
    votes = {who["nomor"]: who["suara"] for who in both["bagian"][0]["calon"]}
    assert both["jabatan"]["pemenang"] == max(votes, key=votes.get)
    assert "Suara terbanyak menang" in (folder / "hitung/bupati_walikota/12/1202/terpilih.html").read_text()
    assert (folder / "hitung/gubernur/12.html").exists(), "KPU has no paths of Sirekap for heads"
    assert not (folder / "pemilu/hhcw").exists()


@pytest.mark.parametrize(
    ("pattern", "said"), [('"kosong":', "kosong"), ('"suara":', "suara 1201"), ('"pemenang":"', "pemenang")]
)
def test_a_falsified_office_is_found(heads, pattern, said):
    _world, folder = heads
    program = verifier()
    assert program.check(folder, None) == []
    path = f"data/bupati_walikota/12/{1202 if said == 'pemenang' else 1201}/terpilih.json"
    content = (folder / path).read_text()
    # The first "suara" is that of the test of the pair; who stands below is the same number.
    wrong = re.sub(rf"({pattern})(\d+)", lambda m: f"{m[1]}{int(m[2]) + 1}", content)
    assert wrong != content and said in " ".join(program.check_numbers(path, wrong.encode()))


def test_the_blank_column_cannot_win(heads):
    """Were the blank column taken for a pair, somebody would be elected by it."""
    _world, folder = heads
    program = verifier()
    program.check(folder, None)
    contest = program.CONTESTS["bupati_walikota"]
    assert [line.get("blank", False) for line in contest.ballots["1201"]["lines"]] == [False, True]
    assert "blank" not in json.dumps(contest.ballots["1202"])
