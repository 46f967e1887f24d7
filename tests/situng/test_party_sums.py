"""F.108: a party's sum as written is its own votes and its candidates', on every way in (domain.md R08)."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from electsys.ledger import Actor
from modules.situng import wording
from modules.situng.digits import likely
from modules.situng.imports import stage_results
from modules.situng.models import Capture, ResultVersion
from modules.situng.operations.batches import FileFacts, load_batch, open_batch
from modules.situng.operations.captures import open_capture, submit_entry
from modules.situng.operations.photos import add_photo
from modules.situng.operations.totals import open_count
from modules.situng.queries.contests import contest_count, limits
from modules.situng.queries.forms import history, tps_form
from modules.situng.rules import judge
from modules.situng.twins import form_json, forms_csv
from tests.situng.test_capture import picture
from tests.situng.test_dapil_count import contest, form, people, places, write  # noqa: F401

# ruff: noqa: F811  (fixtures of other files)


def hidden(page, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text).group(1)


@pytest.fixture
def dpr(session, contest, places):
    """A TPS of the first dapil (two parties with two and three candidates) and its count."""
    open_count(contest, actor=Actor.system("uji"))
    code = places[0][1][0]
    return code, contest_count(contest.id, code)


@pytest.fixture
def paper(dpr):
    """A clean form of the TPS with the sums of its parties."""
    _code, count = dpr
    row, votes = form(count, 7)
    named = dict(zip(count.columns, votes, strict=True))
    return row | sums_of(count, named)


def sums_of(count, named):
    return {r.right[0]: sum(named[name] for name in r.left) for r in count.ballot.parties}


def test_a_party_has_one_sum_and_it_is_judged(dpr, paper):
    _code, count = dpr
    assert count.ballot.sums == ("suara_1_jumlah", "suara_2_jumlah")
    cells = {name: paper[name] for name in count.model.names}
    votes = [paper[name] for name in count.columns]
    bounds = limits(count.election_id)
    faults, _ = judge(cells, votes, bounds, ballot=count.ballot, numbers=paper)
    assert faults == []
    wrong = paper | {"suara_2_jumlah": paper["suara_2_jumlah"] + 100}
    faults, _ = judge(cells, votes, bounds, ballot=count.ballot, numbers=wrong)
    assert faults == ["F.108:partai_2"]
    [finding] = wording.explain(faults, count.model, list(cells.values()), votes, numbers=wrong)
    assert (
        str(paper["suara_2_jumlah"]) in finding.sentence and str(wrong["suara_2_jumlah"]) in finding.sentence
    )
    assert finding.cells[-1] == "suara_2_jumlah"
    # A sum that is not written is not judged.
    assert judge(cells, votes, bounds, ballot=count.ballot, numbers=paper | {"suara_2_jumlah": None})[0] == []


def test_the_likely_digit_is_found_inside_a_party(dpr, paper):
    _code, count = dpr
    wrong = paper | {"suara_1_2": paper["suara_1_2"] + 100}
    cells = {n: wrong[n] for n in (*count.model.names, *count.ballot.sums)}
    votes = {n: wrong[n] for n in count.columns}
    [best, *_] = likely(cells, votes, parties=count.ballot.parties)
    assert (best.name, best.place, best.then) == ("suara_1_2", "ratusan", paper["suara_1_2"])


def test_the_desk_asks_every_party_and_candidate_and_keeps_the_sums(
    session, app, dpr, paper, make_account, login
):
    code, count = dpr
    desk = f"/hasil/entri/pemilu-2024/dpr/{code}"
    wrong = paper | {"suara_1_jumlah": paper["suara_1_jumlah"] + 1}
    account, other = (make_account(role="operator_kpu_kabko", region=code[:4]) for _ in range(2))
    client = app.test_client()
    login(client, account)
    row = open_capture(count, code, actor=Actor(account.id, account.username))
    add_photo(row, picture(), page=1, actor=Actor(account.id, account.username))
    session.commit()
    page = client.get(desk)
    for name in paper:
        assert page.text.count(f'name="{name}"') == 1, f"{name} can be entered, once"
    fields = {k: str(v) for k, v in wrong.items()}
    fields |= {name: hidden(page, name) for name in ("csrf_token", "kunci")}
    asked = client.post(desk, data=fields)
    assert asked.status_code == 422 and "F.108" in asked.text
    answers = {f"alasan-{k}": "Sesuai foto" for k in re.findall(r'name="alasan-([^"]+)"', asked.text)}
    fields |= {"tertulis": "1", "diperiksa": hidden(asked, "diperiksa")} | answers
    assert client.post(desk, data=fields).status_code == 302
    session.expire_all()
    submit_entry(row, wrong, actor=Actor(other.id, other.username))
    session.commit()
    session.expire_all()
    row = session.scalars(select(Capture).where(Capture.tps_code == code)).one()
    assert (row.state, row.faults) == ("anomali", ["F.108:partai_1"])
    assert row.sums == [wrong[name] for name in count.ballot.sums]
    done = client.get(desk).text
    assert "Jumlah partai 01" in done and "Calon 1.1" in done
    public = client.get(f"/hitung-suara/pemilu-2024/dpr/{code}").text
    assert "seperti tertulis" in public and "F.108" in public
    [version] = history(count, code)
    told = form_json(count, tps_form(count, code), [version])["versi"][0]
    assert told["jumlah_partai"] == {"1": wrong["suara_1_jumlah"], "2": wrong["suara_2_jumlah"]}
    assert forms_csv(count, [tps_form(count, code)]).splitlines()[0].endswith("suara_1_jumlah,suara_2_jumlah")
    leaf = session.execute(
        text("select convert_from(body, 'UTF8')::json from leaf_entry where subject = :s"),
        {"s": f"C.Hasil:dpr:{code}"},
    ).scalar_one()
    assert leaf["party_sums"] == {name: wrong[name] for name in count.ballot.sums}
    assert not set(leaf["values"]) & set(count.ballot.sums), "a verifier adds up the values"


def test_entries_that_differ_in_a_sum_go_to_a_third_person(session, dpr, paper, people):
    code, count = dpr
    one, _two = people
    row = open_capture(count, code, actor=one)
    submit_entry(row, paper, actor=one)
    assert row.first_sums == [paper[name] for name in count.ballot.sums]


def test_a_file_is_judged_by_it_and_a_correction_mends_it(
    session,
    client,
    contest,
    places,
    dpr,
    paper,
    people,
    tmp_path,
    make_account,
    login,
):
    code, count = dpr
    wrong = paper | {"suara_1_jumlah": paper["suara_1_jumlah"] + 10}
    bringer, second = people
    staging = stage_results(
        contest_count(contest.id), write(tmp_path / "dpr.csv", [{"kode_tps": code, **wrong}]), region=""
    )
    assert staging.error_count == 0, staging.first_errors()
    batch = open_batch(contest, file=FileFacts("dpr.csv", "0" * 64), region="", actor=bringer)
    assert load_batch(batch, actor=bringer)["flagged"] == 1
    version = session.scalars(select(ResultVersion)).one()
    assert version.faults == ["F.108:partai_1"]
    assert version.sums == [wrong[name] for name in count.ballot.sums]
    from modules.situng.operations.batches import confirm_and_apply

    confirm_and_apply(batch, actor=second)
    session.commit()
    account = make_account(role="operator_kpu_kabko", region=code[:4])
    login(client, account)
    address = f"/hasil/pembetulan/pemilu-2024/dpr/{code}"
    page = client.get(address)
    assert f'value="{wrong["suara_1_jumlah"]}"' in page.text
    fields = {k: str(v) for k, v in paper.items()}
    fields |= {"reason": "Salah salin jumlah partai 1.", "evidence": (picture(5), "c.png")}
    assert client.post(address, data=fields).status_code == 302
    newest = session.scalars(select(ResultVersion).order_by(ResultVersion.id.desc()).limit(1)).one()
    assert newest.faults == [] and newest.sums == [paper[name] for name in count.ballot.sums]


def test_a_file_without_the_sums_changes_nothing(session, contest, places, dpr, paper, people, tmp_path):
    code, count = dpr
    bringer, second = people
    from modules.situng.operations.batches import confirm_and_apply

    def bring(row):
        path = write(tmp_path / "dpr.csv", [{"kode_tps": code, **row}])
        assert stage_results(contest_count(contest.id), path, region="").error_count == 0
        batch = open_batch(contest, file=FileFacts("dpr.csv", "0" * 64), region="", actor=bringer)
        return batch, load_batch(batch, actor=bringer)

    batch, counts = bring(paper)
    assert counts["clean"] == 1
    confirm_and_apply(batch, actor=second)
    _batch, counts = bring({k: v for k, v in paper.items() if k not in count.ballot.sums})
    assert (counts["unchanged"], counts["new"]) == (1, 0)


def test_votes_for_a_struck_candidate_are_looked_at(dpr, paper):
    _code, count = dpr
    struck = replace(count, lines=tuple(replace(line, struck=line.candidate == 1) for line in count.lines))
    assert struck.ballot.struck == ("suara_1_1", "suara_2_1")
    cells = {name: paper[name] for name in count.model.names}
    votes = [paper[name] for name in count.columns]
    bounds = limits(count.election_id)
    assert "W.118:dicoret" in judge(cells, votes, bounds, ballot=struck.ballot, numbers=paper)[1]
    none = paper | {"suara_1_1": 0, "suara_2_1": 0}
    assert "W.118:dicoret" not in judge(cells, votes, bounds, ballot=struck.ballot, numbers=none)[1]
