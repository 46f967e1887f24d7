"""Proof of work: a riddle that a browser solves in a second, and that makes a million questions expensive.

The server keeps nothing: a challenge carries its expiry, its difficulty and a nonce, under an HMAC that
binds it to one purpose and one address. The answer is a number such that SHA-256 of ``challenge:number``
begins with that many zero bits. Only the nonces of answers are kept, until they expire, so that none counts
twice.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import os
import re
from dataclasses import dataclass

FORMAT = b"\x01"
NONCE = 12
MAC = 16
_ANSWER = re.compile(r"[0-9]{1,15}", re.ASCII)


class BadProof(Exception):
    """A proof that does not count: ``rusak`` (not ours, or not for here), ``kedaluwarsa`` or ``salah``."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Proof:
    """An accepted answer: what the table of spent ones needs, and how hard it was."""

    nonce: bytes
    expires: dt.datetime
    bits: int


def issue(key: bytes, purpose: str, address: bytes, *, bits: int, expires: dt.datetime) -> str:
    """A new challenge of ``bits`` zero bits for one purpose and one address (its fingerprint)."""
    body = FORMAT + int(expires.timestamp()).to_bytes(4, "big") + bytes((bits,)) + os.urandom(NONCE)
    return base64.urlsafe_b64encode(body + _mac(key, purpose, address, body)).decode().rstrip("=")


def verify(
    key: bytes, purpose: str, address: bytes, challenge: str, answer: str, *, now: dt.datetime
) -> Proof:
    """The proof in an answered challenge; :class:`BadProof` says why it is none."""
    try:
        raw = base64.b64decode(challenge + "=" * (-len(challenge) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadProof("rusak") from None
    body, mac = raw[:-MAC], raw[-MAC:]
    if len(body) != len(FORMAT) + 4 + 1 + NONCE or not hmac.compare_digest(
        mac, _mac(key, purpose, address, body)
    ):
        raise BadProof("rusak")
    expires = dt.datetime.fromtimestamp(int.from_bytes(body[1:5], "big"), dt.UTC)
    if now >= expires:
        raise BadProof("kedaluwarsa")
    bits = body[5]
    if not _ANSWER.fullmatch(answer) or zero_bits(challenge, answer) < bits:
        raise BadProof("salah")
    return Proof(body[6:], expires, bits)


def zero_bits(challenge: str, answer: str) -> int:
    """With how many zero bits the hash of an answer begins."""
    digest = hashlib.sha256(f"{challenge}:{answer}".encode()).digest()
    return 256 - int.from_bytes(digest, "big").bit_length()


def solve(challenge: str, bits: int) -> str:
    """The answer of a challenge, by trying: what the browser's worker does (tests and benchmarks)."""
    number = 0
    while zero_bits(challenge, str(number)) < bits:
        number += 1
    return str(number)


def _mac(key: bytes, purpose: str, address: bytes, body: bytes) -> bytes:
    return hmac.digest(key, purpose.encode() + b"\0" + address + body, "sha256")[:MAC]
