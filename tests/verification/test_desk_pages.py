"""The pages of the desk: what they show, what a form and a script get, what a second look hides."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import select

from electsys.verification.models import VerificationItem
from electsys.verification.operations import desk
from electsys.verification.registry import JUDGE, READ
from tests.pages import Html, count_queries
from tests.verification.conftest import ACTOR, DONE, UJI, open_some, photo

Item = VerificationItem
JSON = {"Accept": "application/json"}


@pytest.fixture
def me(client, login, verifier, session):
    """A verifier of 1201, signed in."""
    account, actor = verifier()
    login(client, account)
    return account, actor


def items(session):
    return session.scalars(select(Item).where(Item.queue == "uji").order_by(Item.id)).all()


def test_without_items_every_page_says_what_comes_next(client, me):
    assert "Belum ada antrean" in client.get("/verifikasi").text
    assert "Belum ada butir" in client.get("/verifikasi/uji").text
    assert "Belum ada butir" in client.get("/verifikasi/uji/meja").text
    assert client.get("/verifikasi/entah").status_code == 404


def test_the_work_list_says_how_far_it_is(client, session, me):
    open_some(3, party=3)
    desk.decide(UJI, items(session)[0], "bms", actor=me[1], reason="buram")
    session.commit()
    page = Html(client.get("/verifikasi").text)
    assert "2 menunggu" in page.text()
    assert "kira-kira 2 jam lagi" in page.text()
    listed = Html(client.get("/verifikasi/uji").text)
    assert "Partai 3" in listed.text()
    assert "Tapanuli Tengah" in listed.text()
    assert "Dokumen tidak terbaca" in listed.text()
    narrowed = client.get("/verifikasi/uji?bagian=saya&unduh=csv").text
    assert len(narrowed.splitlines()) == 2
    assert len(client.get("/verifikasi/uji?status=menunggu&unduh=csv").text.splitlines()) == 3


def test_by_form_alone_a_queue_is_cleared(client, session, me):
    subjects = open_some(2)
    photo(session, subjects[0])
    begun = client.get("/verifikasi/uji/meja")
    assert "Ambil butir pertama" in begun.text
    took = client.post("/verifikasi/uji/meja")
    page = client.get(took.location)
    assert "SITTI" in page.text and "berbeda" in page.text
    first = next(i for i in items(session) if i.claimed_by == me[0].id)
    answer = client.post(f"/verifikasi/butir/{first.id}/putus", data={"putusan": "bms"})
    assert answer.location.endswith(f"butir={first.id}")
    assert "Pilih alasan" in client.get(answer.location).text
    answer = client.post(f"/verifikasi/butir/{first.id}/putus", data={"putusan": "bms", "alasan": "buram"})
    assert {subjects[0]: "bms"} == DONE
    page = client.get(answer.location)
    assert f"butir {first.id + 1}" in page.text
    assert "Urungkan" in page.text
    undone = client.post(f"/verifikasi/butir/{first.id}/batal")
    assert undone.location.endswith(f"butir={first.id}")
    assert DONE == {}
    client.post(f"/verifikasi/butir/{first.id}/putus", data={"putusan": "ms"})
    last = client.post(f"/verifikasi/butir/{first.id + 1}/putus", data={"putusan": "tms", "alasan": "palsu"})
    assert "Tidak ada lagi butir" in client.get(last.location).text
    assert {subjects[0]: "ms", subjects[1]: "tms"} == DONE


def test_a_script_has_the_next_beside_the_one_on_the_desk(client, session, me):
    subjects = open_some(3)
    photo(session, subjects[1])
    first = client.post("/verifikasi/uji/meja", headers=JSON).json
    second = client.post("/verifikasi/uji/meja", data={"samping": first["id"]}, headers=JSON).json
    assert second["id"] == first["id"] + 1
    assert f"/verifikasi/butir/{second['id']}/berkas/0/1.jpg" in second["html"]
    again = client.post("/verifikasi/uji/meja", data={"samping": first["id"]}, headers=JSON).json
    assert again["id"] == second["id"], "what is held comes back, and no third is taken"
    wrong = client.post(f"/verifikasi/butir/{first['id']}/putus", data={"putusan": "tms"}, headers=JSON)
    assert wrong.status_code == 422
    assert "Pilih alasan" in wrong.json["title"]
    done = client.post(f"/verifikasi/butir/{first['id']}/putus", data={"putusan": "ms"}, headers=JSON).json
    assert done["waiting"] == "2"
    back = client.post(done["undo"], headers=JSON).json
    assert back["id"] == first["id"]
    held = client.post(f"/verifikasi/butir/{first['id']}/pegang", headers=JSON)
    assert held.json["until"]
    later = client.post(f"/verifikasi/butir/{first['id']}/nanti", headers=JSON)
    assert later.json["done"] == first["id"]
    third = client.post("/verifikasi/uji/meja", data={"samping": second["id"]}, headers=JSON).json
    assert third["id"] == first["id"] + 2, "what was put off is passed over"
    rest = {"samping": [second["id"], third["id"]]}
    assert client.post("/verifikasi/uji/meja", data=rest, headers=JSON).json["id"] is None
    afresh = client.post("/verifikasi/uji/meja", data=rest | {"ulang": "1"}, headers=JSON).json
    assert afresh["id"] == first["id"]


def test_pages_are_drawn_here(client, session, me):
    [subject] = open_some(1)
    photo(session, subject, width=3000, height=1000)
    [item] = items(session)
    answer = client.get(f"/verifikasi/butir/{item.id}/berkas/0/1.jpg")
    assert answer.mimetype == "image/jpeg"
    assert Image.open(io.BytesIO(answer.data)).size == (1500, 500)
    assert client.get(f"/verifikasi/butir/{item.id}/berkas/0/2.jpg", check=False).status_code == 404
    assert client.get(f"/verifikasi/butir/{item.id}/berkas/1/1.jpg", check=False).status_code == 404


def test_a_pdf_is_shown_page_by_page(client, session, me):
    from electsys.documents import store_file
    from tests.verification.conftest import FILES

    [subject] = open_some(1)
    out = io.BytesIO()
    sheets = [Image.new("RGB", (300, 400), colour) for colour in ("white", "red")]
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:])
    out.seek(0)
    FILES[subject] = store_file(out, name="sk.pdf", kind="document", actor=ACTOR)
    [item] = items(session)
    page = client.get(f"/verifikasi/butir/{item.id}").text
    assert "2 halaman" in page
    drawn = Image.open(io.BytesIO(client.get(f"/verifikasi/butir/{item.id}/berkas/0/2.jpg").data))
    assert drawn.width == 1500
    red, green, _blue = drawn.getpixel((700, 900))
    assert red > 200 and green < 60


def test_an_item_tells_its_past_but_not_to_who_looks_again(client, session, election, me, login, verifier):
    open_some(1)
    [item] = items(session)
    desk.decide(UJI, item, "tms", actor=me[1], reason="palsu", note="Stempel lain.")
    session.commit()
    page = client.get(f"/verifikasi/butir/{item.id}").text
    assert "tidak memenuhi syarat" in page and "Stempel lain." in page and "bukan milik partai ini" in page
    drawn = client.post("/verifikasi/uji/periksa-kedua", data={"wilayah": "1201", "undian": "7351"})
    assert drawn.status_code == 302
    assert "7351" in client.get(drawn.location).text
    other, _actor = verifier()
    login(client, other)
    blind = client.get(f"/verifikasi/butir/{item.id}").text
    assert "Stempel lain." not in blind and "bukan milik partai ini" not in blind
    assert "putusan pertama tidak ditampilkan" in blind
    assert "Stempel" not in client.get("/verifikasi/uji").text
    took = client.post("/verifikasi/uji/meja", data={"kedua": "1"})
    assert "periksa kedua" in client.get(took.location).text
    client.post(f"/verifikasi/butir/{item.id}/putus", data={"kedua": "1", "putusan": "ms"})
    session.refresh(item)
    assert (item.state, item.second_state) == ("tms", "ms")
    assert "Beda pendapat" in client.get(f"/verifikasi/butir/{item.id}").text
    assert f">{item.id}<" in client.get("/verifikasi/uji?bagian=beda").text
    login(client, verifier()[0])
    settled = client.post(f"/verifikasi/butir/{item.id}/selesai", data={"putusan": "ms", "catatan": "Asli."})
    assert "Asli." in client.get(settled.location).text
    session.refresh(item)
    assert item.state == "ms"


def test_a_draw_without_a_number_is_told_at_its_field(client, session, me):
    open_some(1)
    session.commit()
    answer = client.post("/verifikasi/uji/periksa-kedua", data={"wilayah": "1201", "undian": ""})
    assert answer.status_code == 422
    answer = client.post("/verifikasi/uji/periksa-kedua", data={"wilayah": "1201", "undian": "77"})
    assert answer.status_code == 422
    assert "Belum ada putusan baru" in answer.text


def test_who_only_reads_sees_no_desk(client, session, login, make_account):
    open_some(1)
    login(client, make_account(permissions=[READ], region="1201"))
    assert "Ke meja" not in client.get("/verifikasi").text
    assert client.get("/verifikasi/uji/meja", check=False).status_code == 403
    login(client, make_account(permissions=[JUDGE], region="3171"))
    assert client.post("/verifikasi/uji/meja", headers=JSON).json["id"] is None


def test_the_pages_ask_a_bounded_number_of_questions(client, session, me):
    for party in (3, 4, 5):
        open_some(20, party=party)
    session.commit()
    with count_queries(30):
        client.get("/verifikasi/uji")
    with count_queries(22):
        client.post("/verifikasi/uji/meja", headers=JSON)
