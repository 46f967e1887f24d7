"""The inbox page."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from electsys import notices
from electsys.db import db
from electsys.notices import Notice


@pytest.fixture
def me(make_account, client, login):
    account = make_account("operator_kpu_kabko", "1201")
    login(client, account)
    return account


def tell(account, actor, batch=12, link="/bantuan"):
    notices.notify([account], "uji.menunggu", {"batch": batch}, link, actor=actor)
    db.session.commit()  # a refused request must not take it along


def page(client, path="/kotak-masuk"):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_inbox_shows_mine_newest_first(client, session, me, make_account, actor):
    tell(me, actor, 1)
    tell(me, actor, 2)
    tell(make_account(), actor, 3)
    text = page(client)
    assert text.index("Berkas hasil 2 menunggu") < text.index("Berkas hasil 1 menunggu")
    assert "Berkas hasil 3 menunggu" not in text
    assert "2 belum dibaca." in text


def test_opening_a_notice_marks_it_and_leads_to_its_page(client, session, me, actor):
    tell(me, actor)
    notice = session.scalars(select(Notice)).one()
    answer = client.get(f"/kotak-masuk/{notice.id}")
    assert (answer.status_code, answer.location) == (302, "/bantuan")
    session.refresh(notice)
    assert notice.read_at is not None
    assert "Berkas hasil 12" not in page(client, "/kotak-masuk?hanya=belum")
    assert "Semua sudah dibaca." in page(client)


def test_a_foreign_notice_does_not_exist(client, session, me, make_account, actor):
    tell(make_account(), actor)
    notice = session.scalars(select(Notice)).one()
    assert client.get(f"/kotak-masuk/{notice.id}").status_code == 404
    assert client.post(f"/kotak-masuk/{notice.id}/tandai", data={"dibaca": "1"}).status_code == 404
    session.refresh(notice)
    assert notice.read_at is None


def test_the_link_of_a_mail_leads_through_the_log_in(client, session, make_account, actor):
    tell(make_account(), actor)
    notice = session.scalars(select(Notice)).one()
    answer = client.get(f"/kotak-masuk/{notice.id}")
    assert answer.status_code == 302
    assert "/masuk" in answer.location
    assert f"kotak-masuk%2F{notice.id}" in answer.location or f"kotak-masuk/{notice.id}" in answer.location


def test_marking(client, session, me, actor):
    tell(me, actor)
    notice = session.scalars(select(Notice)).one()
    for value, read in (("1", True), ("0", False)):
        answer = client.post(f"/kotak-masuk/{notice.id}/tandai?hanya=belum", data={"dibaca": value})
        assert answer.location == "/kotak-masuk?hanya=belum"
        session.refresh(notice)
        assert (notice.read_at is not None) is read
    assert client.post("/kotak-masuk/tandai-semua").status_code == 302
    session.refresh(notice)
    assert notice.read_at is not None


def test_a_mark_without_its_token_does_nothing(client, session, me, actor):
    tell(me, actor)
    assert client.post("/kotak-masuk/tandai-semua", csrf=False).status_code == 400
    assert notices.unread_count(me.id) == 1


def test_choosing_how_mails_come(client, session, me):
    assert client.post("/kotak-masuk/email", data={"mail": "harian"}).status_code == 302
    assert 'value="harian" id="mail-harian" checked' in page(client)
    assert client.post("/kotak-masuk/email", data={"mail": "kadang"}).status_code == 422


def test_pages(client, session, me, actor):
    for batch in range(31):
        tell(me, actor, batch)
    assert "Berkas hasil 0 menunggu" not in page(client)
    assert "Berkas hasil 0 menunggu" in page(client, "/kotak-masuk?halaman=2")
    assert client.get("/kotak-masuk?hanya=apa").status_code == 404


def test_the_public_has_no_inbox(client, session):
    assert client.get("/kotak-masuk").status_code in (302, 401)


def test_a_kind_that_is_gone_still_opens(client, session, me, actor):
    from electsys.notices.kinds import KINDS

    tell(me, actor)
    kept = KINDS.pop("uji.menunggu")
    try:
        assert "uji.menunggu" in page(client)
    finally:
        KINDS["uji.menunggu"] = kept


def test_what_is_unread_stands_on_the_task_list(client, session, me, actor):
    assert "Baca pemberitahuan baru" not in page(client, "/")
    tell(me, actor)
    assert "Baca pemberitahuan baru" in page(client, "/")
    client.post("/kotak-masuk/tandai-semua")
    assert "Baca pemberitahuan baru" not in page(client, "/")
