"""Language and appearance."""

from __future__ import annotations

import pytest

from electsys.web.languages import local_path
from tests.pages import Html


@pytest.fixture(autouse=True)
def catalogue():
    from electsys.web.catalogue import compile_all

    compile_all()


def test_indonesian_first_whatever_the_browser_prefers(client):
    page = Html(client.get("/bantuan", headers={"Accept-Language": "en"}).text)
    assert page.one("html").get("lang") == "id"
    assert page.text(page.one("h1")) == "Bantuan"


def test_english_on_wish(client):
    answer = client.get("/tampilan?bahasa=en&kembali=/bantuan")
    assert (answer.status_code, answer.location) == (303, "/bantuan")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    page = Html(client.get("/bantuan").text)
    assert page.one("html").get("lang") == "en"
    assert page.text(page.one("h1")) == "Help"


def test_an_unknown_wish_changes_nothing(client):
    answer = client.get("/tampilan?bahasa=xx&tampilan=ungu&kembali=/")
    assert "Set-Cookie" not in answer.headers


def dark_sheet(client):
    links = [e for e in Html(client.get("/").text).all("link") if "dark.css" in (e.get("href") or "")]
    return links[0].get("media") if links else None


def test_dark_is_the_device_s_wish_or_ours(client):
    assert dark_sheet(client) == "(prefers-color-scheme: dark)"
    client.get("/tampilan?tampilan=gelap&kembali=/")
    assert dark_sheet(client) == "all"
    client.get("/tampilan?tampilan=terang&kembali=/")
    assert dark_sheet(client) is None


@pytest.mark.parametrize(
    "target",
    [
        "http://elsewhere.test/",
        "//elsewhere.test",
        "/\\elsewhere.test",
        "javascript:alert(1)",
        "",
        None,
        "/a\r\nSet-Cookie: x",
    ],
)
def test_no_way_leads_elsewhere(target):
    assert local_path(target) == "/"


def test_a_path_of_ours_stays():
    assert local_path("/hasil/berkas?halaman=2") == "/hasil/berkas?halaman=2"
