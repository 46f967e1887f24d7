"""Packets that a phone shows as QR: taken apart into pieces on the phone, put together here. Pure.

A piece is ``EK1.<check>.<piece>.<of>.<base64url>``; the pieces in order are JSON of the packet as the phone
signed it. The text is no secret and proves nothing: the signature inside does.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from electsys.devices.wire import Base64, Item1, Item2

#: Pieces of one packet, and packets in one text.
PIECES, PACKETS = 60, 20
_PIECE = re.compile(r"EK1\.([0-9a-f]{8})\.([0-9]{1,2})\.([0-9]{1,2})\.([A-Za-z0-9_-]{1,4000})")


class _Shown(BaseModel):
    """A packet as it is shown: short names, for every letter makes the QR larger."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    d: Annotated[int, Field(ge=1, lt=2**31)]
    v: Annotated[int, Field(ge=1, le=2)]
    k: str
    m: str = ""
    f: list[str] = []
    s: Base64
    b: str


@dataclass(frozen=True)
class Carried:
    """A whole packet and the device that is said to have signed it."""

    device: int
    protocol: int
    item: Item1 | Item2


@dataclass(frozen=True)
class Gathered:
    """What was found in a text: whole packets, the pieces that are missing of others, and spoilt ones."""

    whole: tuple[Carried, ...]
    #: (piece numbers that are missing, of how many).
    missing: tuple[tuple[tuple[int, ...], int], ...]
    spoilt: int


def gather(texts: Iterable[str]) -> Gathered:
    """The packets in what was scanned or pasted, in any order; the same piece twice is one."""
    found: dict[tuple[str, int], dict[int, str]] = {}
    for text in texts:
        for check, piece, of, part in _PIECE.findall(re.sub(r"\s+(?!EK1\.)", "", text)):
            if 1 <= int(piece) <= int(of) <= PIECES:
                found.setdefault((check, int(of)), {})[int(piece)] = part
    whole, missing, spoilt = [], [], 0
    for (check, of), pieces in list(found.items())[:PACKETS]:
        if lacking := tuple(n for n in range(1, of + 1) if n not in pieces):
            missing.append((lacking, of))
            continue
        packet = _packet("".join(pieces[n] for n in range(1, of + 1)), check)
        if packet is None:
            spoilt += 1
        else:
            whole.append(packet)
    return Gathered(tuple(whole), tuple(missing), spoilt)


def _packet(text: str, check: str) -> Carried | None:
    if hashlib.sha256(text.encode()).hexdigest()[:8] != check:
        return None
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        shown = _Shown.model_validate_json(raw)
        sent = {"key": shown.k, "body": shown.b, "signature": shown.s}
        if shown.v == 1:
            return Carried(shown.d, 1, Item1.model_validate(sent, strict=False))
        more = {"made_at": shown.m, "files": shown.f}
        return Carried(shown.d, 2, Item2.model_validate(sent | more, strict=False))
    except (binascii.Error, ValidationError):
        return None
