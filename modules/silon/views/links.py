"""Links between candidates, members and voters: the evidence of one, and who is put up twice."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, url_for
from flask_login import current_user

from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.identity import grants
from electsys.identity.access import can, requires
from modules.silon import link_tables as tables
from modules.silon.finding_words import FLAG_NAMES
from modules.silon.models import Candidate, Nomination
from modules.silon.operations.access import scope_of
from modules.silon.operations.candidates import standing
from modules.silon.permissions import READ
from modules.silon.queries import links as queries
from modules.silon.queries.lists import newest_election
from modules.silon.views import bp
from modules.silon.views.list_loading import load_candidate, load_nomination

#: Held by whoever verifies, concludes or watches; by no party (electsys.identity.catalogue).
WATCH = "verification:item:read"


@bp.get("/ganda")
@requires(WATCH)
def doubles_start() -> Any:
    """To the doubles of the newest election that is not over."""
    return redirect(url_for("silon.doubles", election=(newest_election() or abort(404)).code))


@bp.get("/ganda/<election>")
@requires(WATCH)
def doubles(election: str) -> Any:
    """Who is put up twice, or otherwise in doubt, among the candidates that the reader may see."""
    found: Election = by_code(election) or abort(404)
    table = tables.flagged_table(found, queries.flagged(found, grants.scopes(current_user, WATCH)))
    return table.download() or render_template("silon/links_doubles.html", election=found, table=table)


@bp.get("/<int:nomination_id>/kaitan")
@requires(READ, load=load_nomination)
def links(nomination: Nomination) -> Any:
    """What was found of the candidates of a list, and on which evidence."""
    watches = _watches(nomination)
    rows = standing(nomination)
    return render_template(
        "silon/links_list.html",
        nomination=nomination,
        rows=rows,
        watches=watches,
        evidence=tables.evidence(rows, watches=watches),
    )


@bp.get("/kaitan/<int:candidate_id>")
@requires(READ, load=load_candidate)
def candidate_links(candidate: Candidate) -> Any:
    """The same of one candidate, with the flags that came and went."""
    watches = _watches(candidate.nomination)
    return render_template(
        "silon/links_candidate.html",
        row=candidate,
        nomination=candidate.nomination,
        watches=watches,
        evidence=tables.evidence([candidate], watches=watches).get(candidate.id, []),
        history=queries.history(candidate),
        names=FLAG_NAMES,
    )


def _watches(nomination: Nomination) -> bool:
    """Whether the reader sees who and where the others are."""
    return can(current_user, WATCH, scope_of(nomination))
