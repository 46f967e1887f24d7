"""Every page that can be reached from the home page, at two widths and in the dark."""

from __future__ import annotations

import pytest

from tests.journeys.crawl import crawl

START = ("/", "/pola", "/pola/selesai", "/tidak-ada", "/masuk")


def test_every_public_page_is_accessible(live, page, axe):
    visits = crawl(live, page, axe, START, role=False)
    assert {"web.home", "web.help_page", "web.open_data", "web.verify", "patterns.show"} <= set(visits)


@pytest.mark.parametrize("role", ["superadmin_pusdatin", "operator_kpu_kabko"])
def test_every_page_of_a_role_is_accessible(live, page, axe, sign_in, role):
    sign_in(
        page, live.account(role, "" if role.startswith("super") else "1201", username=role.replace("_", "."))
    )
    visits = crawl(live, page, axe, ["/"], role=True)
    assert visits["web.home"] and visits["notices.inbox"] and visits["jobs.own"]
    assert not page.get_by_role("link", name="Masuk", exact=True).count()


def test_works_at_a_keyboard(live, page):
    page.goto("/pola")
    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.textContent")
    assert skip == "Langsung ke isi"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "isi"


def test_a_menu_closes_on_escape_and_gives_the_focus_back(page):
    page.goto("/")
    summary = page.locator("details.menu summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.menu[open]").count() == 1
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0
    assert summary.evaluate("e => e === document.activeElement")


def test_a_form_sent_empty_leads_to_its_fields(page, axe):
    page.goto("/pola")
    page.get_by_role("button", name="Kirim").click()
    summary = page.locator(".error-summary")
    assert summary.evaluate("e => e === document.activeElement")
    axe(page, dark=False)
    summary.get_by_role("link", name="Nama: Wajib diisi.").click()
    assert page.evaluate("document.activeElement.name") == "name"


def test_appearance_is_remembered(page):
    page.goto("/")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("summary[title=Tampilan]").click()
    with page.expect_navigation():
        page.get_by_role("link", name="Gelap").click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != before
    page.goto("/bantuan")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark


def test_pages_are_light(page):
    """At most 150 kB the first time, on a phone with a slow line."""
    sizes = []
    page.on("response", lambda r: sizes.append(r.request.sizes()["responseBodySize"]))
    page.goto("/", wait_until="networkidle")
    assert 0 < sum(sizes) < 150_000, sizes
