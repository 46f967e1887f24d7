"""Where published files go: a folder or an object store, one whole file at a time.

In a folder a file is written to a temporary name beside it and moved onto its name, so that a reader
sees the old or the new one, never a half. An object store puts whole objects anyway; each takes as long as
the way there and back, so many are put side by side. :meth:`Target.settle` waits until all of them lie
there: what must come last is written after it.
"""

from __future__ import annotations

import mimetypes
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

#: Objects that are put side by side, and how many wait for it at most.
WORKERS, WAITING = 32, 512
#: What a store tells readers and CDNs of an object: any but a full tile of the log may be replaced.
FRESH = "public, max-age=15"


class Target:
    """A place that can be published to, at an fsspec address (a folder, ``s3://bucket/prefix`` ...)."""

    def __init__(self, address: str):
        self.fs, self.root = fsspec.url_to_fs(address)
        self.local = isinstance(self.fs, LocalFileSystem)
        self._s3 = "s3" in self.fs.protocol
        self._folders: set[str] = set()
        self._waiting: dict[str, bytes] = {}
        #: Files and bytes that were written.
        self.files = self.bytes = 0

    def read(self, path: str) -> bytes | None:
        """A published file; None where there is none."""
        self.settle()
        try:
            return bytes(self.fs.cat_file(f"{self.root}/{path}"))
        except FileNotFoundError:
            return None

    def write(self, path: str, content: bytes) -> None:
        """Put one file in its place, whole or not at all; in an object store :meth:`settle` waits for it."""
        place = f"{self.root}/{path}"
        if self.local:
            folder = place.rpartition("/")[0]
            if folder not in self._folders:
                os.makedirs(folder, exist_ok=True)  # noqa: PTH103  (a million files: no object for each)
                self._folders.add(folder)
            fresh = f"{place}.{os.getpid()}~"
            with open(fresh, "wb") as file:  # noqa: PTH123
                file.write(content)
            os.replace(fresh, place)  # noqa: PTH105
        else:
            self._waiting[place] = content
            if len(self._waiting) >= WAITING:
                self.settle()
        self.files += 1
        self.bytes += len(content)

    def settle(self) -> None:
        """Wait until everything that was written lies at the target; raises what any of it raised."""
        waiting, self._waiting = self._waiting, {}
        if waiting:
            with ThreadPoolExecutor(min(WORKERS, len(waiting))) as pool:
                list(pool.map(self._put, waiting, waiting.values()))

    def _put(self, place: str, content: bytes) -> None:
        about: dict[str, Any] = {}
        if self._s3:  # a store answers with what it was told, not with what a name looks like
            kind, _encoding = mimetypes.guess_type(place)
            about = {"ContentType": kind or "application/octet-stream", "CacheControl": FRESH}
        self.fs.pipe_file(place, content, **about)

    def remove(self, path: str) -> None:
        """Take a file away; one that is not there is no error."""
        self.settle()
        try:
            self.fs.rm_file(f"{self.root}/{path}")
        except FileNotFoundError:
            return

    def names(self, folder: str) -> list[str]:
        """The names in a folder, sorted; none where there is no such folder."""
        self.settle()
        try:
            found = self.fs.ls(f"{self.root}/{folder}", detail=False)
        except FileNotFoundError:
            return []
        return sorted(Path(each).name for each in found)
