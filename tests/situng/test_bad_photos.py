"""What is no photo of this form comes to the desk: the person is told, and nothing is lost or counted."""

from __future__ import annotations

import io
import struct
import zlib

import cv2
import numpy as np
import pytest
from sqlalchemy import func, select

from electsys.errors import Refused
from modules.situng.demo import clean_form
from modules.situng.layouts import FormKey, qr_text
from modules.situng.models import Capture, FormPhoto
from modules.situng.operations.batches import FileFacts, confirm_and_apply
from modules.situng.operations.captures import submit_entry
from modules.situng.operations.corrections import propose_correction
from modules.situng.queries.forms import tps_form
from modules.situng.simulated import photos
from tests.situng.conftest import CLEAN
from tests.situng.test_capture import A, B, as_actor
from tests.situng.test_entry_pages import DESK, hidden


@pytest.fixture
def desk(app, session, make_account, login):
    """Sends a photo to the desk of a TPS, and gives the page that is shown then."""
    account = make_account(role="operator_kpu_kabko", region="1201")
    session.commit()
    client = app.test_client()
    login(client, account)

    def send(content, code=A, name="foto.jpg", page=1):
        token = hidden(client.get(f"{DESK}/{code}"), "csrf_token")
        return client.post(
            f"{DESK}/{code}/foto",
            data={"csrf_token": token, "page": str(page), "photo": (io.BytesIO(content), name)},
            follow_redirects=True,
        )

    send.account = account
    return send


def kept(session):
    return session.scalar(select(func.count()).select_from(FormPhoto))


def jpeg(pixels):
    return bytes(cv2.imencode(".jpg", pixels)[1])


def cat():
    """Fur, two eyes, no form: noise with two circles."""
    picture = np.random.default_rng(7).integers(90, 160, (600, 800, 3), np.uint8)
    for x in (300, 500):
        cv2.circle(picture, (x, 260), 40, (20, 200, 220), -1)
    return jpeg(picture)


def coded(key):
    """A sheet that bears the code of some form."""
    import segno

    out = io.BytesIO()
    segno.make(qr_text(key), error="m", micro=False).save(out, kind="png", scale=8, border=6)
    return out.getvalue()


def test_a_photo_of_a_cat_is_kept_and_the_person_told(session, desk, count):
    page = desk(cat())
    assert page.status_code == 200
    assert "kode QR formulir tidak terlihat" in page.text and "kirim foto yang benar" in page.text
    [photo] = session.scalars(select(FormPhoto)).all()
    assert photo.seen_tps is None
    from modules.situng.operations.readings import read_photo

    read_photo(photo.province, photo.id)
    session.commit()
    again = desk(cat())
    assert "sudah diterima sebelumnya" in again.text and kept(session) == 1
    assert "Tidak ada formulir yang dikenali" in again.text, "the machine's word stands beside the photo"


def test_a_photo_of_another_tps_keeps_the_numbers_out(session, desk, count, make_account):
    of_b = photos(count, B, clean_form(count, B))[0]
    page = desk(of_b)
    assert f"menunjuk TPS {B}" in page.text and "bukan TPS ini" in page.text
    row = session.scalars(select(Capture)).one()
    submit_entry(row, CLEAN, actor=as_actor(desk.account))
    other = as_actor(make_account(role="operator_kpu_kabko", region="1201"))
    submit_entry(row, CLEAN, actor=other, reasons={"W.121:bacaan": "Sesuai kertas"})
    assert (row.state, row.faults) == ("anomali", ["F.120:qr"])


def test_the_same_photo_for_another_form(session, desk, count):
    mine = photos(count, A, clean_form(count, A))[0]
    assert "Foto halaman 1 tersimpan" in desk(mine).text
    assert "sudah diterima sebelumnya" in desk(mine).text
    other = desk(mine, code=B)
    assert f"sudah diterima untuk TPS {A}" in other.text and "Potret formulir TPS ini" in other.text
    assert kept(session) == 1


def test_a_form_of_another_election_or_contest(session, desk, count):
    other = FormKey(count.election_id + 1, "ppwp", A, 1, 2, "AAA")
    assert "halaman formulir pemilu lain" in desk(coded(other), name="a.png").text
    contest = FormKey(count.election_id, "dpr", A, 1, 2, "AAA")
    assert "halaman formulir pemilihan lain" in desk(coded(contest), name="b.png").text
    assert kept(session) == 0


def bomb(width=10_000, height=6_000):
    """A PNG that promises sixty million pixels in a few kilobytes."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((width // 8 + 1) * height), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_bomb_of_sixty_million_pixels_is_refused_by_its_header(session, desk):
    content = bomb()
    assert len(content) < 100_000
    page = desk(content, name="besar.png")
    assert "50" in page.text and "piksel" in page.text and kept(session) == 0


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "kosong.jpg"),
        (b"kode_tps,suara_1\n1201011001001,17\n", "hasil.jpg"),
        (jpeg(np.full((900, 700, 3), 200, np.uint8))[:400], "terpotong.jpg"),
        (b"%PDF-1.7\n%%EOF", "pindai.pdf"),
    ],
)
def test_what_is_no_picture(session, desk, content, name):
    page = desk(content, name=name)
    assert (page.status_code == 200 and 'class="flash' in page.text) or "alert" in page.text
    assert "Foto halaman" not in page.text and "Traceback" not in page.text and kept(session) == 0


def test_the_right_photo_and_a_correction_let_the_form_count(
    session, desk, count, contest, make_account, second
):
    """Its numbers were right all the time: nobody has to change one for it to be judged again."""
    one, two = as_actor(desk.account), as_actor(make_account(role="operator_kpu_kabko", region="1201"))
    desk(photos(count, B, clean_form(count, B))[0])
    row = session.scalars(select(Capture)).one()
    for person in (one, two):
        submit_entry(row, CLEAN, actor=person, reasons={"W.121:bacaan": "Sesuai kertas"})
    assert row.faults == ["F.120:qr"]

    def correct():
        return propose_correction(
            contest, count, A, cells={n: CLEAN[n] for n in count.model.names},
            votes=[CLEAN[n] for n in count.columns], reason="Foto tertukar, angkanya benar.",
            evidence=FileFacts("bukti.jpg", "0" * 64), actor=one,
        )  # fmt: skip

    with pytest.raises(Refused, match="Tidak ada angka yang berubah"), session.begin_nested():
        correct()
    desk(photos(count, A, clean_form(count, A))[0])
    confirm_and_apply(correct(), actor=second)
    assert tps_form(count, A).state == "diterima"


def test_the_right_photo_mends_the_form(session, desk, count, make_account):
    """A wrong photo of a page is replaced by the right one; the older stays on record."""
    desk(photos(count, B, clean_form(count, B))[0])
    desk(photos(count, A, clean_form(count, A))[0])
    row = session.scalars(select(Capture)).one()
    for person in (as_actor(desk.account), as_actor(make_account(role="operator_kpu_kabko", region="1201"))):
        submit_entry(row, CLEAN, actor=person, reasons={"W.121:bacaan": "Sesuai kertas"})
    assert "F.120:qr" not in row.faults and kept(session) == 2
