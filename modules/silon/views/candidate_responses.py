"""Public responses to candidates: the queue of KPU, the clarification that a party gives."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup

from electsys.db import db
from electsys.documents.models import StoredFile
from electsys.documents.views import send_stored
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.privacy import scrub
from electsys.responses.models import PublicResponse
from electsys.responses.queries import contents
from electsys.responses.workflow import LABELS, LOOKS
from electsys.web.formats import tanggal
from electsys.web.tables import Column, Filter, Table
from electsys.web.tasks import Task
from modules.silon.forms.stages import AnswerForm, AskForm
from modules.silon.models import Candidate, CandidateClarification
from modules.silon.operations import responses as operations
from modules.silon.operations.access import require_reader
from modules.silon.operations.publishing import participant_names
from modules.silon.permissions import EDIT, READ, RESPOND
from modules.silon.queries import responses as queries
from modules.silon.views import bp
from modules.silon.workflow import CANDIDATE

PRIVATE = {"Cache-Control": "no-store"}


def load_response(response_id: int) -> tuple[tuple[PublicResponse, Candidate], Scope]:
    """A response on a candidate, where the candidate lies; it belongs to no party."""
    row = db.session.get(PublicResponse, response_id)
    key = queries.candidate_in(row.subject) if row is not None and row.kind == queries.KIND else None
    candidate = db.session.get(Candidate, key) if key is not None else None
    if row is None or candidate is None:
        abort(404)
    return (row, candidate), Scope(candidate.region, None, candidate.election_id)


def load_clarification(clarification_id: int) -> tuple[tuple[CandidateClarification, Candidate], Scope]:
    """What a party was asked, in its party."""
    row = db.session.get(CandidateClarification, clarification_id)
    candidate = db.session.get(Candidate, row.candidate_id) if row is not None else None
    if row is None or candidate is None:
        abort(404)
    require_reader(current_user, candidate.nomination)
    return (row, candidate), Scope(row.region, row.party_id, candidate.election_id)


@bp.get("/tanggapan")
@requires(RESPOND)
def candidate_responses() -> Any:
    """Responses to candidates in the reader's areas, the nearest deadline first."""
    table = Table(
        queries.queue(current_user),
        [
            Column(
                "nomor",
                _l("Nomor"),
                lambda r: r[0].number,
                head=True,
                sort=PublicResponse.id,
                link=lambda r: url_for("silon.candidate_response", response_id=r[0].id),
            ),
            Column("calon", _l("Calon"), lambda r: f"{r[1].number}. {r[1].ballot_name}"),
            Column("keadaan", _l("Keadaan calon"), lambda r: CANDIDATE.state_label(r[1].state)),
            Column("klarifikasi", _l("Klarifikasi"), lambda r: asked_words(r[2])),
            Column("tenggat", _l("Tenggat"), lambda r: r[0].due_at, kind="date", sort=PublicResponse.due_at),
            Column("status", _l("Tanggapan"), lambda r: str(LABELS[r[0].state]), cell=_state),
        ],
        caption=_l("Tanggapan masyarakat atas calon"),
        empty=_l("Belum ada tanggapan atas calon di wilayah Anda. Yang baru muncul di sini."),
        filters=[
            Filter(
                "status",
                _l("Tanggapan"),
                list(LABELS.items()),
                lambda select, state: select.where(PublicResponse.state == state),
            )
        ],
        name="tanggapan-calon",
    )
    return table.download() or render_template("silon/responses/queue.html", table=table)


def asked_words(row: CandidateClarification | None) -> str:
    """How far the clarification is."""
    if row is None:
        return _("belum diminta")
    if row.answered_at is not None:
        return _("dijawab %(day)s", day=tanggal(row.answered_at))
    if row.due_at <= dt.datetime.now(dt.UTC):
        return _("tidak dijawab")
    return _("menunggu sampai %(day)s", day=tanggal(row.due_at))


def _state(row: Any) -> Markup:
    state = row[0].state
    return Markup('<span class="state {}">{}</span>').format(LOOKS[state], str(LABELS[state]))


@bp.get("/tanggapan/<int:response_id>")
@requires(RESPOND, load=load_response)
def candidate_response(loaded: tuple[PublicResponse, Candidate]) -> Any:
    """One response: whom it is about, what the party says, and the way to the decision."""
    return _response(loaded, AskForm(formdata=None))


@bp.post("/tanggapan/<int:response_id>/klarifikasi")
@requires(RESPOND, load=load_response)
def ask_party(loaded: tuple[PublicResponse, Candidate]) -> Any:
    """Ask the party."""
    form = AskForm()
    if form.validate_on_submit():
        try:
            operations.ask_party(loaded[0], form.question.data or "", actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Partai diminta klarifikasi; jawabannya muncul di halaman ini."), "success")
            return redirect(url_for("silon.candidate_response", response_id=loaded[0].id), 303)
    return _response(loaded, form)


def _response(loaded: tuple[PublicResponse, Candidate], form: AskForm) -> Any:
    row, candidate = loaded
    page = render_template(
        "silon/responses/response.html",
        row=row,
        candidate=candidate,
        party=participant_names([candidate.nomination])[candidate.nomination_id],
        text=scrub.mask(contents(row).get("isi", "")),
        asked=queries.clarification(row.id),
        asked_words=asked_words,
        state=CANDIDATE.state_label(candidate.state),
        labels=LABELS,
        form=form,
    )
    return page, form.status, PRIVATE


# --- the party -------------------------------------------------------------------------------------


@bp.get("/klarifikasi")
@requires(EDIT)
def clarifications() -> Any:
    """What the reader's parties are asked."""
    table = Table(
        queries.asked(current_user),
        [
            Column(
                "calon",
                _l("Calon"),
                lambda r: f"{r[1].number}. {r[1].ballot_name}",
                head=True,
                link=lambda r: url_for("silon.clarification", clarification_id=r[0].id),
            ),
            Column("status", _l("Klarifikasi"), lambda r: asked_words(r[0])),
            Column(
                "tenggat",
                _l("Tenggat"),
                lambda r: r[0].due_at,
                kind="moment",
                sort=CandidateClarification.due_at,
            ),
            Column("keadaan", _l("Keadaan calon"), lambda r: CANDIDATE.state_label(r[1].state)),
        ],
        caption=_l("Klarifikasi atas tanggapan masyarakat"),
        empty=_l("KPU tidak meminta klarifikasi apa pun kepada Anda. Permintaan baru muncul di sini."),
        name="klarifikasi-calon",
        exports=(),
    )
    return render_template("silon/responses/asked.html", table=table)


@bp.get("/klarifikasi/<int:clarification_id>")
@requires(READ, load=load_clarification)
def clarification(loaded: tuple[CandidateClarification, Candidate]) -> Any:
    """What the party is asked about one candidate."""
    return _clarification(loaded, AnswerForm(formdata=None))


@bp.post("/klarifikasi/<int:clarification_id>")
@requires(EDIT, load=load_clarification)
def answer_clarification(loaded: tuple[CandidateClarification, Candidate]) -> Any:
    """The party answers."""
    form = AnswerForm()
    key = loaded[0].id
    if form.validate_on_submit():
        try:
            operations.answer(
                loaded[0],
                form.answer.data or "",
                evidence=form.stored(current_actor()),
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            loaded = load_clarification(key)[0]
        else:
            flash(_("Jawaban Anda tersimpan dan disampaikan kepada KPU."), "success")
            return redirect(url_for("silon.clarification", clarification_id=key), 303)
    return _clarification(loaded, form)


@bp.get("/klarifikasi/<int:clarification_id>/bukti")
@requires(READ, load=load_clarification)
def clarification_file(loaded: tuple[CandidateClarification, Candidate]) -> Response:
    """The file that came with an answer."""
    stored = db.session.get(StoredFile, loaded[0].file_id) if loaded[0].file_id else None
    response = send_stored(stored or abort(404))
    response.headers["Cache-Control"] = "no-store"
    return response


def _clarification(loaded: tuple[CandidateClarification, Candidate], form: AnswerForm) -> Any:
    row, candidate = loaded
    scope = Scope(row.region, row.party_id, candidate.election_id)
    waits = row.answered_at is None and row.due_at > dt.datetime.now(dt.UTC)
    page = render_template(
        "silon/responses/clarification.html",
        row=row,
        candidate=candidate,
        state=CANDIDATE.state_label(candidate.state),
        words=asked_words(row),
        form=form if waits and can(current_user, EDIT, scope) else None,
    )
    return page, form.status, PRIVATE


def waiting(account: Any) -> list[Task]:
    """The task list of a party: questions that wait for its answer."""
    count, nearest = queries.waiting_answers(account)
    if not count:
        return []
    return [Task(_("Klarifikasi atas tanggapan masyarakat"), url_for("silon.clarifications"), count, nearest)]
