"""Finding a region by the words one knows: with suggestions while one types, and without any script."""

from __future__ import annotations

PASSWORD = "peta-desa-hijau-terang-73"


def test_the_keyboard_finds_a_kecamatan(live, page, axe):
    page.goto("/wilayah/")
    page.locator("input[data-regions]").press_sequentially("tapteng barus")
    page.locator("[role=option]", has_text="120101").wait_for()
    axe(page)
    page.keyboard.press("ArrowDown")
    assert "Barus" in page.inner_text("[role=option][aria-selected=true]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/wilayah/120101")
    assert page.inner_text("h1").startswith("Barus\n")


def test_without_script_the_search_leads_there_too(live, chromium):
    context = chromium.new_context(base_url=live.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/wilayah/")
    page.fill("input[data-regions]", "tapteng barus")
    page.click("main form:has(input[data-regions]) button")
    page.click("main a:has-text('Barus')")
    assert page.inner_text("h1").startswith("Barus\n")
    context.close()


def test_a_right_is_given_by_name_without_script(live, chromium, log_in):
    live.account("superadmin_pusdatin", username="admin.peta", password=PASSWORD)
    holder = live.account("bawaslu_k", "3171", username="pemegang")
    context = chromium.new_context(base_url=live.url, java_script_enabled=False)
    page = context.new_page()
    log_in(page, "admin.peta", PASSWORD)
    page.goto(f"/admin/akun/{holder}/hak/tambah")
    page.select_option("[name=role]", label="Panwaslu Kecamatan")
    page.fill("[name=region]", "sukamaju")
    page.click("main form [type=submit]")
    assert "Wilayah mana yang dimaksud?" in page.inner_text("main")
    assert "Berlaku sampai:" not in page.inner_text(".error-summary"), "left empty, and that is right"
    page.locator("input[name=region-pilih]").first.check()
    page.click("main form [type=submit]")
    assert "Wilayah mana yang dimaksud?" not in page.inner_text("main")
    context.close()
