"""One family of a village: its members, and the special site that one of them may go to or come back from."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.regions import queries as regions
from modules.sidalih.forms.tps import MoveVoterForm
from modules.sidalih.models import Voter
from modules.sidalih.operations import tps_hand as hand
from modules.sidalih.permissions import EDIT, READ
from modules.sidalih.queries import tps as queries
from modules.sidalih.views import bp, tps_tables
from modules.sidalih.views.tps import election_of, place_of


def load_voter(election: str, voter_id: int) -> tuple[Voter, Scope]:
    """A voter of an election; 404 where there is none (or where the second lock hides it)."""
    asked = election_of(election)
    found = db.session.query(Voter).filter_by(id=voter_id, election_id=asked.id).one_or_none()
    if found is None:
        abort(404)
    return found, Scope(found.village_code, election=asked.id)


@bp.get("/tps/<election>/keluarga/<int:voter_id>")
@requires(READ, load=load_voter)
def tps_family(voter: Voter) -> Any:
    """The members of a family; one of them may go to a special site, or come back from one."""
    return _family_page(voter, MoveVoterForm())


@bp.post("/tps/<election>/keluarga/<int:voter_id>")
@requires(EDIT, load=load_voter)
def tps_move_voter(voter: Voter) -> Any:
    """Send one voter into a special site, or out of one."""
    place = place_of(voter.election_id, voter.village_code)
    form = MoveVoterForm()
    form.tps.choices = tps_tables.site_choices(queries.sites(voter.election_id, voter.village_code), None)
    if form.validate_on_submit():
        try:
            hand.move_families(
                place.election,
                voter.village_code,
                [voter.id],
                form.tps.data,
                actor=current_actor(),
                whole=False,
                reason=form.reason.data,
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Pemilih dipindahkan ke TPS %(tps)s.", tps=form.tps.data[-3:]), "success")
            return redirect(url_for("sidalih.tps_family", election=place.election.code, voter_id=voter.id))
    return _family_page(voter, form)


def _family_page(voter: Voter, form: MoveVoterForm) -> Any:
    place = place_of(voter.election_id, voter.village_code)
    sites = queries.sites(voter.election_id, voter.village_code)
    form.tps.choices = tps_tables.site_choices(sites, None)
    shown = render_template(
        "sidalih/tps/family.html",
        place=place,
        path=regions.ancestors(voter.village_code, place.election.map_id),
        voter=voter,
        members=queries.family_of(voter),
        special=[s for s in sites if s.special],
        form=form,
        may_edit=can(current_user, EDIT, Scope(voter.village_code, election=voter.election_id)),
    )
    return shown, form.status
