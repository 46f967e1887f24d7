"""What was determined, for everybody; and the work of the plenary, for its body."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from electsys import jobs
from electsys.db import db
from electsys.elections.models import Contest, Election
from electsys.elections.queries import by_code
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, can, public, requires
from electsys.regions.models import Region
from electsys.web.formats import title_region
from electsys.web.forms import ButtonForm
from modules.sirekap import determination_tables as tables
from modules.sirekap import determination_words as words
from modules.sirekap.determination_twins import result_data
from modules.sirekap.forms import ReasonForm
from modules.sirekap.forms import determinations as forms
from modules.sirekap.models import Determination, DeterminationPart
from modules.sirekap.operations import determinations as operations
from modules.sirekap.permissions import DETERMINE, PREPARE
from modules.sirekap.queries import determinations as queries
from modules.sirekap.queries.inputs import areas_of
from modules.sirekap.workflow.determinations import DETERMINATION

bp = Blueprint("determinations", __name__, url_prefix="/penetapan")


def load_determination(determination_id: int) -> tuple[Determination, Scope]:
    """A version in any state, in its body's area."""
    row = db.session.get(Determination, determination_id) or abort(404)
    return row, Scope(row.area, None, row.election_id)


def load_part(determination_id: int, key: str) -> tuple[tuple[Determination, DeterminationPart], Scope]:
    """A part of a version in any state."""
    row, scope = load_determination(determination_id)
    return (row, _part(row, key)), scope


def load_contest(contest_id: int, area: str) -> tuple[tuple[Contest, str], Scope]:
    """A contest and an area in which it is determined; ``nasional`` is the nation."""
    contest = db.session.get(Contest, contest_id) or abort(404)
    code = "" if area == "nasional" else area
    if code not in areas_of(contest):
        abort(404)
    return (contest, code), Scope(code, None, contest.election_id)


def _published(determination_id: int) -> Determination:
    row = db.session.get(Determination, determination_id)
    return row if row is not None and row.state == "ditetapkan" else abort(404)


def _part(row: Determination, key: str) -> DeterminationPart:
    wanted = "" if key == "nasional" else key
    return next((part for part in row.parts if part.key == wanted), None) or abort(404)


def _areas(election: Election) -> dict[str, str]:
    rows = db.session.execute(
        select(Region.code, Region.name).where(Region.map_id == election.map_id, Region.level <= 2)
    )
    return {row.code: title_region(row.name) for row in rows}


# --- for everybody --------------------------------------------------------------------------------


@bp.get("/")
@public
def start() -> Any:
    """To the newest election that has a result, or to the newest."""
    known = queries.elections_with_results()
    found = known[0] if known else db.session.scalar(select(Election).order_by(Election.voting_day.desc()))
    return redirect(url_for("determinations.results", election=(found or abort(404)).code))


@bp.get("/pemilu/<election>")
@public
def results(election: str) -> Any:
    """Every result in force of an election."""
    found = by_code(election) or abort(404)
    table = tables.results_table(found, _areas(found))
    works = current_user.is_authenticated and bool(grants.scopes(current_user, PREPARE))
    return table.download() or render_template(
        "sirekap/determinations/results.html",
        election=found,
        table=table,
        works=works,
        others=[other for other in queries.elections_with_results() if other.id != found.id],
    )


@bp.get("/<int:determination_id>")
@public
def result(determination_id: int) -> Any:
    """A result: seats or winner, its parts, who is elected, what it rests on."""
    return _result(_published(determination_id))


@bp.get("/<int:determination_id>/bagian/<key>")
@public
def part(determination_id: int, key: str) -> Any:
    """A dapil with every quotient, its closest pair and everybody's votes."""
    row = _published(determination_id)
    return _part_page(row, _part(row, key))


@bp.get("/<int:determination_id>/perbedaan")
@public
def changes(determination_id: int) -> Any:
    """What a version changed, against the one before it."""
    row = _published(determination_id)
    old = queries.decided_before(row.contest_id, row.area, row.version) or abort(404)
    table = tables.changes_table(queries.difference(old, row), old.version, row.version)
    return table.download() or render_template(
        "sirekap/determinations/changes.html",
        words=words,
        row=row,
        old=old,
        table=table,
        election=row.contest.election,
    )


@bp.get("/<int:determination_id>.json")
@public
def result_json(determination_id: int) -> Any:
    """A result with its trace, as data: the twin of its pages."""
    row = _published(determination_id)
    response = jsonify(result_data(row))
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag()
    return response.make_conditional(request)


# --- for its body ---------------------------------------------------------------------------------


@bp.get("/kerja")
@requires(PREPARE)
def work_start() -> Any:
    """To the work on the newest election."""
    found = db.session.scalar(select(Election).order_by(Election.voting_day.desc()).limit(1)) or abort(404)
    return redirect(url_for("determinations.work", election=found.code))


@bp.get("/kerja/pemilu/<election>")
@requires(PREPARE)
def work(election: str) -> Any:
    """What the reader's bodies determine: each contest and area, and how far it is."""
    found = by_code(election) or abort(404)
    mine = {s.region or "" for s in grants.scopes(current_user, PREPARE) if s.election in (None, found.id)}
    rows = [
        (contest, area, _newest(contest, area))
        for contest in found.contests
        for area in areas_of(contest)
        if area in mine
    ]
    return render_template(
        "sirekap/determinations/work.html",
        election=found,
        rows=rows,
        areas=_areas(found),
        workflow=DETERMINATION,
        words=words,
        form=forms.ComputeForm(formdata=None),
    )


def _newest(contest: Contest, area: str) -> Determination | None:
    return db.session.scalars(
        select(Determination)
        .where(Determination.contest_id == contest.id, Determination.area == area)
        .order_by(Determination.version.desc())
        .limit(1)
    ).one_or_none()


@bp.post("/kerja/hitung/<int:contest_id>/<area>")
@requires(PREPARE, load=load_contest)
def compute(loaded: tuple[Contest, str]) -> Any:
    """Compute a result from the locked D.Hasil, as a job."""
    contest, area = loaded
    form = forms.ComputeForm()
    if not form.validate_on_submit():
        abort(400)
    job = jobs.start(
        "sirekap.compute_result",
        actor=current_actor(),
        subject=f"contest:{contest.id}",
        lock=f"sirekap.compute:{contest.id}:{area}",
        contest_id=contest.id,
        area=area,
        ruling=form.ruling.data or None,
    )
    return redirect(url_for("jobs.job", job_id=job.id))


@bp.get("/kerja/<int:determination_id>")
@requires(PREPARE, load=load_determination)
def draft(loaded: Determination) -> Any:
    """A version in preparation, with what may be done."""
    return _result(loaded, staff=True)


@bp.get("/kerja/<int:determination_id>/bagian/<key>")
@requires(PREPARE, load=load_part)
def draft_part(loaded: tuple[Determination, DeterminationPart]) -> Any:
    """A part of a version in preparation."""
    return _part_page(*loaded, staff=True)


@bp.post("/kerja/<int:determination_id>/ajukan")
@requires(PREPARE, load=load_determination)
def submit(loaded: Determination) -> Any:
    """Bring it before the plenary."""
    return _do(loaded, ButtonForm(), lambda _form: operations.submit_result(loaded, actor=current_actor()))


@bp.post("/kerja/<int:determination_id>/kembalikan")
@requires(DETERMINE, load=load_determination)
def send_back(loaded: Determination) -> Any:
    """Send it back to be computed again."""
    return _do(
        loaded,
        ReasonForm(prefix="kembali-"),
        lambda form: operations.return_result(loaded, reason=form.reason.data or "", actor=current_actor()),
    )


@bp.post("/kerja/<int:determination_id>/batalkan")
@requires(DETERMINE, load=load_determination)
def drop(loaded: Determination) -> Any:
    """Drop a version that is not wanted."""
    return _do(
        loaded,
        ReasonForm(prefix="batal-"),
        lambda form: operations.drop_result(loaded, reason=form.reason.data or "", actor=current_actor()),
    )


@bp.post("/kerja/<int:determination_id>/tetapkan")
@requires(DETERMINE, load=load_determination)
def decide(loaded: Determination) -> Any:
    """Determine it in plenary."""
    return _do(
        loaded,
        forms.DetermineForm(),
        lambda form: operations.determine_result(
            loaded, signer=form.signer.data or "", actor=current_actor()
        ),
    )


@bp.post("/kerja/<int:determination_id>/seri")
@requires(DETERMINE, load=load_determination)
def settle(loaded: Determination) -> Any:
    """Put those who tie in order, in plenary."""
    return _do(
        loaded,
        forms.TieForm(),
        lambda form: operations.settle_tie(
            loaded,
            request.form.get("place", "")[:100],
            form.keys,
            reason=form.reason.data or "",
            actor=current_actor(),
        ),
    )


def _do(row: Determination, form: Any, act: Callable[[Any], None]) -> Any:
    key = row.id
    if not form.validate_on_submit():
        return _result(row, staff=True, sent=form)
    try:
        act(form)
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _result(db.session.get_one(Determination, key), staff=True, sent=form)
    flash(_("Tercatat."), "success")
    return redirect(url_for("determinations.draft", determination_id=key))


# --- shared ---------------------------------------------------------------------------------------


def _result(row: Determination, *, staff: bool = False, sent: Any = None) -> Any:
    names = queries.participants_of(row.contest_id)
    election = row.contest.election
    areas = _areas(election)
    endpoint = "determinations.draft_part" if staff else "determinations.part"
    parts = tables.parts_table(
        row, names, lambda key: url_for(endpoint, determination_id=row.id, key=key or "nasional")
    )
    elected = tables.elected_table(row)
    decision = row.summary.get("decision")
    tests = (decision or {}).get("tests", ())
    provinces = tables.provinces_table(tests, areas, names) if any(t["provinces"] for t in tests) else None
    for table in (parts, elected, provinces):
        if table is not None and (file := table.download()) is not None:
            return file
    scope = Scope(row.area, None, row.election_id)
    shown = {
        "step": ButtonForm(formdata=None),
        "back": ReasonForm(formdata=None, prefix="kembali-"),
        "drop": ReasonForm(formdata=None, prefix="batal-"),
        "decide": forms.DetermineForm(formdata=None),
        "tie": forms.TieForm(formdata=None),
    }
    if sent is not None:
        prefix = getattr(sent, "_prefix", "")
        name = {"kembali-": "back", "batal-": "drop"}.get(
            prefix, {"DetermineForm": "decide", "TieForm": "tie"}.get(type(sent).__name__, "step")
        )
        shown[name] = sent
    page = render_template(
        "sirekap/determinations/result.html",
        row=row,
        election=election,
        names=names,
        areas=areas,
        words=words,
        parts=parts,
        elected=elected,
        provinces=provinces,
        seats=tables.seats_chart(row, names),
        part_names={part.key: part.name for part in row.parts},
        verdict=words.verdict(row.summary, names),
        versions=queries.versions_of(row.contest_id, row.area),
        before=queries.decided_before(row.contest_id, row.area, row.version),
        staff=staff,
        forms=shown,
        sent=sent,
        moves={t.action for t in DETERMINATION.offered(row, current_user)} if staff else set(),
        decides=staff and can(current_user, DETERMINE, scope),
        workflow=DETERMINATION,
        letter="jdih.letter"
        if current_user.is_authenticated and can(current_user, "jdih:letter:read", Scope(row.area))
        else None,
    )
    return page, sent.status if sent is not None else 200


def _part_page(row: Determination, part: DeterminationPart, *, staff: bool = False) -> Any:
    names = queries.participants_of(row.contest_id)
    quotients = tables.quotients_table(part, names) if part.trace.get("quotients") else None
    votes = tables.votes_table(part, queries.results_of(row.id, part.id).get(part.id, []))
    for table in (quotients, votes):
        if table is not None and (file := table.download()) is not None:
            return file
    return render_template(
        "sirekap/determinations/part.html",
        row=row,
        part=part,
        election=row.contest.election,
        names=names,
        words=words,
        quotients=quotients,
        votes=votes,
        staff=staff,
        part_names={part.key: part.name},
        parties=[(names[party].short_name, n) for party, n in _seats_of(part) if n],
    )


def _seats_of(part: DeterminationPart) -> list[tuple[int, int]]:
    seats: dict[int, int] = {}
    for _rank, party, _votes, _divisor, seat, _tied in part.trace.get("quotients", ()):
        seats[party] = seats.get(party, 0) + (seat is not None)
    return sorted(seats.items(), key=lambda pair: (-pair[1], pair[0]))
