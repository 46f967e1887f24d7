"""The content-addressed store: a folder or an object store, behind fsspec.

A content's address is its SHA-256, fanned out as ``aa/bb/aabb...``. In a folder it is written to a
temporary name in ``.tmp`` and renamed, so that ``kill -9`` or a full disk never leaves half a file
under an address; an object store puts whole objects anyway.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import fsspec
from flask import current_app
from fsspec.implementations.local import LocalFileSystem

ADDRESS = re.compile(r"[0-9a-f]{64}")
#: A temporary file older than this, in seconds, belongs to nobody any more.
STALE = 86_400


class Store:
    """The store at one fsspec address."""

    def __init__(self, address: str, scratch: Path):
        self.fs, self.root = fsspec.url_to_fs(address)
        self.local = isinstance(self.fs, LocalFileSystem)
        #: Beside the contents, where a rename is atomic; elsewhere for a store that is not a folder.
        self.scratch = Path(self.root) / ".tmp" if self.local else scratch

    def path(self, sha256: str) -> str:
        """Where a content lies."""
        if not ADDRESS.fullmatch(sha256):
            raise ValueError(f"not a SHA-256: {sha256!r}")
        return f"{self.root}/{sha256[:2]}/{sha256[2:4]}/{sha256}"

    @contextmanager
    def draft(self) -> Iterator[Path]:
        """A name for a file to be written; whatever is left there at the end is removed."""
        self.scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.scratch / secrets.token_hex(16)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def keep(self, draft: Path, sha256: str) -> None:
        """Move a finished draft to its address; a content that is there already stays as it is."""
        target = self.path(sha256)
        if self.fs.exists(target):
            return
        if not self.local:
            self.fs.put_file(str(draft), target)
            return
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.chmod(0o640)
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        draft.replace(target)
        _sync_folder(Path(target).parent)

    def open(self, sha256: str) -> IO[bytes]:
        """The content as a binary stream; FileNotFoundError if it is not there."""
        return cast("IO[bytes]", self.fs.open(self.path(sha256), "rb"))

    def remove(self, sha256: str) -> None:
        """Remove a content that no row names."""
        self.fs.rm_file(self.path(sha256))

    def contents(self) -> Iterator[tuple[str, float]]:
        """Address and time of writing (seconds since 1970) of all that lies in the store."""
        if not self.fs.exists(self.root):
            return
        for _folder, _folders, files in self.fs.walk(self.root, detail=True):
            for name, info in files.items():
                if ADDRESS.fullmatch(name):
                    yield name, _written(info)

    def sweep(self) -> int:
        """Remove drafts that a killed process left; return how many."""
        if not self.scratch.exists():
            return 0
        old = [p for p in self.scratch.iterdir() if p.stat().st_mtime < time.time() - STALE]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def free(self) -> int:
        """Bytes free where drafts are written."""
        self.scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
        return shutil.disk_usage(self.scratch).free


def current() -> Store:
    """The store of the app."""
    config = current_app.config
    return Store(config["FILE_STORE"], config["HOME"] / "drafts")


def _sync_folder(folder: Path) -> None:
    """Let the rename survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _written(info: dict[str, Any]) -> float:
    when = info.get("mtime") or info.get("LastModified") or info.get("created") or 0
    return when.timestamp() if hasattr(when, "timestamp") else float(when)
