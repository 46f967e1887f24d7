"""The signature on files for work without the centre: Ed25519 over the canonical JSON (RFC 8785)."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from electsys.privacy.keys import keyring


def _key() -> Ed25519PrivateKey:
    """The house's key for these files, derived from the key file: never in the database."""
    return Ed25519PrivateKey.from_private_bytes(keyring().index_key("recap export"))


def public_key() -> str:
    """The key that anybody checks with, in base64."""
    return base64.b64encode(_key().public_key().public_bytes_raw()).decode()


def seal(payload: dict[str, Any]) -> str:
    """The signature over a payload, in base64."""
    return base64.b64encode(_key().sign(rfc8785.dumps(payload))).decode()


def holds(payload: dict[str, Any], signature: str) -> bool:
    """Whether the house signed exactly this payload."""
    return verifies(payload, signature, public_key())


def verifies(payload: dict[str, Any], signature: str, key: str) -> bool:
    """The same with a key that somebody else holds: what a program outside does."""
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(key)).verify(
            base64.b64decode(signature), rfc8785.dumps(payload)
        )
    except (InvalidSignature, ValueError, TypeError, RecursionError):
        return False
    return True


def digest(payload: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON."""
    return hashlib.sha256(rfc8785.dumps(payload)).hexdigest()
