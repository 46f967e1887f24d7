"""Electronic signatures: made, judged, and lost by any byte that changes."""

from __future__ import annotations

import datetime as dt
import io
import random
import re
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pypdfium2
import pytest
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

import config
from electsys import create_app
from electsys.documents import render_pdf, signing, testca
from electsys.documents.signing import sign_pdf, signatures_of
from electsys.errors import Refused
from tests.documents.test_papers import FRAME

WORDS = {"opening": "Pada hari ini telah dilaksanakan rapat pleno.", "document": FRAME, "date": "2024-03-04"}
PIN = "135790"
ENDED = dt.datetime(2060, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def paper() -> bytes:
    return render_pdf("berita_acara", WORDS)


@pytest.fixture
def signed(session, paper) -> bytes:
    return sign_pdf(paper, name="Ani Contoh", reason="Menetapkan", place="Pandan")


def reserved(pdf: bytes) -> range:
    """Where the hexadecimal text of the last signature lies, which the signature itself cannot cover."""
    found = list(re.finditer(rb"/Contents <([0-9A-Fa-f]+)>", pdf))[-1]
    return range(found.start(1), found.end(1))


def test_a_signature_holds_and_leaves_the_paper_as_it_was(signed, paper):
    assert signed.startswith(paper)
    (one,) = signatures_of(signed)
    assert (one.name, one.issuer, one.problem) == ("Ani Contoh", testca.ROOT_NAME, None)
    assert one.valid
    assert one.test
    assert abs((one.time - dt.datetime.now(dt.UTC)).total_seconds()) < 60
    assert (
        b'pdfaid:conformance="A"' in signed[len(paper) :] or b"<pdfaid:conformance>A" in signed[len(paper) :]
    )
    document = pypdfium2.PdfDocument(signed)
    assert "rapat pleno" in document[0].get_textpage().get_text_range()
    document.close()


def test_a_paper_without_a_signature_has_none(session, paper):
    assert signatures_of(paper) == []


def test_two_sign_one_after_the_other(signed):
    both = sign_pdf(signed, name="Budi Contoh", reason="Menyetujui", place="Pandan")
    assert both.startswith(signed)
    assert [(s.name, s.valid) for s in signatures_of(both)] == [("Ani Contoh", True), ("Budi Contoh", True)]


def test_one_changed_byte_anywhere_in_the_paper_is_detected(signed):
    """A sample of the whole file, and the very first and last byte that are covered."""
    gap, rng = reserved(signed), random.Random(3)
    places = {9, len(signed) - 2, gap.start - 2, gap.stop + 1}
    places |= set(rng.sample([i for i in range(len(signed)) if i not in gap], 60))
    for at in sorted(places):
        forged = bytearray(signed)
        forged[at] ^= 1
        try:
            verdict = signatures_of(bytes(forged))
        except Refused as no:
            assert "rusak" in no.message
        else:
            assert not any(s.valid for s in verdict), at


def test_one_changed_byte_in_the_signature_itself_is_detected(signed):
    gap, rng = reserved(signed), random.Random(5)
    # The first 100 digits are the envelope's own labels; the rest is the signature, its padding included.
    for at in [*rng.sample(gap[600:1200], 40), gap[-1], gap[-200]]:
        forged = bytearray(signed)
        forged[at] = ord("1") if forged[at] != ord("1") else ord("2")
        assert not any(s.valid for s in signatures_of(bytes(forged))), at - gap.start
    letter = next(i for i in gap if chr(signed[i]) in "ABCDEF")
    forged = bytearray(signed)
    forged[letter] ^= 0x20  # the same digit, spelled otherwise
    (one,) = signatures_of(bytes(forged))
    assert not one.intact


def test_something_added_after_the_signature_is_seen(signed):
    writer = IncrementalPdfFileWriter(io.BytesIO(signed), strict=False)
    page = writer.root["/Pages"]["/Kids"][0]
    while "/Kids" in page.get_object():
        page = page.get_object()["/Kids"][0]
    page.get_object()["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0 0 99 99 re f"))
    writer.update_container(page.get_object())
    out = io.BytesIO()
    writer.write(out)
    (one,) = signatures_of(out.getvalue())
    assert one.intact
    assert not one.covers_whole
    assert one.problem == "Ada yang ditambahkan ke berkas setelah ditandatangani."


def test_a_stranger_is_named_but_not_trusted(session, app, paper, tmp_path, monkeypatch):
    other = tmp_path / "lain"
    monkeypatch.setitem(app.config, "HOME", other)
    foreign = sign_pdf(paper, name="Ani Contoh", reason="", place="")
    monkeypatch.setitem(app.config, "HOME", tmp_path)
    (one,) = signatures_of(foreign)
    assert one.name == "Ani Contoh"
    assert one.intact
    assert not one.trusted
    assert "penerbit yang dipercaya" in one.problem
    trust = tmp_path / "trust"
    trust.mkdir()
    root = testca.root(other / "ca").certificate.public_bytes(serialization.Encoding.PEM)
    (trust / "lain.pem").write_bytes(root)
    monkeypatch.setitem(app.config, "TRUST_DIR", trust)
    assert signatures_of(foreign)[0].trusted


def test_a_certificate_is_judged_as_of_the_day_it_was_used(signed):
    assert signatures_of(signed, at=dt.datetime.now(dt.UTC))[0].trusted
    assert not signatures_of(signed, at=ENDED)[0].trusted


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\nbukan apa-apa\n%%EOF", b"\0" * 500])
def test_what_is_no_pdf_has_no_signatures_to_read(session, data):
    with pytest.raises(Refused, match="rusak") as no:
        signatures_of(data)
    assert no.value.hint


def test_the_test_authority_lies_closed_and_is_made_once(tmp_path):
    folder = tmp_path / "ca"
    with ThreadPoolExecutor(8) as pool:
        roots = list(pool.map(lambda _n: testca.root(folder).certificate_der, range(8)))
        people = list(pool.map(lambda n: testca.person(folder, f"Orang {n % 2}").certificate_der, range(8)))
    assert len(set(roots)) == 1
    assert len(set(people)) == 2
    assert len(list(folder.iterdir())) == 3
    assert {stat.S_IMODE(p.stat().st_mode) for p in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


# --- real keys, and no key ------------------------------------------------------------------------


@pytest.fixture
def key_file(tmp_path) -> Path:
    """A PKCS#12 file as an authority hands it out, with a passphrase."""
    from cryptography.hazmat.primitives.serialization import pkcs12

    pair = testca.person(tmp_path / "penerbit", "Ketua KPU Kabupaten Contoh")
    data = pkcs12.serialize_key_and_certificates(
        b"kunci", pair.key, pair.certificate, None, serialization.BestAvailableEncryption(b"sandi-kunci")
    )
    path = tmp_path / "kunci.p12"
    path.write_bytes(data)
    path.chmod(0o600)
    return path


def test_a_real_key_signs_in_its_own_name(session, app, paper, key_file, monkeypatch):
    monkeypatch.setitem(app.config, "SIGNING", f"pkcs12:{key_file}")
    monkeypatch.setitem(app.config, "SIGNING_PASSPHRASE", "sandi-kunci")
    (one,) = signatures_of(sign_pdf(paper, name="Ani Contoh", reason="", place=""))
    assert one.name == "Ketua KPU Kabupaten Contoh"
    assert one.intact
    assert not one.trusted


SOFT_HSM = Path("/usr/lib/softhsm/libsofthsm2.so")


@pytest.fixture
def token(tmp_path, monkeypatch) -> str:
    """A token with the key and the certificate of a chair, in Debian's SoftHSM; the setting that names it."""
    if not SOFT_HSM.exists():
        pytest.skip("SoftHSM is not installed (apt install softhsm2)")
    import pkcs11
    from pkcs11.util.x509 import decode_x509_certificate

    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    pair = testca.person(tmp_path / "penerbit", "Ketua KPU Kabupaten Contoh")
    key = tmp_path / "kunci.pem"
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    key.write_bytes(pair.key.private_bytes(serialization.Encoding.PEM, *plain))
    for words in (
        f"--init-token --free --label electsys --so-pin 24680 --pin {PIN}",
        f"--import {key} --token electsys --label ketua --id a1 --pin {PIN}",
    ):
        subprocess.run(["softhsm2-util", *words.split()], check=True, capture_output=True)
    with pkcs11.lib(str(SOFT_HSM)).get_token(token_label="electsys").open(rw=True, user_pin=PIN) as session:
        facts = decode_x509_certificate(pair.certificate_der)
        session.create_object(facts | {pkcs11.Attribute.LABEL: "ketua", pkcs11.Attribute.TOKEN: True})
    return f"pkcs11:{SOFT_HSM}:electsys:ketua"


def test_a_key_in_a_token_signs_without_leaving_it(session, app, paper, token, monkeypatch):
    elsewhere, nobody = token.replace("electsys", "lain"), token.replace("ketua", "lain")
    for setting, pin in ((token, "000000"), (elsewhere, PIN), (nobody, PIN)):
        monkeypatch.setitem(app.config, "SIGNING", setting)
        monkeypatch.setitem(app.config, "SIGNING_PASSPHRASE", pin)
        with pytest.raises(Refused, match="tidak menjawab"):
            sign_pdf(paper, name="Ani Contoh", reason="", place="")
    monkeypatch.setitem(app.config, "SIGNING", token)
    signing.prepare(app)
    (one,) = signatures_of(sign_pdf(paper, name="Ani Contoh", reason="", place=""))
    assert (one.name, one.intact, one.covers_whole) == ("Ketua KPU Kabupaten Contoh", True, True)


def test_without_a_key_nothing_is_signed(session, app, paper, monkeypatch):
    for demo, testing, setting in ((False, False, "demo"), (False, True, "")):
        monkeypatch.setitem(app.config, "SIGNING", setting)
        monkeypatch.setitem(app.config, "DEMO", demo)
        monkeypatch.setitem(app.config, "TESTING", testing)
        with pytest.raises(Refused, match="belum disiapkan") as no:
            sign_pdf(paper, name="Ani Contoh", reason="", place="")
        assert no.value.status == 503


def real(**environ):
    secret = "x" * 32
    return config.load(
        {
            "DATABASE_URL": "postgresql://contoh.invalid/x",
            "SECRET_KEY": secret,
            "SECURITY_PASSWORD_SALT": secret,
            **environ,
        }
    )


def test_outside_the_demo_no_signature_is_set_up_by_itself():
    assert real()["SIGNING"] == ""


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("demo", "for the demo only"),
        ("pkcs12:/tidak/ada.p12", "there is no file"),
        ("pkcs11:/tidak/ada.so:token:label", "no PKCS#11 module"),
        ("pkcs11:label", "write pkcs11:MODULE:TOKEN:LABEL"),
        ("kertas", "is demo, pkcs12:PATH or"),
    ],
)
def test_a_start_with_a_wrong_set_up_is_refused(app, monkeypatch, setting, words):
    monkeypatch.setitem(app.config, "DEMO", False)
    monkeypatch.setitem(app.config, "TESTING", False)
    monkeypatch.setitem(app.config, "SIGNING", setting)
    with pytest.raises(config.ConfigError, match=re.escape(words)):
        signing.prepare(app)


def test_a_key_file_must_be_closed_and_open_with_its_passphrase(app, key_file, monkeypatch):
    monkeypatch.setitem(app.config, "SIGNING", f"pkcs12:{key_file}")
    monkeypatch.setitem(app.config, "SIGNING_PASSPHRASE", "salah")
    with pytest.raises(config.ConfigError, match="PASSPHRASE"):
        signing.prepare(app)
    monkeypatch.setitem(app.config, "SIGNING_PASSPHRASE", "sandi-kunci")
    signing.prepare(app)
    key_file.chmod(0o644)
    with pytest.raises(config.ConfigError, match="chmod 600"):
        signing.prepare(app)


def test_the_app_checks_its_signing_at_start(database):
    with pytest.raises(config.ConfigError, match="ELECTSYS_SIGNING"):
        create_app(DATABASE_URL=database, SIGNING="kertas")
