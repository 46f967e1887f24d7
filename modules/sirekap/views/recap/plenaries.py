"""The plenary of a region: its contests, how far they are, what is missing, and the plenaries below."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, url_for
from flask_login import current_user

from electsys.elections.models import Election
from electsys.identity import grants
from electsys.identity.access import requires
from electsys.regions.queries import ancestors, region
from electsys.web.formats import title_region
from modules.sirekap import recap_tables
from modules.sirekap import recap_words as words
from modules.sirekap.operations.bodies import region_in
from modules.sirekap.permissions import ENTER, READ
from modules.sirekap.queries import plenaries as queries
from modules.sirekap.views.recap import address, bp, load_plenary, visible


@bp.get("/rekap")
@requires(READ)
def start() -> Any:
    """Lead to the plenary of the reader's own region, in the newest election."""
    election = queries.newest_election()
    if election is None:
        return render_template("sirekap/recap/nothing.html", staff=True)
    held = sorted({s.region or "" for s in grants.scopes(current_user, READ)}, key=len)
    own = next((code for code in held if len(code) in (0, 2, 4, 6)), held[0][:6] if held else "")
    return redirect(url_for("rekap.plenary", election=election.code, code=address(own)))


@bp.get("/rekap/<election>/<code>")
@requires(READ, load=load_plenary)
def plenary(loaded: tuple[Election, str]) -> Any:
    """What is to be done in a plenary: contests in their order, and the plenaries below."""
    election, code = loaded
    rows = queries.progress(election, code)
    kinds = list(dict.fromkeys(row.kind for row in rows))
    table = recap_tables.children_table(election, queries.children(election, code), kinds, rows)
    return table.download() or render_template(
        "sirekap/recap/plenary.html",
        election=election,
        code=code,
        name=name_of(election, code),
        above=[(a.code, a.title) for a in ancestors(code, election.map_id)] if code else [],
        rows=rows,
        table=table,
        words=words,
        sits=region_in(current_user, code, election.id, ENTER),
        mandates=len(queries.mandates(election.id, code)),
        address=address,
        visible=visible,
    )


@bp.get("/rekap/<election>/<code>/pembetulan")
@requires(READ, load=load_plenary)
def corrections_list(loaded: tuple[Election, str]) -> Any:
    """Every correction in a region."""
    election, code = loaded
    table = recap_tables.corrections_table(queries.corrections_in(election.id, code))
    return table.download() or render_template(
        "sirekap/recap/corrections.html",
        election=election,
        code=code,
        name=name_of(election, code),
        table=table,
        address=address,
    )


def name_of(election: Election, code: str) -> str:
    """The name of a plenary's region."""
    found = region(code, election.map_id) if code else None
    return title_region(found.name) if found else (code or "Indonesia")
