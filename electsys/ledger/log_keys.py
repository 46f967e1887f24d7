"""The key that signs the public log: ``KEY_DIR/log.json``, mode 0600, never made by accident.

Outside the demo and the tests nobody makes it but ``flask ledger keygen``; without it nothing is
signed, and nothing is published. The backup seals it with the other keys.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app

from electsys.errors import Refused
from electsys.ledger.notes import LOG, Signer

FILE = "log.json"


def path() -> Path:
    """Where the key of this installation lies."""
    return Path(current_app.config["KEY_DIR"]) / FILE


def origin_of(election: str) -> str:
    """The name of an election's log: no scheme, unique in the world, the same for ever."""
    base = current_app.config["LOG_ORIGIN"] or urlsplit(current_app.config["BASE_URL"]).netloc
    return f"{base}/{election}"


def make() -> Path:
    """Make the key; refused where there is one: a log that changes its key loses its witnesses."""
    place = path()
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused(
            f"Kunci log sudah ada: {place}.",
            hint="Log yang berganti kunci tidak lagi dikenal saksinya. Pulihkan dari cadangan bila rusak.",
            status=409,
        ) from None
    with os.fdopen(handle, "w") as file:
        json.dump({"ed25519": Ed25519PrivateKey.generate().private_bytes_raw().hex()}, file)
        file.flush()
        os.fsync(file.fileno())
    return place


def signer(election: str) -> Signer:
    """The signer of an election's log; :class:`Refused` says how to get its key."""
    place = path()
    if not place.exists() and (current_app.config["DEMO"] or current_app.config["TESTING"]):
        make()
    try:
        info = place.stat()
        seed = bytes.fromhex(json.loads(place.read_text())["ed25519"])
        key = Ed25519PrivateKey.from_private_bytes(seed)
    except FileNotFoundError:
        raise Refused(
            f"Kunci log {place} belum ada; tanpa kunci tidak ada yang ditandatangani dan diterbitkan.",
            hint="Buat dengan: flask ledger keygen",
            status=409,
        ) from None
    except (ValueError, KeyError, TypeError):
        raise Refused(f"Kunci log {place} rusak; pulihkan dari cadangan.", status=409) from None
    if info.st_mode & 0o077:
        raise Refused(
            f"Kunci log {place} dapat dibaca orang lain.", hint=f"Tutup dengan: chmod 600 {place}", status=409
        )
    return Signer(origin_of(election), LOG, key)
