"""Check and submit; what was submitted; KPU receives or returns it."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from electsys.db import db
from electsys.documents import OfficialDocument
from electsys.documents.views import send_stored
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, can, requires
from electsys.identity.models import Account
from electsys.web.formats import angka
from electsys.web.forms import ButtonForm, demand_button
from modules.silon import list_tables as tables
from modules.silon.candidate_words import OUTCOMES, SUBMISSIONS
from modules.silon.forms.lists import ReturnForm, SubmitForm
from modules.silon.models import Nomination
from modules.silon.operations import submissions as operations
from modules.silon.permissions import READ, RECEIVE, SUBMIT
from modules.silon.queries import submissions as queries
from modules.silon.submission_checks import obstacles
from modules.silon.submission_papers import COUNTS, number_of
from modules.silon.views import bp
from modules.silon.views.list_loading import Sent, load_election, load_nomination, load_submission
from modules.silon.views.lists import deadline_of, shown
from modules.silon.workflow import flow_of
from modules.sipol import participants

COUNT_WORDS = {key: _l(label) for key, label in COUNTS.items()}


# --- those who put up ------------------------------------------------------------------------------


@bp.get("/daftar/<int:nomination_id>/ajukan")
@requires(READ, load=load_nomination)
def check(loaded: Nomination) -> Any:
    """Everything that will be submitted, and what stands in the way, each with its page."""
    return _check_page(loaded, SubmitForm())


def _check_page(row: Nomination, form: SubmitForm) -> Any:
    kind, action = operations.KINDS.get(row.state, ("pengajuan", "submit"))
    rows, documents = queries.names_of(row.id), queries.documents_of(row.id)
    counts = queries.counts_of(rows, documents)
    known = row.state in operations.KINDS
    page = render_template(
        "silon/lists/check.html",
        form=form,
        kind=SUBMISSIONS[kind] if known else None,
        rows=rows,
        answers=[(COUNT_WORDS[key], angka(counts[key]), None) for key in COUNTS],
        obstacles=obstacles(row, kind),
        approval=queries.approval_of(row),
        why_not=_why_not(row, action),
        deadline=deadline_of(row),
        **shown(row),
    )
    return page, form.status


def _why_not(row: Nomination, action: str | None) -> str | None:
    """Why the reader cannot submit now: right, state, calendar; findings stand on the page by themselves."""
    if action is not None:
        return flow_of(row).why_not(row, action, current_user)
    given = shown(row)
    if not given["may_submit"]:
        return _("Hak akun Anda tidak mencakup tindakan ini.")
    return given["lock"].message if given["lock"] else None


@bp.post("/daftar/<int:nomination_id>/ajukan")
@requires(SUBMIT, load=load_nomination)
def submit(loaded: Nomination) -> Any:
    """Submit what there is at this moment."""
    form = SubmitForm()
    key = loaded.id
    if form.validate_on_submit():
        try:
            row = operations.submit(loaded, actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            loaded = db.session.get_one(Nomination, key)
        else:
            return redirect(url_for("silon.submission", submission_id=row.id))
    return _check_page(loaded, form)


@bp.get("/pengajuan/<int:submission_id>")
@requires(READ, load=load_submission)
def submission(loaded: Sent) -> Any:
    """A submission: number, moment, digest, papers; what KPU said; for KPU its two buttons."""
    return _submission_page(loaded, ReturnForm())


def _submission_page(loaded: Sent, form: ReturnForm) -> Any:
    row, nomination = loaded
    by = db.session.get(Account, row.submitted_by) if row.submitted_by else None
    waits = row.outcome == "menunggu" and nomination.state == "diajukan"
    scope = Scope(nomination.region, nomination.party_id, nomination.election_id)
    page = render_template(
        "silon/lists/submission.html",
        sent=row,
        number=number_of(row),
        kind=SUBMISSIONS[row.kind],
        outcome=OUTCOMES[row.outcome],
        by=by.name if by else "",
        counts=[(COUNT_WORDS[key], angka(row.counts.get(key))) for key in COUNTS],
        papers=queries.papers_of(row),
        rows=queries.names_of(nomination.id) if waits else [],
        obstacles=obstacles(nomination) if waits and can(current_user, RECEIVE, scope) else [],
        may_decide=waits and can(current_user, RECEIVE, scope),
        form=form,
        step=ButtonForm(),
        **shown(nomination),
    )
    return page, form.status


class Paper(NamedTuple):
    """A paper of a submission."""

    sent: Sent
    document: OfficialDocument


def load_paper(submission_id: int, document_id: int) -> tuple[Paper, Scope]:
    """The receipt or the form of the return, where its submission lies."""
    sent, scope = load_submission(submission_id)
    document = db.session.get(OfficialDocument, document_id)
    if document is None or document.subject != f"nomination_submission:{submission_id}":
        abort(404)
    return Paper(sent, document), scope


@bp.get("/pengajuan/<int:submission_id>/berkas/<int:document_id>")
@requires(READ, load=load_paper)
def submission_paper(loaded: Paper) -> Response:
    """The receipt, or the form of the return, as PDF."""
    what = loaded.document.title.partition(" ")[0].lower().replace(".", "-")
    return send_stored(loaded.document.file, name=f"{what}-{number_of(loaded.sent.submission)}.pdf")


# --- KPU -------------------------------------------------------------------------------------------


@bp.get("/pengajuan")
@requires(RECEIVE)
def submissions() -> Any:
    """Submissions that wait to be received or returned."""
    scopes = grants.scopes(current_user, RECEIVE)
    table = tables.waiting_table(queries.waiting(scopes), participants(load_election().id))
    return table.download() or render_template("silon/lists/submissions.html", table=table)


@bp.post("/pengajuan/<int:submission_id>/terima")
@requires(RECEIVE, load=load_submission)
def accept_submission(loaded: Sent) -> Any:
    """Receive it; the verification begins."""
    demand_button()
    operations.accept(loaded.submission, actor=current_actor())
    flash(_("Pengajuan diterima. Verifikasi administrasi dimulai."), "success")
    return redirect(url_for("silon.submission", submission_id=loaded.submission.id))


@bp.post("/pengajuan/<int:submission_id>/kembalikan")
@requires(RECEIVE, load=load_submission)
def return_submission(loaded: Sent) -> Any:
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
            flash(_("Pengajuan dikembalikan dengan formulir resmi."), "success")
            return redirect(url_for("silon.submission", submission_id=key))
    return _submission_page(loaded, form)
