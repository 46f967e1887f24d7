"""Keys of phones: what they sign with, and the keyed hashes under which the server knows their secrets."""

from __future__ import annotations

import hmac

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from electsys.privacy.keys import keyring

#: Bytes of a signature: r and s of P-256, as browsers write it.
SIGNATURE = 64


def is_public_key(point: bytes) -> bool:
    """Whether these bytes are an uncompressed point of P-256."""
    if len(point) != 65 or point[0] != 4:
        return False
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        return False
    return True


def verifies(point: bytes, signature: bytes, text: bytes) -> bool:
    """Whether the holder of the key signed this text."""
    if len(signature) != SIGNATURE:
        return False
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    r, s = (int.from_bytes(part, "big") for part in (signature[:32], signature[32:]))
    try:
        key.verify(encode_dss_signature(r, s), text, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def token_hash(token: str) -> bytes:
    """What the database knows of a device's token."""
    return hmac.digest(keyring().index_key("device token"), token.encode(), "sha256")


def code_hash(code: str) -> bytes:
    """What the database knows of an activation code."""
    return hmac.digest(keyring().index_key("device activation"), code.encode(), "sha256")


def packet_digest(device_id: int, signed: bytes) -> bytes:
    """A keyed digest of a packet: there are too few NIK for an unkeyed one to hide what was sent."""
    return hmac.digest(keyring().index_key("device packet"), b"%d\n" % device_id + signed, "sha256")


def bundle_tag(device_id: int, content: bytes) -> str:
    """The version of what a device fetched, for ``If-None-Match``."""
    key = keyring().index_key("device bundle")
    return hmac.digest(key, b"%d\n" % device_id + content, "sha256").hex()[:32]
