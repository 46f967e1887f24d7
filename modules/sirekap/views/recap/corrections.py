"""Corrections and objections: their forms, their evidence."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.documents import StoredFile
from electsys.documents.views import send_stored
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, public, requires
from electsys.web.forms import ButtonForm
from modules.sirekap import recap_words as words
from modules.sirekap.forms import recaps as forms
from modules.sirekap.models import Objection, Recap, RecapCorrection, RecapProposal, WitnessMandate
from modules.sirekap.operations import corrections, objections
from modules.sirekap.operations.bodies import sits_in
from modules.sirekap.permissions import CLOSE, ENTER, OBJECT, READ
from modules.sirekap.queries import plenaries as queries
from modules.sirekap.queries.recaps import LEAVES, ancestors, sheet
from modules.sirekap.views.recap import bp, labels, load_recap, load_unit
from modules.sirekap.views.recap.forms import common, page


def load_correctable(recap_id: int, unit: str) -> tuple[tuple[Recap, str], Scope]:
    """A TPS of a D.Hasil, in the region of the plenary that may correct it now."""
    loaded, scope = load_unit(recap_id, unit)
    recap = loaded[0]
    if recap.tier not in LEAVES or len(unit) != 13:
        abort(404)
    chain = [recap, *ancestors(recap)]
    first = next((r for r in chain if r.state != "disahkan"), chain[-1])
    return loaded, Scope(region=first.region, election=scope.election)


@bp.route("/rekap/d/<int:recap_id>/betulkan/<unit>", methods=["GET", "POST"])
@requires(ENTER, load=load_correctable)
def correct(loaded: tuple[Recap, str]) -> Any:
    """Correct a TPS column, before and after side by side."""
    recap, unit = loaded
    shown = sheet(recap, unit)
    column = next((c for c in shown.columns if c.unit == unit), None) or abort(404)
    by_ruling = all(r.state == "disahkan" for r in [recap, *ancestors(recap)])
    standing: dict[str, Any] = {
        name: column.cells[at] for at, name in enumerate(shown.model.names) if column.cells
    }
    standing |= {f"suara_{n}": v for n, v in enumerate(column.votes, 1)}
    first = not column.is_there or column.source == "tanpa_formulir"
    if first:
        standing = {"reason_code": "pengisian_pleno"}
    entry = forms.correction_form(shown, ruling=by_ruling)(
        data=standing | {"objection": request.args.get("keberatan", "")}
    )
    if entry.validate_on_submit():
        try:
            made = _correct(recap, unit, entry, shown) if not by_ruling else None
            if made is None:
                _propose(recap, unit, entry, shown)
        except Refused as refusal:
            db.session.rollback()
            entry.refuse(refusal)
        else:
            if made is None:
                flash(_("Usul pembetulan dicatat dan menunggu persetujuan orang kedua."), "success")
                return redirect(url_for("rekap.form", recap_id=recap.id) + "#usul")
            flash(_("Pembetulan nomor %(n)s dicatat; angka lama tetap terlihat.", n=made.id), "success")
            return redirect(url_for("rekap.form", recap_id=recap.id) + f"#pembetulan-{made.id}")
    head = common(db.session.get_one(Recap, recap.id))
    objection = _objection(entry.objection.data, recap)
    return (
        render_template(
            "sirekap/recap/correct.html",
            **head,
            form=shown,
            column=column,
            standing={} if first else standing,
            entry=entry,
            by_ruling=by_ruling,
            objection=objection,
            unit=unit,
        ),
        entry.status,
    )


def _proof(entry: Any) -> corrections.Proof:
    actor = current_actor()
    return corrections.Proof(
        entry.reason_code.data,
        entry.reason.data or "",
        entry.evidence.store(actor=actor),
        entry.photo.store(actor=actor),
    )


def _values(entry: Any, shown: Any) -> dict[str, Any]:
    return {
        "cells": [entry[name].data for name in shown.model.names],
        "votes": [entry[f"suara_{line.position}"].data for line in shown.lines],
    }


def _correct(recap: Recap, unit: str, entry: Any, shown: Any) -> RecapCorrection:
    return corrections.correct_column(
        recap,
        unit,
        **_values(entry, shown),
        proof=_proof(entry),
        objection=_objection(entry.objection.data, recap),
        actor=current_actor(),
    )


def _propose(recap: Recap, unit: str, entry: Any, shown: Any) -> None:
    corrections.propose_by_ruling(
        recap,
        unit,
        **_values(entry, shown),
        ruling=entry.ruling.data or "",
        proof=_proof(entry),
        actor=current_actor(),
    )


def load_proposal(proposal_id: int) -> tuple[RecapProposal, Scope]:
    """A correction that waits, in the region of the body that carries it out."""
    found = db.session.get(RecapProposal, proposal_id) or abort(404)
    recap = db.session.get_one(Recap, found.recap_id)
    top = [recap, *ancestors(recap)][-1]
    return found, Scope(region=top.region, election=recap.election_id)


@bp.post("/rekap/usul/<int:proposal_id>")
@requires(CLOSE, load=load_proposal)
def decide(proposal: RecapProposal) -> Any:
    """The second person agrees to a ruling's correction, or turns it down."""
    recap_id, agree = proposal.recap_id, request.form.get("jawab") == "setuju"
    sent = ButtonForm()
    if not sent.validate_on_submit():
        abort(400)
    try:
        corrections.decide_proposal(proposal, agree=agree, actor=current_actor())
    except Refused as refusal:
        db.session.rollback()
        return page(db.session.get_one(Recap, recap_id), refusal=refusal)
    flash(_("Pembetulan karena putusan dijalankan.") if agree else _("Usul ditolak."), "success")
    return redirect(url_for("rekap.form", recap_id=recap_id))


def _objection(number: Any, recap: Recap) -> Objection | None:
    """The objection that a correction answers."""
    found = db.session.get(Objection, int(number)) if str(number or "").isdigit() else None
    return found if found is not None and found.recap_id == recap.id else None


@bp.route("/rekap/d/<int:recap_id>/keberatan", methods=["GET", "POST"])
@requires(OBJECT, load=load_recap)
def object_as_witness(recap: Recap) -> Any:
    """An objection by a witness's or an overseer's own account."""
    return _object(recap)


@bp.route("/rekap/d/<int:recap_id>/keberatan/catat", methods=["GET", "POST"])
@requires(ENTER, load=load_recap)
def note_objection(recap: Recap) -> Any:
    """An objection as the operator of the plenary writes it down."""
    return _object(recap)


def _object(recap: Recap) -> Any:
    operates = sits_in(current_user, recap, ENTER)
    mandates = [
        row
        for row in queries.mandates(recap.election_id, recap.region, recap.contest_id)
        if operates or row[0].account_id == current_user.id
    ]
    # Whoever is bound to a party is a witness, and speaks by a mandate.
    everybodys = Scope(region=recap.region, election=recap.election_id)
    entry = forms.ObjectionForm(
        data={"unit": request.args.get("bagian", ""), "row": request.args.get("baris", "")}
    ).offer(labels(mandates), overseer=not operates and can(current_user, OBJECT, everybodys))
    if entry.validate_on_submit():
        try:
            actor = current_actor()
            chosen = entry.mandate.data
            objections.file_objection(
                recap,
                entry.statement.data or "",
                unit=entry.unit.data or None,
                row=entry.row.data or None,
                mandate=db.session.get(WitnessMandate, int(chosen)) if chosen else None,
                file=entry.file.store(actor=actor) if entry.file.data else None,
                actor=actor,
            )
        except Refused as refusal:
            db.session.rollback()
            entry.refuse(refusal)
        else:
            flash(_("Keberatan dicatat dan harus dijawab sebelum rekapitulasi ditutup."), "success")
            return redirect(url_for("rekap.form", recap_id=recap.id) + "#keberatan")
    head = common(db.session.get_one(Recap, recap.id))
    return (
        render_template(
            "sirekap/recap/object.html",
            **head,
            entry=entry,
            operates=operates,
            about=words.row_label(sheet(recap, entry.unit.data or None), entry.row.data or ""),
        ),
        entry.status,
    )


def load_objection(objection_id: int) -> tuple[Objection, Scope]:
    """An objection, in the region of its D.Hasil."""
    found = db.session.get(Objection, objection_id) or abort(404)
    _recap, scope = load_recap(found.recap_id)
    return found, scope


@bp.route("/rekap/keberatan/<int:objection_id>", methods=["GET", "POST"])
@requires(ENTER, load=load_objection)
def answer(objection: Objection) -> Any:
    """Answer an objection: reject it, note it, or go and correct."""
    recap = db.session.get_one(Recap, objection.recap_id)
    entry = forms.AnswerForm()
    if entry.validate_on_submit():
        act = objections.reject_objection if entry.step.data == "reject" else objections.note_objection
        try:
            act(objection, entry.outcome.data or "", actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            entry.refuse(refusal)
        else:
            flash(_("Jawaban pleno dicatat."), "success")
            return redirect(url_for("rekap.form", recap_id=recap.id) + "#keberatan")
    shown = sheet(recap, objection.unit if objection.unit and recap.tier in LEAVES else None)
    return (
        render_template(
            "sirekap/recap/answer.html",
            **common(recap),
            objection=objection,
            about=words.row_label(shown, objection.row or ""),
            entry=entry,
        ),
        entry.status,
    )


def load_proof(correction_id: int, which: str) -> tuple[StoredFile, Scope]:
    """The evidence of a correction."""
    made = db.session.get(RecapCorrection, correction_id) or abort(404)
    if which not in ("bukti", "foto"):
        abort(404)
    _recap, scope = load_recap(made.recap_id)
    file_id = made.evidence_file_id if which == "bukti" else made.photo_file_id
    return db.session.get_one(StoredFile, file_id), scope


@bp.get("/rekap/pembetulan/<int:correction_id>/<which>")
@requires(READ, load=load_proof)
def proof(stored: StoredFile) -> Any:
    """The evidence, or the photo of the corrected form."""
    return send_stored(stored)


@bp.get("/rekapitulasi/pembetulan/<int:correction_id>/foto")
@public
def public_photo(correction_id: int) -> Any:
    """The photo of a corrected form is public (NA-05, NA-06), as soon as its D.Hasil is locked."""
    made = db.session.get(RecapCorrection, correction_id) or abort(404)
    recap = db.session.get_one(Recap, made.recap_id)
    if recap.state != "disahkan":
        abort(404)
    return send_stored(db.session.get_one(StoredFile, made.photo_file_id), inline=True)


def load_photo(correction_id: int) -> tuple[StoredFile, Scope]:
    """The photo of the corrected form."""
    return load_proof(correction_id, "foto")


@bp.get("/rekap/pembetulan/<int:correction_id>/gambar")
@requires(READ, load=load_photo)
def photo(stored: StoredFile) -> Any:
    """The photo inside a page; what is no picture is offered as a file."""
    return send_stored(stored, inline=stored.media_type.startswith("image/"))
