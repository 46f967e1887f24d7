"""The key file: outside the database, several versions, never made by accident.

``KEY_DIR/privacy.json`` (mode 0600) holds one *index* root, from which the keys of the blind
indexes are derived, and numbered *seal* roots, of which the newest seals and all of them open.
Each purpose and each table has a key of its own, derived by HKDF-SHA-256 (RFC 5869). Without the
file a production start stops; only the demo and the tests make one by themselves.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask, current_app

FILE = "privacy.json"
#: How long a superseded key stays at least: the longest time a running process may still hold it.
GRACE = timedelta(days=1)
#: Commands of ``flask`` that bring the keys, and so must start without them.
KEYLESS = {"new-key", "restore"}


class KeyFileError(RuntimeError):
    """The key file is missing, open to others, or lacks a version; the message says what to do."""


def derive(root: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose: HKDF-SHA-256 with an empty salt, one block."""
    extracted = hmac.digest(bytes(32), root, "sha256")
    return hmac.digest(extracted, f"electsys {purpose}".encode() + b"\x01", "sha256")


@dataclass
class Keyring:
    """The loaded key file. Derived keys are computed once a process."""

    index_root: bytes
    seal_roots: dict[int, bytes]
    made: dict[int, datetime]
    current: int
    _ciphers: dict[tuple[int, str], AESGCM] = field(default_factory=dict)
    _indexes: dict[str, bytes] = field(default_factory=dict)

    def cipher(self, version: int, table: str) -> AESGCM:
        """The AES-256-GCM cipher of one key version for one table."""
        cipher = self._ciphers.get((version, table))
        if cipher is None:
            if version not in self.seal_roots:
                raise KeyFileError(f"Key version {version} is not in the key file; restore it from a backup.")
            cipher = AESGCM(derive(self.seal_roots[version], f"seal {table}"))
            self._ciphers[version, table] = cipher
        return cipher

    def index_key(self, purpose: str) -> bytes:
        """The HMAC key of one blind index."""
        key = self._indexes.get(purpose)
        if key is None:
            key = self._indexes[purpose] = derive(self.index_root, f"index {purpose}")
        return key


def path_of(app: Flask) -> Path:
    """Where the key file of this installation lies."""
    return Path(app.config["KEY_DIR"]) / FILE


def keyring() -> Keyring:
    """The keys of the current app, read again when the file changed (a rotation elsewhere)."""
    app = current_app
    folder = app.config["KEY_DIR"]
    try:
        info = os.stat(f"{folder}/{FILE}")  # noqa: PTH116  (every index asks: no path is built for it)
    except FileNotFoundError:
        path = path_of(app)
        raise KeyFileError(f"There is no key file {path}. Make one with: flask privacy new-key") from None
    stamp = (info.st_mtime_ns, info.st_size, info.st_ino)
    cached = app.extensions.get("electsys.keys")
    if cached is None or cached[0] != stamp:
        path = path_of(app)
        if info.st_mode & 0o077:
            raise KeyFileError(f"Others may read the key file {path}. Close it with: chmod 600 {path}")
        cached = app.extensions["electsys.keys"] = (stamp, _parse(path))
    return cached[1]


def _parse(path: Path) -> Keyring:
    try:
        content = json.loads(path.read_text())
        seals = {int(k): bytes.fromhex(v["key"]) for k, v in content["seal"].items()}
        made = {int(k): datetime.fromisoformat(v["made"]) for k, v in content["seal"].items()}
        index = bytes.fromhex(content["index"])
        if {len(k) for k in (*seals.values(), index)} != {32}:
            raise ValueError("a key is not 32 bytes long")
        return Keyring(index, seals, made, max(seals))
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise KeyFileError(f"The key file {path} is damaged ({type(exc).__name__}); restore it.") from None


def add_key(path: Path) -> int:
    """Make the key file, or add the next key version to it; return the version that now seals."""
    content: dict[str, Any] = {"index": secrets.token_hex(32), "seal": {}}
    if path.exists():
        content = json.loads(path.read_text())
    version = max((int(k) for k in content["seal"]), default=0) + 1
    content["seal"][str(version)] = {
        "key": secrets.token_hex(32),
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    _write(path, content)
    return version


def drop_key(path: Path, version: int) -> None:
    """Remove one superseded version. The caller has made sure that no row uses it."""
    content = json.loads(path.read_text())
    del content["seal"][str(version)]
    _write(path, content)


def _write(path: Path, content: dict[str, Any]) -> None:
    """Replace the file at once, so that a crash leaves the old one or the new one whole."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def fingerprint_of(key: bytes) -> str:
    """Eight characters by which people can tell two keys apart without seeing either."""
    return hashlib.sha256(b"electsys key name" + key).hexdigest()[:8]


def prepare(app: Flask) -> None:
    """At start: make the first keys of a demo or test run, and refuse a production start without."""
    path = path_of(app)
    if not path.exists() and (app.config["DEMO"] or app.config["TESTING"]):
        add_key(path)
    if path.exists():
        with app.app_context():
            keyring()
    elif not KEYLESS & set(sys.argv):
        raise KeyFileError(f"There is no key file {path}. Make one with: flask privacy new-key")
