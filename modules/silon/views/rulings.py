"""KPU links a ruling to the nomination that it reopens, or to the candidate whom it restores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, public, requires
from modules.silon import ruling_tables as tables
from modules.silon.forms.rulings import ReopenForm, RestoreByRulingForm
from modules.silon.models import Candidate, Nomination
from modules.silon.operations import rulings as operations
from modules.silon.operations.amendments import FINAL
from modules.silon.permissions import DETERMINE
from modules.silon.queries import rulings as queries
from modules.silon.submission_papers import where_of, who_of
from modules.silon.views import bp
from modules.silon.workflow import CANDIDATE, flow_of
from modules.silon.workflow.nominations import REOPENED

PRIVATE = {"Cache-Control": "no-store"}


def load_ruled(nomination_id: int) -> tuple[Nomination, Scope]:
    """A nomination, where its body lies: those who put up have no part in applying a ruling."""
    row = db.session.get(Nomination, nomination_id) or abort(404)
    return row, Scope(row.region, None, row.election_id)


def load_ruled_candidate(candidate_id: int) -> tuple[Candidate, Scope]:
    """A candidate, where its body lies."""
    row = db.session.get(Candidate, candidate_id) or abort(404)
    return row, Scope(row.region, None, row.election_id)


@bp.get("/putusan")
@requires(DETERMINE)
def rulings() -> Any:
    """The rulings that came, and the nominations that one may reopen."""
    table = tables.reopenable_table(queries.reopenable(_scopes()), _elections())
    return table.download() or _list(table, "silon.rulings")


@bp.get("/putusan/calon")
@requires(DETERMINE)
def rulings_candidates() -> Any:
    """The candidates whom a ruling may find fit."""
    table = tables.restorable_table(queries.restorable(_scopes()), _elections())
    return table.download() or _list(table, "silon.rulings_candidates")


@bp.get("/putusan/dilaksanakan")
@public
def rulings_applied() -> Any:
    """What rulings reopened and restored, for everybody."""
    table = tables.applied_table(queries.applied())
    return table.download() or render_template("silon/rulings_applied.html", table=table)


@bp.route("/putusan/pencalonan/<int:nomination_id>", methods=["GET", "POST"])
@requires(DETERMINE, load=load_ruled)
def reopen(loaded: Nomination) -> Any:
    """Reopen a nomination, as a ruling orders."""
    form, known, key = ReopenForm(), operations.rulings(), loaded.id
    flow = flow_of(loaded)
    steps = [action for action in REOPENED if flow.find(loaded.state, action)]
    form.offer(known)
    form.offer_steps(steps or list(REOPENED))
    if form.validate_on_submit():
        try:
            operations.reopen_nomination(
                loaded,
                form.chosen(known) or abort(404),
                form.action.data or "",
                form.reason.data or "",
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            loaded = db.session.get_one(Nomination, key)
        else:
            flash(_("Pencalonan dibuka kembali; pengusul diberi tahu."), "success")
            return redirect(url_for("silon.rulings"), 303)
    page = render_template(
        "silon/rulings_apply.html",
        form=form,
        fields=(form.ruling, form.action, form.reason),
        known=known,
        possible=bool(steps),
        title=_("Buka kembali pencalonan %(who)s", who=who_of(loaded)),
        facts=[
            (_("Pemilihan"), loaded.contest.name),
            (_("Daerah"), where_of(loaded)),
            (_("Keadaan"), flow.state_label(loaded.state)),
        ],
        lead=_(
            "Hasil sebelumnya tetap tersimpan; calon yang gugur dipulihkan satu per satu. Bila tahapannya "
            "sudah ditutup, buka dahulu waktunya dalam pengaturan tahapan untuk daerah ini."
        ),
        button=_("Buka kembali pencalonan"),
        back=url_for("silon.rulings"),
    )
    return page, form.status, PRIVATE


@bp.route("/putusan/calon/<int:candidate_id>", methods=["GET", "POST"])
@requires(DETERMINE, load=load_ruled_candidate)
def restore_by_ruling(loaded: Candidate) -> Any:
    """Find a candidate fit, as a ruling orders."""
    form, known, key = RestoreByRulingForm(), operations.rulings(), loaded.id
    form.offer(known)
    if form.validate_on_submit():
        try:
            operations.restore_candidate(
                loaded, form.chosen(known) or abort(404), form.reason.data or "", actor=current_actor()
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            loaded = db.session.get_one(Candidate, key)
        else:
            return _restored(loaded)
    of = loaded.nomination
    page = render_template(
        "silon/rulings_apply.html",
        form=form,
        fields=(form.ruling, form.reason),
        known=known,
        possible=loaded.state in operations.RESTORABLE,
        title=_("Pulihkan nomor %(n)s, %(name)s", n=loaded.number, name=loaded.name),
        facts=[
            (_("Pengusul"), who_of(of)),
            (_("Pemilihan"), of.contest.name),
            (_("Daerah"), where_of(of)),
            (_("Pencalonan"), flow_of(of).state_label(of.state)),
            (_("Calon"), CANDIDATE.state_label(loaded.state)),
        ],
        lead=_(
            "Calon menjadi memenuhi syarat, dengan nomor putusan sebagai alasannya. Sebelum DCT ditetapkan, "
            "daftar yang sudah diumumkan mendapat versi baru."
        ),
        button=_("Pulihkan calon"),
        back=url_for("silon.rulings_candidates"),
    )
    return page, form.status, PRIVATE


def _restored(row: Candidate) -> Any:
    """Where it goes on: a final list is changed on the page of its changes."""
    if row.nomination.state in FINAL and row.nomination.kind != "pasangan":
        flash(_("%(name)s memenuhi syarat. Masukkan sekarang ke DCT.", name=row.name), "success")
        return redirect(url_for("silon.restore", candidate_id=row.id), 303)
    flash(_("%(name)s dipulihkan; pengusul diberi tahu.", name=row.name), "success")
    return redirect(url_for("silon.rulings_candidates"), 303)


def _scopes() -> list[Scope]:
    return grants.scopes(current_user, DETERMINE)


def _elections() -> Sequence[Election]:
    return db.session.scalars(select(Election).order_by(Election.voting_day.desc(), Election.id)).all()


def _list(table: Any, here: str) -> Any:
    return render_template("silon/rulings.html", table=table, here=here, known=operations.rulings())
