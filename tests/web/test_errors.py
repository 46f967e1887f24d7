"""Refusals and failures, for people and for programs."""

from __future__ import annotations

import pytest
from flask import abort

from electsys.db import db
from electsys.errors import Refused
from electsys.identity.access import public
from tests.pages import Html


@pytest.fixture(scope="module")
def faulty(database):
    """An app with routes that fail in every way."""
    from electsys import create_app
    from tests.pages import PageClient

    app = create_app(DATABASE_URL=database)
    app._got_first_request = False

    def say_no():
        raise Refused("Berkas tidak terbaca.", field="file", hint="Simpan sebagai CSV UTF-8.", status=409)

    def crash():
        raise RuntimeError("secret detail")

    def broken_sql():
        from sqlalchemy import text

        db.session.execute(text("select 1/0"))

    for name, view in {"no": say_no, "crash": crash, "sql": broken_sql, "gone": lambda: abort(410)}.items():
        for prefix in ("/uji/", "/api/uji/"):
            app.add_url_rule(prefix + name, f"test{prefix}{name}".replace("/", "_"), public(view))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.test_client_class = PageClient
    yield app
    with app.app_context():
        db.engine.dispose()


def test_a_refusal_shows_what_and_how(faulty):
    answer = faulty.test_client().get("/uji/no")
    page = Html(answer.text)
    assert answer.status_code == 409
    assert page.text(page.one("h1")) == "Berkas tidak terbaca."
    assert "Simpan sebagai CSV UTF-8." in page.text(page.one("main"))


def test_a_program_gets_a_problem(faulty):
    answer = faulty.test_client().get("/api/uji/no")
    assert answer.mimetype == "application/problem+json"
    problem = answer.json
    assert problem.pop("request_id") == answer.headers["X-Request-ID"]
    assert problem == {
        "type": "about:blank",
        "title": "Berkas tidak terbaca.",
        "status": 409,
        "detail": "Orang lain lebih dulu mengubahnya. Muat ulang, lalu periksa lagi.",
        "instance": "/api/uji/no",
        "hint": "Simpan sebagai CSV UTF-8.",
        "field": "file",
    }


@pytest.mark.parametrize("path", ["/uji/crash", "/uji/sql"])
def test_a_fault_of_ours_tells_its_number_and_nothing_else(faulty, path):
    answer = faulty.test_client().get(path)
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] in answer.text
    assert "secret detail" not in answer.text and "division" not in answer.text


def test_a_fault_of_ours_as_a_problem(faulty):
    answer = faulty.test_client().get("/api/uji/crash")
    assert (answer.status_code, answer.json["status"]) == (500, 500)
    assert "secret" not in answer.text


def test_an_unusual_status_has_words_too(faulty):
    answer = faulty.test_client().get("/uji/gone")
    assert answer.status_code == 410 and Html(answer.text).one("h1") is not None


@pytest.mark.parametrize("path", ["/tidak-ada", "/hitung-suara/x/y/z/w"])
def test_not_found(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Halaman tidak ditemukan" in answer.text


def test_not_found_as_json(client):
    assert client.get("/tidak-ada.json").json["status"] == 404
    assert (
        client.get("/tidak-ada", headers={"Accept": "application/json"}).mimetype
        == "application/problem+json"
    )


def test_a_wrong_method_says_which_are_right(client):
    answer = client.post("/bantuan")
    assert answer.status_code == 405 and "GET" in answer.headers["Allow"]


def test_the_way_back_stays_on_this_site(client):
    ours = client.get("/tidak-ada", headers={"Referer": "http://localhost/pola?halaman=2"})
    assert 'href="/pola?halaman=2"' in ours.text
    theirs = client.get("/tidak-ada", headers={"Referer": "http://elsewhere.test/pola"})
    assert "elsewhere" not in theirs.text
