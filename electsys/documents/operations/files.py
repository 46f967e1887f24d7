"""Take files in, and give them out again."""

from __future__ import annotations

import errno
import hashlib
import io
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from flask_babel import gettext as _

from electsys.db import db
from electsys.documents import inspection, kinds
from electsys.documents.models import StoredFile
from electsys.documents.sealing import SealedFile, SealingWriter, Source, new_key
from electsys.documents.store import current
from electsys.errors import Refused
from electsys.ledger import Actor, record
from electsys.privacy import reserve_ids, seal, unseal

CHUNK = 1 << 20
#: Status of a refusal because the disk is full; the same file may pass later.
FULL = 507
#: Longest name that is kept, in characters.
NAME = 200


def store_file(
    stream: IO[bytes],
    *,
    name: str,
    kind: str,
    actor: Actor,
    origin: str = "unggahan",
    expected_sha256: str | None = None,
) -> StoredFile:
    """Check a file and keep it; return its row, whose ``receipt`` the sender may note down.

    It streams: memory stays bounded whatever the size. ``kind`` names the purpose and with it the
    limits (electsys.documents.kinds). :class:`Refused` says which limit was broken, by how much, and
    what to do. If the transaction is rolled back, the content may stay in the store without a row;
    ``flask documents check`` finds it. What a sealed purpose takes is sealed as it is written.
    """
    purpose = kinds.limits(kind)
    if purpose.check_name is not None:
        purpose.check_name(name)
    store = current()
    key = new_key() if purpose.sealed else None
    with store.draft() as draft:
        content: Source = SealedFile.at(draft, key) if key else draft
        try:
            received, size, stored = _copy(stream, draft, purpose, key)
            if expected_sha256 is not None and received != expected_sha256:
                raise Refused(
                    _("Isi berkas berubah di perjalanan: SHA-256 tidak sama dengan yang dijanjikan."),
                    hint=_("Unggah lagi dari awal."),
                )
            media = inspection.inspect(content, size, purpose)
            if media in (kinds.JPEG, kinds.PNG):
                with content.open("rb") as file:
                    cleaned = inspection.clean(file.read(), media)
                # Another content is sealed under another key: no nonce serves twice.
                key = new_key() if key else None
                _sha256, size, stored = _copy(io.BytesIO(cleaned), draft, purpose, key)
            store.keep(draft, stored)
        except OSError as problem:
            raise no_room(problem) from problem
    row = StoredFile(
        **_key_in_envelope(key),
        sha256=stored,
        received_sha256=received,
        size=size,
        media_type=media,
        kind=kind,
        name=plain_name(name),
        origin=origin,
        account_id=actor.account_id,
    )
    db.session.add(row)
    db.session.flush()
    record(
        "documents:file:store",
        f"stored_file:{row.id}",
        actor=actor,
        details={"kind": kind, "size": size, "sha256": stored, "received_sha256": received},
    )
    return row


def open_file(stored: StoredFile) -> IO[bytes]:
    """The content as a binary stream, in clear; close it. :class:`Refused` if the store has lost it."""
    try:
        key = key_of(stored)
        if key is not None:
            return SealedFile(lambda: current().open(stored.sha256), key).open("rb")
        return current().open(stored.sha256)
    except FileNotFoundError as problem:
        raise Refused(
            _("Berkas %(receipt)s tidak ada lagi di penyimpanan.", receipt=stored.receipt),
            hint=_("Laporkan kepada pengelola sistem; ia dapat memulihkannya dari cadangan."),
            status=500,
        ) from problem


def key_of(row: Any) -> bytes | None:
    """The key of a sealed file or upload, out of the envelope of its row; None for one that lies as it is."""
    if row.sealed is None:
        return None
    return bytes.fromhex(unseal(bytes(row.sealed), table=row.__tablename__, row=row.id))


def sealed_key(table: str, row: int, key: bytes) -> bytes:
    """The envelope of the key of a row."""
    return seal(key.hex(), table=table, row=row)


def _key_in_envelope(key: bytes | None) -> dict[str, Any]:
    """The columns of a sealed file: its envelope is bound to the row, whose key must be known before."""
    if key is None:
        return {}
    [row] = reserve_ids("stored_file", 1)
    return {"id": row, "sealed": sealed_key("stored_file", row, key)}


def plain_name(name: str | None) -> str:
    """A sender's name for a file as plain text: no folder, no control character, not too long."""
    last = PurePosixPath((name or "").replace("\\", "/")).name
    printable = "".join(c for c in last if c.isprintable()).strip()
    return printable[-NAME:] or "tanpa-nama"


class _Hashed:
    """A file that is hashed as it is written."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self.file.write(data)


def _copy(stream: Any, target: Path, purpose: kinds.Kind, key: bytes | None) -> tuple[str, int, str]:
    """Write the stream, sealed where there is a key. It stops where the limit is passed.

    Returns the SHA-256 of what came, its size, and the SHA-256 of what was written.
    """
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as file:
        written = _Hashed(file)
        out: Any = SealingWriter(cast(IO[bytes], written), key) if key else file
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > purpose.max_bytes:
                raise inspection.too_large(purpose)
            digest.update(chunk)
            out.write(chunk)
        if key:
            out.close()
    return digest.hexdigest(), size, (written.digest if key else digest).hexdigest()


def no_room(problem: OSError | None = None) -> Exception:
    """The refusal of a full disk; another trouble of the disk stays what it is."""
    if problem is not None and problem.errno not in (errno.ENOSPC, errno.EDQUOT):
        return problem
    return Refused(
        _("Penyimpanan server penuh; berkas Anda belum tersimpan."),
        hint=_("Simpan berkas Anda dan coba lagi nanti; beri tahu pengelola sistem."),
        status=FULL,
    )
