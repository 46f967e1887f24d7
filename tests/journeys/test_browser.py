"""The harness itself: a text that cannot be read is found, wherever it stands, whatever was judged before."""

from __future__ import annotations

import pytest

from tests import browser

GOOD = "<p style='color:#222'>Terbaca</p>"
PALE = "color:#999"
PAGE = """<!doctype html><html lang=id><title>Uji</title><meta name=viewport content="width=device-width">
<style>body {{ background: #fff; color: #222 }} {style}</style><main><h1>Uji</h1>{body}</main>"""

FAULTS = {
    "plain": ("", f"<p style='{PALE}'>Pudar</p>"),
    "on a coloured ground": ("", "<div style='background:#333'><p>Gelap di atas gelap</p></div>"),
    "small, where large would do": ("", "<p style='color:#888;font-size:12px'>Kecil</p>"),
    "beside a disabled one": (
        "",
        f"<button disabled style='{PALE};background:#fff'>Mati</button>"
        f"<p style='{PALE};font-size:13.3333px'>Pudar</p>",
    ),
    "in a field": ("", f"<label>Nama <input value=Pudar style='{PALE};background:#fff'></label>"),
    "on a phone only": ("@media (max-width: 500px) { .a { color: #aaa } }", "<p class=a>Pudar di ponsel</p>"),
    "at a desk only": ("@media (min-width: 500px) { .a { color: #aaa } }", "<p class=a>Pudar di meja</p>"),
    "in the dark only": (
        "@media (prefers-color-scheme: dark) { body { background: #222; color: #eee } .a { color: #444 } }",
        "<p class=a>Hilang dalam gelap</p>",
    ),
    "seen through": ("", "<div style='opacity:.4'><p>Tembus</p></div>"),
    "placed over another": (
        "",
        "<div style='position:relative;height:3em'>"
        "<div style='position:absolute;inset:0;background:#333'></div>"
        "<p style='position:absolute;top:0'>Di atas gelap</p></div>",
    ),
    "in a dark box that is placed": (
        "",
        "<div style='position:absolute;background:#333'><p>Di kotak</p></div>",
    ),
}


@pytest.fixture
def blank(chromium):
    tab = chromium.new_page()
    yield tab
    tab.close()


@pytest.mark.parametrize("style, body", FAULTS.values(), ids=FAULTS)
def test_what_cannot_be_read_is_found(blank, style, body):
    for before in (GOOD, ""):  # what was judged before on other pages must not hide it
        blank.set_content(PAGE.format(style="", body=GOOD + "<button>Hidup</button>"))
        browser.axe(blank)
        blank.set_content(PAGE.format(style=style, body=before + body))
        with pytest.raises(AssertionError, match="color-contrast"):
            browser.axe(blank)


def test_what_looks_alike_is_judged_once(blank):
    rows = "".join(f"<p style='color:#123456'>Baris {n}</p>" for n in range(50))
    blank.set_content(PAGE.format(style="", body=rows))
    browser.axe(blank)
    assert any(look.startswith("rgb(18, 52, 86)|") for look in browser._judged)
    assert blank.evaluate(browser.CONTRAST, sorted(browser._judged)) == {"violations": [], "judged": []}
