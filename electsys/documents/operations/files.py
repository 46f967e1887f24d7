"""Take files in, and give them out again."""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path, PurePosixPath
from typing import IO, Any

from flask_babel import gettext as _

from electsys.db import db
from electsys.documents import inspection, kinds
from electsys.documents.models import StoredFile
from electsys.documents.store import current
from electsys.errors import Refused
from electsys.ledger import Actor, record

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
    ``flask documents check`` finds it.
    """
    purpose = kinds.limits(kind)
    store = current()
    with store.draft() as draft:
        try:
            received, size = _copy(stream, draft, purpose)
            if expected_sha256 is not None and received != expected_sha256:
                raise Refused(
                    _("Isi berkas berubah di perjalanan: SHA-256 tidak sama dengan yang dijanjikan."),
                    hint=_("Unggah lagi dari awal."),
                )
            media = inspection.inspect(draft, size, purpose)
            stored = received
            if media in (kinds.JPEG, kinds.PNG):
                cleaned = inspection.clean(draft.read_bytes(), media)
                draft.write_bytes(cleaned)
                stored, size = hashlib.sha256(cleaned).hexdigest(), len(cleaned)
            store.keep(draft, stored)
        except OSError as problem:
            raise no_room(problem) from problem
    row = StoredFile(
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
    """The content as a binary stream; close it. :class:`Refused` if the store has lost it."""
    try:
        return current().open(stored.sha256)
    except FileNotFoundError as problem:
        raise Refused(
            _("Berkas %(receipt)s tidak ada lagi di penyimpanan.", receipt=stored.receipt),
            hint=_("Laporkan kepada pengelola sistem; ia dapat memulihkannya dari cadangan."),
            status=500,
        ) from problem


def plain_name(name: str | None) -> str:
    """A sender's name for a file as plain text: no folder, no control character, not too long."""
    last = PurePosixPath((name or "").replace("\\", "/")).name
    printable = "".join(c for c in last if c.isprintable()).strip()
    return printable[-NAME:] or "tanpa-nama"


def _copy(stream: Any, target: Path, purpose: kinds.Kind) -> tuple[str, int]:
    """Write the stream; return its SHA-256 and size. It stops where the limit is passed."""
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as file:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > purpose.max_bytes:
                raise inspection.too_large(purpose)
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest(), size


def no_room(problem: OSError | None = None) -> Exception:
    """The refusal of a full disk; another trouble of the disk stays what it is."""
    if problem is not None and problem.errno not in (errno.ENOSPC, errno.EDQUOT):
        return problem
    return Refused(
        _("Penyimpanan server penuh; berkas Anda belum tersimpan."),
        hint=_("Simpan berkas Anda dan coba lagi nanti; beri tahu pengelola sistem."),
        status=FULL,
    )
