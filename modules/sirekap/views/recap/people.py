"""Witnesses, attendance, signatures."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from electsys.db import db
from electsys.elections.models import Election, Participant
from electsys.errors import Refused
from electsys.identity import Account, current_actor
from electsys.identity.access import Scope, requires
from modules.sirekap import recap_words as words
from modules.sirekap.forms import ReasonForm
from modules.sirekap.forms import recaps as forms
from modules.sirekap.models import Recap, WitnessMandate
from modules.sirekap.operations import witnesses
from modules.sirekap.operations.bodies import region_in
from modules.sirekap.permissions import ENTER, READ
from modules.sirekap.queries import plenaries as queries
from modules.sirekap.views.recap import address, bp, labels, load_plenary, load_recap
from modules.sirekap.views.recap.forms import SIGNATURE
from modules.sirekap.views.recap.forms import page as form_page
from modules.sirekap.views.recap.plenaries import name_of


@bp.get("/rekap/<election>/<code>/hadir")
@requires(READ, load=load_plenary)
def people(loaded: tuple[Election, str]) -> Any:
    """The witnesses of a level and who attended."""
    return _page(*loaded)


def _page(election: Election, code: str, *, sent: Any = None, refusal: Refused | None = None) -> Any:
    given = queries.mandates(election.id, code)
    mandate = forms.MandateForm(formdata=None)
    attend = forms.AttendanceForm(formdata=None)
    ending = ReasonForm(formdata=None)
    if isinstance(sent, forms.MandateForm):
        mandate = sent
    elif isinstance(sent, forms.AttendanceForm):
        attend = sent
    elif sent is not None:
        ending = sent
    if refusal is not None and sent is not None:
        sent.refuse(refusal)
    mandate.offer(queries.standing(election.id, code))
    attend.offer(labels(given))
    return (
        render_template(
            "sirekap/recap/people.html",
            election=election,
            code=code,
            name=name_of(election, code),
            address=address,
            mandates=queries.mandates(election.id, code, in_force=False),
            attendance=queries.attendance(election.id, code),
            words=words,
            sits=region_in(current_user, code, election.id, ENTER),
            mandate=mandate,
            attend=attend,
            ending=ending,
            sent=sent,
        ),
        sent.status if sent is not None else 200,
    )


@bp.post("/rekap/<election>/<code>/mandat")
@requires(ENTER, load=load_plenary)
def give_mandate(loaded: tuple[Election, str]) -> Any:
    """Note the mandate of a witness."""
    election, code = loaded
    sent = forms.MandateForm().offer(queries.standing(election.id, code))
    if not sent.validate_on_submit():
        return _page(election, code, sent=sent)
    try:
        actor = current_actor()
        asked = (sent.account.data or "").strip()
        account = None
        if asked:
            account = db.session.scalars(select(Account).where(Account.username == asked)).one_or_none()
            if account is None:
                raise Refused(_("Akun %(name)s tidak ada.", name=asked), field="account")
        witnesses.register_mandate(
            election.id,
            code,
            db.session.get_one(Participant, int(sent.participant.data)),
            name=sent.name.data or "",
            letter_number=sent.letter_number.data or "",
            letter_date=sent.letter_date.data,
            file=sent.file.store(actor=actor) if sent.file.data else None,
            account=account,
            actor=actor,
        )
    except Refused as refusal:
        db.session.rollback()
        return _page(db.session.merge(election), code, sent=sent, refusal=refusal)
    flash(_("Mandat saksi dicatat."), "success")
    return redirect(url_for("rekap.people", election=election.code, code=address(code)))


def load_mandate(mandate_id: int) -> tuple[WitnessMandate, Scope]:
    """A mandate, at its level."""
    found = db.session.get(WitnessMandate, mandate_id) or abort(404)
    return found, Scope(region=found.region, election=found.election_id)


@bp.post("/rekap/mandat/<int:mandate_id>/akhiri")
@requires(ENTER, load=load_mandate)
def end_mandate(mandate: WitnessMandate) -> Any:
    """End a mandate."""
    election = db.session.get_one(Election, mandate.election_id)
    code = mandate.region
    sent = ReasonForm()
    if not sent.validate_on_submit():
        return _page(election, code, sent=sent)
    try:
        witnesses.end_mandate(mandate, sent.reason.data or "", actor=current_actor())
    except Refused as refusal:
        db.session.rollback()
        return _page(db.session.merge(election), code, sent=sent, refusal=refusal)
    flash(_("Mandat diakhiri."), "success")
    return redirect(url_for("rekap.people", election=election.code, code=address(code)))


@bp.post("/rekap/<election>/<code>/hadir")
@requires(ENTER, load=load_plenary)
def attend(loaded: tuple[Election, str]) -> Any:
    """Note that somebody attends."""
    election, code = loaded
    sent = forms.AttendanceForm().offer(labels(queries.mandates(election.id, code)))
    if not sent.validate_on_submit():
        return _page(election, code, sent=sent)
    try:
        chosen = sent.mandate.data
        witnesses.note_attendance(
            election.id,
            code,
            name=sent.name.data or "",
            role=sent.role.data,
            mandate=db.session.get(WitnessMandate, int(chosen)) if chosen else None,
            actor=current_actor(),
        )
    except Refused as refusal:
        db.session.rollback()
        return _page(db.session.merge(election), code, sent=sent, refusal=refusal)
    flash(_("Kehadiran dicatat."), "success")
    return redirect(url_for("rekap.people", election=election.code, code=address(code)))


@bp.post("/rekap/d/<int:recap_id>/tanda-tangan")
@requires(ENTER, load=load_recap)
def sign(recap: Recap) -> Any:
    """Note who signed the form, or refused to."""
    sent = forms.SignatureForm(prefix=SIGNATURE).offer(
        labels(queries.mandates(recap.election_id, recap.region, recap.contest_id))
    )
    if not sent.validate_on_submit():
        return form_page(recap, sent=sent)
    recap_id = recap.id
    try:
        chosen = sent.mandate.data
        witnesses.sign_recap(
            recap,
            name=sent.name.data or "",
            role=sent.role.data,
            signed=sent.signed.data == "ya",
            reason=sent.reason.data or "",
            mandate=db.session.get(WitnessMandate, int(chosen)) if chosen else None,
            actor=current_actor(),
        )
    except Refused as refusal:
        db.session.rollback()
        return form_page(db.session.get_one(Recap, recap_id), refusal=refusal)
    flash(_("Tanda tangan dicatat."), "success")
    return redirect(url_for("rekap.form", recap_id=recap_id) + "#tanda-tangan")
