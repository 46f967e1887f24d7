"""Write the archive."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

import fsspec
import psycopg
from flask import current_app

from electsys import ledger
from electsys.backup.archive import (
    AAD,
    CHUNK,
    FORMAT,
    cipher,
    key_folders,
    require_passphrase,
    stored,
)
from electsys.backup.tools import running, tool
from electsys.db import db
from electsys.ledger.queries import last_seal


class _Measured(io.RawIOBase):
    """A writer that counts and hashes what passes through."""

    def __init__(self, target: IO[bytes]) -> None:
        self.target = target
        self.digest = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.digest.update(data)
        self.size += len(data)
        self.target.write(data)
        return len(data)


def make_backup(target: Path, passphrase: str, *, actor: ledger.Actor) -> dict[str, Any]:
    """Write the archive (mode 0600) beside its name and move it there when it is whole.

    Returns the manifest. Refuses without a passphrase, because without the keys no NIK can be read
    again, and with bare keys anybody could.
    """
    require_passphrase(passphrase)
    seal = last_seal()
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "migration": _migration(),
        "ledger_head": seal.hash.hex() if seal else None,
        "file_store": current_app.config["FILE_STORE"].partition("://")[0] or "file",
        "parts": {},
    }
    db.session.rollback()  # pg_dump takes its own snapshot
    unfinished = target.with_name(target.name + ".part")
    descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED) as archive:
                for name, write in (
                    ("database.dump", _dump_database),
                    ("files.tar", _write_files),
                    ("keys.sealed", lambda out: out.write(_sealed_keys(passphrase))),
                ):
                    with archive.open(name, "w", force_zip64=True) as entry:
                        out = _Measured(entry)
                        write(cast(IO[bytes], out))
                    manifest["parts"][name] = {"sha256": out.digest.hexdigest(), "size": out.size}
                archive.writestr("manifest.json", json.dumps(manifest, indent=1))
            raw.flush()
            os.fsync(raw.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    details = {n: p["sha256"] for n, p in manifest["parts"].items()}
    ledger.record("backup:archive:make", "backup:" + manifest["made_at"], actor=actor, details=details)
    db.session.commit()
    return manifest


def _migration() -> str | None:
    with psycopg.connect(current_app.config["DATABASE_URL"]) as connection:
        row = connection.execute("select max(version_num) from alembic_version").fetchone()
    return row[0] if row else None


def _dump_database(out: IO[bytes]) -> None:
    with running([tool("pg_dump"), "--format=custom", "--no-password"], stdout=subprocess.PIPE) as process:
        assert process.stdout  # noqa: S101  (PIPE)
        shutil.copyfileobj(process.stdout, out, CHUNK)


def _write_files(out: IO[bytes]) -> None:
    """The file store as a tar stream, one file in memory at no time."""
    store, root = fsspec.url_to_fs(current_app.config["FILE_STORE"])
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for path, size in stored(store, root):
            member = tarfile.TarInfo(path[len(root) :].lstrip("/"))
            member.size, member.mode = size, 0o600
            with store.open(path, "rb") as file:
                tar.addfile(member, file)
            tar.members.clear()  # type: ignore[attr-defined]  # or it would remember millions


def _sealed_keys(passphrase: str) -> bytes:
    """The key folder, and the secrets that the demo made for itself, under the passphrase."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for name, folder in key_folders().items():
            if folder.is_dir():
                tar.add(folder, arcname=name)
    salt, nonce = os.urandom(16), os.urandom(12)
    return salt + nonce + cipher(passphrase, salt).encrypt(nonce, plain.getvalue(), AAD)
