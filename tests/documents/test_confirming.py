"""The page behind the QR: registered, altered, withdrawn, signed, and what others say of it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from electsys.documents import attach_scan, signing, statements, store_file
from electsys.documents.models import DocumentSignature
from electsys.documents.operations.papers import cancel_document
from electsys.documents.statements import Statement
from electsys.documents.store import current
from electsys.errors import Refused
from tests.documents.test_inspection import pdf
from tests.documents.test_papers import content, issue


def sign(data: bytes) -> bytes:
    return signing.sign_pdf(data, name="Ani Contoh", reason="Menetapkan", place="Pandan")


@pytest.fixture
def signed(session, actor):
    return issue(actor, finish=sign)


def page_of(client, document) -> str:
    return client.get(f"/dokumen/{document.token}").text


def compare(client, document, data: bytes) -> str:
    where = f"/dokumen/{document.token}/periksa"
    return client.post(where, data={"file": (io.BytesIO(data), "surat.pdf")}).text


def test_signatures_are_shown_with_what_they_are_worth(client, signed):
    page = page_of(client, signed)
    assert "Utuh, dengan sertifikat uji." in page
    assert "Ani Contoh" in page
    assert "tidak membuktikan" in page
    assert signed.content_sha256 in page
    (row,) = signed.signatures
    assert (row.kind, row.signer, row.file_id) == ("elektronik", "Ani Contoh", signed.file_id)
    assert len(row.certificate) == 64
    (one,) = client.get(f"/dokumen/{signed.token}.json").json["signatures"]
    assert (one["name"], one["valid"], one["test"]) == ("Ani Contoh", True, True)


def test_a_real_certificate_is_called_good(client, app, signed, tmp_path, monkeypatch):
    """The same signature, where its authority is trusted and is not the demo's."""
    monkeypatch.setattr("electsys.documents.testca.ORGANIZATION", "lain")
    page = page_of(client, signed)
    assert "Sah." in page
    assert "sertifikatnya dari Penerbit sertifikat uji" in page


def test_a_signature_nobody_trusts_is_not_called_good(client, app, signed, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "HOME", tmp_path / "lain")
    assert "Tidak sah." in page_of(client, signed)


def test_a_closed_document_shows_no_names(client, session, actor):
    document = issue(actor, finish=sign, public=False)
    page = page_of(client, document)
    assert "Utuh, dengan sertifikat uji." in page
    assert "Ani Contoh" not in page
    assert client.get(f"/dokumen/{document.token}.json").json["signatures"][0]["name"] is None


def test_one_changed_byte_of_a_copy_is_detected(client, signed):
    data = content(signed)
    assert "sama persis dengan yang terdaftar" in compare(client, signed, data)
    for at in (0, len(data) // 2, len(data) - 1):
        forged = bytearray(data)
        forged[at] ^= 1
        assert "bukan yang terdaftar" in compare(client, signed, bytes(forged))
    assert "ada yang ditambahkan" in compare(client, signed, data + b"\n")
    assert "bukan yang terdaftar" in compare(client, signed, data[:-1])


def test_a_changed_file_on_the_server_is_said(client, signed):
    path = Path(current().path(signed.file.sha256))
    data = bytearray(path.read_bytes())
    data[1000] ^= 1
    path.chmod(0o600)
    path.write_bytes(data)
    page = page_of(client, signed)
    assert "tidak sama lagi dengan yang diterbitkan" in page
    assert "Dokumen ini terdaftar" not in page
    assert "Isi berkas diubah setelah ditandatangani." in page
    assert client.get(f"/dokumen/{signed.token}.json").json["whole"] is False
    path.unlink()
    assert "tidak sama lagi" in page_of(client, signed)


def test_a_cancelled_document_with_its_reason(client, signed, actor):
    cancel_document(signed, note="Keliru mencantumkan tanggal", actor=actor)
    page = page_of(client, signed)
    assert "sudah dibatalkan" in page
    assert "Keliru mencantumkan tanggal" in page
    assert "Dokumen ini terdaftar" not in page
    assert client.get(f"/dokumen/{signed.token}.json").json["note"] == "Keliru mencantumkan tanggal"


def test_others_may_say_something_about_it(client, signed, monkeypatch):
    monkeypatch.setattr(statements, "_SOURCES", [])

    @statements.source
    def say(document):
        if document.id == signed.id:
            yield Statement("Dimuat dalam register.", "ok")
            yield Statement("Dicabut oleh <Keputusan> 9/2024.", "stop", "/jdih/dokumen/2024kpt009")

    statements.source(say)  # said twice, asked once
    page = page_of(client, signed)
    assert page.count("Dicabut oleh &lt;Keputusan&gt; 9/2024.") == 1
    assert page.index("Dicabut oleh") < page.index("Dimuat dalam register")
    assert 'href="/jdih/dokumen/2024kpt009"' in page
    assert [s["tone"] for s in client.get(f"/dokumen/{signed.token}.json").json["statements"]] == [
        "stop",
        "ok",
    ]


# --- scans ------------------------------------------------------------------------------------------


SCAN = pdf(3)


def scan(actor, data=SCAN, kind="document"):
    return store_file(io.BytesIO(data), name="pindaian.pdf", kind=kind, actor=actor)


def test_a_scan_stands_beside_the_document(client, session, actor):
    document = issue(actor)
    before = document.file.sha256
    row = attach_scan(document, scan(actor), signer="Ani Contoh", actor=actor)
    assert (row.kind, row.certificate) == ("basah", None)
    assert document.file.sha256 == before
    assert row.file.sha256 in page_of(client, document)
    assert "pindaian bertanda tangan yang terdaftar" in compare(client, document, SCAN)


def test_a_scan_that_is_none(session, actor):
    document = issue(actor)
    with pytest.raises(Refused, match="sama dengan PDF yang terdaftar"):
        attach_scan(document, scan(actor, content(document)), signer="x", actor=actor)
    attach_scan(document, scan(actor), signer="x", actor=actor)
    with pytest.raises(Refused, match="sudah dilampirkan"):
        attach_scan(document, scan(actor), signer="x", actor=actor)
    cancel_document(document, note="Keliru", actor=actor)
    with pytest.raises(Refused, match="sudah dibatalkan"):
        attach_scan(document, scan(actor, pdf(2)), signer="x", actor=actor)


def test_a_photo_is_no_scan(session, actor):
    from tests.documents.conftest import picture

    with pytest.raises(Refused, match="harus berupa PDF"):
        attach_scan(issue(actor), scan(actor, picture(), kind="photo"), signer="x", actor=actor)


def test_a_signature_once_noted_is_never_changed(session, signed):
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    for statement in ("update document_signature set signer = 'x'", "delete from document_signature"):
        inner = session.begin_nested()
        with pytest.raises(DBAPIError):
            session.execute(text(statement))
        inner.rollback()
    assert session.get(DocumentSignature, signed.signatures[0].id).signer == "Ani Contoh"


def test_a_signature_that_fails_issues_nothing(session, actor, app, monkeypatch):
    monkeypatch.setitem(app.config, "SIGNING", "")
    inner = session.begin_nested()
    with pytest.raises(Refused, match="belum disiapkan"):
        issue(actor, finish=sign)
    inner.rollback()
    assert issue(actor).number.startswith("1/")
