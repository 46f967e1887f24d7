"""Check and submit; what was submitted; KPU receives or returns it."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from electsys.db import db
from electsys.documents import OfficialDocument
from electsys.documents.views import send_stored
from electsys.elections.calendar import utc_now
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, can, requires
from electsys.identity.models import Account
from electsys.web.formats import angka
from electsys.web.forms import ButtonForm, demand_button
from electsys.web.tables import Column, Table
from modules.sipol.forms.submissions import ReturnForm, SubmitForm
from modules.sipol.models import PartyRegistration, PartySubmission
from modules.sipol.operations import submissions as operations
from modules.sipol.permissions import READ, RECEIVE, SUBMIT
from modules.sipol.queries import registrations as queries
from modules.sipol.queries.requirements import judgement_of
from modules.sipol.queries.submissions import counts_of, places_in_queue, queue_of
from modules.sipol.requirement_words import LINES, line_words, trace
from modules.sipol.submission_papers import COUNTS, FORMS, number_of
from modules.sipol.views import bp
from modules.sipol.views.portal import Shown, document_labels, load_registration
from modules.sipol.workflow import REGISTRATION

#: Up to so many places are named on the page one by one; else its provinces, and the rest in the whole list.
NAMED = 40
KIND_WORDS = {
    "pendaftaran": _l("Pendaftaran"),
    "perbaikan_vermin": _l("Perbaikan administrasi"),
    "perbaikan_verfak": _l("Perbaikan faktual"),
}
OUTCOMES = {
    "menunggu": ("wait", _l("menunggu pemeriksaan KPU")),
    "lengkap": ("ok", _l("diterima, lengkap")),
    "dikembalikan": ("stop", _l("dikembalikan")),
}
COUNT_WORDS = {key: _l(label) for key, label in COUNTS.items()}


class Sent(NamedTuple):
    """A submission with its registration and election."""

    submission: PartySubmission
    shown: Shown


def load_submission(submission_id: int) -> tuple[Sent, Scope]:
    """A submission, in its party."""
    row = db.session.get(PartySubmission, submission_id)
    if row is None:
        abort(404)
    registration = db.session.get_one(PartyRegistration, row.registration_id)
    election = db.session.get_one(Election, registration.election_id)
    scope = Scope(registration.region, registration.party_id, election.id)
    return Sent(row, Shown(registration, election)), scope


# --- the party -----------------------------------------------------------------------------------


@bp.get("/<election>/<int:party>/ajukan")
@requires(READ, load=load_registration)
def check(loaded: Shown) -> Any:
    """Everything that will be submitted, and what stands in the way, each with its page."""
    return _check_page(loaded, SubmitForm())


def _check_page(loaded: Shown, form: SubmitForm) -> Any:
    registration, here = loaded.registration, loaded.here
    judged = judgement_of(registration)
    lines = trace(judged, registration.party.short_name, document_labels(loaded.election))
    own = [line for line in lines if line.own]
    _kind, action = operations.KINDS.get(registration.state, ("", "submit"))
    counts = counts_of(registration, judged)
    missing = _kind == "pendaftaran" and not judged.meets
    page = render_template(
        "sipol/submissions/check.html",
        shown=loaded,
        here=here,
        party=registration.party,
        election=loaded.election,
        form=form,
        kind=KIND_WORDS.get(_kind),
        answers=[(COUNT_WORDS[key], angka(counts[key]), None) for key in COUNTS],
        law=[(LINES[line.key], line_words(line), None) for line in judged.lines],
        gaps=own if len(own) <= NAMED else [line for line in lines if line.depth < 2][:NAMED],
        whole=len(own) <= NAMED,
        unmet=sum(not line.met for line in judged.lines),
        meets=judged.meets,
        missing=missing,
        why_not=REGISTRATION.why_not(registration, action, current_user),
        deadline=queries.deadline_of(registration),
    )
    return page, form.status


@bp.post("/<election>/<int:party>/ajukan")
@requires(SUBMIT, load=load_registration)
def submit(loaded: Shown) -> Any:
    """Submit what there is at this moment."""
    form = SubmitForm()
    if form.validate_on_submit():
        try:
            row = operations.submit(loaded.registration, actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            loaded, _scope = load_registration(loaded.election.code, loaded.registration.party_id)
        else:
            return redirect(url_for("sipol.submission", submission_id=row.id))
    return _check_page(loaded, form)


@bp.get("/pengajuan/<int:submission_id>")
@requires(READ, load=load_submission)
def submission(loaded: Sent) -> Any:
    """The receipt of a submission: number, moment, digest; what KPU said; for KPU its two buttons."""
    return _submission_page(loaded, ReturnForm())


def _submission_page(loaded: Sent, form: ReturnForm) -> Any:
    row, shown = loaded
    by = db.session.get(Account, row.submitted_by) if row.submitted_by else None
    registration = shown.registration
    waits = row.outcome == "menunggu" and registration.state == "diajukan"
    scope = Scope(registration.region, registration.party_id, shown.election.id)
    page = render_template(
        "sipol/submissions/submission.html",
        sent=row,
        shown=shown,
        here=shown.here,
        party=registration.party,
        election=shown.election,
        number=number_of(row),
        kind=KIND_WORDS[row.kind],
        outcome=OUTCOMES[row.outcome],
        queue=queue_of(row, registration),
        by=by.name if by else "",
        counts=[(COUNT_WORDS[key], angka(row.counts.get(key))) for key in COUNTS],
        document=db.session.get(OfficialDocument, row.receipt_id) if row.receipt_id else None,
        form_name=FORMS["kembali" if row.outcome == "dikembalikan" else "terima"],
        may_decide=waits and can(current_user, RECEIVE, scope),
        form=form,
        step=ButtonForm(),
    )
    return page, form.status


@bp.get("/pengajuan/<int:submission_id>/berkas")
@requires(READ, load=load_submission)
def receipt(loaded: Sent) -> Any:
    """The official receipt, or the form of the return, as PDF."""
    row = loaded.submission
    if row.receipt_id is None:
        raise Refused(
            _("Tanda terima resmi terbit setelah KPU memeriksa pengajuan ini."),
            hint=_("Sampai saat itu, nomor dan sidik pada halaman pengajuan adalah bukti Anda."),
            status=409,
        )
    document = db.session.get_one(OfficialDocument, row.receipt_id)
    name = f"{'pengembalian' if row.outcome == 'dikembalikan' else 'tanda-terima'}-{number_of(row)}.pdf"
    return send_stored(document.file, name=name)


# --- KPU -----------------------------------------------------------------------------------------


@bp.get("/pengajuan")
@requires(READ)
def submissions() -> Any:
    """Registrations that wait to be received or returned: KPU and Bawaslu see all, a party its own."""
    scopes = grants.scopes(current_user, READ)
    waiting = queries.waiting_submissions()
    places = places_in_queue(waiting)
    rows = [
        (sent, registration)
        for sent, registration in waiting
        if any(
            grants.covers(s, Scope(registration.region, registration.party_id, registration.election_id))
            for s in scopes
        )
    ]
    table = Table(
        rows,
        [
            Column(
                "nomor",
                _l("Nomor pengajuan"),
                lambda r: number_of(r[0]),
                sort=True,
                head=True,
                link=lambda r: url_for("sipol.submission", submission_id=r[0].id),
            ),
            Column("partai", _l("Partai"), lambda r: r[1].party.name, sort=True),
            Column("diajukan", _l("Diajukan"), lambda r: r[0].submitted_at, kind="moment", sort=True),
            Column(
                "antrean",
                _l("Antrean"),
                lambda r: places[r[0].id][0],
                cell=lambda r: _place_words(*places[r[0].id]),
                kind="number",
                sort=True,
            ),
            Column("ke", _l("Pengajuan ke"), lambda r: r[0].sequence, kind="number", sort=True),
        ],
        caption=_l("Pendaftaran yang menunggu"),
        empty=_l(
            "Tidak ada pendaftaran yang menunggu. Yang baru muncul di sini begitu partai mengajukannya."
        ),
        name="pengajuan-partai",
    )
    hour = utc_now() - dt.timedelta(hours=1)
    return table.download() or render_template(
        "sipol/submissions/list.html",
        table=table,
        waiting=len(rows),
        since=rows[0][0].submitted_at if rows else None,
        lately=sum(sent.submitted_at > hour for sent, _registration in rows),
    )


def _place_words(place: int, waiting: int) -> str:
    return _("%(n)s dari %(all)s", n=angka(place), all=angka(waiting))


@bp.post("/pengajuan/<int:submission_id>/terima")
@requires(RECEIVE, load=load_submission)
def accept(loaded: Sent) -> Any:
    """Receive it: the signed receipt."""
    demand_button()
    operations.accept(loaded.submission, actor=current_actor())
    flash(_("Pendaftaran diterima. Tanda terima bertanda tangan sudah terbit."), "success")
    return redirect(url_for("sipol.submission", submission_id=loaded.submission.id))


@bp.post("/pengajuan/<int:submission_id>/kembalikan")
@requires(RECEIVE, load=load_submission)
def give_back(loaded: Sent) -> Any:
    """Return it by the official form."""
    form = ReturnForm()
    key = loaded.submission.id
    if form.validate_on_submit():
        try:
            operations.give_back(loaded.submission, form.reason.data or "", actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            loaded, _scope = load_submission(key)
        else:
            flash(_("Pendaftaran dikembalikan dengan formulir resmi."), "success")
            return redirect(url_for("sipol.submission", submission_id=key))
    return _submission_page(loaded, form)
