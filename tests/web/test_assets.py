"""Style sheets, scripts and icons."""

from __future__ import annotations

import gzip

import pytest

from electsys.web import assets


@pytest.fixture
def address(app):
    with app.test_request_context("/"):
        return assets.asset("css/base.css")


def test_an_asset_is_served_for_ever_under_its_digest(client, address):
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == (assets.OWN / "css/base.css").read_bytes()
    assert answer.mimetype == "text/css"
    again = client.get(address, headers={"Accept-Encoding": "gzip", "If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_another_release_s_address_is_served_but_not_kept(client):
    answer = client.get("/aset/0000/css/base.css")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Content-Encoding" not in answer.headers
    assert answer.data == (assets.OWN / "css/base.css").read_bytes()


def test_bootstrap_comes_from_its_wheel(client):
    assert b"Bootstrap" in client.get("/aset/x/bootstrap/bootstrap.css").data[:200]


@pytest.mark.parametrize("path", ["../views.py", "%2e%2e/views.py", "css/none.css", "/etc/passwd"])
def test_nothing_else_is_served(client, path):
    assert client.get(f"/aset/x/{path}").status_code in (404, 308)


def test_a_missing_asset_or_icon_is_our_mistake(app):
    with app.test_request_context("/"):
        with pytest.raises(LookupError):
            assets.asset("css/none.css")
        with pytest.raises(LookupError):
            assets.icon("no-such-icon")


def test_an_icon_is_decoration_unless_it_has_a_title():
    assert 'aria-hidden="true"' in assets.icon("search")
    assert 'aria-label="Cari &lt;b&gt;"' in assets.icon("search", "Cari <b>")


def test_no_script_is_inline_and_no_style_neither():
    for path in (assets.OWN.parents[2] / "templates").rglob("*.html"):
        text = path.read_text()
        assert "<style" not in text and " style=" not in text, path
