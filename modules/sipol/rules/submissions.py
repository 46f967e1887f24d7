"""What a submission is sealed with: one digest over every document and the list of members."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def submission_digest(documents: Iterable[str], members: bytes) -> bytes:
    """SHA-256 over the hashes of all documents (hex, sorted, each on a line) and the digest of the members.

    Anyone who holds the documents and the printed digest of the list can compute it again.
    """
    lines = [*sorted(documents), members.hex()]
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).digest()
