"""Files for work without the centre: take one out, bring it back."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.documents.kinds import XLSX
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import requires
from electsys.web.forms import ButtonForm
from modules.sirekap.forms import recaps as forms
from modules.sirekap.models import Recap, RecapExport
from modules.sirekap.operations import exports
from modules.sirekap.permissions import ENTER
from modules.sirekap.views.recap import bp, load_recap
from modules.sirekap.views.recap.forms import common, page


@bp.get("/rekap/d/<int:recap_id>/luring")
@requires(ENTER, load=load_recap)
def files(recap: Recap) -> Any:
    """The files that are out and came back, and the form to bring one back."""
    return _page(recap, forms.ReturnForm(formdata=None))


def _page(recap: Recap, entry: forms.ReturnForm) -> Any:
    rows = db.session.scalars(
        select(RecapExport).where(RecapExport.recap_id == recap.id).order_by(RecapExport.id.desc()).limit(100)
    ).all()
    return (
        render_template(
            "sirekap/recap/files.html", **common(recap), entry=entry, rows=rows, step=ButtonForm()
        ),
        entry.status,
    )


@bp.post("/rekap/d/<int:recap_id>/luring.xlsx")
@requires(ENTER, load=load_recap)
def take_out(recap: Recap) -> Any:
    """The workbook."""
    return _give(
        recap, lambda: Response(exports.export_workbook(recap, actor=current_actor()), mimetype=XLSX), "xlsx"
    )


@bp.post("/rekap/d/<int:recap_id>/luring.json")
@requires(ENTER, load=load_recap)
def take_out_json(recap: Recap) -> Any:
    """The same for programs."""
    return _give(recap, lambda: jsonify(exports.export_json(recap, actor=current_actor())), "json")


def _give(recap: Recap, make: Any, ending: str) -> Any:
    name = f"pleno-{recap.contest.kind}-{recap.region or 'nasional'}-{recap.id}.{ending}"
    recap_id = recap.id
    try:
        response = make()
    except Refused as refusal:
        db.session.rollback()
        return page(db.session.get_one(Recap, recap_id), refusal=refusal)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@bp.post("/rekap/d/<int:recap_id>/luring")
@requires(ENTER, load=load_recap)
def bring_back(recap: Recap) -> Any:
    """Take a workbook or a JSON file back; a refusal changes nothing."""
    entry = forms.ReturnForm()
    if not entry.validate_on_submit():
        return _page(recap, entry)
    recap_id = recap.id
    try:
        actor = current_actor()
        report = exports.return_file(
            recap,
            entry.file.store(actor=actor),
            photo=entry.photo.store(actor=actor) if entry.photo.data else None,
            actor=actor,
        )
    except Refused as refusal:
        db.session.rollback()
        entry.refuse(refusal)
        return _page(db.session.get_one(Recap, recap_id), entry)
    flash(
        _(
            "Berkas dimasukkan: %(corrected)s TPS dibetulkan, %(explained)s dicatat tanpa formulir,"
            " %(read)s bagian dibacakan, %(conflicts)s benturan.",
            corrected=len(report.corrected),
            explained=len(report.explained),
            read=len(report.read),
            conflicts=len(report.conflicts),
        ),
        "warning" if report.conflicts else "success",
    )
    return redirect(url_for("rekap.files", recap_id=recap_id))
