"""What others have to say about an official document on the page behind its QR: "dicabut oleh ...".

A module adds its sentence without this room knowing it::

    @statements.source
    def repealed(document: OfficialDocument) -> Iterable[Statement]:
        ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from electsys.documents.models import OfficialDocument


@dataclass(frozen=True)
class Statement:
    """One sentence about a document, in the reader's language; readers of the paper act upon ``stop``."""

    text: str
    tone: Literal["ok", "wait", "stop", "info"] = "info"
    #: Where to read more.
    url: str | None = None


Source = Callable[[OfficialDocument], Iterable[Statement]]
_SOURCES: list[Source] = []


def source(say: Source) -> Source:
    """Declare who may have something to say; each is asked at every reading, so it must be quick."""
    if say not in _SOURCES:
        _SOURCES.append(say)
    return say


def about(document: OfficialDocument) -> list[Statement]:
    """All that is said of a document; the gravest first."""
    grave = ("stop", "wait", "info", "ok")
    said = [statement for say in _SOURCES for statement in say(document)]
    return sorted(said, key=lambda s: grave.index(s.tone))
