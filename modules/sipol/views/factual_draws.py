"""The buttons that draw many samples at once: all kab/kota of a party, or all parties of a kab/kota."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, url_for

from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.identity import current_actor
from electsys.identity.access import Scope, requires
from electsys.web.forms import demand_button
from modules.sipol.operations.factual_draws import begin_draws
from modules.sipol.permissions import ASSIGN_VISITS
from modules.sipol.places import Place
from modules.sipol.views import bp
from modules.sipol.views.verdicts import load_area


def load_district(election: str, region: str) -> tuple[tuple[Election, str], Scope]:
    """A kab/kota of an election, for all parties."""
    found = by_code(election)
    if found is None or len(region) != 4 or not region.isdecimal():
        abort(404)
    return (found, region), Scope(region, None, found.id)


@bp.post("/<election>/<int:party>/faktual/<region>/sampel-semua")
@requires(ASSIGN_VISITS, load=load_area)
def draw_party(place: Place) -> Any:
    """Draw the samples of all kab/kota of a party under an area, as a job."""
    demand_button()
    job = begin_draws(place.election, place.registration.party_id, place.code, actor=current_actor())
    return redirect(url_for("jobs.job", job_id=job.id))


@bp.post("/<election>/faktual/<region>/sampel-semua")
@requires(ASSIGN_VISITS, load=load_district)
def draw_district(loaded: tuple[Election, str]) -> Any:
    """Draw the samples of all parties of a kab/kota, as a job."""
    demand_button()
    election, region = loaded
    job = begin_draws(election, None, region, actor=current_actor())
    return redirect(url_for("jobs.job", job_id=job.id))
