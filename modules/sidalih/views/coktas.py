"""Coktas: the frame and the drawn sample of a quarter's limited visit, and what each visit found."""

from __future__ import annotations

import csv
import io
from typing import Any, NamedTuple

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.regions import queries as regions
from electsys.web.forms import ButtonForm
from electsys.web.tables import Column, Filter, Table
from modules.sidalih.displays import voter_badge
from modules.sidalih.forms.lists import DiscardForm, DrawForm, OutcomeForm
from modules.sidalih.models import LimitedVisit, LimitedVisitVoter, Quarter, Voter, VoterRoll
from modules.sidalih.operations import coktas as operations
from modules.sidalih.operations.minutes import ROMAN
from modules.sidalih.permissions import COMPILE, DETERMINE, EDIT, READ
from modules.sidalih.queries import coktas as queries
from modules.sidalih.queries.quarters import newest_quarter, to_visit
from modules.sidalih.rules.coktas import ticket, usual_size
from modules.sidalih.views import bp
from modules.sidalih.views.loading import election_of, load_roll
from modules.sidalih.wording import DOUBTS, OUTCOME_WORDS
from modules.sidalih.workflow.coktas import COKTAS


class Visited(NamedTuple):
    """A voter of a sample."""

    visit: LimitedVisit
    row: LimitedVisitVoter
    voter: Voter


def load_visit(visit_id: int) -> tuple[LimitedVisit, Scope]:
    """A limited visit, in its kab/kota."""
    visit = db.session.get(LimitedVisit, visit_id)
    if visit is None:
        abort(404)
    return visit, Scope(visit.region, election=visit.election_id)


def load_visited(visit_id: int, voter_id: int) -> tuple[Visited, Scope]:
    """A voter of a drawn sample, in the village."""
    visit, _scope = load_visit(visit_id)
    found = db.session.execute(
        queries.sample_of(visit).where(LimitedVisitVoter.voter_id == voter_id)
    ).one_or_none()
    if found is None:
        abort(404)
    return Visited(visit, *found), Scope(found[0].village_code, election=visit.election_id)


def _doubts(codes: list[str]) -> str:
    return " ".join(str(DOUBTS.get(code, code)) for code in codes)


def _people(of: Any) -> list[Column]:
    """Columns that both tables have: ``of`` gives the voter of a row; no number of a person."""
    return [
        Column("desa", _l("Kode desa"), lambda r: of(r).village_code),
        Column("tps", _l("TPS"), lambda r: of(r).tps_code[-3:] if of(r).tps_code else None),
        Column("alamat", _l("Alamat"), lambda r: of(r).address),
        Column("rt", _l("RT"), lambda r: of(r).rt),
        Column("rw", _l("RW"), lambda r: of(r).rw),
        Column("keadaan", _l("Keadaan"), lambda r: of(r).state, cell=lambda r: voter_badge(of(r).state)),
    ]


# --- the frame -----------------------------------------------------------------------------------


@bp.get("/<int:roll_id>/coktas")
@requires(READ, load=load_roll)
def limited_visits(loaded: VoterRoll) -> Any:
    """The limited visits of a kab/kota, and the rows in doubt that the next frame would hold."""
    return _frame_page(loaded, ButtonForm())


def _frame_page(loaded: VoterRoll, form: ButtonForm) -> Any:
    election = election_of(loaded)
    quarter = newest_quarter(loaded.id)
    is_open = quarter is not None and quarter.state == "terbuka"
    visits = queries.visits_of(loaded.id)
    standing = {v.quarter_id for v, _quarter in visits if v.state != "dibuang"}
    table = Table(
        to_visit(loaded),
        [
            Column(
                "nama",
                _l("Nama"),
                "name",
                head=True,
                link=lambda v: url_for("sidalih.voter", voter_id=v.id),
            ),
            *_people(lambda v: v),
            Column("sebab", _l("Yang diperiksa"), lambda v: _doubts(v.doubts)),
        ],
        caption=_l("Data yang diragukan hari ini"),
        empty=_l("Tidak ada data yang diragukan; tidak ada yang perlu didatangi."),
        name=f"coktas-{loaded.region}",
    )
    may = can(current_user, COMPILE, Scope(loaded.region, election=election.id))
    return table.download() or (
        render_template(
            "sidalih/quarter/visits.html",
            roll=loaded,
            region=regions.region(loaded.region, election.map_id),
            quarter=quarter,
            is_open=is_open,
            visits=visits,
            flow=COKTAS,
            roman=ROMAN,
            table=table,
            form=form if may and is_open and quarter and quarter.id not in standing else None,
        ),
        form.status,
    )


@bp.post("/<int:roll_id>/coktas")
@requires(COMPILE, load=load_roll)
def freeze_frame(loaded: VoterRoll) -> Any:
    """Freeze the frame of the open quarter."""
    form = ButtonForm()
    quarter = newest_quarter(loaded.id)
    if form.validate_on_submit():
        try:
            if quarter is None:
                raise Refused(_("Buka dulu triwulan PDPB."), status=409)
            made = operations.freeze_frame(quarter, actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Kerangka dibekukan. Undi sampelnya dengan benih di depan yang hadir."), "success")
            return redirect(url_for("sidalih.limited_visit", visit_id=made.id))
    return _frame_page(loaded, form)


# --- the sample ----------------------------------------------------------------------------------


@bp.get("/coktas/<int:visit_id>")
@requires(READ, load=load_visit)
def limited_visit(visit: LimitedVisit) -> Any:
    """A frame that waits for its seed, or a sample with what was found."""
    return _visit_page(visit, None, None)


def _visit_page(visit: LimitedVisit, draw: DrawForm | None, discard: DiscardForm | None) -> Any:
    quarter = db.session.get_one(Quarter, visit.quarter_id)
    roll = db.session.get_one(VoterRoll, quarter.roll_id)
    drawn = visit.state == "ditetapkan"
    table = sample_table(visit) if drawn else None
    if table is not None and (file := table.download()) is not None:
        return file
    scope = Scope(visit.region, election=visit.election_id)
    offered = {t.action for t in COKTAS.offered(visit, current_user)} if quarter.state == "terbuka" else set()
    refused = next((form for form in (draw, discard) if form is not None), None)
    page = render_template(
        "sidalih/quarter/visit.html",
        visit=visit,
        quarter=quarter,
        roll=roll,
        roman=ROMAN,
        region=regions.region(visit.region, election_of(roll).map_id),
        state=COKTAS.state_label(visit.state),
        table=table,
        found=queries.found_in(visit.id) if drawn else None,
        words=OUTCOME_WORDS,
        again=queries.drawn_again(visit) if drawn and can(current_user, READ, scope) else None,
        draw=(draw or DrawForm(formdata=None, size=usual_size(visit.frame))) if "draw" in offered else None,
        discard=(discard or DiscardForm(formdata=None)) if "discard" in offered else None,
        waits_for=not drawn and not can(current_user, DETERMINE, scope),
    )
    return page, refused.status if refused is not None else 200


def sample_table(visit: LimitedVisit) -> Table:
    """The sample in the order of the draw; the key of the row is what the draw was made of."""
    return Table(
        queries.sample_of(visit),
        [
            Column(
                "urut", _l("Urutan undian"), lambda r: r[0].rank, kind="number", sort=LimitedVisitVoter.rank
            ),
            Column(
                "nama",
                _l("Nama"),
                lambda r: r[1].name,
                head=True,
                sort=Voter.name,
                link=lambda r: url_for("sidalih.visited_voter", visit_id=visit.id, voter_id=r[1].id),
            ),
            Column("kunci", _l("Nomor baris"), lambda r: str(r[0].voter_id), hidden=True),
            *_people(lambda r: r[1]),
            Column("sebab", _l("Yang diperiksa"), lambda r: _doubts(r[0].doubts)),
            Column(
                "hasil",
                _l("Hasil"),
                lambda r: str(OUTCOME_WORDS[r[0].outcome]) if r[0].outcome else str(_l("belum didatangi")),
                sort=LimitedVisitVoter.outcome,
            ),
            Column("catatan", _l("Catatan"), lambda r: r[0].note, hidden=True),
        ],
        caption=_l("Sampel coktas"),
        empty=_l("Tidak ada pemilih dengan hasil itu. Kosongkan saringannya."),
        filters=[
            Filter(
                "hasil",
                _l("Hasil"),
                [("-", _l("belum didatangi")), *OUTCOME_WORDS.items()],
                lambda q, v: q.where(
                    LimitedVisitVoter.outcome.is_(None) if v == "-" else LimitedVisitVoter.outcome == v
                ),
            )
        ],
        search=(Voter.name,),
        name=f"coktas-{visit.region}-{visit.id}",
    )


@bp.get("/coktas/<int:visit_id>/kerangka.csv")
@requires(READ, load=load_visit)
def frame_file(visit: LimitedVisit) -> Response:
    """The whole frame with its tickets: what the draw can be made again of. No number of a person."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(("nomor_baris", "kode_desa", "tiket", "urutan_undian"))
    for key, village, rank in queries.frame_rows(visit.id):
        writer.writerow((key, village, ticket(visit.seed, key) if visit.seed else "", rank or ""))
    answer = Response(lines.getvalue(), mimetype="text/csv")
    name = f"kerangka-coktas-{visit.region}-{visit.id}.csv"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@bp.post("/coktas/<int:visit_id>/undi")
@requires(DETERMINE, load=load_visit)
def draw_sample(visit: LimitedVisit) -> Any:
    """Draw the sample."""
    form = DrawForm()
    if form.validate_on_submit():
        try:
            operations.draw_sample(visit, form.seed.data or "", form.size.data or 0, actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Sampel diundi dan ditetapkan. Sampel ini tidak berubah lagi."), "success")
            return redirect(url_for("sidalih.limited_visit", visit_id=visit.id))
    return _visit_page(visit, form, None)


@bp.post("/coktas/<int:visit_id>/buang")
@requires(COMPILE, load=load_visit)
def discard_frame(visit: LimitedVisit) -> Any:
    """Give a frame up before it is drawn from."""
    form = DiscardForm()
    if form.validate_on_submit():
        try:
            operations.discard_frame(visit, form.reason.data or "", actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Kerangka dibuang. Bekukan kerangka baru bila perlu."), "success")
            quarter = db.session.get_one(Quarter, visit.quarter_id)
            return redirect(url_for("sidalih.limited_visits", roll_id=quarter.roll_id))
    return _visit_page(visit, None, form)


# --- one voter -----------------------------------------------------------------------------------


@bp.get("/coktas/<int:visit_id>/<int:voter_id>")
@requires(READ, load=load_visited)
def visited_voter(loaded: Visited) -> Any:
    """One voter of the sample: what was in doubt, and what the visit found."""
    return _voter_page(loaded, OutcomeForm(formdata=None, outcome=loaded.row.outcome, note=loaded.row.note))


@bp.post("/coktas/<int:visit_id>/<int:voter_id>")
@requires(EDIT, load=load_visited)
def record_outcome(loaded: Visited) -> Any:
    """Record what the visit found, and go on with the next voter that nobody visited."""
    form = OutcomeForm()
    if form.validate_on_submit():
        try:
            operations.record_outcome(
                loaded.visit, loaded.row, form.outcome.data, note=form.note.data, actor=current_actor()
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Hasil kunjungan dicatat."), "success")
            back = request.args.get("hasil") or "-"
            return redirect(url_for("sidalih.limited_visit", visit_id=loaded.visit.id, hasil=back))
    return _voter_page(loaded, form)


def _voter_page(loaded: Visited, form: OutcomeForm) -> Any:
    visit, row, voter = loaded
    quarter = db.session.get_one(Quarter, visit.quarter_id)
    roll = db.session.get_one(VoterRoll, quarter.roll_id)
    may = can(current_user, EDIT, Scope(row.village_code, election=visit.election_id))
    return render_template(
        "sidalih/quarter/visited.html",
        visit=visit,
        row=row,
        voter=voter,
        quarter=quarter,
        roll=roll,
        roman=ROMAN,
        region=regions.region(visit.region, election_of(roll).map_id),
        village=regions.region(row.village_code, election_of(roll).map_id),
        doubts=[str(DOUBTS.get(code, code)) for code in row.doubts],
        state=voter_badge(voter.state),
        words=OUTCOME_WORDS,
        form=form if may and quarter.state == "terbuka" else None,
    ), form.status
