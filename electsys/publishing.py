"""Where published files go: a folder or an object store, one whole file at a time.

In a folder a file is written to a temporary name beside it and moved onto its name, so that a reader
sees the old or the new one, never a half. An object store puts whole objects anyway.
"""

from __future__ import annotations

import os
from pathlib import Path

import fsspec
from fsspec.implementations.local import LocalFileSystem


class Target:
    """A place that can be published to, at an fsspec address (a folder, ``s3://bucket/prefix`` ...)."""

    def __init__(self, address: str):
        self.fs, self.root = fsspec.url_to_fs(address)
        self.local = isinstance(self.fs, LocalFileSystem)
        self._folders: set[str] = set()
        #: Files and bytes that were written.
        self.files = self.bytes = 0

    def read(self, path: str) -> bytes | None:
        """A published file; None where there is none."""
        try:
            return bytes(self.fs.cat_file(f"{self.root}/{path}"))
        except FileNotFoundError:
            return None

    def write(self, path: str, content: bytes) -> None:
        """Put one file in its place, whole or not at all."""
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
            self.fs.pipe_file(place, content)
        self.files += 1
        self.bytes += len(content)

    def remove(self, path: str) -> None:
        """Take a file away; one that is not there is no error."""
        try:
            self.fs.rm_file(f"{self.root}/{path}")
        except FileNotFoundError:
            return

    def names(self, folder: str) -> list[str]:
        """The names in a folder, sorted; none where there is no such folder."""
        try:
            found = self.fs.ls(f"{self.root}/{folder}", detail=False)
        except FileNotFoundError:
            return []
        return sorted(Path(each).name for each in found)
