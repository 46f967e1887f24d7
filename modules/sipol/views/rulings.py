"""KPU RI links a ruling to the registration that it reopens."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from wtforms import SelectChoice

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, requires
from modules.sipol.forms.rulings import RulingForm
from modules.sipol.models import Party, PartyRegistration
from modules.sipol.operations import rulings as operations
from modules.sipol.permissions import DETERMINE
from modules.sipol.views import bp
from modules.sipol.workflow import REGISTRATION
from modules.sipol.workflow.registrations import REOPENED

#: States that a ruling reopens, as the workflow says it.
REOPENABLE = tuple(sorted({t.source for t in REGISTRATION.transitions if t.action in REOPENED}))


def load_nation() -> tuple[None, Scope]:
    """Rulings on participants are the nation's."""
    return None, Scope("")


@bp.route("/putusan", methods=["GET", "POST"])
@requires(DETERMINE, load=load_nation)
def rulings(loaded: None) -> Any:
    """The rulings that came, and the form that reopens a registration."""
    form, known, rows = RulingForm(), operations.rulings(), _reopenable()
    form.ruling.choices = [SelectChoice("", ""), *(SelectChoice(str(r.document_id), r.number) for r in known)]
    form.registration.choices = [
        SelectChoice("", ""),
        *(
            SelectChoice(str(row.id), f"{row.party.name} ({REGISTRATION.state_label(row.state)}, {name})")
            for row, name in rows
        ),
    ]
    if form.validate_on_submit():
        ruling = next((r for r in known if str(r.document_id) == form.ruling.data), None)
        row = next((row for row, _name in rows if str(row.id) == form.registration.data), None)
        try:
            operations.apply_ruling(
                row or abort(404),
                ruling or abort(404),
                form.action.data or "",
                form.reason.data or "",
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Pendaftaran dibuka kembali; partai diberi tahu."), "success")
            return redirect(url_for("sipol.rulings"))
    page = render_template("sipol/determination/rulings.html", form=form, known=known, rows=rows)
    return page, form.status


def _reopenable() -> list[tuple[PartyRegistration, str]]:
    rows = db.session.execute(
        select(PartyRegistration, Election.name)
        .join(Election, Election.id == PartyRegistration.election_id)
        .join(Party, Party.id == PartyRegistration.party_id)
        .where(PartyRegistration.state.in_(REOPENABLE), Election.state != "selesai")
        .order_by(Election.voting_day.desc(), func.lower(Party.name))
    )
    return [(row[0], row[1]) for row in rows]
