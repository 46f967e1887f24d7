"""What every answer carries, and what nobody gets without a token."""

from __future__ import annotations

import re

import pytest

from electsys import create_app

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-X'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "manifest-src 'self'"
)


@pytest.mark.parametrize("path", ["/", "/bantuan", "/sehat", "/tidak-ada", "/pola", "/aset/x/css/base.css"])
def test_every_answer_carries_the_strict_headers(client, path):
    headers = client.get(path).headers
    assert re.sub(r"nonce-[\w-]{20,}", "nonce-X", headers["Content-Security-Policy"]) == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "microphone=()" in headers["Permissions-Policy"]
    assert re.fullmatch(r"[0-9a-f]{32}", headers["X-Request-ID"])
    assert "Strict-Transport-Security" not in headers


def test_the_nonce_is_new_each_time(client):
    first, second = (client.get("/").headers["Content-Security-Policy"] for _ in range(2))
    assert first != second


def test_a_real_installation_insists_on_https(database):
    app = create_app(DATABASE_URL=database, TESTING=False, DEMO=False, SIGNING="")
    headers = app.test_client().get("/bantuan").headers
    assert headers["Strict-Transport-Security"].startswith("max-age=63072000")
    with app.app_context():
        from electsys.db import db

        db.engine.dispose()


def test_pages_of_those_who_are_logged_in_are_not_kept(client, make_account, login):
    assert client.get("/bantuan").headers["Cache-Control"] == "no-cache"
    assert client.get("/masuk").headers["Cache-Control"] == "private, no-store"
    login(client, make_account())
    answer = client.get("/bantuan")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]
    assert (
        "immutable" in client.get(re.search(r'href="(/aset/[^"]+)"', answer.text)[1]).headers["Cache-Control"]
    )


def test_a_form_without_its_token_is_refused_with_a_way_on(client):
    answer = client.post("/pola", data={}, csrf=False)
    assert answer.status_code == 400
    assert "terlalu lama terbuka" in answer.text


def test_the_number_of_a_request_is_believed_only_from_a_trusted_proxy(client, database):
    assert (
        client.get("/sehat", headers={"X-Request-ID": "given-by-proxy"}).headers["X-Request-ID"]
        != "given-by-proxy"
    )
    app = create_app(DATABASE_URL=database, TRUSTED_PROXIES=1)
    proxied = app.test_client()
    headers = {"X-Request-ID": "given-by-proxy", "X-Forwarded-For": "203.0.113.9"}
    assert proxied.get("/bantuan", headers=headers).headers["X-Request-ID"] == "given-by-proxy"
    headers["X-Request-ID"] = "no spaces\there"
    assert re.fullmatch(r"[0-9a-f]{32}", proxied.get("/bantuan", headers=headers).headers["X-Request-ID"])
    with app.app_context():
        from electsys.db import db

        db.engine.dispose()


def test_open_data_is_the_same_for_everybody(database, app):
    from flask import Response

    from electsys.identity.access import public

    open_app = create_app(DATABASE_URL=database)
    open_app.add_url_rule(
        "/uji.json",
        "uji",
        public(
            lambda: Response(
                "{}", headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=15"}
            )
        ),
    )
    headers = open_app.test_client().get("/uji.json").headers
    assert headers["Cache-Control"] == "max-age=15"
    assert "Cross-Origin-Resource-Policy" not in headers
    with open_app.app_context():
        from electsys.db import db

        db.engine.dispose()
