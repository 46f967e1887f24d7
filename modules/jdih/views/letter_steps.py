"""The steps of a letter: one address a step, and the pages of those that ask for more than a note."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys.db import db
from electsys.documents.papers import today
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, requires
from electsys.ledger import Actor
from modules.jdih.forms.letters import BackDateForm, MoveForm, ScanForm, send_form
from modules.jdih.models import BackDate, Letter
from modules.jdih.operations import numbering, routing, sending, signing
from modules.jdih.views import bp
from modules.jdih.views.letters import letter_link, load_letter, load_readable, page, register_entry
from modules.jdih.workflow.letters import APPROVE, NUMBER, READ, SEND

Step = Callable[[Letter, str, int | None, Actor], Any]

#: Action -> the operation behind its button.
STEPS: dict[str, Step] = {
    "submit": lambda row, _why, _rev, actor: routing.submit_letter(row, actor=actor),
    "initial": lambda row, why, rev, actor: routing.initial_letter(row, note=why, revision=rev, actor=actor),
    "return": lambda row, why, _rev, actor: routing.return_letter(row, note=why, actor=actor),
    "withdraw": lambda row, why, _rev, actor: routing.withdraw_letter(row, reason=why, actor=actor),
    "approve": lambda row, _why, rev, actor: routing.approve_letter(row, revision=rev, actor=actor),
    "decline": lambda row, why, _rev, actor: routing.decline_letter(row, reason=why, actor=actor),
    "cancel": lambda row, why, _rev, actor: routing.cancel_letter(row, reason=why, actor=actor),
    "number": lambda row, _why, _rev, actor: numbering.number_letter(row, actor=actor),
    "void": lambda row, why, _rev, actor: numbering.void_number(row, reason=why, actor=actor),
    "print": lambda row, _why, _rev, actor: signing.print_letter(row, actor=actor),
    "sign": lambda row, _why, _rev, actor: signing.sign_letter(row, actor=actor),
    "revoke": lambda row, why, _rev, actor: signing.revoke_letter(row, reason=why, actor=actor),
    "archive": lambda row, _why, _rev, actor: sending.archive_letter(row, actor=actor),
}
DONE: dict[str, Any] = {
    "submit": _l("Konsep diajukan. Pemaraf pertama, atau penanda tangan, sudah diberi tahu."),
    "initial": _l("Paraf Anda dicatat."),
    "return": _l("Konsep dikembalikan kepada penyusunnya."),
    "withdraw": _l("Konsep ditarik kembali; paraf yang sudah ada tidak berlaku lagi."),
    "approve": _l("Naskah disetujui dan menunggu nomor."),
    "decline": _l("Naskah dikembalikan kepada penyusunnya."),
    "cancel": _l("Konsep dibatalkan. Isinya tetap tercatat."),
    "number": _l("Nomor diberikan. Naskah menunggu tanda tangan."),
    "void": _l("Nomor dibatalkan dan tidak akan dipakai lagi."),
    "print": _l("Naskah siap dicetak. Unduh, tanda tangani, pindai, lalu unggah pindaiannya."),
    "sign": _l("Naskah ditandatangani dan terbit."),
    "revoke": _l("Naskah ditarik. Halaman di balik kode QR-nya menyatakan demikian."),
    "archive": _l("Naskah diarsipkan; retensinya berjalan sejak hari ini."),
}


def _load_step(letter_id: int, action: str) -> tuple[tuple[Letter, str], Scope]:
    if action not in STEPS:
        abort(404)
    letter, scope = load_letter(letter_id)
    return (letter, action), scope


@bp.post("/naskah/<int:letter_id>/langkah/<action>")
@requires(READ, load=_load_step)
def step(loaded: tuple[Letter, str]) -> Any:
    """Make one step of a letter; the operation checks whether its maker may."""
    letter, action = loaded
    form = MoveForm(prefix=f"{action}-")
    if form.validate_on_submit():
        seen = form.revision.data or ""
        try:
            STEPS[action](
                letter,
                form.reason.data or "",
                int(seen) if seen.isdecimal() else None,
                current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            if refusal.field != "reason":
                raise
            form.refuse(refusal)
        else:
            flash(str(DONE[action]), "success")
            return redirect(letter_link(letter))
    return page(letter, failed={action: form}, status=form.status)


@bp.post("/naskah/<int:letter_id>/pindaian")
@requires(NUMBER, load=load_letter)
def scan(loaded: Letter) -> Any:
    """Take in the scan of a paper that was signed by hand."""
    form = ScanForm(prefix="scan-")
    if form.validate_on_submit():
        actor = current_actor()
        try:
            file = form.file.store(actor=actor)
            if loaded.state == "bernomor":
                signing.sign_by_scan(loaded, file, actor=actor)
            else:
                signing.add_scan(loaded, file, actor=actor)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Pindaian disimpan bersama naskahnya."), "success")
            return redirect(letter_link(loaded))
    return page(loaded, failed={"scan_file": form}, status=form.status)


@bp.route("/naskah/<int:letter_id>/sisipan", methods=["GET", "POST"])
@requires(NUMBER, load=load_letter)
def backdate(loaded: Letter) -> Any:
    """Ask for a number between two others."""
    form = BackDateForm()
    if form.validate_on_submit():
        try:
            numbering.ask_backdate(
                loaded,
                date=form.date.data,
                after=form.after.data,
                reason=form.reason.data or "",
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Permintaan dicatat dan menunggu izin akun lain."), "success")
            return redirect(letter_link(loaded))
    return render_template("jdih/backdate.html", letter=loaded, form=form), form.status


def _load_request(letter_id: int, decision: str) -> tuple[tuple[BackDate, str], Scope]:
    letter, scope = load_letter(letter_id)
    row = (
        db.session.query(BackDate)
        .filter_by(letter_id=letter.id, state="diminta")
        .order_by(BackDate.id.desc())
        .first()
    )
    if row is None:
        abort(404)
    return (row, decision), scope


@bp.post("/naskah/<int:letter_id>/sisipan/<any(izinkan, tolak):decision>")
@requires(APPROVE, load=_load_request)
def decide_backdate(loaded: tuple[BackDate, str]) -> Any:
    """Allow or refuse a number between two others; another account than the one that asked."""
    row, decision = loaded
    form = MoveForm(prefix="sisipan-")
    if not form.validate_on_submit():
        abort(400)
    if decision == "izinkan":
        numbering.allow_backdate(row, actor=current_actor())
        flash(_("Nomor sisipan diizinkan dan diberikan."), "success")
    else:
        numbering.refuse_backdate(row, reason=form.reason.data or "", actor=current_actor())
        flash(_("Permintaan nomor sisipan ditolak."), "success")
    return redirect(letter_link(row.letter))


@bp.route("/naskah/<int:letter_id>/kirim", methods=["GET", "POST"])
@requires(SEND, load=load_letter)
def send(loaded: Letter) -> Any:
    """Send a signed letter: to satker of the house at once, to others as noted here."""
    day = today(loaded.unit)
    form = send_form(loaded)(data={f"date_{each.id}": day for each in loaded.recipients})
    if form.validate_on_submit():
        try:
            sending.send_letter(loaded, form.outside, actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Naskah dikirim. Satker KPU menerimanya dalam surat masuk."), "success")
            return redirect(letter_link(loaded))
    return render_template("jdih/send.html", letter=loaded, form=form), form.status


@bp.post("/naskah/<int:letter_id>/jdih")
@requires("jdih:document:publish", load=load_readable)
def to_register(loaded: Letter) -> Any:
    """Publish an issued regulation or decision in the register of law."""
    from modules.jdih.operations.register import register_official

    if not MoveForm(prefix="jdih-").validate_on_submit() or loaded.document is None:
        abort(400)
    if register_entry(loaded) is None:
        raise Refused(
            _("Naskah ini tidak diumumkan di JDIH."),
            hint=_("Hanya peraturan dan keputusan bersifat biasa yang masuk daftar JDIH."),
            status=409,
        )
    law = register_official(loaded.document, actor=current_actor())
    flash(_("Diumumkan di JDIH."), "success")
    return redirect(url_for("jdih.letter", letter_id=loaded.id, _anchor=law.stem))
