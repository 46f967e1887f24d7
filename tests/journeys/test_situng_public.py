"""A citizen's and a journalist's path: from the nation to one form, why some are left out, and the data."""

from __future__ import annotations

import csv
import io

import pytest

from tests.situng.conftest import CLEAN

A, B, C = "1201011001001", "1201011001002", "1201011001003"
BASE = "/hitung-suara/pemilu-2024/ppwp"


@pytest.fixture(scope="module")
def counted(live, tmp_path_factory):
    """Two files: the second changes one form of the first, and one form cannot be right."""
    from electsys.identity import actor_named
    from modules.situng.imports import stage_results
    from modules.situng.operations.batches import FileFacts, confirm_and_apply, load_batch, open_batch
    from modules.situng.queries.contests import contest_by_code, contest_count

    live.account("operator_kpu_kabko", "1201", username="operator.publik")
    live.account("anggota_kpu_kabko", "1201", username="anggota.publik")
    folder = tmp_path_factory.mktemp("hasil")
    files = {
        "hasil.csv": [{"kode_tps": A}, {"kode_tps": B, "suara_2": 624}, {"kode_tps": C, "suara_3": None}],
        "hasil-kedua.csv": [{"kode_tps": A, "suara_1": 18, "suara_2": 123}],
    }
    with live.session() as session:
        contest = contest_by_code("pemilu-2024", "ppwp")
        for name, rows in files.items():
            path = folder / name
            with path.open("w", newline="") as out:
                writer = csv.DictWriter(out, ["kode_tps", *CLEAN])
                writer.writeheader()
                writer.writerows(CLEAN | row for row in rows)
            stage_results(contest_count(contest.id), path, region="1201")
            actor = actor_named("operator.publik")
            batch = open_batch(contest, file=FileFacts(name, "7" * 64), region="1201", actor=actor)
            load_batch(batch, actor=actor)
            confirm_and_apply(batch, actor=actor_named("anggota.publik"))
            session.commit()


def test_from_the_nation_to_one_form_and_its_data(page, counted, axe, screenshot):
    page.goto("/hitung-suara")
    assert "1 dari" in page.locator(".coverage-lead").inner_text()
    axe(page)
    screenshot(page, "publik-nasional", full=False)

    page.get_by_role("searchbox").or_(page.get_by_role("combobox")).first.fill("tapteng pasar terandam")
    page.get_by_role("button", name="Cari", exact=True).click()
    page.wait_for_load_state()
    axe(page)
    page.goto(f"{BASE}/1201")
    # On paper no column is cut off at the side.
    page.emulate_media(media="print")
    assert page.locator(".table-scroll").first.evaluate("e => getComputedStyle(e).overflowX") == "visible"
    page.emulate_media(media="screen")
    page.locator(".facts a[href*='status=anomali']").click()
    page.get_by_role("heading", name="Formulir: Tapanuli Tengah").wait_for()
    assert page.locator("main tbody tr").count() == 1
    assert "Jumlah suara peserta tidak sama dengan suara sah" in page.inner_text("main")
    axe(page)
    screenshot(page, "publik-anomali", full=False)

    with page.expect_download() as got:
        page.get_by_role("link", name="CSV", exact=True).click()
    rows = list(csv.DictReader(io.StringIO(got.value.path().read_text("utf-8-sig"))))
    assert [row["Kode TPS"] for row in rows] == [B]

    page.get_by_role("link", name="TPS 002").click()
    assert "seharusnya sama dengan" in page.inner_text("main")
    axe(page)
    page.goto(f"{BASE}/{A}")
    assert page.locator("del").all_inner_texts() == ["17", "124"], "old and new side by side"
    axe(page)
    screenshot(page, "publik-perubahan", full=False)
    data = page.request.get(f"{BASE}/{A}.json").json()
    assert [v["suara"]["1"] for v in data["versi"]] == [18, 17]
    page.goto("/hitung-suara/kode")
    axe(page)
