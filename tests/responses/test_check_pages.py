"""Public checks over HTTP: the page, the endpoint, and what neither of them tells."""

from __future__ import annotations

import logging
import re

import pytest
from sqlalchemy import func, select

from electsys.ledger import Act
from electsys.responses.models import RateBucket
from tests.pages import Html, count_queries
from tests.responses import toy

WRONG_DAY = "1990-08-02"


def ask(client, solved=None, **given):
    body = {"nik": toy.NIK, "tanggal_lahir": toy.BORN} | given | (solved or {})
    return client.post("/api/cek/uji", json={k: v for k, v in body.items() if v is not None}, csrf=False)


def test_a_program_asks_and_is_told(client, solved):
    answer = ask(client, solved())
    assert answer.status_code == 200
    assert answer.json == {"ditemukan": True, "data": {"nama": "S*** R********", "tps": "TPS 001 Sarudik"}}
    assert answer.headers["Cache-Control"] == "no-store"
    named = ask(client, solved(), tanggal_lahir=None, nama="Siti  rahmawati, S.Pd.")
    assert named.data == answer.data


def test_an_unknown_nik_and_a_wrong_pair_are_one_answer(client, solved):
    """NA-23: the same status, headers and bytes."""
    unknown = ask(client, solved(), nik=toy.OTHER_NIK)
    wrong = ask(client, solved(), tanggal_lahir=WRONG_DAY)
    other_name = ask(client, solved(), tanggal_lahir=None, nama="Siti Aminah")
    assert unknown.data == wrong.data == other_name.data == b'{"ditemukan":false}'
    assert unknown.status_code == wrong.status_code == 200

    def told(answer):
        return {
            k: v
            for k, v in answer.headers.items()
            if k not in ("X-Request-ID", "Content-Security-Policy", "Set-Cookie")
        }

    assert told(unknown) == told(wrong) == told(other_name)


def plain(page):
    """A page without what is chance in every page: nonce, token, number of the request."""
    text = re.sub(r'nonce="[^"]*"', "", page.text)
    text = re.sub(r'name="csrf_token"[^>]*', "", text)
    return re.sub(r"[0-9a-f]{32}", "", text)


def test_the_page_says_the_same_of_both_too(client):
    form = client.get("/cek/uji")
    unknown = client.submit(form, nik=toy.OTHER_NIK, lahir="01-08-1990")
    wrong = client.submit(form, nik=toy.NIK, lahir="02-08-1990")
    assert (unknown.status_code, wrong.status_code) == (200, 200)
    assert plain(unknown) == plain(wrong)
    assert "tidak ditemukan" in unknown.text and toy.NIK not in wrong.text


def test_a_person_asks_and_is_told(client):
    form = client.get("/cek/uji")
    assert "no-store" in form.headers["Cache-Control"]
    answer = client.submit(form, nik="1201 0141 0890 0007", lahir="1/8/1990")
    assert answer.status_code == 200
    assert "TPS 001 Sarudik" in answer.text and "S*** R********" in answer.text
    assert toy.NIK not in answer.text and answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"nik": "123", "lahir": "01-08-1990"}, "NIK harus 16 angka."),
        ({"nik": "12010141089000O7", "lahir": "01-08-1990"}, "NIK hanya boleh berisi angka"),
        ({"nik": "", "lahir": "01-08-1990"}, "Wajib diisi."),
        ({"nik": toy.NIK, "lahir": "", "nama": ""}, "Isi tanggal lahir, atau nama lengkap"),
        ({"nik": toy.NIK, "lahir": "31-02-1990"}, "Tulis tanggal lahir seperti 17-08-1990."),
        ({"nik": toy.NIK, "lahir": "01-08-2190"}, "Tulis tanggal lahir seperti 17-08-1990."),
    ],
)
def test_the_form_says_what_is_wrong_and_costs_nothing(client, session, typed, said):
    form = client.get("/cek/uji")
    answer = client.submit(form, **typed)
    assert answer.status_code == 422 and said in answer.text
    assert session.scalar(select(func.count()).select_from(RateBucket)) == 0


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"nik": "123"}, 422),
        ({"nik": 1201014108900007}, 422),
        ({"nik": None}, 422),
        ({"tanggal_lahir": "kemarin"}, 422),
        ({"tanggal_lahir": None}, 422),
        ({"tanggal_lahir": None, "nama": ["Siti"]}, 422),
        ({"tantangan": "bukan", "jawaban": "1"}, 409),
    ],
)
def test_the_endpoint_refuses_what_it_cannot_read(client, given, status):
    answer = ask(client, **given)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json" and answer.json["title"]


def test_only_json_is_read(client):
    """A page elsewhere can send a form without asking, but not JSON."""
    answer = client.post("/api/cek/uji", data={"nik": toy.NIK, "tanggal_lahir": toy.BORN}, csrf=False)
    assert answer.status_code == 415
    sent = client.post("/api/cek/uji", data="[1]", content_type="application/json", csrf=False)
    assert sent.status_code == 400
    assert client.get("/cek/tidak-ada").status_code == 404
    assert client.post("/api/cek/tidak-ada", json={}, csrf=False).status_code == 404


def test_a_bot_is_turned_away_in_plain_words(client):
    answers = [ask(client) for _n in range(5)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429, 429]
    last = answers[-1]
    assert 0 < int(last.headers["Retry-After"]) <= 7200
    assert "jam lagi" in last.json["detail"] or "menit lagi" in last.json["detail"]
    page = client.submit(client.get("/cek/uji"), nik=toy.NIK, lahir="01-08-1990")
    assert page.status_code == 429 and page.headers["Retry-After"] == last.headers["Retry-After"]
    assert "Terlalu banyak pertanyaan" in page.text and "PPS" in page.text


def test_a_proof_opens_the_wider_limit_and_counts_once(client, solved):
    proof = solved()
    assert ask(client, proof).status_code == 200
    again = ask(client, proof)
    assert again.status_code == 409 and "pernah dipakai" in again.json["title"]
    assert [ask(client, solved()).status_code for _n in range(9)] == [200] * 9


def test_a_browser_is_one_device(client, app, solved):
    """The cookie of the first page bounds the browser well inside what its address may."""
    page = client.get("/cek/uji")
    cookie = next(c for c in page.headers.getlist("Set-Cookie") if c.startswith("perangkat="))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Max-Age=86400" in cookie
    assert not any(
        c.startswith("perangkat=") for c in client.get("/cek/uji").headers.getlist("Set-Cookie")
    ), "a browser keeps its number"
    assert [ask(client, solved()).status_code for _n in range(13)] == [200] * 12 + [429]
    stranger = app.test_client(use_cookies=False)
    given = stranger.get("/api/cek/uji/tantangan").json
    assert given["bit"] > app.config["CHECK_WORK_BITS"], "the address has been busy"


def test_addresses_come_through_trusted_proxies_only(client, session):
    """Without a trusted proxy a header makes nobody somebody else."""
    for n in range(4):
        client.post(
            "/api/cek/uji",
            json={"nik": toy.NIK, "tanggal_lahir": toy.BORN},
            headers={"X-Forwarded-For": f"203.0.113.{n}"},
            csrf=False,
        )
    buckets = session.scalars(select(RateBucket.key).where(RateBucket.bucket == "cek/alamat")).all()
    assert len(buckets) == 1


def test_no_number_reaches_logs_addresses_or_the_trail(client, session, solved, caplog):
    caplog.set_level(logging.DEBUG)
    before = session.scalar(select(func.count()).select_from(Act))
    ask(client, solved())
    ask(client, solved(), nik="12010141089000071")
    client.submit(client.get("/cek/uji"), nik=toy.NIK, lahir="01-08-1990")
    assert toy.NIK not in caplog.text and toy.BORN not in caplog.text
    assert session.scalar(select(func.count()).select_from(Act)) == before
    page = Html(client.get("/cek/uji").text)
    assert page.form().get("method") == "post" and "?" not in page.form().get("action")
    sent = client.get(f"/cek/uji?nik={toy.NIK}")
    assert sent.status_code == 302 and sent.location == "/cek/uji"


def test_the_endpoint_is_light(client, solved):
    """No session is read or written, and no statement but the one goes to the database."""
    proof = solved()
    with count_queries(0):
        answer = ask(client, proof)
    assert answer.status_code == 200 and "Set-Cookie" not in answer.headers


def test_the_page_of_all_checks_lists_them(client):
    page = client.get("/cek")
    assert {"Cek daftar uji", "Siapa melihat data saya", "Keberatan atas daftar uji"} <= {
        Html(page.text).text(h) for h in Html(page.text).all("h3")
    }
