"""Building polling stations: the areas, one village with its bars and families, proposals, special sites."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, can, requires
from electsys.jobs.queries import of_subject
from electsys.regions import queries as regions
from electsys.regions.models import Region
from electsys.web.charts.bars import width
from electsys.web.forms import ButtonForm
from modules.sidalih.forms.tps import (
    CloseForm,
    MoveForm,
    ProposeForm,
    StationForm,
)
from modules.sidalih.models.tps import TpsChange, TpsProposal
from modules.sidalih.operations import tps as operations
from modules.sidalih.operations import tps_hand as hand
from modules.sidalih.operations.tps_jobs import start_for
from modules.sidalih.permissions import COMPILE, EDIT, READ
from modules.sidalih.queries import tps as queries
from modules.sidalih.queries.places import places_of
from modules.sidalih.views import bp, tps_tables


class Place(NamedTuple):
    """An area of an election, as a page shows it."""

    election: Election
    region: Region


def election_of(code: str) -> Election:
    """An election by its code; 404 where there is none."""
    found = by_code(code)
    if found is None:
        abort(404)
    return found


def load_area(election: str, region: str) -> tuple[Place, Scope]:
    """A kab/kota or kecamatan of an election; 404 where there is none."""
    return _load(election, region, (4, 6))


def load_village(election: str, village: str) -> tuple[Place, Scope]:
    """A village of an election; 404 where there is none."""
    return _load(election, village, (10,))


def _load(election: str, code: str, lengths: tuple[int, ...]) -> tuple[Place, Scope]:
    asked = election_of(election)
    found = regions.region(code, asked.map_id) if len(code) in lengths else None
    if found is None:
        abort(404)
    return Place(asked, found), Scope(code, election=asked.id)


def load_proposal(proposal_id: int) -> tuple[TpsProposal, Scope]:
    """A proposal; 404 where there is none."""
    found = db.session.get(TpsProposal, proposal_id)
    if found is None:
        abort(404)
    return found, Scope(found.village_code, election=found.election_id)


def load_change(change_id: int) -> tuple[TpsChange, Scope]:
    """A change of TPS; 404 where there is none."""
    found = db.session.get(TpsChange, change_id)
    if found is None:
        abort(404)
    return found, Scope(found.village_code, election=found.election_id)


def village_url(election: Election, village: str, **more: Any) -> str:
    """The page of a village."""
    return url_for("sidalih.tps_village", election=election.code, village=village, **more)


# --- areas ---------------------------------------------------------------------------------------


@bp.get("/tps")
@requires(READ)
def tps_start() -> Any:
    """The kab/kota whose lists are being made, of the caller's regions."""
    table = tps_tables.rolls_table(grants.scopes(current_user, READ))
    return table.download() or render_template("sidalih/tps/start.html", table=table)


@bp.get("/tps/<election>/<region>")
@requires(READ, load=load_area)
def tps_area(place: Place) -> Any:
    """The villages of an area: voters, TPS, what is over the cap, what waits; work for all of them."""
    rows = queries.villages(place.election, place.region.code)
    table = tps_tables.villages_table(place.election, place.region, rows)
    scope = Scope(place.region.code, election=place.election.id)
    return table.download() or render_template(
        "sidalih/tps/area.html",
        place=place,
        path=regions.ancestors(place.region.code, place.election.map_id),
        table=table,
        totals=tps_tables.totals(rows),
        may_compile=can(current_user, COMPILE, scope),
        job=next(iter(of_subject(f"voter_roll:{place.region.code}")), None),
        propose=ProposeForm(),
        confirm=ButtonForm(),
    )


@bp.post("/tps/<election>/<region>/susun")
@requires(COMPILE, load=load_area)
def tps_propose_area(place: Place) -> Any:
    """Propose for every village of the area, in the background."""
    form = ProposeForm()
    if form.validate_on_submit():
        start_for(
            place.election,
            place.region.code,
            task="sidalih.tps_propose",
            actor=current_actor(),
            mode=form.mode.data,
        )
        flash(_("Usulan sedang disusun. Halaman ini boleh ditutup."), "info")
    return redirect(url_for("sidalih.tps_area", election=place.election.code, region=place.region.code))


@bp.post("/tps/<election>/<region>/terapkan")
@requires(COMPILE, load=load_area)
def tps_apply_area(place: Place) -> Any:
    """Apply every proposal of the area that waits, in the background."""
    if ButtonForm().validate_on_submit():
        start_for(place.election, place.region.code, task="sidalih.tps_apply", actor=current_actor())
        flash(_("Usulan sedang diterapkan. Halaman ini boleh ditutup."), "info")
    return redirect(url_for("sidalih.tps_area", election=place.election.code, region=place.region.code))


# --- one village ---------------------------------------------------------------------------------


def _village_page(place: Place, *, move: MoveForm | None = None, station: StationForm | None = None) -> Any:
    election, village = place.election, place.region.code
    scope = Scope(village, election=election.id)
    sites = queries.sites(election.id, village)
    asked = request.args.get("tps", "")
    chosen = next((s for s in sites if s.code[-3:] == asked), None)
    families, total = (
        queries.families_at(election.id, village, chosen.code if chosen else None)
        if chosen or asked == "tanpa"
        else ([], 0)
    )
    proposal = queries.waiting(election.id, village)
    form = move or MoveForm()
    form.tps.choices = tps_tables.site_choices(sites, chosen)
    shown = render_template(
        "sidalih/tps/village.html",
        width=width,
        place=place,
        path=regions.ancestors(village, election.map_id),
        sites=sites,
        places=places_of(election.id, village) if any(s.special for s in sites) else {},
        unplaced=queries.unplaced(election.id, village),
        split=queries.split_families(election.id, village),
        cap=queries.cap_of(election.id),
        whole=tps_tables.scale(sites),
        chosen=chosen,
        asked=asked,
        families=families,
        total=total,
        proposal=proposal,
        loads=tps_tables.load_rows(proposal) if proposal else [],
        scores=tps_tables.score_rows(proposal) if proposal else [],
        changes=db.session.scalars(queries.changes(election.id, village).limit(5)).all(),
        wrong=queries.wrong_tps(election.id, village),
        may_compile=can(current_user, COMPILE, scope),
        may_edit=can(current_user, EDIT, scope),
        propose=ProposeForm(),
        confirm=ButtonForm(),
        move=form,
        station=station or StationForm(),
        ticked={int(k) for k in request.form.getlist("keluarga") if k.isdecimal() and len(k) < 19},
    )
    return shown, max(form.status, station.status if station else 200)


@bp.get("/tps/<election>/desa/<village>")
@requires(READ, load=load_village)
def tps_village(place: Place) -> Any:
    """The TPS of a village as bars, the families of one of them, the proposal that waits."""
    return _village_page(place)


@bp.post("/tps/<election>/desa/<village>/usul")
@requires(COMPILE, load=load_village)
def tps_propose(place: Place) -> Any:
    """Propose a placement for the village."""
    form = ProposeForm()
    if form.validate_on_submit():
        try:
            operations.propose_tps(
                place.election, place.region.code, mode=form.mode.data, actor=current_actor()
            )
        except Refused as refusal:
            return _said(refusal, place)
        flash(_("Usulan penempatan siap. Periksa, lalu terapkan atau buang."), "success")
    return redirect(village_url(place.election, place.region.code))


def _said(refusal: Refused, place: Place) -> Any:
    """Back to the village with what an operation refused, in a message."""
    db.session.rollback()
    flash(" ".join(filter(None, (refusal.message, refusal.hint))), "danger")
    return redirect(village_url(place.election, place.region.code))


@bp.post("/tps/<election>/desa/<village>/pindah")
@requires(EDIT, load=load_village)
def tps_move(place: Place) -> Any:
    """Move the families that were ticked (or dragged) to another TPS."""
    form = MoveForm()
    form.tps.choices = tps_tables.site_choices(queries.sites(place.election.id, place.region.code), None)
    if form.validate_on_submit():
        ticked = [int(k) for k in request.form.getlist("keluarga") if k.isdecimal() and len(k) < 19]
        try:
            change = hand.move_families(
                place.election,
                place.region.code,
                ticked,
                form.tps.data,
                actor=current_actor(),
                reason=form.reason.data or None,
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            moved = change.voters if change else 0
            flash(_("%(n)s pemilih dipindahkan ke TPS %(tps)s.", n=moved, tps=form.tps.data[-3:]), "success")
            return redirect(
                village_url(place.election, place.region.code, tps=request.args.get("tps") or None)
            )
    return _village_page(place, move=form)


@bp.post("/tps/<election>/desa/<village>/tps")
@requires(COMPILE, load=load_village)
def tps_open(place: Place) -> Any:
    """Open another ordinary TPS."""
    form = StationForm()
    if form.validate_on_submit():
        try:
            made = hand.open_station(
                place.election,
                place.region.code,
                special=False,
                address=form.address.data,
                cap=form.cap.data,
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("%(name)s dibuka.", name=made.name), "success")
            return redirect(village_url(place.election, place.region.code))
    return _village_page(place, station=form)


@bp.post("/tps/<election>/desa/<village>/tutup")
@requires(COMPILE, load=load_village)
def tps_close(place: Place) -> Any:
    """Close a TPS without voters."""
    form = CloseForm()
    if form.validate_on_submit() and form.tps.data.startswith(place.region.code):
        try:
            hand.close_station(place.election, form.tps.data, actor=current_actor())
        except Refused as refusal:
            return _said(refusal, place)
        flash(_("TPS %(tps)s ditutup.", tps=form.tps.data[-3:]), "success")
    return redirect(village_url(place.election, place.region.code))


# --- proposals and changes -----------------------------------------------------------------------


def place_of(election_id: int, village: str) -> Place:
    """The village of a stored row, as a page shows it."""
    election = db.session.get_one(Election, election_id)
    region = regions.region(village, election.map_id)
    if region is None:
        abort(404)
    return Place(election, region)


@bp.get("/tps/usulan/<int:proposal_id>")
@requires(READ, load=load_proposal)
def tps_proposal(proposal: TpsProposal) -> Any:
    """A proposal: the score before and after, each TPS, and every family it moves."""
    place = place_of(proposal.election_id, proposal.village_code)
    return render_template(
        "sidalih/tps/proposal.html",
        width=width,
        place=place,
        path=regions.ancestors(proposal.village_code, place.election.map_id),
        proposal=proposal,
        loads=tps_tables.load_rows(proposal),
        scores=tps_tables.score_rows(proposal),
        whole=tps_tables.scale_of(proposal),
        table=tps_tables.moved_table(proposal),
        may_compile=can(current_user, COMPILE, Scope(proposal.village_code, election=proposal.election_id)),
        confirm=ButtonForm(),
    )


@bp.post("/tps/usulan/<int:proposal_id>/terapkan")
@requires(COMPILE, load=load_proposal)
def tps_apply(proposal: TpsProposal) -> Any:
    """Apply a proposal."""
    place = place_of(proposal.election_id, proposal.village_code)
    if ButtonForm().validate_on_submit():
        try:
            change = operations.apply_tps(proposal, actor=current_actor())
        except Refused as refusal:
            return _said(refusal, place)
        flash(_("Usulan diterapkan: %(n)s pemilih mendapat TPS.", n=change.voters), "success")
    return redirect(village_url(place.election, place.region.code))


@bp.post("/tps/usulan/<int:proposal_id>/buang")
@requires(COMPILE, load=load_proposal)
def tps_discard(proposal: TpsProposal) -> Any:
    """Give a proposal up."""
    place = place_of(proposal.election_id, proposal.village_code)
    if ButtonForm().validate_on_submit():
        try:
            operations.discard_tps(proposal, actor=current_actor())
        except Refused as refusal:
            return _said(refusal, place)
        flash(_("Usulan dibuang. Tidak ada pemilih yang pindah."), "success")
    return redirect(village_url(place.election, place.region.code))


@bp.post("/tps/perubahan/<int:change_id>/urungkan")
@requires(EDIT, load=load_change)
def tps_undo(change: TpsChange) -> Any:
    """Undo a change as a whole."""
    place = place_of(change.election_id, change.village_code)
    if ButtonForm().validate_on_submit():
        try:
            back = hand.undo_change(change, actor=current_actor())
        except Refused as refusal:
            return _said(refusal, place)
        flash(_("Diurungkan: %(n)s pemilih kembali ke TPS semula.", n=back), "success")
    return redirect(village_url(place.election, place.region.code))
