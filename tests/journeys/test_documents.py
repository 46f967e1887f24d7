"""Somebody uploads a large file while the server dies; somebody checks a paper that was handed to them."""

from __future__ import annotations

import datetime as dt
import hashlib
import time

import pytest
from sqlalchemy import select

from electsys.documents import StoredFile, issue_document, open_file
from electsys.documents.signing import sign_pdf
from electsys.ledger import Actor

PASSWORD = "kertas-suara-hijau-tua-27"
LINE = b"1201010001001,45\n"
LARGE = LINE * 1_500_000  # 25 MB


def serve(live):
    live.start(
        "web",
        "gunicorn",
        "tests.documents.uploadable:app",
        "--bind",
        f"127.0.0.1:{live.port}",
        "--threads",
        "4",
        "--log-level",
        "warning",
    )
    live.wait()


def until(page, what, seconds=60):
    """Wait for a condition of the page; its policy forbids Playwright's own way, which evaluates text."""
    end = time.monotonic() + seconds
    while not page.evaluate(what):
        assert time.monotonic() < end, page.inner_text("main")
        page.wait_for_timeout(50)


def said(words):
    """Whether the field's state says these words."""
    return f"document.querySelector('.upload-state [role=status]')?.textContent.includes('{words}')"


UNDER_WAY = "document.querySelector('.upload-state progress')?.value > 30"


@pytest.fixture(scope="module")
def uploader(live):
    live.account("operator_kpu_kabko", "1201", username="operator.unggah", password=PASSWORD)
    live.kill("web")
    serve(live)
    return "operator.unggah"


@pytest.fixture
def large(tmp_path):
    path = tmp_path / "hasil besar.csv"
    path.write_bytes(LARGE)
    return path


def test_an_upload_outlives_the_server(live, page, log_in, uploader, large, axe):
    log_in(page, uploader, PASSWORD)
    page.goto("/uji-unggah")
    line = page.context.new_cdp_session(page)
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": 5_000_000},
    )
    page.set_input_files("input[type=file]", large)
    until(page, UNDER_WAY)
    page.click("main button[type=submit]")  # too early: the page sends the form once the file is there
    assert page.url.endswith("/uji-unggah")
    assert "dikirim begitu unggahan selesai" in page.inner_text(".upload-state [role=status]")
    live.kill("web")
    until(page, said("terputus"))
    axe(page)
    serve(live)
    page.wait_for_selector("#hasil", timeout=60_000)
    with live.session() as session:
        stored = session.scalars(select(StoredFile)).one()
        assert (stored.size, stored.received_sha256) == (len(LARGE), hashlib.sha256(LARGE).hexdigest())
    assert page.inner_text("#hasil") == hashlib.sha256(LARGE).hexdigest()
    page.goto("/unggahan-saya")
    axe(page)
    page.click("main table a >> text=TT-")
    axe(page)
    assert hashlib.sha256(LARGE).hexdigest() in page.inner_text("main")


def test_a_reload_goes_on_where_it_was(live, page, log_in, uploader, tmp_path):
    path = tmp_path / "lain.csv"
    path.write_bytes(LARGE + LINE)
    log_in(page, uploader, PASSWORD)
    page.goto("/uji-unggah")
    line = page.context.new_cdp_session(page)
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": 5_000_000},
    )
    page.set_input_files("input[type=file]", path)
    until(page, UNDER_WAY)
    page.reload()
    sent = []
    page.on("request", lambda r: sent.append(r.method) if "/unggahan" in r.url else None)
    page.set_input_files("input[type=file]", path)
    until(page, said("TT-"))
    assert "POST" not in sent  # the same upload, from where it was
    assert sent.count("PATCH") < 6  # of seven pieces


def test_a_refused_file_is_said_at_the_field(live, page, log_in, uploader, tmp_path):
    path = tmp_path / "hasil.xlsx"
    path.write_bytes(b"PK\x03\x04 bukan buku kerja" * 50)
    log_in(page, uploader, PASSWORD)
    page.goto("/uji-unggah")
    page.set_input_files("input[type=file]", path)
    until(page, said("arsip ZIP"))
    assert page.locator(".upload-state .field-error").count() == 1  # it looks like what it is
    page.click("main button[type=submit]")
    assert "Pilih berkas." in page.inner_text(".error-summary")


def test_a_file_that_was_chosen_before_the_script_came_is_uploaded(page, log_in, uploader, tmp_path):
    """As on a slow line: the field is there, what sends its file is still on its way."""
    log_in(page, uploader, PASSWORD)
    held = []

    def hold(route):
        held.append(route)

    page.route("**/js/upload*.js*", hold)
    page.goto("/uji-unggah", wait_until="commit")
    small = tmp_path / "hasil kecil.csv"
    small.write_bytes(LINE)
    page.set_input_files("input[type=file]", small)
    until(page, "document.querySelector('input[type=file]').files.length === 1")
    assert held, "the script is held back"
    for route in held:
        route.continue_()
    until(page, said("Tersimpan"))


def test_without_javascript_the_form_carries_the_file(live, chromium, log_in, uploader, tmp_path):
    path = tmp_path / "kecil.csv"
    path.write_bytes(LINE)
    context = chromium.new_context(base_url=live.url, java_script_enabled=False)
    page = context.new_page()
    log_in(page, uploader, PASSWORD)
    page.goto("/uji-unggah")
    assert "Paling besar 2,0 GB" in page.inner_text("main form")
    page.set_input_files("input[type=file]", path)
    page.click("main button[type=submit]")
    assert page.inner_text("#hasil") == hashlib.sha256(LINE).hexdigest()
    context.close()


def test_a_paper_is_compared_on_the_readers_own_device(live, page, axe, tmp_path, screenshot):
    with live.session():
        document = issue_document(
            "BA",
            "berita_acara",
            {"opening": "Uji.", "signers": [{"role": "Ketua", "name": "Ani Contoh"}]},
            unit="1201",
            series="BA",
            year=2024,
            title="Rekapitulasi tingkat kabupaten",
            subject="recap:1",
            actor=Actor.system("journey"),
            date=dt.date(2024, 3, 4),
            classification="PL.01.8",
            finish=lambda pdf: sign_pdf(pdf, name="Ani Contoh", reason="Menetapkan", place="Pandan"),
        )
        token = document.token
        with open_file(document.file) as file:
            pdf = file.read()
    (tmp_path / "asli.pdf").write_bytes(pdf)
    (tmp_path / "palsu.pdf").write_bytes(pdf + b" ")
    page.goto(f"/dokumen/{token}")
    axe(page)
    assert "Utuh, dengan sertifikat uji." in page.inner_text("main")
    screenshot(page, "dokumen")
    page.set_viewport_size({"width": 360, "height": 740})
    posted = []
    page.on("request", lambda r: posted.append(r.url) if r.method == "POST" else None)
    verdict = page.locator("[data-compare-said]")
    page.set_input_files("input[type=file]", tmp_path / "asli.pdf")
    page.click("main form button")
    verdict.wait_for(state="visible")
    assert "Sama" in verdict.inner_text()
    page.set_input_files("input[type=file]", tmp_path / "palsu.pdf")
    page.click("main form button")
    until(page, "document.querySelector('[data-compare-said]').textContent.includes('Berbeda')")
    axe(page)
    assert posted == []  # the file never left the device


def test_the_pages_of_the_admin_are_accessible(live, page, log_in, axe):
    live.account("superadmin_pusdatin", username="admin.dokumen", password=PASSWORD)
    log_in(page, "admin.dokumen", PASSWORD)
    for path in (
        "/dokumen",
        "/admin/penomoran",
        "/admin/penomoran/baru",
        "/admin/batas-berkas",
        "/admin/batas-berkas/evidence",
    ):
        page.goto(path)
        axe(page)
