"""The half-yearly update of participants' data: what is open, what was closed with which counts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.web.formats import angka
from modules.sipol.forms.updates import CloseHalfForm, OpenHalfForm
from modules.sipol.operations import updates as operations
from modules.sipol.permissions import CONCLUDE, READ, RECEIVE
from modules.sipol.views import bp
from modules.sipol.views.registrations import load_election


@bp.get("/<election>/pemutakhiran")
@requires(READ, load=load_election)
def updates(election: Election) -> Any:
    """Every half of a year."""
    return _page(election, None, None)


@bp.post("/<election>/pemutakhiran/buka")
@requires(RECEIVE, load=load_election)
def open_update(election: Election) -> Any:
    """Open a half of a year for all participants."""
    form = OpenHalfForm()
    if form.validate_on_submit():
        try:
            n = operations.open_half(election, form.year.data or 0, form.half.data, actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Semester dibuka untuk %(n)s partai.", n=angka(n)), "success")
            return redirect(url_for("sipol.updates", election=election.code))
    return _page(election, form, None)


@bp.post("/<election>/pemutakhiran/tutup")
@requires(CONCLUDE, load=load_election)
def close_update(election: Election) -> Any:
    """Close a half of a year in plenary."""
    form = CloseHalfForm()
    if form.validate_on_submit():
        try:
            operations.close_half(
                election, _number(form.year.data), _number(form.half.data), actor=current_actor()
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Semester ditutup. Berita acaranya dikonsepkan di JDIH."), "success")
            return redirect(url_for("sipol.updates", election=election.code))
    return _page(election, None, form)


def _number(written: str | None) -> int:
    return int(written) if written and written.isdecimal() and len(written) < 6 else 0


def _page(election: Election, opening: OpenHalfForm | None, closing: CloseHalfForm | None) -> Any:
    rows = operations.updates(election.id)
    halves: dict[tuple[int, int], list[Any]] = {}
    for update, row in rows:
        halves.setdefault((update.year, update.half), []).append((update, row))
    open_ = next((key for key, found in halves.items() if found[0][0].state == "terbuka"), None)
    nation = Scope("", None, election.id)
    sent = opening or closing
    status = sent.status if sent is not None else 200
    if opening is None and open_ is None and can(current_user, RECEIVE, nation):
        now = dt.datetime.now(dt.UTC)
        opening = OpenHalfForm(formdata=None, year=now.year, half=1 if now.month <= 6 else 2)
    if closing is None and open_ is not None and can(current_user, CONCLUDE, nation):
        closing = CloseHalfForm(formdata=None, year=open_[0], half=open_[1])
    page = render_template(
        "sipol/determination/updates.html",
        election=election,
        halves=halves,
        roman=operations.ROMAN,
        opening=opening,
        closing=closing,
        letter="jdih.letter" if can(current_user, "jdih:letter:read", Scope("")) else None,
    )
    return page, status
