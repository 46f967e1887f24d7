"""Queues of entry, each a list that pages, filters and exports; the pace of the work by area."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask_login import current_user

from electsys.identity import grants
from electsys.identity.access import can, requires
from electsys.responses.queries import waiting_of
from electsys.responses.workflow import READ as READ_REPORTS
from modules.situng import queue_lists
from modules.situng.queries import queues
from modules.situng.queries.beside import public_contest
from modules.situng.reports import KIND as REPORTS
from modules.situng.views import beside, bp, code_in, load_contest
from modules.situng.workflow import READ

QUEUE = "/hasil/antrean/<election>/<kind>"
HERE = f"{QUEUE}/wilayah/<region>"


@bp.get("/hasil/antrean")
@requires(READ)
def queue_start() -> Any:
    """Lead to the queues of the contest that pages begin with."""
    found = public_contest()
    if found is None:
        return render_template("situng/nothing.html")
    return redirect(url_for("situng.capture_queues", election=found[0], kind=found[1]))


@bp.get(QUEUE)
@bp.get(HERE)
@requires(READ)
def capture_queues(election: str, kind: str, region: str = "") -> Any:
    """One queue of the reader's regions, how many stand in the others, and how fast the work goes."""
    count = load_contest(election, kind, region)
    regions = _regions()
    asked = request.args.get("antrean", queues.DIFFERING)
    if asked not in queues.QUEUES:
        abort(404)
    table = queue_lists.queue_table(count, regions, asked)
    return table.download() or render_template(
        "situng/queues.html",
        count=count,
        table=table,
        asked=asked,
        names=queue_lists.NAMES,
        others=beside(count, "situng.capture_queues", antrean=asked),
        numbers=queues.how_many(count, regions),
        reports=waiting_of(current_user, REPORTS) if can(current_user, READ_REPORTS) else None,
        reports_kind=REPORTS,
    )


@bp.get(f"{QUEUE}/kinerja")
@bp.get(f"{HERE}/kinerja")
@requires(READ)
def capture_pace(election: str, kind: str, region: str = "") -> Any:
    """How much waits, how much is settled and how long it takes, by area."""
    count = load_contest(election, kind, region)
    table = queue_lists.pace_table(count, queues.pace(count, _regions()))
    return table.download() or render_template("situng/pace.html", count=count, table=table)


def _regions() -> list[str]:
    regions = sorted({scope.region or "" for scope in grants.scopes(current_user, READ)})
    asked = code_in(request.args.get("wilayah", ""))
    if asked is None:
        abort(404)
    if asked and not any(asked.startswith(region) for region in regions):
        abort(403)
    return [asked] if asked else regions
