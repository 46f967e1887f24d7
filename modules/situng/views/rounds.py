"""Open another round of a form after a decision."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from electsys.db import db
from electsys.elections.queries import codes
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import requires
from modules.situng.forms import RoundForm
from modules.situng.operations.rounds import KINDS, open_round
from modules.situng.queries.captures import rounds
from modules.situng.views import bp
from modules.situng.views.captures import Desk, load_desk
from modules.situng.workflow import OPEN_ROUND


@bp.route("/hasil/putaran/<election>/<kind>/<code>", methods=["GET", "POST"])
@requires(OPEN_ROUND, load=load_desk)
def open_next_round(desk: Desk) -> Any:
    """The decision, its kind and its document; beside it the rounds so far."""
    count = desk.count
    form = RoundForm()
    rows = db.session.scalars(codes(count.election_id)).all()
    form.vote_kind.choices = [(r.code, r.label) for r in rows if r.table_code == KINDS and r.active]
    if form.validate_on_submit():
        try:
            actor = current_actor()
            open_round(
                count,
                desk.form.code,
                form.vote_kind.data,
                decision=form.decision.data,
                document=form.document.store(actor=actor),
                actor=actor,
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Putaran baru dibuka; formulirnya menunggu foto dan entri pertama."), "success")
            return redirect(
                url_for("situng.area", election=count.election_code, kind=count.kind, code=desk.form.code)
            )
    page = render_template(
        "situng/round.html",
        desk=desk,
        count=count,
        form=form,
        rounds=rounds(count.contest_id, desk.form.code),
    )
    return page, form.status
