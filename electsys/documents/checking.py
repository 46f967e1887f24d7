"""Compare the store with its rows: what is missing, changed, or belongs to nobody."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field

from sqlalchemy import select

from electsys.db import db
from electsys.documents.models import StoredFile
from electsys.documents.operations.files import CHUNK
from electsys.documents.store import STALE, current


@dataclass
class Findings:
    """SHA-256 addresses by what is wrong with them, and how much was read."""

    checked: int = 0
    bytes: int = 0
    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Nothing is missing or changed; an orphan harms nobody."""
        return not (self.missing or self.changed)


def check_store() -> Findings:
    """Read every content and hash it anew, in bounded memory.

    A content without a row is an orphan once it is older than a day: before, its transaction may
    still be open.
    """
    store, found = current(), Findings()
    rows = set(db.session.scalars(select(StoredFile.sha256).distinct()))
    there = dict(store.contents())
    for sha256 in sorted(rows):
        if sha256 not in there:
            found.missing.append(sha256)
            continue
        digest = hashlib.sha256()
        with store.open(sha256) as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                found.bytes += len(chunk)
        found.checked += 1
        if digest.hexdigest() != sha256:
            found.changed.append(sha256)
    old = time.time() - STALE
    found.orphans = sorted(sha256 for sha256, at in there.items() if sha256 not in rows and at < old)
    return found
