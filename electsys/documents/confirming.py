"""What can be said of a paper that somebody holds: is it ours, is it whole, are its signatures good."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import IO, Literal

from electsys.documents.models import OfficialDocument
from electsys.documents.operations.files import CHUNK, open_file
from electsys.documents.signing import Signature, signatures_of
from electsys.errors import Refused

#: How a copy compares: the registered PDF, a scan of it signed by hand, the PDF with something behind it, or
#: another file.
Likeness = Literal["same", "scan", "longer", "other"]


@dataclass(frozen=True)
class State:
    """What the store holds for a document: whether it is still what was issued, and its signatures."""

    whole: bool
    signatures: list[Signature]


@dataclass(frozen=True)
class Verdict:
    """How a copy compares with what is on record."""

    likeness: Likeness
    sha256: str

    @property
    def same(self) -> bool:
        """Whether the copy may be relied upon."""
        return self.likeness in ("same", "scan")


def state_of(document: OfficialDocument) -> State:
    """Read the stored PDF anew: its hash, and where it was signed electronically, what its signatures say."""
    try:
        with open_file(document.file) as file:
            content = file.read()
    except Refused:
        return State(False, [])
    sha256 = hashlib.sha256(content).hexdigest()
    signed = any(s.kind == "elektronik" for s in document.signatures)
    found = _judged(content, document.created_at) if signed else []
    return State(sha256 == document.file.sha256, found)


def _judged(content: bytes, at: dt.datetime) -> list[Signature]:
    try:
        return signatures_of(content, at=at)
    except Refused:
        return []


def compare(document: OfficialDocument, stream: IO[bytes]) -> Verdict:
    """Compare a copy with the document, in bounded memory; nothing of it is kept.

    A copy that begins with the very bytes of the document was added to afterwards.
    """
    whole, start, left = hashlib.sha256(), hashlib.sha256(), document.file.size
    while chunk := stream.read(CHUNK):
        whole.update(chunk)
        start.update(chunk[:left])
        left -= min(left, len(chunk))
    sha256 = whole.hexdigest()
    likeness: Likeness = "other"
    if sha256 == document.file.sha256:
        likeness = "same"
    elif sha256 in scans_of(document):
        likeness = "scan"
    elif left == 0 and start.hexdigest() == document.file.sha256:
        likeness = "longer"
    return Verdict(likeness, sha256)


def scans_of(document: OfficialDocument) -> list[str]:
    """SHA-256 of the scans that were signed by hand."""
    return [s.file.sha256 for s in document.signatures if s.kind == "basah"]
