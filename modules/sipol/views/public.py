"""What everybody may read of parties: the draw step by step, the list, a page for each, open numbers."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request

from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.identity.access import public
from modules.sipol.queries import determination as determined
from modules.sipol.rules.draw import lot_of
from modules.sipol.views import bp


def found_election(code: str) -> Election:
    """The election of an address."""
    return by_code(code) or abort(404)


@bp.get("/publik/<election>/undian")
@public
def replay(election: str) -> Any:
    """The draw again, party by party: kept numbers first, then the lots from the smallest on."""
    found = found_election(election)
    held = determined.draws(found.id)
    if not held:
        return render_template("sipol/determination/replay.html", election=found, draw=None)
    which = min(max(request.args.get("ke", len(held), type=int), 1), len(held))
    draw = held[which - 1]
    steps = sorted(draw.result, key=lambda each: (not each["kept"], each.get("local", False), each["number"]))
    at = min(max(request.args.get("langkah", len(steps), type=int), 0), len(steps))
    return render_template(
        "sipol/determination/replay.html",
        election=found,
        draw=draw,
        which=which,
        held=len(held),
        steps=steps,
        at=at,
        now=steps[at - 1] if at else None,
        so_far=sorted(steps[:at], key=lambda each: each["number"]),
        matches=all(each["kept"] or lot_of(draw.seed, each["registration"]) == each["lot"] for each in steps),
    )
