"""How nominations are verified: how far each is, what a plenary would find, and its conclusion."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.elections.queries import by_code
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, can, requires
from electsys.jobs.queries import of_subject
from electsys.verification.registry import JUDGE
from electsys.verification.registry import READ as READ_QUEUES
from electsys.web import charts
from electsys.web.forms import ButtonForm, demand_button
from modules.silon import verdict_tables as tables
from modules.silon.document_words import OUTCOMES, STATES, reason_words
from modules.silon.finding_words import finding_words
from modules.silon.forms.documents import ConcludeForm
from modules.silon.models import Candidate, Nomination
from modules.silon.operations import conclusions as operations
from modules.silon.operations import judging
from modules.silon.operations.access import scope_of
from modules.silon.permissions import CONCLUDE, READ, VERIFY
from modules.silon.queries import verdict_lists as lists
from modules.silon.queries import verdicts as queries
from modules.silon.queries.judging import DOCUMENTS
from modules.silon.queries.rounds import LATER, round_of, verdicts_of
from modules.silon.rules.verdicts import REPAIRED
from modules.silon.views import bp
from modules.silon.views.documents import PREFIX, around
from modules.silon.views.list_loading import load_candidate, load_nomination
from modules.silon.workflow import CANDIDATE


@bp.get("/verifikasi")
@requires(READ)
def verification_start() -> Any:
    """To the nominations of the newest election that has any in verification."""
    found = lists.newest_election()
    if found is None:
        return render_template("silon/verdicts/list.html", election=None)
    return redirect(url_for("silon.verification", election=found.code))


@bp.get("/<election>/verifikasi")
@requires(READ)
def verification(election: str) -> Any:
    """Every nomination that the reader may see and how far it is; or rolled up by party or dapil."""
    found = by_code(election)
    if found is None:
        abort(404)
    scopes = [s for s in grants.scopes(current_user, READ) if s.election in (None, found.id)]
    by = request.args.get("menurut", "")
    table = tables.TABLES.get(by, tables.nominations_table)(found, scopes)
    return table.download() or render_template(
        "silon/verdicts/list.html", election=found, table=table, by=by, ways=tables.WAYS
    )


# --- one nomination --------------------------------------------------------------------------------


@bp.get(f"{PREFIX}/verifikasi")
@requires(READ, load=load_nomination)
def verdict(loaded: Nomination) -> Any:
    """One nomination: what is judged, what a plenary would find, what was concluded."""
    return _page(loaded, ConcludeForm(formdata=None))


def _page(row: Nomination, form: ConcludeForm) -> Any:
    scope, round_ = scope_of(row), round_of(row)
    seen = queries.outlook(row)
    if seen is not None and not form.is_submitted():
        form.outcome.data = seen.outcome
    people = seen.candidates if seen is not None else tuple(queries.rows_of(row, repaired=True)[1:])
    unopened = judging.unopened(row) if round_ is not None else 0
    subject = f"nomination:{row.id}"
    page = render_template(
        "silon/verdicts/nomination.html",
        seen=seen,
        people=people,
        own=seen.own if seen is not None else None,
        labels=operations.labels_of(row),
        words=reason_words,
        states=STATES,
        outcomes=OUTCOMES,
        findings=[finding_words(f) for f in seen.findings] if seen is not None else [],
        waiting=operations.waiting_words(seen) if seen is not None and not seen.ready else "",
        unopened=unopened,
        progress=queries.progress_of(row, round_) if round_ is not None else None,
        chart=charts.progress,
        history=verdicts_of(row.id),
        candidate_state=CANDIDATE.state_label,
        form=form if seen is not None and can(current_user, CONCLUDE, scope) else None,
        step=ButtonForm(formdata=None),
        may_open=bool(unopened) and can(current_user, VERIFY, scope),
        may_lapse=row.state == "perbaikan" and can(current_user, CONCLUDE, scope),
        may_single=row.state in LATER and can(current_user, CONCLUDE, scope),
        judges=grants.can(current_user, JUDGE) and can(current_user, VERIFY, scope),
        desk=DOCUMENTS,
        reads_items=can(current_user, READ_QUEUES, scope),
        running=row.state in REPAIRED,
        job=next((j for j in of_subject(subject) if j.job.task == "silon.open_round"), None),
        letter="jdih.letter" if can(current_user, "jdih:letter:read", Scope(row.region)) else None,
        **around(row),
    )
    return page, form.status


@bp.post(f"{PREFIX}/verifikasi")
@requires(CONCLUDE, load=load_nomination)
def conclude(loaded: Nomination) -> Any:
    """The plenary concludes the round."""
    form = ConcludeForm()
    if form.validate_on_submit():
        try:
            made = operations.conclude_nomination(loaded, form.outcome.data or "", actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            refusal.field = None
            form.refuse(refusal)
        else:
            flash(
                _(
                    "Disimpulkan: %(what)s. Berita acaranya dikonsepkan di JDIH.",
                    what=OUTCOMES[made.outcome],
                ),
                "success",
            )
            return redirect(url_for("silon.verdict", nomination_id=loaded.id))
    return _page(loaded, form)


@bp.post(f"{PREFIX}/buka")
@requires(VERIFY, load=load_nomination)
def open_nomination_round(loaded: Nomination) -> Any:
    """Open the items of the round that runs, where receiving the submission has not done so."""
    demand_button()
    if round_of(loaded) is None:
        raise Refused(_("Tidak ada verifikasi yang berjalan untuk pencalonan ini."), status=409)
    job = judging.begin_round(loaded, actor=current_actor())
    return redirect(url_for("jobs.job", job_id=job.id))


@bp.post(f"{PREFIX}/akhiri")
@requires(CONCLUDE, load=load_nomination)
def lapse(loaded: Nomination) -> Any:
    """The time of repair is over; nothing was submitted."""
    demand_button()
    operations.lapse_repair(loaded, actor=current_actor())
    flash(_("Masa perbaikan ditutup; yang belum memenuhi syarat diperiksa sebagaimana adanya."), "success")
    return redirect(url_for("silon.verdict", nomination_id=loaded.id))


# --- one candidate -----------------------------------------------------------------------------------


@bp.get("/bakal/<int:candidate_id>/verifikasi")
@requires(READ, load=load_candidate)
def candidate_history(loaded: Candidate) -> Any:
    """One candidate: every document with every judgement, every event with its reason."""
    row = loaded.nomination
    scope = scope_of(row)
    return render_template(
        "silon/verdicts/candidate.html",
        candidate=loaded,
        state=CANDIDATE.state_label(loaded.state),
        documents=queries.documents_of(loaded),
        events=queries.events_of([loaded.id]).get(loaded.id, []),
        labels=operations.labels_of(row),
        state_label=CANDIDATE.state_label,
        reads_items=can(current_user, READ_QUEUES, scope),
        may_conclude=row.state in LATER and loaded.state == "baru" and can(current_user, CONCLUDE, scope),
        step=ButtonForm(formdata=None),
        canned=tables.canned,
        **around(row),
    )


@bp.post("/bakal/<int:candidate_id>/simpulkan")
@requires(CONCLUDE, load=load_candidate)
def conclude_one(loaded: Candidate) -> Any:
    """Conclude about a candidate who came in a window after verification."""
    demand_button()
    state = operations.conclude_candidate(loaded, actor=current_actor())
    flash(_("%(name)s: %(state)s.", name=loaded.name, state=CANDIDATE.state_label(state)), "success")
    return redirect(url_for("silon.candidate_history", candidate_id=loaded.id))
