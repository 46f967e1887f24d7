"""The private folder of a run: nobody else reads it, and nothing is left in it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def workplace(work: Path) -> Iterator[Path]:
    """A fresh folder (0700) inside ``work``, removed at the end, after an error too.

    ``work`` is made (0700) if it is not there; PermissionError if others could enter it.
    """
    work.mkdir(mode=0o700, parents=True, exist_ok=True)
    if work.stat().st_mode & 0o077:
        raise PermissionError(f"{work} is open to others; linkage needs a private folder (0700)")
    place = Path(tempfile.mkdtemp(prefix="linkage-", dir=work))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
