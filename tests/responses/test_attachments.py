"""Files of public responses: sealed on every disk, read with the reader's name over them, never unseen."""

from __future__ import annotations

import io
import random

import pypdfium2
import pytest
from PIL import Image, ImageChops
from sqlalchemy import select

from electsys.documents import kinds, open_file, store_file
from electsys.documents.models import StoredFile
from electsys.documents.sealing import MAGIC
from electsys.documents.store import current
from electsys.documents.watermarks import LARGEST, watermarked
from electsys.errors import Refused
from electsys.ledger import Act, Actor
from electsys.privacy import operations as budget
from electsys.responses import operations
from electsys.responses.models import ResponseFile
from tests.responses.test_responses import receive

WORDS = "TGP-2026-000042 dibuka petugas.uji, 26 November 2026 10.00 WIB"


def photo(form="JPEG", size=(600, 400), exif=False):
    """A photo of noise, so that nothing of it can be guessed; a maker's note in it where ``exif``."""
    noise = random.Random(7).randbytes(size[0] * size[1] * 3)
    image, content = Image.frombytes("RGB", size, noise), io.BytesIO()
    made = Image.Exif()
    if exif:
        made[0x010F] = "KAMERA RAHASIA"
    image.save(content, form, exif=made)
    content.seek(0)
    return content


def paper(pages=2):
    import typst

    source = "#set page(width: 300pt, height: 400pt)\nNIK 1201014108900007" + "#pagebreak()\nLagi" * (
        pages - 1
    )
    return io.BytesIO(typst.compile(source.encode(), format="pdf"))


def on_disk(stored):
    with current().open(stored.sha256) as file:
        return file.read()


@pytest.mark.parametrize(
    ("given", "name", "media"),
    [
        (lambda: photo("JPEG"), "ktp.jpg", kinds.JPEG),
        (lambda: photo("PNG"), "ktp.png", kinds.PNG),
        (paper, "surat.pdf", kinds.PDF),
    ],
)
def test_what_comes_with_a_response_lies_sealed(session, given, name, media):
    content = given().getvalue()
    [stored] = receive(files=[(io.BytesIO(content), name)]).response.files
    assert (stored.media_type, stored.kind) == (media, operations.FILES)
    assert stored.sealed is not None
    kept = on_disk(stored)
    assert kept.startswith(MAGIC)
    assert content[100:200] not in kept
    with open_file(stored) as file:
        opened = file.read()
    assert len(opened) == stored.size
    if media == kinds.PDF:
        assert opened == content
    else:
        shown, given_ = Image.open(io.BytesIO(opened)), Image.open(io.BytesIO(content))
        assert ImageChops.difference(shown.convert("RGB"), given_.convert("RGB")).getbbox() is None


def test_a_sealed_photo_is_cleaned_and_sealed_anew_under_another_key(session, monkeypatch):
    from electsys.documents.operations import files

    made = []
    real = files.new_key
    monkeypatch.setattr(files, "new_key", lambda: made.append(real()) or made[-1])
    content = photo(exif=True).getvalue()
    assert b"KAMERA RAHASIA" in content
    [stored] = receive(files=[(io.BytesIO(content), "ktp.jpg")]).response.files
    with open_file(stored) as file:
        assert b"KAMERA RAHASIA" not in file.read()
    assert len(set(made)) == 2  # one nonce never seals two contents
    assert files.key_of(stored) == made[1]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (photo().getvalue()[:20_000], "rusak atau terpotong"),
        (b"%PDF-1.7\nbukan", "rusak"),
        (b"MZ" + bytes(100), "tidak dikenali|diterima"),
        (b"", "kosong"),
    ],
)
def test_a_sealed_file_is_inspected_like_any_other(session, content, said):
    with pytest.raises(Refused, match=said):
        receive(files=[(io.BytesIO(content), "ktp.jpg")])


def test_a_sealed_pdf_with_a_script_is_refused(session):
    from tests.documents.test_activity import changed, on_open

    with pytest.raises(Refused, match="skrip"):
        receive(files=[(io.BytesIO(changed(on_open)), "surat.pdf")])


# --- the door ---------------------------------------------------------------------------------------


@pytest.fixture
def held(client, session, login, officer):
    """A response with a photo, and its officer at the door."""
    row = receive(files=[(photo(), "ktp.jpg")]).response
    session.commit()
    login(client, officer)
    return row, row.files[0], f"/kelola/tanggapan/{row.id}/berkas/{row.files[0].id}"


def test_the_door_marks_the_copy_counts_it_and_writes_it_down(client, session, officer, held):
    row, stored, address = held
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "image/jpeg"
    with open_file(stored) as file:
        original = Image.open(io.BytesIO(file.read())).convert("RGB")
    shown = Image.open(io.BytesIO(answer.get_data())).convert("RGB")
    assert shown.size == original.size
    assert answer.get_data() != original.tobytes()
    act = session.scalars(select(Act).where(Act.verb == "responses:file:read")).one()
    assert (act.account_id, act.subject, act.region) == (
        officer.id,
        f"public_response:{row.id}",
        row.region,
    )
    assert act.details == {"file": stored.id}
    assert budget.used_today(officer.id) == 1


def test_beyond_the_budget_no_file_is_opened(app, client, session, held, monkeypatch):
    _row, _stored, address = held
    monkeypatch.setitem(app.config, "PRIVACY_MINUTE_ROWS", 1)
    client.get(address).close()
    refused = client.get(address)
    assert refused.status_code == 429
    assert b"Terlalu cepat" in refused.get_data()
    session.expire_all()
    assert len(session.scalars(select(Act).where(Act.verb == "responses:file:read")).all()) == 1


def test_the_page_says_that_opening_is_kept(client, held):
    row, _stored, _address = held
    assert "setiap pembukaan tercatat" in client.get(f"/kelola/tanggapan/{row.id}").text


def test_a_file_from_before_still_opens(client, session, held, monkeypatch):
    """A row without an envelope lies as it came, and goes out through the same door."""
    from dataclasses import replace

    row, _stored, _address = held
    monkeypatch.setitem(kinds.ALL, operations.FILES, replace(kinds.ALL[operations.FILES], sealed=False))
    old = store_file(photo("PNG"), name="lama.png", kind=operations.FILES, actor=Actor(None, "publik"))
    session.add(ResponseFile(response_id=row.id, file_id=old.id))
    session.commit()
    monkeypatch.undo()
    assert old.sealed is None
    assert not on_disk(old).startswith(MAGIC)
    answer = client.get(f"/kelola/tanggapan/{row.id}/berkas/{old.id}")
    assert answer.status_code == 200
    assert Image.open(io.BytesIO(answer.get_data())).size == (600, 400)
    assert session.get(StoredFile, old.id).sealed is None


# --- the watermark ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "media"), [("JPEG", kinds.JPEG), ("PNG", kinds.PNG)])
@pytest.mark.parametrize("size", [(8, 8), (60, 900), (1600, 900)])
def test_a_picture_bears_the_words_all_over(form, media, size):
    white, plain = io.BytesIO(), Image.new("RGB", size, "white")
    plain.save(white, form)
    marked = Image.open(io.BytesIO(watermarked(white.getvalue(), media, WORDS)))
    assert (marked.format, marked.size) == (form, size)
    if min(size) < 50:
        return
    width, height = size
    for x in (0, width // 2):
        for y in (0, height // 2):
            part = marked.convert("L").crop((x, y, x + width // 2, y + height // 2))
            assert part.getextrema()[0] < 200, (x, y)


def test_a_large_picture_is_made_smaller_and_a_clear_one_white():
    content = io.BytesIO()
    Image.new("RGBA", (LARGEST + 500, 40), (0, 0, 0, 0)).save(content, "PNG")
    marked = Image.open(io.BytesIO(watermarked(content.getvalue(), kinds.PNG, WORDS)))
    assert marked.size[0] == LARGEST
    assert marked.convert("L").getextrema()[1] > 240


def test_a_turned_photo_is_shown_upright():
    content, exif = io.BytesIO(), Image.Exif()
    exif[274] = 6
    Image.new("RGB", (300, 200), "white").save(content, "JPEG", exif=exif)
    marked = Image.open(io.BytesIO(watermarked(content.getvalue(), kinds.JPEG, WORDS)))
    assert marked.size == (200, 300)


def test_every_page_of_a_paper_bears_the_words_and_keeps_its_text():
    marked = pypdfium2.PdfDocument(watermarked(paper().getvalue(), kinds.PDF, WORDS))
    try:
        texts = [page.get_textpage().get_text_range() for page in marked]
    finally:
        marked.close()
    assert len(texts) == 2
    assert all("petugas.uji" in text for text in texts)
    assert "1201014108900007" in texts[0]


def test_what_is_no_picture_and_no_paper_is_a_mistake():
    with pytest.raises(ValueError, match="no watermark"):
        watermarked(b"nik\n1\n", kinds.CSV, WORDS)
