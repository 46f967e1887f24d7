"""Files that would do something: each built for real, each refused in words, and the honest ones let in."""

from __future__ import annotations

import contextlib
import io
import time
import zlib

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import embed, generic, writer
from pyhanko.pdf_utils.crypt import StandardSecurityHandler
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from electsys.documents import activity, inspection, kinds, store_file
from electsys.documents.store import current
from electsys.errors import Refused
from tests.documents.test_inspection import PAGE, pdf, refusal


def dictionary(**entries) -> generic.DictionaryObject:
    return generic.DictionaryObject({pdf_name(f"/{k}"): v for k, v in entries.items()})


def script(code: str = "app.alert(1)") -> generic.DictionaryObject:
    return dictionary(S=pdf_name("/JavaScript"), JS=generic.pdf_string(code))


def changed(change) -> bytes:
    """An honest PDF to which ``change`` does something, written as an update of it."""
    out = IncrementalPdfFileWriter(io.BytesIO(pdf(2)), strict=False)
    change(out)
    written = io.BytesIO()
    out.write(written)
    return written.getvalue()


def page_of(out) -> generic.DictionaryObject:
    page = out.root["/Pages"]["/Kids"][0]
    while "/Kids" in page:
        page = page["/Kids"][0]
    return page


def on_open(out):
    out.root["/OpenAction"] = script()
    out.update_root()


def named(out):
    names = generic.ArrayObject([generic.pdf_string("x"), out.add_object(script())])
    out.root["/Names"] = dictionary(JavaScript=dictionary(Names=names))
    out.update_root()


def on_page(out):
    page = page_of(out)
    page["/AA"] = dictionary(O=script())
    out.update_container(page)


def after_another(out):
    """A harmless action first, the script behind it."""
    out.root["/OpenAction"] = dictionary(
        S=pdf_name("/URI"), URI=generic.pdf_string("https://contoh.invalid"), Next=script()
    )
    out.update_root()


def annotation(**entries):
    def change(out):
        page = page_of(out)
        box = generic.ArrayObject(generic.NumberObject(n) for n in (0, 0, 50, 50))
        page["/Annots"] = generic.ArrayObject(
            [out.add_object(dictionary(Type=pdf_name("/Annot"), Rect=box, **entries))]
        )
        out.update_container(page)

    return change


def launch(out):
    action = dictionary(S=pdf_name("/Launch"), F=generic.pdf_string("cmd.exe"))
    annotation(Subtype=pdf_name("/Link"), A=action)(out)


def submit(out):
    action = dictionary(S=pdf_name("/SubmitForm"), F=generic.pdf_string("https://contoh.invalid"))
    annotation(Subtype=pdf_name("/Link"), A=action)(out)


def in_form(out):
    field = out.add_object(
        dictionary(FT=pdf_name("/Tx"), T=generic.pdf_string("nama"), AA=dictionary(K=script()))
    )
    out.root["/AcroForm"] = dictionary(Fields=generic.ArrayObject([field]))
    out.update_root()


def xfa(out):
    stream = out.add_object(generic.StreamObject(stream_data=b"<xdp:xdp/>"))
    out.root["/AcroForm"] = dictionary(Fields=generic.ArrayObject(), XFA=stream)
    out.update_root()


def attachment(out):
    content = embed.EmbeddedFileObject.from_file_data(
        out, data=b"MZ\x90", mime_type="application/octet-stream"
    )
    embed.embed_file(out, embed.FileSpec("hadiah.exe", embedded_data=content))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (on_open, "skrip"),
        (named, "skrip"),
        (on_page, "skrip"),
        (after_another, "skrip"),
        (in_form, "skrip"),
        (xfa, "formulir XFA"),
        (launch, "menjalankan program"),
        (submit, "mengirim atau mengambil data"),
        (attachment, "berkas lain di dalamnya"),
        (annotation(Subtype=pdf_name("/FileAttachment")), "berkas lain di dalamnya"),
        (annotation(Subtype=pdf_name("/RichMedia")), "video"),
        (annotation(Subtype=pdf_name("/Screen")), "video"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_pdf_that_acts(session, actor, change, words):
    data = changed(change)
    PdfFileReader(io.BytesIO(data))  # it is a real PDF
    no = refusal(data, "document", actor)
    assert words in no.message
    assert "Cetak ulang" in no.hint
    assert list(current().contents()) == []


def test_a_script_inside_a_compressed_stream(session, actor):
    """Nothing of it can be read in the bytes of the file."""
    out = writer.copy_into_new_writer(PdfFileReader(io.BytesIO(pdf())), {"stream_xrefs": True})
    out.root["/OpenAction"] = out.add_object(script(), obj_stream=out.prepare_object_stream())
    written = io.BytesIO()
    out.write(written)
    assert b"JavaScript" not in written.getvalue()
    assert "skrip" in refusal(written.getvalue(), "document", actor).message


def test_a_name_written_otherwise_is_the_same_name(session, actor):
    data = changed(on_open)
    assert data.count(b"/JavaScript") == data.count(b"/JS ") == 1
    written = data.replace(b"/S /JavaScript", b"/S/JavaScri#70t").replace(b"/JS (", b"/J#53(")
    no = refusal(written, "document", actor)
    assert "skrip" in no.message


def encrypted(user: str) -> bytes:
    out = writer.copy_into_new_writer(PdfFileReader(io.BytesIO(pdf())))
    handler = StandardSecurityHandler.build_from_pw("pemilik", user)
    out._assign_security_handler(handler)
    out.encrypt("pemilik", user)
    written = io.BytesIO()
    out.write(written)
    return written.getvalue()


@pytest.mark.parametrize(("user", "words"), [("rahasia", "terkunci kata sandi"), ("", "dienkripsi")])
def test_an_encrypted_pdf(session, actor, user, words):
    """With a password to open, and without one (only printing or copying is forbidden)."""
    assert words in refusal(encrypted(user), "document", actor).message


def test_five_hundred_pages_pass_and_one_more_does_not(session, actor):
    data = typst.compile(PAGE + b"\n#for i in range(499) [#pagebreak() Hal #i]", format="pdf")
    started = time.perf_counter()
    assert store_file(io.BytesIO(data), name="a.pdf", kind="document", actor=actor)
    assert time.perf_counter() - started < 20
    more = typst.compile(PAGE + b"\n#for i in range(500) [#pagebreak() Hal #i]", format="pdf")
    no = refusal(more, "document", actor)
    assert "501 halaman; batasnya 500" in no.message
    assert no.status == 413


def test_two_hundred_megabytes_stop_at_the_limit(session, actor):
    """The reading ends where the limit is passed; nothing stays behind."""

    class Heavy(io.RawIOBase):
        given = 0

        def read(self, n=-1):
            if self.given >= 200_000_000:
                return b""
            piece = b"%PDF-1.7\n" if self.given == 0 else b"x" * n
            self.given += len(piece)
            return piece

    heavy = Heavy()
    with pytest.raises(Refused, match="melebihi batas") as no:
        store_file(heavy, name="besar.pdf", kind="document", actor=actor)
    assert no.value.status == 413
    assert heavy.given < 25_000_000
    assert list(current().contents()) == []
    assert list((current().scratch).iterdir()) == []


def test_a_bomb_in_an_object_stream_is_not_unpacked(session, actor, tmp_path):
    """A compressed stream of objects that unpacks to 280 MB of nothing."""
    packed = zlib.compress(b"4 0 " + b" " * 280_000_000, 9)
    head = f"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length {len(packed)}>>".encode()
    body, places = b"%PDF-1.7\n", {}
    for number, content in (
        (1, b"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>"),
        (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>"),
        (3, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"),
        (5, head + b"stream\n" + packed + b"\nendstream"),
    ):
        places[number] = len(body)
        body += b"%d 0 obj" % number + content + b"endobj\n"
    rows = b"".join(
        bytes([2]) + (5).to_bytes(4, "big") + b"\0"
        if n == 4
        else bytes([n in places]) + places.get(n, 0).to_bytes(4, "big") + b"\0"
        for n in range(6)
    )
    start = len(body)
    body += b"6 0 obj<</Type/XRef/Size 6/W[1 4 1]/Root 1 0 R/Length %d>>stream\n%s\nendstream endobj\n" % (
        len(rows),
        rows,
    )
    body += b"startxref\n%d\n%%%%EOF" % start
    path = tmp_path / "bom.pdf"
    path.write_bytes(body)
    started = time.perf_counter()
    with pytest.raises(Refused, match=r"rusak|rumit"):
        activity.refuse_active_pdf(path)
    assert time.perf_counter() - started < 10


def test_a_pdf_of_endless_circles_ends(tmp_path):
    """Objects that name each other are read once each."""

    def circle(out):
        first = out.add_object(dictionary())
        second = out.add_object(dictionary(Next=first))
        first.get_object()["/Next"] = second
        out.root["/OpenAction"] = first
        out.update_root()

    path = tmp_path / "lingkaran.pdf"
    path.write_bytes(changed(circle))
    activity.refuse_active_pdf(path)


def test_what_is_too_complex_is_said(tmp_path, monkeypatch):
    path = tmp_path / "rumit.pdf"
    path.write_bytes(pdf(30))
    monkeypatch.setattr(activity, "MAX_OBJECTS", 20)
    with pytest.raises(Refused, match="terlalu rumit"):
        activity.refuse_active_pdf(path)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_pdf_broken_anywhere_is_let_in_or_refused(tmp_path_factory, data):
    whole = changed(on_open)
    at = data.draw(st.integers(0, len(whole) - 1))
    path = tmp_path_factory.getbasetemp() / "rusak.pdf"
    path.write_bytes(whole[:at] + data.draw(st.binary(max_size=9)) + whole[at + 3 :])
    with contextlib.suppress(Refused):
        activity.refuse_active_pdf(path)


# --- SVG ------------------------------------------------------------------------------------------

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'
SHAPES = (
    '<defs><linearGradient id="a"/></defs><rect width="9" height="9" fill="url(#a)"/>'
    '<a href="https://contoh.invalid"><text>Peta</text></a><use href="#b"/>'
)


@pytest.fixture
def figure(monkeypatch):
    """A purpose that takes drawings."""
    monkeypatch.setitem(kinds.ALL, "figure", kinds.Kind("figure", "Gambar", (kinds.SVG,), 9_000_000))
    return "figure"


def test_an_honest_drawing_comes_in(session, actor, figure):
    for before in ("", '<?xml version="1.0"?>\n', "<!-- peta -->", "\ufeff"):
        data = (before + HEAD + SHAPES + "</svg>").encode()
        assert store_file(io.BytesIO(data), name="peta.svg", kind=figure, actor=actor).media_type == kinds.SVG


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ("<script>alert(1)</script>", "skrip"),
        ("<g:SCRIPT xmlns:g='http://www.w3.org/2000/svg'/>", "skrip"),
        ("<rect onload='alert(1)'/>", "skrip"),
        ("<a xlink:href='java\n script:alert(1)'><text>x</text></a>", "skrip"),
        ("<a href='data:text/html,x'><text>x</text></a>", "skrip"),
        ("<foreignObject><p/></foreignObject>", "skrip"),
        ("<set attributeName='href' to='javascript:x'/>", "skrip"),
        ("<image href='https://contoh.invalid/a.png'/>", "merujuk ke luar"),
        ("<image href='data:image/svg+xml;base64,AAAA'/>", "merujuk ke luar"),
        ("<use xlink:href='lain.svg#a'/>", "merujuk ke luar"),
        ("<style>@import 'https://contoh.invalid/a.css'</style>", "merujuk ke luar"),
        ("<rect style='fill:url(#a);filter:url(https://contoh.invalid)'/>", "merujuk ke luar"),
        ("<rect style='fill:u\\72l(https://contoh.invalid)'/>", "merujuk ke luar"),
        ("<g>", "rusak"),
    ],
)
def test_a_drawing_that_acts(session, actor, figure, inside, words):
    assert words in refusal(f"{HEAD}{inside}</svg>".encode(), figure, actor).message


@pytest.mark.parametrize(
    "before",
    [
        '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE svg SYSTEM "file:///etc/passwd">',
        '<?xml-stylesheet href="https://contoh.invalid/a.xsl"?>',
    ],
)
def test_what_stands_before_a_drawing(session, actor, before):
    with pytest.raises(Refused, match="merujuk ke luar"):
        activity.refuse_active_svg((before + HEAD + "</svg>").encode())


def test_a_drawing_that_is_too_large(session, actor, figure):
    data = f"{HEAD}<!--{'x' * inspection.SVG_MAX}--></svg>".encode()
    assert "batasnya 5,0 MB" in refusal(data, figure, actor).message


def test_where_no_drawing_is_taken_it_is_said_so(session, actor):
    for kind in ("document", "photo", "table"):
        no = refusal((HEAD + "</svg>").encode(), kind, actor)
        assert "SVG tidak diterima" in no.message
        assert no.status == 415


def test_a_long_beginning_is_read_in_no_time():
    started = time.perf_counter()
    assert not inspection.SVG_HEAD.search(b"<!-- -->" * 8_000 + b"<html>")
    assert time.perf_counter() - started < 1
