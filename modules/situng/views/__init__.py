"""Pages of Situng: the public running count, results files, the anomaly queue."""

from __future__ import annotations

from flask import Blueprint

from modules.situng.contest import ContestCount
from modules.situng.queries.contests import count_by_code

bp = Blueprint("situng", __name__)


def load_contest(election: str, kind: str, code: str = "") -> ContestCount:
    """The contest of a URL, with the ballot of a region or TPS; 404 where there is none."""
    return count_by_code(election, kind, code if code.isascii() and code.isdigit() else "")


def code_in(asked: str) -> str | None:
    """A region's code as an address writes it: ``""`` is the nation; None where no region can be meant."""
    if not asked or asked == "nasional":
        return ""
    plain = asked.isascii() and asked.isdigit() and len(asked) in (2, 4, 6, 10)
    return asked if plain else None


from modules.situng.views import (  # noqa: E402
    anomalies,  # noqa: F401
    batches,  # noqa: F401
    captures,  # noqa: F401
    count,  # noqa: F401
    photos,  # noqa: F401
    printing,  # noqa: F401
    queues,  # noqa: F401
    rounds,  # noqa: F401
    setup,  # noqa: F401
)
