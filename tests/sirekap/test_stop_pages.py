"""The pages of publication: a stop is asked here and ordered by somebody else."""

from __future__ import annotations

import pytest

NOTICE = "Kunci log diganti; publikasi berlanjut pukul 20.00 WIB."
PAGE = "/publikasi/pemilu-2024"


@pytest.fixture
def members(make_account):
    return [make_account(role="anggota_kpu_ri") for _ in range(2)]


def test_one_asks_another_orders_and_ends(app, session, client, login, members):
    one, other = members
    login(client, one)
    assert client.get("/publikasi").headers["Location"].endswith(PAGE)
    assert client.post(PAGE, data={"notice": "pendek"}).status_code == 422
    assert client.post(PAGE, data={"notice": NOTICE}).status_code == 302
    page = client.get(PAGE).text
    assert "menunggu orang kedua" in page and "Hentikan publikasi" not in page
    assert client.post("/publikasi/penghentian/1/order").status_code in (403, 404)
    second = app.test_client()
    login(second, other)
    page = second.get(PAGE)
    assert "Hentikan publikasi" in page.text
    address = page.text.partition("/publikasi/penghentian/")[2].partition("/")[0]
    assert second.post(f"/publikasi/penghentian/{address}/order").status_code == 302
    page = second.get(PAGE).text
    assert "berlaku" in page and NOTICE in page
    assert client.post(f"/publikasi/penghentian/{address}/order").status_code in (403, 409)
    assert second.post(f"/publikasi/penghentian/{address}/end").status_code == 302
    assert "Ajukan penghentian publikasi" in second.get(PAGE).text
