"""Resumable uploads: begun with a length, appended to, finished into a stored file.

The bytes lie in a part file on disk and its size is how far the upload is, so nothing that arrived is
lost with the server. The row says whose it is and what it shall become. Every step may be repeated.
What a sealed purpose takes lies in the part file as sealed frames, under the key in the row's envelope.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import io
import os
import secrets
import time
from pathlib import Path
from typing import IO, Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from electsys.db import db
from electsys.documents import inspection, kinds
from electsys.documents.models import StoredFile, Upload
from electsys.documents.operations.files import (
    CHUNK,
    FULL,
    key_of,
    no_room,
    plain_name,
    sealed_key,
    store_file,
)
from electsys.documents.sealing import FrameReader, append_frame, frames_end, new_key
from electsys.documents.store import current
from electsys.errors import Refused
from electsys.ledger import Actor
from electsys.privacy import reserve_ids

#: An upload that nobody continues is forgotten after this time.
LIFE = dt.timedelta(hours=24)
#: How many uploads an account may have under way, so that nobody fills the disk.
OPEN_AT_ONCE = 20
#: Bytes that stay free for everything else.
RESERVE = 256 * 1024**2


class WrongOffset(Refused):
    """The sender is elsewhere than the part file; ``offset`` is where to go on."""

    def __init__(self, offset: int):
        super().__init__(
            _("Unggahan tidak bersambung; lanjutkan dari bita ke-%(offset)s.", offset=offset), status=409
        )
        self.offset = offset


def begin_upload(*, kind: str, name: str, length: int, expected_sha256: str | None, actor: Actor) -> Upload:
    """Begin an upload of ``length`` bytes. What is known to be too large is refused before a byte is sent."""
    purpose = kinds.limits(kind)
    if purpose.check_name is not None:
        purpose.check_name(name)
    if length <= 0:
        raise Refused(_("Berkas ini kosong."), hint=_("Pilih berkas yang berisi."))
    if length > purpose.max_bytes:
        raise inspection.too_large(purpose)
    under_way = db.session.scalar(
        select(func.count(Upload.id)).where(
            Upload.account_id == actor.account_id, Upload.file_id.is_(None), Upload.expires_at > func.now()
        )
    )
    if (under_way or 0) >= OPEN_AT_ONCE:
        raise Refused(
            _("Anda masih punya %(count)s unggahan yang belum selesai.", count=under_way),
            hint=_("Selesaikan atau batalkan salah satunya dulu."),
            status=429,
        )
    if length + RESERVE > current().free():
        raise no_room()
    upload = Upload(
        token=secrets.token_urlsafe(24),
        account_id=actor.account_id,
        kind=kind,
        name=plain_name(name),
        length=length,
        expected_sha256=expected_sha256,
        expires_at=func.now() + LIFE,
    )
    if purpose.sealed:
        [upload.id] = reserve_ids("upload", 1)
        upload.sealed = sealed_key("upload", upload.id, new_key())
    db.session.add(upload)
    db.session.flush()
    return upload


def offset_of(upload: Upload) -> int:
    """How many bytes have arrived."""
    if upload.file_id is not None:
        return upload.length
    part = part_of(upload.token)
    if not part.exists():
        return 0
    if upload.sealed is None:
        return part.stat().st_size
    with part.open("rb") as file:
        return frames_end(file)[0]


def append(token: str, length: int, stream: IO[bytes], *, at: int, key: bytes | None = None) -> int:
    """Write what the stream gives, from byte ``at`` on and never beyond ``length``; return the new offset.

    It touches only the part file and takes plain values, so that a slow sender holds no connection to
    the database. A lock on the file keeps a second sender out; it goes with the process that held it.
    ``key`` is that of a sealed upload (:func:`electsys.documents.operations.files.key_of`).
    """
    part = part_of(token)
    part.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with part.open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise Refused(
                _("Unggahan ini sedang berjalan lewat sambungan lain."),
                hint=_("Tunggu sebentar, lalu lanjutkan."),
                status=423,
            ) from problem
        offset = file.seek(0, os.SEEK_END)
        if key is not None:
            offset, end = frames_end(file)
            file.truncate(end)  # half a frame that a killed server left
        if at != offset:
            raise WrongOffset(offset)
        try:
            while offset < length and (chunk := stream.read(min(CHUNK, length - offset))):
                if key is None:
                    file.write(chunk)
                else:
                    append_frame(file, key, chunk, at=offset)
                offset += len(chunk)
        except OSError as problem:
            raise no_room(problem) from problem
        finally:
            file.flush()
            os.fsync(file.fileno())
    return offset


def finish_upload(upload: Upload, *, actor: Actor) -> StoredFile:
    """Make the stored file of an upload that has all its bytes; once, however often it is asked.

    A refused file is thrown away: sending the same again would not help.
    """
    db.session.refresh(upload, with_for_update=True)
    if upload.file is not None:
        return upload.file
    part, key = part_of(upload.token), key_of(upload)
    try:
        with part.open("rb") as file:
            stream: Any = io.BufferedReader(FrameReader(file, key), CHUNK) if key else file
            stored = store_file(
                stream,
                name=upload.name,
                kind=upload.kind,
                actor=actor,
                expected_sha256=upload.expected_sha256,
            )
    except Refused as refusal:
        if refusal.status != FULL:
            part.unlink()
        raise
    upload.file = stored
    db.session.flush()
    return stored


def keep_alive(upload: Upload) -> None:
    """An upload that goes on does not expire."""
    upload.expires_at = func.now() + LIFE
    db.session.flush()


def cancel_upload(upload: Upload) -> None:
    """Forget an upload with what has arrived of it; a file that it has become stays."""
    part_of(upload.token).unlink(missing_ok=True)
    db.session.delete(upload)
    db.session.flush()


def sweep_uploads() -> int:
    """Remove expired uploads, part files without a row, and drafts that a killed process left.

    Returns how many things were removed.
    """
    db.session.execute(delete(Upload).where(Upload.expires_at < func.now()))
    open_ones = db.session.scalars(select(Upload.token).where(Upload.file_id.is_(None)))
    wanted = {part_of(token) for token in open_ones}
    young = time.time() - 60  # its row may not be committed yet
    left = [p for p in folder().glob("*.part") if p not in wanted and p.stat().st_mtime < young]
    for part in left:
        part.unlink(missing_ok=True)
    return len(left) + current().sweep()


def folder() -> Path:
    """Where part files lie; with several web servers, a folder that they share."""
    return Path(current_app.config["HOME"]) / "uploads"


def part_of(token: str) -> Path:
    """The part file of an upload; a token from a URL never becomes a path."""
    return folder() / f"{hashlib.sha256(token.encode()).hexdigest()[:40]}.part"
