"""Electronic signatures of PDF: make them, and say whether those in a file hold (PAdES, ETSI EN 319 142).

``ELECTSYS_SIGNING`` names the key: ``demo`` (a certificate authority made on the spot, marked as a test,
only in the demo), ``pkcs12:/path`` or ``pkcs11:module:token:label`` with ``ELECTSYS_SIGNING_PASSPHRASE`` as
passphrase or PIN. Outside the demo nothing is signed until it is set. Who is trusted: the certificates in
``ELECTSYS_TRUST_DIR`` (PEM), and in the demo the test authority. Nothing is fetched from the network.

A signature is an incremental update with an invisible field: the typeset bytes stay as they are, in front.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import io
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from asn1crypto import cms, pem, x509
from flask import Flask, current_app
from flask_babel import gettext as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from config import ConfigError
from electsys.documents import testca
from electsys.errors import Refused

Result = TypeVar("Result")
#: It has words of its own for each doubtful file; ours are for the reader.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Signature:
    """One signature in a PDF, and what can be said of it."""

    #: Name in the signer's certificate, such as a person or an office; "" where it cannot be read.
    name: str
    #: Who issued the certificate.
    issuer: str
    #: When it was made, by the signer's own clock.
    time: dt.datetime | None
    #: Whether the signed bytes are those that were signed.
    intact: bool
    #: Whether the file holds nothing that came after it, other than further signatures.
    covers_whole: bool
    #: Whether the certificate leads to an authority that this installation trusts.
    trusted: bool
    #: Whether the certificate is one of the demo, which proves nothing.
    test: bool
    #: SHA-256 of the certificate, in hex.
    certificate: str
    #: What is wrong, in the reader's words; None where all holds.
    problem: str | None

    @property
    def valid(self) -> bool:
        """Intact, whole and trusted."""
        return self.intact and self.covers_whole and self.trusted


def sign_pdf(pdf: bytes, *, name: str, reason: str, place: str) -> bytes:
    """The PDF with one more signature. ``name`` signs, for ``reason``, at ``place``.

    The demo makes a test certificate for the name; a real key signs with the certificate it has, and the
    name stands beside it. :class:`Refused` (503) where no key is set up or the token does not answer.
    """
    with _signer(name) as signer:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
        number = 1 + len(PdfFileReader(io.BytesIO(pdf), strict=False).embedded_signatures)
        metadata = signers.PdfSignatureMetadata(
            field_name=f"tanda-tangan-{number}",
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            name=name,
            reason=reason or None,
            location=place or None,
        )
        pdf_signer = signers.PdfSigner(metadata, signer)
        out = _apart(lambda: pdf_signer.sign_pdf(writer))
    return out.getvalue()


def signatures_of(pdf: bytes, *, at: dt.datetime | None = None) -> list[Signature]:
    """Every signature in a PDF, oldest first; an empty list where there is none.

    ``at`` is the time when the file is known to have existed (that of its row); certificates are judged as
    of then, so that a signature does not turn bad because its certificate ended later. Default: now.
    :class:`Refused` if the file cannot be read as a PDF at all.
    """
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        found = [_embedded(reader, *field) for field in _signed_fields(reader)]
    except Exception as problem:  # a broken file breaks a reader in any way
        raise Refused(
            _("Berkas PDF ini rusak, sehingga tanda tangannya tidak dapat dibaca."),
            hint=_("Minta berkas aslinya sekali lagi kepada pengirim."),
        ) from problem
    found.sort(key=lambda e: e.signed_revision if e is not None else reader.total_revisions)
    return [_judge(e, at, pdf) for e in found if e is None or e.sig_object.get("/Type") != "/DocTimeStamp"]


def _signed_fields(reader: PdfFileReader) -> list[tuple[str, Any]]:
    if "/AcroForm" not in reader.root:
        return []
    return [(name, field) for name, _object, field in fields.enumerate_sig_fields(reader, filled_status=True)]


def _embedded(reader: PdfFileReader, name: str, field: Any) -> EmbeddedPdfSignature | None:
    try:
        return EmbeddedPdfSignature(reader, field, name)
    except Exception:
        return None  # no signature can be read there; _judge says so


def _judge(embedded: Any, at: dt.datetime | None, pdf: bytes) -> Signature:
    """What holds of one signature; a signature that cannot even be read holds nothing."""
    try:
        certificate = embedded.signer_cert  # None has no such thing
        roots = _roots()
        context = ValidationContext(
            trust_roots=roots, allow_fetching=False, moment=at, best_signature_time=at
        )
        status = _apart(lambda: validate_pdf_signature(embedded, signer_validation_context=context))
        tidy = _tidy(embedded, pdf)
    except Exception:
        return Signature(
            "", "", None, False, False, False, False, "", _("Tanda tangan ini rusak dan tidak dapat dibaca.")
        )
    intact = bool(status.intact and status.valid and tidy)
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE or (
        status.coverage == SignatureCoverageLevel.ENTIRE_REVISION
        and status.modification_level is not None
        and status.modification_level <= ModificationLevel.FORM_FILLING
    )
    trusted = bool(status.trusted)
    issuer = certificate.issuer.native
    return Signature(
        name=str(_common_name(certificate.subject.native)),
        issuer=str(_common_name(issuer)),
        time=status.signer_reported_dt,
        intact=intact,
        covers_whole=whole,
        trusted=trusted,
        test=issuer.get("organization_name") == testca.ORGANIZATION,
        certificate=hashlib.sha256(certificate.dump()).hexdigest(),
        problem=_problem(intact, whole, trusted),
    )


def _tidy(embedded: Any, pdf: bytes) -> bool:
    """Whether the place of the signature, which no signature covers, holds it and nothing else.

    The place is a hexadecimal string in one spelling, filled up with zeros.
    """
    _start, length, resumed, _rest = embedded.byte_range
    written = pdf[int(length) : int(resumed)].strip()
    digits = written[1:-1]
    if written[:1] + written[-1:] != b"<>" or digits not in (digits.upper(), digits.lower()):
        return False
    content = bytes(embedded.pkcs7_content)
    message = cms.ContentInfo.load(content)
    signed = message["content"]
    used = {info["digest_algorithm"]["algorithm"].native for info in signed["signer_infos"]}
    named = {algorithm["algorithm"].native for algorithm in signed["digest_algorithms"]}
    return (
        signed["encap_content_info"]["content_type"].native == "data"
        and used == named
        and not content[len(message.dump()) :].strip(b"\0")
    )


def _problem(intact: bool, whole: bool, trusted: bool) -> str | None:
    if not intact:
        return _("Isi berkas diubah setelah ditandatangani.")
    if not whole:
        return _("Ada yang ditambahkan ke berkas setelah ditandatangani.")
    if not trusted:
        return _(
            "Sertifikatnya tidak berasal dari penerbit yang dipercaya di sini, atau sudah tidak berlaku."
        )
    return None


def _common_name(name: dict[str, Any]) -> Any:
    value = name.get("common_name") or name.get("organization_name") or ""
    return value[-1] if isinstance(value, list) else value


# --- who is trusted -------------------------------------------------------------------------------


def _roots() -> list[x509.Certificate]:
    """The trusted authorities: PEM files of the folder, and the test authority in the demo."""
    config = current_app.config
    found = []
    folder = Path(config["TRUST_DIR"])
    for path in sorted([*folder.glob("*.pem"), *folder.glob("*.crt")]) if folder.is_dir() else []:
        found += _certificates(path)
    if config["SIGNING"] == "demo":
        found.append(x509.Certificate.load(testca.root(_folder()).certificate_der))
    return found


def _certificates(path: Path) -> list[x509.Certificate]:
    data = path.read_bytes()
    if not pem.detect(data):
        return [x509.Certificate.load(data)]
    return [x509.Certificate.load(der) for _kind, _headers, der in pem.unarmor(data, multiple=True)]


def _folder() -> Path:
    return Path(current_app.config["HOME"]) / "ca"


# --- whose key signs ------------------------------------------------------------------------------


@contextmanager
def _signer(name: str) -> Iterator[signers.Signer]:
    kind, _colon, rest = str(current_app.config["SIGNING"]).partition(":")
    if kind == "demo" and (current_app.config["DEMO"] or current_app.config["TESTING"]):
        yield _demo_signer(name)
    elif kind == "pkcs12":
        yield _pkcs12(Path(rest), current_app.config["SIGNING_PASSPHRASE"])
    elif kind == "pkcs11":
        with _pkcs11(rest, current_app.config["SIGNING_PASSPHRASE"]) as signer:
            yield signer
    else:
        raise Refused(
            _("Tanda tangan elektronik belum disiapkan di instalasi ini."),
            hint=_("Minta pengelola sistem mengisi ELECTSYS_SIGNING, atau tanda tangani dengan tangan."),
            status=503,
        )


def _demo_signer(name: str) -> signers.Signer:
    return _of_pkcs12(testca.person(_folder(), name).pkcs12(), None)


def _pkcs12(path: Path, passphrase: str | None) -> signers.Signer:
    return _of_pkcs12(path.read_bytes(), passphrase)


def _of_pkcs12(data: bytes, passphrase: str | None) -> signers.Signer:
    """A signer from PKCS#12; ValueError if it cannot be opened or holds no key."""
    signer = signers.SimpleSigner.load_pkcs12_data(
        data, other_certs=[], passphrase=passphrase.encode() if passphrase else None
    )
    if signer is None or signer.signing_cert is None:
        raise ValueError("no key with its certificate")
    signer.embed_roots = False  # nobody trusts a root because the file brings it
    return signer


@contextmanager
def _pkcs11(rest: str, pin: str | None) -> Iterator[signers.Signer]:
    """A key in a token; ``rest`` is ``module:token:label``. It never leaves the token."""
    from pkcs11.exceptions import PKCS11Error
    from pyhanko.config.pkcs11 import TokenCriteria
    from pyhanko.sign import pkcs11

    module, token, label = _pkcs11_parts(rest)
    try:
        with pkcs11.open_pkcs11_session(
            module, token_criteria=TokenCriteria(label=token), user_pin=pin
        ) as session:
            # The digest is made here: not every token has a mechanism that hashes and signs in one.
            yield pkcs11.PKCS11Signer(session, cert_label=label, key_label=label, use_raw_mechanism=True)
    except PKCS11Error as problem:
        raise Refused(
            _("Perangkat kunci tanda tangan tidak menjawab."),
            hint=_("Periksa apakah token terpasang, lalu coba lagi."),
            status=503,
        ) from problem


def _pkcs11_parts(rest: str) -> tuple[str, str, str]:
    parts = rest.rsplit(":", 2)
    if len(parts) != 3 or not all(parts):
        raise ConfigError("ELECTSYS_SIGNING: write pkcs11:MODULE:TOKEN:LABEL.")
    return parts[0], parts[1], parts[2]


def prepare(app: Flask) -> None:
    """At start: refuse a signing set-up that cannot be, before anybody wants to sign."""
    setting = str(app.config["SIGNING"])
    kind, _colon, rest = setting.partition(":")
    if kind == "demo":
        if not (app.config["DEMO"] or app.config["TESTING"]):
            raise ConfigError("ELECTSYS_SIGNING=demo is for the demo only: its certificates prove nothing.")
    elif kind == "pkcs12":
        path = Path(rest)
        if not path.is_file():
            raise ConfigError(f"ELECTSYS_SIGNING: there is no file {path}.")
        if path.stat().st_mode & 0o077:
            raise ConfigError(f"Others may read the key file {path}. Close it with: chmod 600 {path}")
        try:
            _pkcs12(path, app.config["SIGNING_PASSPHRASE"])
        except ValueError as problem:
            raise ConfigError(
                f"ELECTSYS_SIGNING: {path} cannot be opened; is ELECTSYS_SIGNING_PASSPHRASE right?"
            ) from problem
    elif kind == "pkcs11":
        module, _token, _label = _pkcs11_parts(rest)
        if not Path(module).is_file():
            raise ConfigError(f"ELECTSYS_SIGNING: there is no PKCS#11 module {module}.")
    elif setting:
        raise ConfigError("ELECTSYS_SIGNING is demo, pkcs12:PATH or pkcs11:MODULE:TOKEN:LABEL.")


def _apart(work: Callable[[], Result]) -> Result:
    """Do what starts an event loop of its own, in another thread where this one has a loop already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return work()
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()
