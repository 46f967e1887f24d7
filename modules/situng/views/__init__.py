"""Pages of Situng: the public running count, results files, the anomaly queue."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for

from modules.situng.contest import ContestCount
from modules.situng.queries.contests import Ambiguous, contests_of_kind, count_by_code

bp = Blueprint("situng", __name__)


def load_contest(election: str, kind: str, code: str = "") -> ContestCount:
    """The contest of a URL, with the ballot of a region or TPS; 404 where there is none.

    Where it does not tell which of several contests it means, a reader gets :func:`offer_contests`.
    """
    try:
        return count_by_code(election, kind, code if code.isascii() and code.isdigit() else "")
    except Ambiguous:
        if request.method not in ("GET", "HEAD"):
            abort(404)
        raise


@bp.errorhandler(Ambiguous)
def offer_contests(which: Ambiguous) -> Any:
    """Lead on to the contest that an address may mean: straight to an only one, else by a list of regions."""
    contests = contests_of_kind(which.election, which.kind, which.code)
    given = dict(request.view_args or {})
    name = "code" if "code" in given else "region"
    rows = [
        (c.region_code, c.name, url_for(request.endpoint or "", **given | {name: c.region_code}))
        for c in contests
    ]
    if len(rows) == 1:
        return redirect(rows[0][2])
    if request.path.endswith(".json"):
        return jsonify([{"wilayah": code, "nama": label, "alamat": link} for code, label, link in rows])
    return render_template("situng/contests.html", election=contests[0].election, rows=rows)


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
