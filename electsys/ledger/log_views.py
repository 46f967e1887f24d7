"""Public pages of the log: what was signed, who watches, an entry with its proof, the check of a receipt."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Flask, Response, abort, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import select
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity.access import public
from electsys.ledger import log_keys, log_queries, receipts
from electsys.ledger.log_checking import elections_with_log
from electsys.ledger.log_models import LogCheckpoint
from electsys.ledger.wording import FIELDS
from electsys.web import navigation
from electsys.web.forms import Form
from electsys.web.tables import Column, Table

bp = Blueprint("publiclog", __name__, url_prefix="/log")


class ReceiptForm(Form):
    """A receipt, pasted as text."""

    text = TextAreaField(
        _l("Isi berkas bukti"),
        [InputRequired(_l("Tempelkan isi berkas bukti.")), Length(max=receipts.LONGEST)],
        description=_l("Seluruh isi, atau teks dari kode QR bukti pada kertas."),
        render_kw={"rows": 10},
    )


def _election(code: str) -> Election:
    return db.session.scalar(select(Election).where(Election.code == code)) or abort(404)


@bp.get("")
@public
def start() -> Any:
    """Lead to the log of the newest election."""
    begun = elections_with_log(db.session())
    if not begun:
        return render_template("ledger/log_nothing.html")
    return redirect(url_for("publiclog.checkpoints", election=max(begun, key=lambda e: e.voting_day).code))


@bp.route("/periksa", methods=["GET", "POST"])
@public
def check() -> Any:
    """Check a receipt: whether its entry stands in a log that we signed."""
    form, proven = ReceiptForm(), None
    if form.validate_on_submit():
        try:
            proven = receipts.check_receipt(form.text.data or "")
        except Refused as refusal:
            form.refuse(refusal)
    return render_template("ledger/log_check.html", form=form, proven=proven), form.status


@bp.get("/<election>")
@public
def checkpoints(election: str) -> Any:
    """The checkpoints of an election's log, the key, and the witnesses."""
    found = _election(election)
    table = Table(
        log_queries.checkpoints(found.id),
        [
            Column("ukuran", _l("Catatan"), "size", kind="number", head=True, sort=LogCheckpoint.size),
            Column("akar", _l("Akar (SHA-256)"), lambda row: row.root.hex()),
            Column("waktu", _l("Ditandatangani"), "signed_at", kind="moment", sort=LogCheckpoint.signed_at),
            Column("saksi", _l("Saksi"), "witnesses", kind="number"),
        ],
        caption=_l("Yang ditandatangani log"),
        empty=_l("Belum ada yang ditandatangani. Checkpoint pertama terbit begitu ada catatan."),
        name=f"checkpoint-{found.code}",
    )
    return table.download() or render_template(
        "ledger/log.html",
        election=found,
        table=table,
        newest=log_queries.newest_checkpoint(found.id),
        key=log_keys.signer(found.code).verifier,
        witnesses=log_queries.witnesses(),
    )


def _receipt(election: str, index: int) -> log_queries.Receipt:
    found = _election(election)
    if index >= 2**62:  # more than the column holds
        abort(404)
    return log_queries.receipt(found.id, index) or abort(404)


@bp.get("/<election>/<int:index>")
@public
def leaf(election: str, index: int) -> Any:
    """One entry, its proof, and the checkpoint that the proof leads to."""
    found = _receipt(election, index)
    body = json.loads(found.body)
    return render_template(
        "ledger/log_leaf.html",
        found=found,
        facts={FIELDS.get(name, name): value for name, value in body.items() if name != "values"},
        values=body.get("values", {}),
    )


@bp.get("/<election>/<int:index>.txt")
@public
def receipt(election: str, index: int) -> Response:
    """The receipt as a file."""
    text = receipts.receipt_text(_receipt(election, index))
    return _file(text.encode(), "text/plain; charset=utf-8", f"bukti-{election}-{index}.txt")


@bp.get("/<election>/<int:index>.pdf")
@public
def paper(election: str, index: int) -> Response:
    """The receipt on paper."""
    return _file(
        receipts.receipt_pdf(_receipt(election, index)), "application/pdf", f"bukti-{election}-{index}.pdf"
    )


def _file(content: bytes, kind: str, name: str) -> Response:
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def log_proof(election_id: int, election: str, subject: str) -> Markup:
    """``{{ log_proof(id, code, "C.Hasil:ppwp:1201011001001") }}``: that a subject is in the log, its number.

    Nothing for what has no entry; a waiting entry says so.
    """
    places = log_queries.places(election_id, subject)
    return Markup(  # noqa: S704  (our own template)
        render_template("ledger/_proof.html", places=places, election=election) if places else ""
    )


def init_app(app: Flask) -> None:
    """Register the pages, the partial and the menu entry."""
    app.register_blueprint(bp)
    app.jinja_env.globals["log_proof"] = log_proof
    navigation.entry(_l("Log publik"), "publiclog.start", group="publik", order=37)
