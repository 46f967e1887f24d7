"""Vacant seats: who holds them, the cases of a body, one case from the letter to the name that is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from electsys.db import db
from electsys.documents import StoredFile
from electsys.documents.papers import today as today_in
from electsys.documents.views import send_stored
from electsys.elections.models import Contest, Election, Standing
from electsys.elections.queries import by_code
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, can, public, requires
from electsys.web.forms import ButtonForm, Form
from modules.silon import seat_tables as tables
from modules.silon import seat_words as words
from modules.silon.forms import seats as forms
from modules.silon.models.seats import SeatCase, SeatEvent
from modules.silon.operations import seats as operations
from modules.silon.permissions import CONCLUDE, READ, REPLACE
from modules.silon.queries import seats as queries
from modules.silon.rules.seats import checks_for
from modules.silon.views import bp
from modules.silon.workflow.seats import SEAT

#: Steps that need nothing but a reason and a paper: the states in which they are taken, and what they do.
STEPS: dict[str, tuple[tuple[str, ...], Callable[..., None]]] = {
    "klarifikasi": (
        ("verifikasi", "klarifikasi"),
        lambda case, note, file, actor: operations.clarify(case, note=note, file_id=file, actor=actor),
    ),
    "lewati": (
        operations.OPEN,
        lambda case, note, file, actor: operations.pass_over(case, reason=note, file_id=file, actor=actor),
    ),
    "tunda": (
        ("verifikasi", "klarifikasi"),
        lambda case, note, file, actor: operations.suspend(case, reason=note, file_id=file, actor=actor),
    ),
    "lanjut": (
        ("tertunda",),
        lambda case, note, file, actor: operations.resume(case, reason=note, file_id=file, actor=actor),
    ),
    "lantik": (
        ("dikirim",),
        lambda case, note, file, actor: operations.inaugurate(case, note=note, actor=actor),
    ),
}
#: Buttons: who may, and what they do.
BUTTONS: dict[str, Callable[..., Any]] = {
    "verify": operations.verify,
    "rank": operations.rank,
    "prepare": operations.prepare,
    "send": operations.send,
}


def load_case(case_id: int) -> tuple[SeatCase, Scope]:
    """A case, in its body."""
    case = db.session.get(SeatCase, case_id) or abort(404)
    return case, operations.scope_of(case)


def load_button(case_id: int, step: str) -> tuple[tuple[SeatCase, str], Scope]:
    """A case and a button of those who handle it."""
    if step not in BUTTONS or step == "prepare":
        abort(404)
    case, scope = load_case(case_id)
    return (case, step), scope


def load_holder(standing_id: int) -> tuple[tuple[Standing, Contest, str], Scope]:
    """Somebody who was elected, and the body that replaces them."""
    holder = db.session.get(Standing, standing_id) or abort(404)
    contest = db.session.get_one(Contest, holder.contest_id)
    if not holder.elected or contest.kind not in ("dpr", "dpd", "dprd_prov", "dprd_kabko"):
        abort(404)
    region = tables.body_of(holder, contest)
    return (holder, contest, region), Scope(region, None, contest.election_id)


def load_paper(event_id: int) -> tuple[StoredFile, Scope]:
    """A paper of a case."""
    event = db.session.get(SeatEvent, event_id) or abort(404)
    case = db.session.get_one(SeatCase, event.case_id)
    stored = db.session.get(StoredFile, event.file_id) if event.file_id else None
    return stored or abort(404), operations.scope_of(case)


def _newest() -> Election:
    found = db.session.scalar(select(Election).order_by(Election.voting_day.desc()).limit(1))
    return found or abort(404)


def find_election(code: str) -> Election:
    """An election by its code, or 404."""
    return by_code(code) or abort(404)


@bp.get("/kursi")
@public
def seats_start() -> Any:
    """To the newest election."""
    return redirect(url_for("silon.seats", election=_newest().code))


@bp.get("/paw")
@requires(READ)
def cases_start() -> Any:
    """To the cases of the newest election."""
    return redirect(url_for("silon.cases", election=_newest().code))


@bp.get("/kursi/<election>")
@public
def seats(election: str) -> Any:
    """Who was elected, chamber by chamber, and who followed whom."""
    found = find_election(election)
    contests = queries.chambers(found.id)
    table = tables.holders_table(found, contests)
    may = current_user.is_authenticated and bool(grants.scopes(current_user, REPLACE))
    return table.download() or render_template(
        "silon/seats/holders.html", election=found, table=table, may=may
    )


@bp.get("/paw/pemilu/<election>")
@requires(READ)
def cases(election: str) -> Any:
    """The cases of the reader's bodies, those that are due first."""
    found = find_election(election)
    scopes = [s for s in grants.scopes(current_user, READ) if s.party is None]
    table = tables.cases_table(found, queries.cases_in(found.id, scopes))
    return table.download() or render_template(
        "silon/seats/cases.html",
        election=found,
        table=table,
        may=bool(grants.scopes(current_user, REPLACE)),
    )


@bp.get("/paw/pemilu/<election>/kursi")
@requires(REPLACE)
def open_seats(election: str) -> Any:
    """The seats of the reader's bodies, to open a case for one."""
    found = find_election(election)
    regions = {s.region or "" for s in grants.scopes(current_user, REPLACE)}
    table = tables.holders_table(found, queries.chambers(found.id), pick=regions)
    return table.download() or render_template("silon/seats/pick.html", election=found, table=table)


@bp.route("/paw/kursi/<int:standing_id>", methods=["GET", "POST"])
@requires(REPLACE, load=load_holder)
def open_case(loaded: tuple[Standing, Contest, str]) -> Any:
    """Open a case from the letter of the chamber's leadership."""
    holder, contest, region = loaded
    form = forms.VacancyForm()
    if form.validate_on_submit():
        try:
            actor = current_actor()
            case = operations.open_case(
                holder,
                contest,
                region,
                operations.Vacancy(
                    form.cause.data,
                    form.letter_number.data or "",
                    form.letter_date.data,
                    form.received_on.data,
                    form.term_ends.data,
                    form.letter.store(actor=actor).id,
                ),
                actor=actor,
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(
                _("Kasus dibuka. Nama dikirim paling lambat %(day)s.", day=tables.day(case.due_on)), "success"
            )
            return redirect(url_for("silon.seat_case", case_id=case.id))
    page = render_template(
        "silon/seats/open.html",
        form=form,
        holder=holder,
        name=queries.name_of(holder) or holder.participant.name,
        contest=contest,
        election=db.session.get_one(Election, contest.election_id),
    )
    return page, form.status


@bp.get("/paw/<int:case_id>")
@requires(READ, load=load_case)
def seat_case(loaded: SeatCase) -> Any:
    """One case: who comes next and why, what was checked, until when."""
    return _page(loaded)


@bp.post("/paw/<int:case_id>/periksa")
@requires(REPLACE, load=load_case)
def check_successor(loaded: SeatCase) -> Any:
    """Note what was found about one condition."""
    form = forms.CheckForm(prefix="periksa-").offer(has_party=operations.has_party(loaded))
    if form.validate_on_submit():
        return _do(
            loaded,
            form,
            lambda: operations.record_check(
                loaded,
                form.check.data,
                form.found.data,
                note=form.note.data or "",
                file_id=_stored(form),
                actor=current_actor(),
            ),
        )
    return _page(loaded, check=form)


@bp.post("/paw/<int:case_id>/langkah")
@requires(REPLACE, load=load_case)
def take_step(loaded: SeatCase) -> Any:
    """A step with its reason: hear, pass over, wait, go on, seat."""
    form = _take(loaded)
    if form.validate_on_submit():
        act = STEPS[form.step.data][1]
        return _do(loaded, form, lambda: act(loaded, form.note.data or "", _stored(form), current_actor()))
    return _page(loaded, take=form)


@bp.post("/paw/<int:case_id>/tolak")
@requires(CONCLUDE, load=load_case)
def refuse_case(loaded: SeatCase) -> Any:
    """Close a case without a successor, in plenary."""
    form = forms.NoteForm(prefix="tolak-")
    if form.validate_on_submit():
        why = form.note.data or ""
        return _do(loaded, form, lambda: operations.refuse(loaded, reason=why, actor=current_actor()))
    return _page(loaded, refusal=form)


@bp.post("/paw/<int:case_id>/pleno")
@requires(CONCLUDE, load=load_case)
def break_tie(loaded: SeatCase) -> Any:
    """Choose among those who tie, in plenary."""
    form = _tie(loaded)
    if form.validate_on_submit():
        return _do(
            loaded,
            form,
            lambda: operations.choose_by_plenary(
                loaded, int(form.number.data), reason=form.reason.data or "", actor=current_actor()
            ),
        )
    return _page(loaded, tie=form)


@bp.post("/paw/<int:case_id>/usulan")
@requires(REPLACE, load=load_case)
def propose_successor(loaded: SeatCase) -> Any:
    """The name that the party proposes."""
    form = forms.ProposalForm(prefix="usul-")
    if form.validate_on_submit():
        return _do(
            loaded,
            form,
            lambda: operations.propose(
                loaded,
                form.name.data or "",
                reason=form.reason.data or "",
                file_id=form.file.store(actor=current_actor()).id,
                actor=current_actor(),
            ),
        )
    return _page(loaded, proposal=form)


@bp.post("/paw/<int:case_id>/tombol/<step>")
@requires(REPLACE, load=load_button)
def press(loaded: tuple[SeatCase, str]) -> Any:
    """A button: begin to verify, look again who is next, send the name."""
    return _press(*loaded)


@bp.post("/paw/<int:case_id>/tetapkan")
@requires(CONCLUDE, load=load_case)
def conclude_case(loaded: SeatCase) -> Any:
    """Conclude in plenary."""
    return _press(loaded, "prepare")


@bp.get("/paw/berkas/<int:event_id>")
@requires(READ, load=load_paper)
def seat_paper(loaded: StoredFile) -> Response:
    """A paper of a case."""
    return send_stored(loaded)


def _press(case: SeatCase, step: str) -> Any:
    form = ButtonForm()
    if not form.validate_on_submit():
        abort(400)
    key = case.id
    try:
        BUTTONS[step](case, actor=current_actor())
    except Refused as refusal:
        db.session.rollback()
        flash(" ".join(filter(None, (refusal.message, refusal.hint))), "danger")
    return redirect(url_for("silon.seat_case", case_id=key))


def _do(case: SeatCase, form: Form, act: Callable[[], None]) -> Any:
    key = case.id
    try:
        act()
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _page(db.session.get_one(SeatCase, key), refused=form)
    flash(_("Tercatat."), "success")
    return redirect(url_for("silon.seat_case", case_id=key))


def _stored(form: Any) -> int | None:
    return form.file.store(actor=current_actor()).id if form.file.data else None


def _take(case: SeatCase, **more: Any) -> forms.TakeForm:
    steps = [(code, words.STEPS[code]) for code, (states, _act) in STEPS.items() if case.state in states]
    if case.next_name is None:
        steps = [each for each in steps if each[0] != "lewati"]
    return forms.TakeForm(**more).offer(steps)


def _tie(case: SeatCase, **more: Any) -> forms.TieForm:
    names = {number: name for number, name, _votes in case.trace.get("line", [])}
    return forms.TieForm(**more).offer(case.trace.get("tied", []), names)


def _page(case: SeatCase, *, refused: Form | None = None, **sent: Any) -> Any:
    scope = operations.scope_of(case)
    handles, concludes = can(current_user, REPLACE, scope), can(current_user, CONCLUDE, scope)
    party = operations.has_party(case)
    if refused is not None:
        sent |= {NAMES[type(refused)]: refused}
    open_ = case.state in operations.OPEN
    shown = {
        "check": sent.get("check")
        or forms.CheckForm(formdata=None, prefix="periksa-").offer(has_party=party),
        "take": sent.get("take") or _take(case, formdata=None),
        "refusal": sent.get("refusal") or forms.NoteForm(formdata=None, prefix="tolak-"),
        "tie": sent.get("tie") or _tie(case, formdata=None),
        "proposal": sent.get("proposal") or forms.ProposalForm(formdata=None, prefix="usul-"),
    }
    status = next((form.status for form in sent.values() if form is not None), 200)
    page = render_template(
        "silon/seats/case.html",
        case=case,
        election=db.session.get_one(Election, case.election_id),
        events=queries.events_of(case),
        words=words,
        forms=shown,
        sent=next(iter(sent.values()), None),
        step=ButtonForm(formdata=None),
        handles=handles,
        concludes=concludes,
        open=open_,
        left=(case.due_on - today_in(case.region)).days,
        checks=checks_for(has_party=party),
        moves={t.action for t in SEAT.offered(case, current_user)},
        nobody=words.why_nobody(case.trace),
        letter="jdih.letter" if can(current_user, "jdih:letter:read", Scope(case.region)) else None,
    )
    return page, status


NAMES: dict[type[Form], str] = {
    forms.CheckForm: "check",
    forms.TakeForm: "take",
    forms.NoteForm: "refusal",
    forms.TieForm: "tie",
    forms.ProposalForm: "proposal",
}
