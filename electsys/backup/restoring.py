"""Check an archive and bring everything back."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import fsspec
import psycopg
from cryptography.exceptions import InvalidTag
from flask import current_app
from flask_babel import gettext as _

from electsys import ledger
from electsys.backup.archive import (
    AAD,
    CHUNK,
    FORMAT,
    PARTS,
    Part,
    cipher,
    key_folders,
    require_passphrase,
    stored,
)
from electsys.backup.tools import running, tool
from electsys.db import db
from electsys.errors import Refused


def restore_backup(
    source: Path, passphrase: str, *, force: bool = False, actor: ledger.Actor
) -> dict[str, Any]:
    """Check every part, then bring back files, database and keys. Returns the manifest.

    Refuses a database or a file store that is not empty unless ``force``; then the database is
    replaced in one transaction, files are put beside those that are there (they are addressed by
    content), and the old keys are kept in a folder named after the time.
    """
    require_passphrase(passphrase)
    with _opened(source) as archive:
        manifest = _checked_manifest(archive)
        keys = _opened_keys(archive.read("keys.sealed"), passphrase)
        if not force:
            _require_empty()
        db.session.remove()
        db.engine.dispose()
        with archive.open("files.tar") as stream:
            _read_files(stream)
        with archive.open("database.dump") as stream:
            _replace_database(stream)
        _replace_keys(keys)
    ledger.record(
        "backup:archive:restore",
        "backup:" + manifest["made_at"],
        actor=actor,
        details={n: p["sha256"] for n, p in manifest["parts"].items()},
    )
    db.session.commit()
    return manifest


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(source)
    except zipfile.BadZipFile:
        raise Refused(
            _("Berkas %(file)s bukan cadangan electsys, atau rusak atau terpotong.", file=source),
            hint=_("Tidak ada yang diubah. Pakai salinan cadangan yang lain."),
        ) from None
    with archive:
        yield archive


def _checked_manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    """The manifest, after every part was read once and found as it was written."""
    try:
        manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
        parts = {name: Part(**manifest["parts"][name]) for name in PARTS}
    except (KeyError, TypeError, ValueError):
        raise Refused(_("Berkas ini bukan cadangan electsys: manifesnya tidak ada.")) from None
    if manifest.get("format") != FORMAT:
        raise Refused(
            _(
                "Cadangan ini dibuat dengan format %(format)s, yang tidak dikenal.",
                format=manifest.get("format"),
            )
        )
    for name, part in parts.items():
        digest, size = hashlib.sha256(), 0
        try:
            with archive.open(name) as stream:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
        except (KeyError, zipfile.BadZipFile):
            size = -1
        if (digest.hexdigest(), size) != (part.sha256, part.size):
            raise Refused(
                _("Bagian %(name)s dari cadangan rusak: sidik SHA-256 tidak cocok.", name=name),
                hint=_("Tidak ada yang diubah. Pakai salinan cadangan yang lain."),
            )
    return manifest


def _opened_keys(sealed: bytes, passphrase: str) -> bytes:
    try:
        return cipher(passphrase, sealed[:16]).decrypt(sealed[16:28], sealed[28:], AAD)
    except InvalidTag:
        raise Refused(_("Frasa sandi cadangan salah."), hint=_("Tidak ada yang diubah.")) from None


def _require_empty() -> None:
    tables = db.session.connection().exec_driver_sql(
        "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where c.relkind in ('r', 'p') and n.nspname = 'public'"
    )
    store, root = fsspec.url_to_fs(current_app.config["FILE_STORE"])
    if tables.scalar() or next(stored(store, root), None):
        raise Refused(
            _("Basis data atau simpanan berkas tidak kosong. Tidak ada yang diubah."),
            hint=_("Pakai --force untuk mengganti seluruh isinya dengan isi cadangan."),
        )


def _read_files(stream: IO[bytes]) -> None:
    store, root = fsspec.url_to_fs(current_app.config["FILE_STORE"])
    with tarfile.open(fileobj=stream, mode="r|") as tar:
        while member := tar.next():
            tar.members.clear()  # type: ignore[attr-defined]
            if not member.isfile() or ".." in Path(member.name).parts or member.name.startswith("/"):
                raise Refused(_("Simpanan berkas dalam cadangan memuat nama yang tidak sah."))
            path = f"{root.rstrip('/')}/{member.name}"
            store.makedirs(path.rpartition("/")[0], exist_ok=True)
            with store.open(path, "wb") as file:
                shutil.copyfileobj(cast(IO[bytes], tar.extractfile(member)), file, CHUNK)


#: Empties the database inside the restoring transaction. A connection that still works on it makes
#: the restore give up after a while instead of waiting for ever.
CLEAR = """
set lock_timeout = '20s';
drop schema public cascade;
create schema public;
alter schema public owner to pg_database_owner;
grant usage on schema public to public;
"""


def _replace_database(stream: IO[bytes]) -> None:
    """pg_restore writes the script, psql runs it after :data:`CLEAR` in one transaction."""
    script = [tool("pg_restore"), "--no-owner", "--file=-"]
    run = [tool("psql"), "--no-psqlrc", "--quiet", "--no-password", "--single-transaction"]
    run += ["--set=ON_ERROR_STOP=1", "--output", os.devnull, "--command", CLEAR, "--file=-"]
    with (
        running(run, stdin=subprocess.PIPE) as sink,
        running(script, stdin=subprocess.PIPE, stdout=sink.stdin) as source,
    ):
        shutil.copyfileobj(stream, cast(IO[bytes], source.stdin), CHUNK)
    with psycopg.connect(current_app.config["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("analyze")


def _replace_keys(plain: bytes) -> None:
    """Put the keys of the archive in place; a file that is replaced is kept in ``before-<time>``."""
    stamp = time.strftime("before-%Y%m%d-%H%M%S")
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        for member in tar:
            name, _slash, path = member.name.partition("/")
            if not member.isfile() or name not in key_folders() or ".." in Path(path).parts:
                continue
            folder = key_folders()[name]
            target, content = folder / path, cast(IO[bytes], tar.extractfile(member)).read()
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if target.exists() and target.read_bytes() != content:
                (folder / stamp / path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                target.rename(folder / stamp / path)
            fresh = target.with_name(target.name + ".new")
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(content)
            fresh.replace(target)
