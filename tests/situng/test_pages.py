"""The public count: page, JSON and CSV say the same; few queries, however large the region."""

from __future__ import annotations

import csv
import io

import pytest

from modules.situng.operations.batches import confirm_and_apply
from tests.pages import count_queries

A, B, OTHER = "1201011001001", "1201011001002", "3171011001001"
BASE = "/hitung-suara/pemilu-2024/ppwp"


@pytest.fixture
def counted(session, take_in, write_file):
    take_in(write_file([{"kode_tps": A}, {"kode_tps": B, "suara_2": 624}]))
    session.commit()


@pytest.mark.parametrize("code", ["nasional", "12", "1201", "120101", "1201011001"])
def test_page_json_and_csv_agree(client, counted, code):
    page = client.get(f"{BASE}/{code}")
    assert page.status_code == 200
    text = page.text
    assert text.index("Yang sudah masuk") < text.index("Perolehan suara"), "coverage comes before shares"
    data = client.get(f"{BASE}/{code}.json").json
    rows = list(csv.DictReader(io.StringIO(client.get(f"{BASE}/{code}.csv").text.lstrip("\ufeff"))))
    assert rows
    assert "124 suara" in text
    flat = str(data)
    for votes in (17, 124, 9):
        assert str(votes) in flat
    assert any("124" in row.values() for row in rows)


def test_a_flagged_form_says_why_and_both_numbers_stand(client, counted):
    page = client.get(f"{BASE}/{B}").text
    assert "F.107" in page and "624" in page
    assert "Anomali" in page
    assert "F.107" not in client.get(f"{BASE}/{A}").text


def test_a_tps_without_a_form(client, counted):
    assert "Belum" in client.get(f"{BASE}/1201011001003").text


@pytest.mark.parametrize("code", ["97", "1299", "xx", "12010110019999", "1201011001999"])
def test_what_is_not_there(client, code):
    assert client.get(f"{BASE}/{code}").status_code == 404


@pytest.mark.parametrize("code", ["nasional", "12", "1201", "120103", "1201011001", A])
def test_queries_do_not_grow_with_the_region(client, counted, code):
    client.get(f"{BASE}/{code}")
    with count_queries(14):
        client.get(f"{BASE}/{code}")


def test_files_and_anomalies_are_for_the_people_of_the_region(
    session, client, make_account, login, bring, second, write_file
):
    batch = bring(write_file([{"kode_tps": A}, {"kode_tps": B, "suara_2": 624}]))
    confirm_and_apply(batch, actor=second)
    session.commit()
    ours, theirs = make_account("operator_kpu_kabko", "1201"), make_account("operator_kpu_kabko", "3171")
    session.commit()
    login(client, ours)
    assert f"Berkas hasil {batch.id}" in client.get(f"/hasil/berkas/{batch.id}").text
    assert B in client.get("/hasil/anomali/pemilu-2024/ppwp").text
    assert client.get("/hasil/anomali/pemilu-2024/ppwp?unduh=csv").text.count("F.107") == 1
    login(client, theirs)
    assert client.get(f"/hasil/berkas/{batch.id}").status_code in (403, 404)
    assert B not in client.get("/hasil/anomali/pemilu-2024/ppwp").text
    assert client.get("/hasil/anomali/pemilu-2024/ppwp?wilayah=1201").status_code == 403
