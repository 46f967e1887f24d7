"""A citizen finds a decision by a half-remembered title, reads it, and checks the QR printed on it."""

from __future__ import annotations

import io
import re
from urllib.parse import urlsplit

import pytest

TITLE = "Pembentukan Panitia Pemilihan Kecamatan pada Pemilihan Umum Tahun 2024"


@pytest.fixture(scope="module")
def decision(live):
    """A decision of KPU Tapanuli Tengah, issued by this house and published, among others."""
    import datetime as dt

    from electsys import jobs
    from electsys.documents import issue_document
    from electsys.ledger import Actor
    from modules.jdih.demo.documents import make_documents
    from modules.jdih.operations.register import register_official

    actor = Actor.system("journey")
    with live.session():
        live.app.config["BASE_URL"] = live.url
        make_documents(30, pages=2)
        paper = issue_document(
            "Kpt",
            "keputusan",
            {
                "menimbang": ["bahwa panitia pemilihan kecamatan perlu dibentuk di setiap kecamatan"],
                "mengingat": ["Undang-Undang Nomor 7 Tahun 2017 tentang Pemilihan Umum"],
                "diktum": ["Membentuk panitia pemilihan kecamatan dengan honorarium menurut lampiran."],
                "signers": [{"name": "Uji Ketua", "role": "Ketua"}],
            },
            unit="1201",
            series="keputusan",
            year=2023,
            date=dt.date(2023, 1, 4),
            title=TITLE,
            subject="uji:1",
            actor=actor,
        )
        law = register_official(
            paper, actor=actor, subjects=["badan ad hoc"], abstract="Bahwa PPK perlu dibentuk."
        )
        stem, token = law.stem, paper.token
    with live.app.app_context():
        jobs.run_pending(live.app)
    return stem, token


def printed_address(pdf: bytes) -> str:
    """The address that is printed beside the QR and that the QR holds (tests/documents/test_papers.py)."""
    import pypdfium2

    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    try:
        text = "".join("".join(page.get_textpage().get_text_range() for page in document).split())
    finally:
        document.close()
    found = re.search(r"https?://[\w.:-]+/dokumen/[\w-]{22}", text)
    assert found, text[:500]
    return found[0]


def test_from_a_half_remembered_title_to_the_printed_code(page, decision, axe, screenshot):
    stem, token = decision
    page.goto("/")
    page.get_by_role("link", name="Produk hukum", exact=True).first.click()
    axe(page)
    page.get_by_label("Judul, nomor, atau isi").fill("pembentukn panitia pemilihan kecamatn")
    page.get_by_role("button", name="Cari").click()
    page.get_by_text("Ditampilkan hasil untuk").wait_for()
    axe(page)
    screenshot(page, "jdih-cari")
    page.get_by_role("link", name=TITLE, exact=True).click()
    assert f"/jdih/dokumen/{stem}" in page.url
    axe(page)
    with page.expect_download() as waiting:
        page.evaluate(
            "() => { const a = document.querySelector('.law-files a');"
            " a.setAttribute('download', ''); a.click(); }"
        )
    pdf = waiting.value.path().read_bytes()
    assert waiting.value.suggested_filename == f"{stem}.pdf"

    page.get_by_role("link", name="Periksa keaslian lembar Anda").click()
    assert token in page.url
    assert "Dokumen ini terdaftar." in page.inner_text("main")
    address = printed_address(pdf)
    assert token in address
    page.goto(urlsplit(address).path)
    assert "Dokumen ini terdaftar." in page.inner_text("main")


def test_by_its_contents_and_by_its_satker(page, decision, axe):
    stem, _token = decision
    page.goto("/jdih/?cari=honorarium+menurut+lampiran")
    assert page.locator("mark", has_text="honorarium").count()
    page.goto("/jdih/satker")
    axe(page)
    page.get_by_role("link", name="Sumatera Utara").click()
    page.get_by_role("link", name="Tapanuli Tengah").click()
    axe(page)
    page.get_by_role("link", name=TITLE, exact=True).click()
    assert stem in page.url
    feed = page.request.get("/feed/document.json")
    assert any(stem in row["urlDetailPeraturan"] for row in feed.json())
