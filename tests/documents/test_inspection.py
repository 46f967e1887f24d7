"""What must not come in: wrong content, bombs, broken and locked files. Each no says what to do."""

from __future__ import annotations

import contextlib
import io
import struct
import time
import zipfile
import zlib

import pytest
import typst
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from electsys.documents import inspection, kinds, store_file
from electsys.documents.cleaning import Malformed, clean_jpeg, clean_png
from electsys.errors import Refused
from tests.documents.conftest import photo_with_exif, picture

PAGE = b"#set page(width: 5cm, height: 5cm)\nHalo"


def pdf(pages=1) -> bytes:
    return typst.compile(PAGE + b"\n#pagebreak()\nLagi" * (pages - 1), format="pdf")


def xlsx(rows=3) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for n in range(rows):
            sheet.write_row(n, 0, ["1201010001001", n])
    return out.getvalue()


def zipped(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


WORKBOOK = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}


def png_of(width: int, height: int) -> bytes:
    """A PNG that promises a size and holds almost nothing: a pixel flood."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def refusal(data, kind, actor) -> Refused:
    with pytest.raises(Refused) as no:
        store_file(io.BytesIO(data), name="berkas.xlsx", kind=kind, actor=actor)
    assert no.value.hint, "a refusal names the next step"
    return no.value


@pytest.mark.parametrize(
    ("data", "kind", "media"),
    [
        (picture(), "evidence", kinds.JPEG),
        (picture(format="PNG"), "evidence", kinds.PNG),
        (picture(format="JPEG", progressive=True), "photo", kinds.JPEG),
        (pdf(), "evidence", kinds.PDF),
        (xlsx(), "table", kinds.XLSX),
        (b"kode,suara\n1,2\n", "table", kinds.CSV),
        ("kode;nama\n1;Jos\xe9\n".encode("latin-1"), "table", kinds.CSV),
        ("kode;nama\n".encode("utf-16"), "table", kinds.CSV),
        ("\ufeffkode;nama\n".encode(), "table", kinds.CSV),
    ],
)
def test_the_content_decides(session, actor, data, kind, media):
    assert store_file(io.BytesIO(data), name="apa.exe", kind=kind, actor=actor).media_type == media


@pytest.mark.parametrize(
    ("data", "kind", "status", "words"),
    [
        (b"", "table", 422, "kosong"),
        (b"MZ\x90\0" + b"\0" * 200, "table", 415, "CSV, XLSX"),
        (zipped({"data.csv": b"a,b"}), "table", 415, "arsip ZIP"),
        (picture(), "document", 415, "JPG"),
        (pdf(), "photo", 415, "JPEG, PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo", 415, "SVG tidak diterima"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 40, "photo", 415, "HEIC"),
        (picture()[:400], "photo", 422, "rusak atau terpotong"),
        (picture(format="PNG")[:-30], "photo", 422, "rusak atau terpotong"),
        (b"%PDF-1.7\nbukan apa-apa\n%%EOF", "document", 422, "rusak atau terpotong"),
        (xlsx()[:-40], "table", 415, "arsip ZIP"),
        (zipped(WORKBOOK | {"xl/a.xml": b"0" * 40_000_000}), "table", 413, "mengembang menjadi 40,0 MB"),
        (zipped(WORKBOOK | {f"xl/{n}": b"" for n in range(5_000)}), "table", 413, "5.002 bagian"),
    ],
)
def test_what_is_refused_and_why(session, actor, data, kind, status, words):
    no = refusal(data, kind, actor)
    assert words in no.message
    assert no.status == status


def test_a_pixel_flood_is_refused_by_its_header(session, actor):
    started = time.perf_counter()
    no = refusal(png_of(50_000, 50_000), "photo", actor)
    assert "50.000 × 50.000" in no.message
    assert "80 juta" in no.message
    no = refusal(png_of(9_000, 9_000), "photo", actor)  # over our limit, below Pillow's alarm
    assert "9.000 × 9.000" in no.message
    assert time.perf_counter() - started < 2  # 7.5 GB would have been decoded otherwise


def test_pages_are_counted(session, actor, monkeypatch):
    from dataclasses import replace

    monkeypatch.setitem(kinds.ALL, "document", replace(kinds.ALL["document"], max_pages=3))
    assert store_file(io.BytesIO(pdf(3)), name="a.pdf", kind="document", actor=actor)
    no = refusal(pdf(4), "document", actor)
    assert "4 halaman" in no.message
    assert "3 halaman" in no.message


def test_a_workbook_whose_directory_lies(session, actor):
    """The directory says 1,000 bytes; the content unpacks to 50 MB."""
    data = bytearray(zipped(WORKBOOK | {"xl/bom.xml": b"0" * 50_000_000}))
    at = data.rindex(b"xl/bom.xml") - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    data[at + 24 : at + 28] = struct.pack("<I", 1_000)
    assert "rusak" in refusal(bytes(data), "table", actor).message


def test_a_locked_workbook(session, actor):
    data = bytearray(xlsx())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    assert "kata sandi" in refusal(bytes(data), "table", actor).message


# --- cleaning ---------------------------------------------------------------------------------------


@given(st.integers(1, 8), st.booleans())
def test_cleaning_keeps_every_pixel_and_the_right_way_up(orientation, progressive):
    exif = Image.Exif()
    exif[274], exif[272] = orientation, "Telepon 9"
    data = picture((40, 24), exif=exif, progressive=progressive)
    cleaned = clean_jpeg(data, orientation)
    assert b"Telepon" not in cleaned
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(cleaned)) as after:
        assert before.tobytes() == after.tobytes()
        assert after.getexif().get(274, 1) == orientation
    assert clean_jpeg(cleaned, orientation) == cleaned


def test_nothing_rides_behind_the_picture():
    for data, clean in ((picture(), clean_jpeg), (picture(format="PNG"), clean_png)):
        assert clean(data + b"PK\x03\x04 arsip tersembunyi") == clean(data)


def test_a_png_loses_its_words():
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", "dibuat oleh Ani")
    data = picture(format="PNG", pnginfo=info)
    cleaned = clean_png(data)
    assert b"Ani" in data
    assert b"Ani" not in cleaned
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(cleaned)) as after:
        assert before.tobytes() == after.tobytes()


@given(st.binary(max_size=300))
def test_noise_never_hangs_or_crashes(noise):
    for head, clean in ((b"\xff\xd8", clean_jpeg), (b"\x89PNG\r\n\x1a\n", clean_png)):
        with contextlib.suppress(Malformed):
            clean(head + noise)
    inspection.is_text(noise)


@given(st.integers(0, 1500))
def test_a_photo_cut_anywhere_is_whole_or_refused(cut):
    data = photo_with_exif()
    try:
        assert clean_jpeg(data[:cut]) == clean_jpeg(data)
    except Malformed:
        assert cut < len(data)
