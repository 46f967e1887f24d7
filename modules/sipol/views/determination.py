"""KPU RI sets the participants in plenary and draws their numbers."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.web.formats import angka
from modules.sipol.forms.determination import DetermineForm, DrawForm
from modules.sipol.operations import determination as plenary
from modules.sipol.operations import draw as drawing
from modules.sipol.permissions import DETERMINE, READ
from modules.sipol.queries import determination as queries
from modules.sipol.views import bp
from modules.sipol.views.registrations import load_election
from modules.sipol.workflow import REGISTRATION


@bp.get("/penetapan")
@requires(READ)
def determination_start() -> Any:
    """Lead to the newest election that is not over."""
    election = db.session.scalar(
        select(Election)
        .order_by(Election.state == "selesai", Election.voting_day.desc(), Election.id)
        .limit(1)
    )
    return redirect(url_for("sipol.determination", election=(election or abort(404)).code))


@bp.get("/<election>/penetapan")
@requires(READ, load=load_election)
def determination(election: Election) -> Any:
    """What waits for the plenary, and what was set."""
    return _determination(election, DetermineForm(formdata=None))


@bp.post("/<election>/penetapan")
@requires(DETERMINE, load=load_election)
def determine(election: Election) -> Any:
    """The plenary sets the participants."""
    form = DetermineForm()
    if form.validate_on_submit():
        try:
            done = plenary.determine_parties(election, signer=form.signer.data or "", actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(
                _("%(n)s partai ditetapkan sebagai peserta. Keputusannya bernomor %(number)s.",
                  n=angka(len(done.participants)), number=done.letter.number or "-"),
                "success",
            )  # fmt: skip
            return redirect(url_for("sipol.determination", election=election.code))
    return _determination(election, form)


def _determination(election: Election, form: DetermineForm) -> Any:
    found = plenary.waiting_parties(election.id)
    page = render_template(
        "sipol/determination/plenary.html",
        election=election,
        found=found,
        settled=queries.settled(election.id),
        plenaries=queries.plenaries(election.id),
        label=REGISTRATION.state_label,
        form=form if can(current_user, DETERMINE, Scope("", None, election.id)) else None,
        letter="jdih.letter" if can(current_user, "jdih:letter:read", Scope("")) else None,
    )
    return page, form.status


@bp.get("/<election>/undian")
@requires(READ, load=load_election)
def draw(election: Election) -> Any:
    """Who gets a number, how it is drawn, and what was drawn."""
    return _draw(election, DrawForm(formdata=None))


@bp.post("/<election>/undian")
@requires(DETERMINE, load=load_election)
def hold_draw(election: Election) -> Any:
    """Draw the numbers from the seed."""
    form = DrawForm()
    if form.validate_on_submit():
        try:
            drawing.hold_draw(
                election, seed=form.seed.data or "", source=form.source.data or "", actor=current_actor()
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Nomor urut sudah diundi. Undian dapat diputar ulang di bawah ini."), "success")
            return redirect(url_for("sipol.replay", election=election.code))
    return _draw(election, form)


def _draw(election: Election, form: DrawForm) -> Any:
    page = render_template(
        "sipol/determination/draw.html",
        election=election,
        rows=drawing.entrants_of(election.id),
        given=drawing.given_numbers(election.id),
        draws=queries.draws(election.id),
        form=form if can(current_user, DETERMINE, Scope("", None, election.id)) else None,
        letter="jdih.letter" if can(current_user, "jdih:letter:read", Scope("")) else None,
    )
    return page, form.status
