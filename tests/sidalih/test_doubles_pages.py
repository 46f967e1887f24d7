"""The desk of doubles: what a page shows, what a key does, who may."""

from __future__ import annotations

import csv

import pytest

from modules.sidalih.claims import claims_of
from modules.sidalih.operations.double_search import find_same_nik
from modules.sidalih.operations.voters import ensure_roll
from modules.sidalih.permissions import COMPILE, DECIDE_DOUBLES, EDIT, READ_DOUBLES
from tests.sidalih.conftest import ACTOR, OTHER_VILLAGE, store
from tests.sidalih.examples_doubles import case_of

RIGHTS = [READ_DOUBLES, DECIDE_DOUBLES, EDIT]


@pytest.fixture
def officer(make_account, login, client):
    """An officer of Tapanuli Tengah, signed in."""
    account = make_account(permissions=RIGHTS, region="1201")
    login(client, account)
    return account


def test_the_pair_stands_side_by_side_without_numbers(client, session, make_voter, officer):
    one = make_voter(name="SITI RAHMAWATI")
    other = make_voter(name="RAHMAWATI SITI AMINAH", village=OTHER_VILLAGE)
    case = case_of(session, one, other)
    page = client.get(f"/pemilih/ganda/pasangan/{case.id}").text
    assert "<mark>AMINAH</mark>" in page
    assert "angka ke-" in page
    for facts in (claims_of(one), claims_of(other)):
        assert facts.nik not in page
        assert facts.nkk not in page
        assert "17-05-1980" not in page


def test_a_key_decides_and_the_next_pair_comes(client, session, make_voter, officer):
    pairs = [(make_voter(), make_voter()) for _ in range(2)]
    first, second = (case_of(session, *pair, weight=w) for pair, w in zip(pairs, (9.0, 5.0), strict=True))
    began = client.post("/pemilih/ganda/pemilu-2024/periksa")
    assert began.location.endswith(f"/pasangan/{first.id}")
    answer = client.post(f"/pemilih/ganda/pasangan/{first.id}/putus", data={"putusan": "kanan"})
    assert answer.location.endswith(f"/pasangan/{second.id}?tadi={first.id}")
    session.refresh(first)
    assert (first.state, first.keep_id) == ("sama", first.second_id)
    assert "Urungkan" in client.get(answer.location).text
    client.post(f"/pemilih/ganda/pasangan/{first.id}/urungkan")
    session.refresh(first)
    assert first.state == "terbuka"
    client.post(f"/pemilih/ganda/pasangan/{first.id}/putus", data={"putusan": "keduanya"})
    session.refresh(first)
    assert first.state == "berbeda"


def test_later_passes_a_pair_over_until_the_work_begins_anew(client, session, make_voter, officer):
    first, second = (case_of(session, make_voter(), make_voter(), weight=w) for w in (9.0, 5.0))
    client.post("/pemilih/ganda/pemilu-2024/periksa")
    put_off = client.post(f"/pemilih/ganda/pasangan/{first.id}/nanti")
    assert put_off.location.endswith(f"/pasangan/{second.id}")
    assert client.post(f"/pemilih/ganda/pasangan/{second.id}/nanti").location.endswith("/ganda/pemilu-2024")
    again = client.post("/pemilih/ganda/pemilu-2024/periksa")
    assert again.location.endswith(f"/pasangan/{first.id}")


def test_the_last_pair_can_be_taken_back_too(client, session, make_voter, officer):
    case = case_of(session, make_voter(), make_voter())
    client.post("/pemilih/ganda/pemilu-2024/periksa")
    answer = client.post(f"/pemilih/ganda/pasangan/{case.id}/putus", data={"putusan": "kiri"})
    assert answer.location.endswith(f"/ganda/pemilu-2024?tadi={case.id}")
    page = client.get(answer.location).text
    assert "sudah diputus atau ditunda" in page
    assert f'action="/pemilih/ganda/pasangan/{case.id}/urungkan"' in page
    assert 'data-key="u"' in page
    assert "js/sidalih_doubles" in page
    assert "Urungkan" not in client.get("/pemilih/ganda/pemilu-2024").text
    client.post(f"/pemilih/ganda/pasangan/{case.id}/urungkan")
    session.refresh(case)
    assert case.state == "terbuka"
    assert "Urungkan" not in client.get(answer.location).text


def test_nobody_takes_back_what_another_decided(client, session, make_voter, make_account, login, officer):
    case = case_of(session, make_voter(), make_voter())
    client.post(f"/pemilih/ganda/pasangan/{case.id}/putus", data={"putusan": "kiri"})
    login(client, make_account(permissions=RIGHTS, region="1201"))
    assert "Urungkan" not in client.get(f"/pemilih/ganda/pemilu-2024?tadi={case.id}").text


def test_a_choice_is_needed(client, session, make_voter, officer):
    case = case_of(session, make_voter(), make_voter())
    client.post(f"/pemilih/ganda/pasangan/{case.id}/putus", data={"putusan": "entah"})
    session.refresh(case)
    assert case.state == "terbuka"


def test_the_other_row_may_lie_in_another_kabko(client, session, election, make_voter, officer):
    mine = make_voter(name="SITI RAHMAWATI")
    ensure_roll(election.id, "1202", actor=ACTOR)
    theirs = store(session, election, None, village="1202011001", name="SITI RACHMAWATI")
    case = case_of(session, mine, theirs, region="1201")
    page = client.get(f"/pemilih/ganda/pasangan/{case.id}").text
    assert "RACHMAWATI" in page
    mine_is_second = case.second_id == mine.id
    refused = client.post(
        f"/pemilih/ganda/pasangan/{case.id}/putus",
        data={"putusan": "kanan" if mine_is_second else "kiri"},
        follow_redirects=True,
    )
    assert "di luar wilayah Anda" in refused.text
    client.post(
        f"/pemilih/ganda/pasangan/{case.id}/putus", data={"putusan": "kiri" if mine_is_second else "kanan"}
    )
    session.refresh(mine)
    assert (mine.state, mine.tms_code) == ("tms", "2")


def test_bawaslu_reads_the_same_report(client, session, make_voter, make_account, login):
    case_of(session, make_voter(), make_voter(village=OTHER_VILLAGE))
    seen = []
    for role in ("operator_kpu_kabko", "bawaslu_k"):
        login(client, make_account(role=role, region="1201"))
        answer = client.get("/pemilih/ganda/pemilu-2024/laporan?unduh=csv")
        seen.append(answer.text)
    assert seen[0] == seen[1]
    rows = list(csv.DictReader(seen[0].splitlines(), delimiter=","))
    assert len(rows) == 2


def test_a_search_is_a_job(client, session, make_account, login, make_voter):
    login(client, make_account(permissions=[READ_DOUBLES, COMPILE], region="1201"))
    answer = client.post("/pemilih/ganda/pemilu-2024/cari", data={"wilayah": "1201", "cara": "nik"})
    assert "/pekerjaan/" in answer.location
    wrong = client.post("/pemilih/ganda/pemilu-2024/cari", data={"wilayah": "3171", "cara": "nik"})
    assert "/ganda/" in wrong.location


def test_the_file_of_pairs_names_nobody(app, session, election, make_voter, tmp_path):
    from modules.sidalih.commands.doubles import HEADER, write_pairs

    one = make_voter()
    make_voter(village=OTHER_VILLAGE, nik=claims_of(one).nik)
    run = find_same_nik(election.id, "", actor=ACTOR)
    out = tmp_path / "ganda.csv"
    assert write_pairs(election.id, [run.id], out) == 1
    [header, row] = csv.reader(out.read_text().splitlines())
    nik = claims_of(one).nik
    assert tuple(header) == HEADER
    assert row[1] == f"{nik[:4]}**********{nik[-2:]}"
    assert nik not in out.read_text()
