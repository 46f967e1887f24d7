"""A hundred too much: found in the queue, mended by two people with a reason, the old number struck."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.situng.conftest import CLEAN

CODE = "1201011001004"
PASSWORD = "layang-layang-di-sawah-71"
WRONG, RIGHT = CLEAN["suara_2"] + 500, CLEAN["suara_2"]


@pytest.fixture(scope="module")
def anomaly(live):
    """Two clerks entered 624 for 124, as the paper says it; and two people who mend it."""
    from electsys.ledger import Actor
    from modules.situng.operations.captures import open_capture, submit_entry
    from modules.situng.operations.photos import add_photo
    from modules.situng.queries.contests import contest_by_code, contest_count
    from modules.situng.simulated import photos

    clerks = [live.account("operator_sirekap_ppk", "120101", username=f"panitera.{n}") for n in "ab"]
    live.account("operator_kpu_kabko", "1201", username="operator.betul", password=PASSWORD)
    live.account("anggota_kpu_kabko", "1201", username="anggota.betul", password=PASSWORD)
    values = CLEAN | {"suara_2": WRONG}
    with live.session() as session:
        count = contest_count(contest_by_code("pemilu-2024", "ppwp").id)
        one, two = (Actor(n, "panitera") for n in clerks)
        row = open_capture(count, CODE, actor=one)
        for page, content in enumerate(photos(count, CODE, values), start=1):
            add_photo(row, io.BytesIO(content), page=page, actor=one)
        for actor in (one, two):
            reasons = {"W.119:suara_besar": "Tertulis begitu pada C.Hasil"}
            row = submit_entry(row, values, actor=actor, reasons=reasons)
        assert (row.state, row.faults) == ("anomali", ["F.107:suara_sah"])
        session.commit()


@pytest.fixture
def evidence(tmp_path):
    """A photo of the minute."""
    path = tmp_path / "berita-acara.png"
    Image.new("RGB", (600, 800), (240, 240, 235)).save(path)
    return path


def test_a_hundred_too_much_is_found_and_mended(page, log_in, anomaly, evidence, axe, screenshot):
    page.goto(f"/hitung-suara/pemilu-2024/ppwp/{CODE}")
    assert "saling bertentangan" in page.inner_text("main")

    log_in(page, "operator.betul", PASSWORD)
    page.goto("/hasil/antrean/pemilu-2024/ppwp?antrean=anomali")
    assert f"angka ratusan ({WRONG} → {RIGHT})" in page.inner_text("main table")
    axe(page)
    page.get_by_role("link", name=f"Betulkan {CODE}").click()
    assert "Cek angka ratusan" in page.inner_text("main")
    axe(page)
    screenshot(page, "pembetulan-digit")
    page.locator("main .plain a").first.click()
    field = page.locator("#suara_2")
    assert field.input_value() == str(WRONG)
    field.fill(str(RIGHT))
    reason = "Salah tulis angka ratusan pada C.Hasil; dibetulkan dengan berita acara."
    page.locator("#reason").fill(reason)
    page.set_input_files("input[type=file]", evidence)
    page.get_by_text("Tersimpan. Nomor tanda terima").wait_for()
    page.get_by_role("button", name="Ajukan pembetulan").click()
    page.get_by_text("menunggu konfirmasi orang kedua").first.wait_for()
    batch = page.url
    assert f"{WRONG} → {RIGHT}" in page.inner_text("main")

    page.context.clear_cookies()
    log_in(page, "anggota.betul", PASSWORD)
    page.goto(batch)
    axe(page)
    page.get_by_role("button", name="Konfirmasi").click()
    page.locator("h1 .state-ok").wait_for(timeout=60_000)

    page.context.clear_cookies()
    page.goto(f"/hitung-suara/pemilu-2024/ppwp/{CODE}")
    assert page.locator("del").all_inner_texts() == [str(WRONG)], "the old number stands struck through"
    text = page.inner_text("main")
    assert reason in text and "yang dihitung" in text
    axe(page)
