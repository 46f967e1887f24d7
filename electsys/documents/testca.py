"""The certificate authority of the demo: made on the spot, marked as a test, trusted nowhere else.

One file a key, with its certificate, under ``HOME/ca`` (mode 0600). Keys are P-256; certificates last ten
years, so that a demo does not rot.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

#: What tells a test certificate from a real one; signing.Signature.test looks for it.
ORGANIZATION = "electsys: SERTIFIKAT UJI, bukan tanda tangan sah"
ROOT_NAME = "Penerbit sertifikat uji electsys"
YEARS = dt.timedelta(days=3650)
#: Clocks differ: a certificate counts from a day before it was made.
SLACK = dt.timedelta(days=1)
#: Longest common name of a certificate (RFC 5280, ub-common-name).
COMMON_NAME = 64


@dataclass(frozen=True)
class Pair:
    """A private key with its certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def certificate_der(self) -> bytes:
        """The certificate in DER."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def pkcs12(self) -> bytes:
        """Key and certificate as PKCS#12, unlocked; for handing over in memory only."""
        return pkcs12.serialize_key_and_certificates(
            b"uji", self.key, self.certificate, None, serialization.NoEncryption()
        )


def root(folder: Path) -> Pair:
    """The test authority; made if it is missing. Two processes at once get the same one."""
    path = folder / "root.pem"
    if not path.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name(ROOT_NAME)
        certificate = (
            _builder(name, name, key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(authority=True), critical=True)
            .sign(key, hashes.SHA256())
        )
        _keep(path, key, certificate)
    return _load(path)


def person(folder: Path, name: str) -> Pair:
    """The test key of one name; made if it is missing."""
    authority = root(folder)
    path = folder / f"{hashlib.sha256(name.encode()).hexdigest()[:24]}.pem"
    if not path.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            _builder(_name(name), authority.certificate.subject, key.public_key())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(authority=False), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False
            )
            .sign(authority.key, hashes.SHA256())
        )
        _keep(path, key, certificate)
    return _load(path)


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANIZATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name.strip()[:COMMON_NAME] or "tanpa nama"),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SLACK)
        .not_valid_after(now + YEARS)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _keep(path: Path, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
    """Write key and certificate whole under their name, unless another process was faster."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{secrets.token_hex(8)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        file.write(certificate.public_bytes(serialization.Encoding.PEM))
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _load(path: Path) -> Pair:
    data = path.read_bytes()
    key = serialization.load_pem_private_key(data, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{path} is not a key of this demo")
    return Pair(key, x509.load_pem_x509_certificate(data))
