"""Contents that lie sealed on every disk: files with numbers of persons, and work files made of them.

A content is a stream of AES-256-GCM chunks under a key of its own, so it can be written and read in
bounded memory, and read from any place. The nonce of a chunk is its number and whether it is the last
(STREAM; Hoang, Reyhanitabar, Rogaway, Vizár 2015): a chunk that is changed, moved, taken from another
file or missing at the end does not open. The key of a stored file lies in the envelope of its row
(``stored_file.sealed``), under the house's keys: a rotation seals that envelope again and leaves the
content alone, and no version of the house's key goes while an envelope needs it. A work file's key is
in memory only: after a crash the rest of it is noise.

An upload that is still arriving is a row of *frames* instead (:func:`append_frame`), because it grows by
pieces of any size and may be cut anywhere.
"""

from __future__ import annotations

import io
import os
import secrets
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from electsys.privacy.envelopes import SealError

MAGIC = b"electsys sealed\x01"
CHUNK = 1 << 18
TAG = 16
NONCE = 12
#: The head of a frame: how many bytes it holds.
FRAME = struct.Struct(">I")


def new_key() -> bytes:
    """A fresh key for one content."""
    return AESGCM.generate_key(256)


class SealingWriter(io.BufferedIOBase):
    """Seals what is written to it into ``target``; whole only after :meth:`close`."""

    def __init__(self, target: IO[bytes], key: bytes) -> None:
        self._target, self._cipher = target, AESGCM(key)
        self._waiting, self._chunks = bytearray(), 0
        target.write(MAGIC)

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: Any) -> int:
        """Take bytes; a chunk is sealed once it cannot be the last."""
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._seal(CHUNK, last=False)
        return len(data)

    def close(self) -> None:
        """Seal what is left as the last chunk. The target stays open."""
        if not self.closed:
            self._seal(len(self._waiting), last=True)
        super().close()

    def _seal(self, count: int, *, last: bool) -> None:
        nonce = _nonce(self._chunks, last)
        self._target.write(self._cipher.encrypt(nonce, bytes(self._waiting[:count]), MAGIC))
        del self._waiting[:count]
        self._chunks += 1


class _Chunks(io.RawIOBase):
    """Reads a sealed content from any place; one chunk is in memory."""

    def __init__(self, source: IO[bytes], key: bytes) -> None:
        self._source, self._cipher = source, AESGCM(key)
        sealed = source.seek(0, os.SEEK_END) - len(MAGIC)
        source.seek(0)
        if source.read(len(MAGIC)) != MAGIC or sealed < TAG:
            raise SealError("This content is not sealed, or cut short.")
        self._count = -(-sealed // (CHUNK + TAG))
        self._size = sealed - self._count * TAG
        self._at, self._held, self._chunk = 0, -1, b""

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Where the next byte comes from."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place of the content."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        """At most one chunk's rest; :class:`SealError` if it was changed."""
        number, start = divmod(self._at, CHUNK)
        if number >= self._count:
            return 0
        if number != self._held:
            self._chunk, self._held = self._opened(number), number
        view = memoryview(buffer).cast("B")
        piece = self._chunk[start : start + len(view)]
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        """Close the sealed source too."""
        if not self.closed:
            self._source.close()
        super().close()

    def _opened(self, number: int) -> bytes:
        self._source.seek(len(MAGIC) + number * (CHUNK + TAG))
        nonce = _nonce(number, number == self._count - 1)
        try:
            return self._cipher.decrypt(nonce, self._source.read(CHUNK + TAG), MAGIC)
        except InvalidTag:
            raise SealError("A sealed content was changed or cut short.") from None


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(NONCE - 1, "big") + bytes((last,))


@dataclass(frozen=True)
class SealedFile:
    """A sealed content that is opened as a path is. ``source`` gives its sealed bytes."""

    source: Callable[[], IO[bytes]]
    key: bytes = field(repr=False)
    #: Under this name DuckDB finds it (electsys.intake.reading).
    name: str = field(default_factory=lambda: secrets.token_hex(8))

    def open(self, mode: str = "rb", *, encoding: str | None = None, newline: str | None = None) -> IO[Any]:
        """The content, as bytes or, with an ``encoding``, as text."""
        raw = io.BufferedReader(_Chunks(self.source(), self.key), CHUNK)
        if encoding is None:
            return cast(IO[Any], raw)
        return io.TextIOWrapper(raw, encoding=encoding, newline=newline)

    @classmethod
    def at(cls, path: Path, key: bytes) -> SealedFile:
        """The sealed file that lies at ``path``."""
        return cls(lambda: path.open("rb"), key)


#: A file to be read: in clear on a disk, or sealed.
Source = Path | SealedFile


def size_of(source: Source) -> int:
    """The size of a content in bytes."""
    with source.open("rb") as file:
        return int(file.seek(0, os.SEEK_END))


class SealedSpool(io.RawIOBase):
    """A temporary file that may be written, then read from the start, and never lies in clear on a disk.

    What the parser of a form writes is kept in memory up to ``limit`` bytes, and beyond that in an unnamed
    file, sealed under a key that dies with this object.
    """

    def __init__(self, limit: int, folder: str | None = None) -> None:
        self._limit, self._folder = limit, folder
        self._memory = io.BytesIO()
        self._file: BinaryIO | None = None
        self._writer: SealingWriter | None = None
        self._reader: IO[bytes] | None = None
        self._key = b""

    def readable(self) -> bool:
        """Always."""
        return True

    def writable(self) -> bool:
        """Until it is read for the first time."""
        return self._reader is None

    def seekable(self) -> bool:
        """Always."""
        return True

    def write(self, data: Any) -> int:
        """Append."""
        if self._writer is None and self._memory.tell() + len(data) > self._limit:
            self._spill()
        return (self._writer or self._memory).write(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place; what was written is then complete."""
        return self._readable().seek(offset, whence)

    def tell(self) -> int:
        """Where the next byte comes from."""
        return self._readable().tell()

    def read(self, size: int = -1) -> bytes:
        """Bytes from here."""
        return self._readable().read(size)

    def readinto(self, buffer: Any) -> int:
        """The same, into a buffer."""
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        """Forget everything."""
        if self._writer is not None and self._file is not None and not self._file.closed:
            self._writer.close()
        for part in (self._reader, self._file, self._memory):
            if part is not None:
                part.close()
        super().close()

    def _spill(self) -> None:
        import tempfile

        self._key = new_key()
        # It lives as long as this object, which closes it.
        self._file = cast(BinaryIO, tempfile.TemporaryFile("w+b", dir=self._folder))  # noqa: SIM115
        self._writer = SealingWriter(self._file, self._key)
        self._writer.write(self._memory.getvalue())
        self._memory = io.BytesIO()

    def _readable(self) -> IO[bytes]:
        if self._writer is None:
            return self._memory
        if self._reader is None:
            assert self._file is not None  # noqa: S101  (a writer has one)
            self._writer.close()
            self._file.flush()
            self._reader = cast(IO[bytes], io.BufferedReader(_Chunks(self._file, self._key), CHUNK))
        return self._reader


# --- uploads that are still arriving ----------------------------------------------------------------


def append_frame(file: IO[bytes], key: bytes, piece: bytes, *, at: int) -> None:
    """Seal ``piece``, whose first byte is byte ``at`` of the upload, and append it to a part file."""
    nonce = os.urandom(NONCE)
    file.write(FRAME.pack(len(piece)) + nonce + AESGCM(key).encrypt(nonce, piece, at.to_bytes(8, "big")))


def frames_end(file: IO[bytes]) -> tuple[int, int]:
    """How many bytes of the upload have arrived in whole frames, and where in the file these end."""
    total = file.seek(0, os.SEEK_END)
    arrived = end = 0
    while end + FRAME.size <= total:
        file.seek(end)
        (count,) = FRAME.unpack(file.read(FRAME.size))
        after = end + FRAME.size + NONCE + count + TAG
        if after > total:
            break
        arrived, end = arrived + count, after
    return arrived, end


class FrameReader(io.RawIOBase):
    """The bytes of a part file from the first to the last; :class:`SealError` if a frame was changed."""

    def __init__(self, source: IO[bytes], key: bytes) -> None:
        self._pieces, self._rest = self._frames(source, AESGCM(key)), b""

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """At most one frame's rest."""
        if not self._rest:
            self._rest = next(self._pieces, b"")
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count

    @staticmethod
    def _frames(source: IO[bytes], cipher: AESGCM) -> Iterator[bytes]:
        at = 0
        while len(head := source.read(FRAME.size)) == FRAME.size:
            (count,) = FRAME.unpack(head)
            nonce, sealed = source.read(NONCE), source.read(count + TAG)
            try:
                piece = cipher.decrypt(nonce, sealed, at.to_bytes(8, "big"))
            except InvalidTag:
                raise SealError("A sealed upload was changed.") from None
            at += len(piece)
            if piece:
                yield piece
