"""Offices and bank accounts of a party in one area."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, requires
from electsys.web.formats import tanggal
from modules.sipol import entry_pages
from modules.sipol.entry_wording import NOTES
from modules.sipol.forms.offices import AccountForm, OfficeForm
from modules.sipol.operations import accounts, offices
from modules.sipol.operations.documents import file_document
from modules.sipol.permissions import EDIT, READ
from modules.sipol.places import Place, last_day
from modules.sipol.queries import boards as queries
from modules.sipol.queries.documents import OFFICE_PHOTO, documents_at, is_lost
from modules.sipol.rules.boards import HOUSED, bears_name, office_note
from modules.sipol.views import bp
from modules.sipol.views.entry_loading import load_place

PREFIX = "/<election>/<int:party>"
OFFICE_PROOF, ACCOUNT_PROOF = "bukti_kantor", "bukti_rekening"


def load_housed(election: str, party: int, region: str) -> tuple[Place, Scope]:
    """A place that needs an office and an account: not a kecamatan."""
    place, scope = load_place(election, party, region)
    if len(place.code) not in HOUSED:
        abort(404)
    return place, scope


@bp.get(f"{PREFIX}/kantor/<region>")
@requires(READ, load=load_housed)
def office_edit(loaded: Place) -> Any:
    """The office of an area."""
    return _office_page(loaded, OfficeForm(obj=queries.office_of(loaded.registration.id, loaded.code)))


@bp.post(f"{PREFIX}/kantor/<region>")
@requires(EDIT, load=load_housed)
def save_office(loaded: Place) -> Any:
    """Enter or change it, and file its proof and photo."""
    form = OfficeForm()
    if form.validate_on_submit():
        try:
            actor = current_actor()
            office = offices.save_office(loaded, offices.OfficeFacts(**form.facts()), actor=actor)
            for field, kind in ((form.proof, OFFICE_PROOF), (form.photo, OFFICE_PHOTO.code)):
                if field.data:
                    file_document(field.store(actor=actor), loaded, kind, actor=actor)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Kantor %(area)s tersimpan.", area=loaded.name), "success")
            if note := _ends_early(loaded, office):
                flash(note, "warning")
            return redirect(url_for("sipol.office_edit", **loaded.here))
    return _office_page(loaded, form)


def _ends_early(place: Place, office: Any) -> str | None:
    needed = last_day(place.election)
    code = office_note(office.tenure, office.valid_to, needed) if office else None
    return str(NOTES[code]) % {"day": tanggal(needed)} if code else None


def _office_page(place: Place, form: OfficeForm) -> Any:
    there = documents_at(place.registration.id, place.code)
    office = queries.office_of(place.registration.id, place.code)
    proof = there.get(OFFICE_PROOF)
    page = render_template(
        "sipol/offices/office.html",
        form=form,
        office=office,
        note=_ends_early(place, office),
        proof=proof,
        lost=proof is not None and is_lost(proof.file),
        photo=there.get(OFFICE_PHOTO.code),
        **entry_pages.shown(place),
    )
    return page, form.status


@bp.get(f"{PREFIX}/rekening/<region>")
@requires(READ, load=load_housed)
def account_edit(loaded: Place) -> Any:
    """The bank account of an area."""
    return _account_page(loaded, AccountForm(obj=queries.account_of(loaded.registration.id, loaded.code)))


@bp.post(f"{PREFIX}/rekening/<region>")
@requires(EDIT, load=load_housed)
def save_account(loaded: Place) -> Any:
    """Enter or change it, and file its proof."""
    form = AccountForm()
    if form.validate_on_submit():
        try:
            actor = current_actor()
            accounts.save_account(loaded, accounts.AccountFacts(**form.facts()), actor=actor)
            if form.proof.data:
                file_document(form.proof.store(actor=actor), loaded, ACCOUNT_PROOF, actor=actor)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Rekening %(area)s tersimpan.", area=loaded.name), "success")
            return redirect(url_for("sipol.account_edit", **loaded.here))
    return _account_page(loaded, form)


def _account_page(place: Place, form: AccountForm) -> Any:
    account = queries.account_of(place.registration.id, place.code)
    proof = documents_at(place.registration.id, place.code).get(ACCOUNT_PROOF)
    named = account is None or bears_name(account.holder, place.party.name, place.party.short_name)
    page = render_template(
        "sipol/offices/account.html",
        form=form,
        bank_account=account,
        foreign_holder=not named,
        proof=proof,
        lost=proof is not None and is_lost(proof.file),
        **entry_pages.shown(place),
    )
    return page, form.status
