"""Every public page that can be reached from the home page, at two widths and in the dark."""

from __future__ import annotations

from collections import Counter, deque
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

#: Pages of one route that are looked at; the others are made by the same template.
EACH = 3
START = ("/", "/pola", "/pola/selesai", "/tidak-ada", "/masuk")


def endpoint(app, path):
    """The route of a path; None for what is no page."""
    try:
        return app.url_map.bind("localhost").match(path)[0]
    except RequestRedirect:
        return "redirect"
    except HTTPException:
        return None


def test_every_public_page_is_accessible(live, page, axe):
    seen: set[str] = set()
    visits: Counter[str | None] = Counter()
    queue = deque(START)
    while queue:
        path = queue.popleft()
        route = endpoint(live.app, urlsplit(path).path)
        if path in seen or visits[route] >= EACH or route in ("web.preferences", "web.asset"):
            continue
        seen.add(path)
        answer = page.request.get(path)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        visits[route] += 1
        page.goto(path)
        axe(page)
        links = page.eval_on_selector_all(
            "a[href]", "all => all.map(a => new URL(a.getAttribute('href'), location).href)"
        )
        for link in links:
            parts = urlsplit(link)
            if link.startswith(live.url) and not parts.fragment:
                queue.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    assert {"web.home", "web.help_page", "web.open_data", "web.verify", "patterns.show"} <= set(visits)
    print({str(k): v for k, v in visits.items()})


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
