"""Where boards lie: a file a region and audience, beside a list of what each says."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import current_app

from electsys.publishing import Target

#: Audiences: anybody; those who may read the recap.
PUBLIC, STAFF = "publik", "dalam"
NATION = "nasional"


def target() -> Target:
    """The folder or object store of the setting ``BOARDS``."""
    return Target(current_app.config["BOARDS"])


def place(audience: str, election: str, code: str) -> str:
    """The path of a board."""
    return f"{audience}/{election}/{code or NATION}.json"


def encode(board: dict[str, Any]) -> bytes:
    """A board as its file holds it."""
    return json.dumps(board, ensure_ascii=False, separators=(",", ":")).encode()


def digest(content: bytes) -> str:
    """What changes when a board does."""
    return hashlib.sha256(content).hexdigest()[:24]


def read(audience: str, election: str, code: str) -> bytes | None:
    """A board as it lies there; None before the first one is written. The database is not asked."""
    return target().read(place(audience, election, code))
