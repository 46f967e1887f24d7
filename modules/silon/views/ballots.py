"""Ballots: those of a body, the proof of one, and what a participant says of it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from electsys.db import db
from electsys.documents.views import send_stored
from electsys.elections.models import Ballot, Contest
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.regions.models import Dapil
from electsys.web.formats import title_region
from modules.silon.forms.stages import ReviewForm
from modules.silon.models import ListingPaper, Nomination
from modules.silon.operations import ballots as operations
from modules.silon.operations.access import scope_of
from modules.silon.operations.publishing import participant_names
from modules.silon.permissions import READ, SUBMIT
from modules.silon.queries import ballots as queries
from modules.silon.views import bp
from modules.silon.views.list_loading import load_nomination
from modules.silon.views.listings import Body, load_body


@bp.get("/penetapan/<election>/<kind>/<region>/surat-suara")
@requires(READ, load=load_body)
def body_ballots(body: Body) -> Any:
    """The newest ballots of a body, and how many participants approved the proof of each."""
    rows = queries.of_body(body.contest.id, body.region)
    return render_template("silon/ballots.html", body=body, rows=rows)


def load_ballot(ballot_id: int) -> tuple[Ballot, Scope]:
    """A ballot, where its body lies."""
    row = db.session.get(Ballot, ballot_id)
    if row is None:
        abort(404)
    contest = db.session.get_one(Contest, row.contest_id)
    dapil = db.session.get(Dapil, row.dapil_id) if row.dapil_id else None
    return row, Scope(dapil.body_code if dapil else contest.region_code, None, contest.election_id)


@bp.get("/surat-suara/<int:ballot_id>")
@requires(READ, load=load_ballot)
def ballot(loaded: Ballot) -> Any:
    """The lines of a ballot in their order, its versions, and what the participants said."""
    return _ballot(loaded, None, ReviewForm(formdata=None))


@bp.get("/surat-suara/<int:ballot_id>/contoh.pdf")
@requires(READ, load=load_ballot)
def ballot_proof(loaded: Ballot) -> Any:
    """The proof, once it was made."""
    return _proof(loaded)


@bp.get("/surat-suara/peserta/<int:nomination_id>")
@requires(READ, load=load_nomination)
def own_ballot(loaded: Nomination) -> Any:
    """The newest ballot on which one's own list stands, to be approved."""
    row = queries.of_nomination(loaded) or abort(404)
    return _ballot(row, loaded, ReviewForm(formdata=None))


@bp.get("/surat-suara/peserta/<int:nomination_id>/contoh.pdf")
@requires(READ, load=load_nomination)
def own_proof(loaded: Nomination) -> Any:
    """Its proof."""
    return _proof(queries.of_nomination(loaded) or abort(404))


@bp.post("/surat-suara/peserta/<int:nomination_id>")
@requires(SUBMIT, load=load_nomination)
def review_ballot(loaded: Nomination) -> Any:
    """Approve the proof, or say what is wrong."""
    form = ReviewForm()
    row = queries.of_nomination(loaded) or abort(404)
    key, ballot_id = loaded.id, row.id
    if form.validate_on_submit():
        try:
            operations.review(
                loaded,
                outcome=form.outcome.data,
                note=form.note.data or "",
                ballot=row,
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            loaded = db.session.get_one(Nomination, key)
            row = db.session.get_one(Ballot, ballot_id)
        else:
            flash(_("Pernyataan Anda atas contoh surat suara tersimpan."), "success")
            return redirect(url_for("silon.own_ballot", nomination_id=key), 303)
    return _ballot(row, loaded, form)


def _ballot(row: Ballot, own: Nomination | None, form: ReviewForm) -> Any:
    contest = db.session.get_one(Contest, row.contest_id)
    dapil = db.session.get(Dapil, row.dapil_id) if row.dapil_id else None
    said = queries.reviews(row)
    page = render_template(
        "silon/ballot.html",
        row=row,
        contest=contest,
        place=title_region(dapil.name) if dapil else _("Seluruh Indonesia"),
        lines=queries.lines(row.id),
        paper=_paper(row),
        versions=queries.versions(row),
        own=own,
        said=said,
        called=participant_names([each for each, _review in said]),
        mine=next((review for each, review in said if own is not None and each.id == own.id), None),
        form=form if own is not None and can(current_user, SUBMIT, scope_of(own)) else None,
    )
    return page, form.status


def _paper(row: Ballot) -> ListingPaper | None:
    return db.session.scalars(select(ListingPaper).where(ListingPaper.ballot_id == row.id)).one_or_none()


def _proof(row: Ballot) -> Any:
    paper = _paper(row) or abort(404)
    return send_stored(paper.file, name=f"contoh-surat-suara-{row.id}.pdf", inline=True)
