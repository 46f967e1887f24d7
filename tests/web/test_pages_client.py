"""The checking client finds each fault that it is there to find."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.pages import Html, count_queries, faults

GOOD = (
    '<!doctype html><html lang="id"><head><meta charset="utf-8"><title>Uji · electsys</title></head><body>'
    "<main><h1>Judul</h1><h2>Bagian</h2>{}</main></body></html>"
)


def found(body, page=GOOD, url_map=None):
    return faults(Html(page.replace("{}", body)), "N0nce", url_map)


def test_a_good_page_has_no_fault():
    body = (
        '<form method="post" action="/x"><input type="hidden" name="csrf_token" value="t">'
        '<label for="a">A</label><input id="a" name="a"><button type="submit">Kirim</button></form>'
        '<table><caption>T</caption><tr><th scope="col">A</th></tr><tr><td>1</td></tr></table>'
        '<form method="post" action="/y"><input type="hidden" name="satu-csrf_token" value="t"></form>'
        '<script nonce="N0nce" src="/x.js"></script><a href="#a">A</a>'
        '<svg viewBox="0 0 1 1"><title>Peta</title><a href="/x" aria-label="Satu"><path d="M0 0"/></a></svg>'
    )
    assert found(body) == []


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("<h1>Dua</h1>", "2 h1"),
        ("<h4>Lompat</h4>", "h4 after h2"),
        ('<p id="a"></p><p id="a"></p>', "id 'a' stands 2 times"),
        ('<input id="a" name="a">', "no label"),
        ('<label for="b">B</label>', "names 'b'"),
        ('<input aria-label="A" aria-describedby="zz">', "names 'zz'"),
        ('<button type="button"><svg></svg></button>', "button without a name"),
        ("<button>Kirim</button>", "has no type"),
        ('<form method="get"></form>', "without an action"),
        ('<form method="post" action="/x"></form>', "no CSRF token"),
        ('<form method="post" action="/x"><input type="hidden" name="csrf_token"></form>', "no CSRF token"),
        ("<table><tr><th>A</th></tr></table>", "without a caption"),
        ("<table><caption>T</caption><tr><th>A</th></tr></table>", "no scope"),
        ('<p style="color:red">x</p>', "inline style"),
        ('<p onclick="x()">x</p>', "handler onclick"),
        ("<style>p{}</style>", "<style> element"),
        ("<svg><style>p{}</style></svg>", "<style> element"),
        ("<script>1</script>", "without the nonce"),
        ('<a href="javascript:x()">x</a>', "javascript:"),
        ('<a href="#tiada">x</a>', "no place #tiada"),
        ('<a href="">x</a>', "leads nowhere"),
        ('<a href="/x"></a>', "has no name"),
        ('<img src="/x.png">', "without alt"),
        ("<p>Halo {{ nama }}</p>", "placeholder"),
        ("<p>%(n)s TPS</p>", "placeholder"),
        ("<p>None</p>", "says None"),
        ("<p><div></div></p>", "end-tag"),
    ],
)
def test_each_fault_is_found(body, says):
    assert any(says in fault for fault in found(body)), found(body)


def test_a_page_without_language_title_or_h1():
    wrong = found(
        "",
        page="<!doctype html><html><head><title>· electsys</title></head><body><main>{}</main></body></html>",
    )
    assert {"no language", "0 h1"} <= set(wrong) and any("no title" in w for w in wrong)


def test_dead_links_are_found(app):
    assert any("answers 404" in w for w in found('<a href="/tidak/ada/di/sini">x</a>', url_map=app.url_map))
    assert found('<a href="/bantuan">x</a>', url_map=app.url_map) == []


def test_forms_that_nothing_takes_are_found(app):
    form = '<form method="{}" action="{}"><input type="hidden" name="csrf_token" value="t"></form>'
    assert found(form.format("get", "/bantuan"), url_map=app.url_map) == []
    assert any("answered 405" in w for w in found(form.format("post", "/bantuan"), url_map=app.url_map))
    assert any("answered 404" in w for w in found(form.format("post", "/tidak/ada"), url_map=app.url_map))


def show(app, monkeypatch, body, **headers):
    """What /bantuan answers, for one test."""
    monkeypatch.setitem(app.view_functions, "web.help_page", lambda: (body, 200, headers))


def test_the_client_reads_the_pages_that_it_opens(app, client, monkeypatch):
    show(app, monkeypatch, GOOD.replace("{}", "<h1>Dua</h1>"))
    with pytest.raises(AssertionError, match=r"/bantuan \(200\):\n  2 h1"):
        client.get("/bantuan")
    assert client.get("/bantuan", check=False).status_code == 200


def test_a_page_in_pieces_is_read_too(app, client, monkeypatch):
    before, after = GOOD.split("{}")
    show(app, monkeypatch, iter([before, "<h1>Dua</h1>", after]))
    with pytest.raises(AssertionError, match="2 h1"):
        client.get("/bantuan")


def test_a_download_is_no_page(app, client, monkeypatch):
    show(app, monkeypatch, "<h1>", **{"Content-Disposition": "attachment; filename=a.html"})
    assert client.get("/bantuan").text == "<h1>"


def test_queries_are_counted(session):
    with count_queries(2):
        session.execute(text("select 1"))
        session.execute(text("select 2"))
    with pytest.raises(AssertionError, match="2 queries, at most 1"), count_queries(1):
        session.execute(text("select 1"))
        session.execute(text("select 2"))


def test_a_form_with_an_unknown_field_is_a_mistake_of_the_test(client):
    with pytest.raises(AssertionError, match="no field"):
        client.submit(client.get("/pola"), "pola", tiada="x")
