"""Pages of Situng: the public running count, results files, the anomaly queue."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Blueprint, abort, current_app, jsonify, redirect, render_template, request, url_for
from flask_login import current_user

from electsys.identity import grants
from electsys.identity.access import rule_of
from electsys.regions.queries import names
from modules.situng.contest import ContestCount
from modules.situng.queries.beside import contests_beside, named
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
    """Lead on to the contest that an address may mean: straight to an only one, else by a list of regions.

    In a room of work those of the reader's own regions alone, where there are such.
    """
    contests = contests_of_kind(which.election, which.kind, which.code)
    rule = rule_of(current_app, request.endpoint or "")
    if rule is not None and rule.permission:
        held = [scope.region or "" for scope in grants.scopes(current_user, rule.permission)]
        own = [c for c in contests if any(_meet(c.region_code, region) for region in held)]
        contests = own or contests
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
    election = contests[0].election
    provinces = names({code[:2] for code, _label, _link in rows}, election.map_id)
    groups = [
        (provinces.get(province, province), list(found))
        for province, found in groupby(rows, key=lambda row: row[0][:2])
    ]
    return render_template("situng/contests.html", election=election, groups=groups)


def beside(shown: ContestCount, page: str, **arguments: Any) -> list[tuple[str, str, bool]]:
    """The contests of the same place in a room of work: (address of the page, name, whether it is this)."""
    return [
        (url_for(page, **named(contest), **arguments), contest.name, contest.id == shown.contest_id)
        for contest in contests_beside(shown)
    ]


def _meet(one: str, other: str) -> bool:
    """Whether one of two regions lies in the other."""
    return one.startswith(other) or other.startswith(one)


def code_in(asked: str) -> str | None:
    """A region's code as an address writes it: ``""`` is the nation; None where no region can be meant."""
    if not asked or asked == "nasional":
        return ""
    plain = asked.isascii() and asked.isdigit() and len(asked) in (2, 4, 6, 10)
    return asked if plain else None


from modules.situng.views import (  # noqa: E402
    anomalies,  # noqa: F401
    batches,  # noqa: F401
    capture_photos,  # noqa: F401
    captures,  # noqa: F401
    count,  # noqa: F401
    photos,  # noqa: F401
    printing,  # noqa: F401
    queues,  # noqa: F401
    rounds,  # noqa: F401
    setup,  # noqa: F401
)
