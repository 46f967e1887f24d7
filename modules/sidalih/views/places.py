"""Special places: prisons, dormitories, mines, hospitals with a polling station of their own."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from electsys.db import db
from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.regions.models import Tps
from electsys.web.tables import Column, Table
from modules.sidalih.forms.moves import PLACE_WORDS, PlacedForm, PlaceForm, pick
from modules.sidalih.models import Voter
from modules.sidalih.models.moves import VoterPlace
from modules.sidalih.operations.abroad import place_people
from modules.sidalih.operations.moves import open_place
from modules.sidalih.permissions import COMPILE, EDIT, READ
from modules.sidalih.queries import abroad as listed
from modules.sidalih.queries import moves as queries
from modules.sidalih.views import bp
from modules.sidalih.views.moves import chosen_election, own_scopes
from modules.sidalih.workflow import VOTER

Place = tuple[Election, VoterPlace, Tps]


def load_place(election: str, tps: str) -> tuple[Place, Scope]:
    """A special place of an election; 404 where there is none."""
    asked = by_code(election) or abort(404)
    found = db.session.get(VoterPlace, (asked.id, tps)) or abort(404)
    station = db.session.get_one(Tps, (asked.id, found.province, tps))
    return (asked, found, station), Scope(tps, election=asked.id)


@bp.get("/lokasi-khusus")
@requires(READ)
def places() -> Any:
    """The special places of the caller's regions."""
    election = chosen_election()
    scopes = own_scopes(READ)
    table = Table(
        queries.places(scopes, election.id),
        [
            Column(
                "nama",
                _l("Lokasi"),
                lambda row: row[0].name,
                sort=VoterPlace.name,
                link=lambda row: url_for("sidalih.place", election=election.code, tps=row[0].tps_code),
            ),
            Column("jenis", _l("Jenis"), lambda row: PLACE_WORDS[row[0].kind], sort=VoterPlace.kind),
            Column("tps", _l("Kode TPS"), lambda row: row[0].tps_code, sort=VoterPlace.tps_code),
            Column("alamat", _l("Alamat"), lambda row: row[1].address),
            Column("lembaga", _l("Penanggung jawab"), lambda row: row[0].body, hidden=True),
            Column("batas", _l("Batas pemilih"), lambda row: row[1].cap, kind="number", sort=Tps.cap),
        ],
        caption=_l("Lokasi khusus"),
        empty=_l("Belum ada lokasi khusus di wilayah Anda."),
        empty_action=(_l("Tambah lokasi khusus"), url_for("sidalih.new_place", pemilu=election.code)),
        search=(VoterPlace.name, VoterPlace.body, VoterPlace.tps_code),
        name=f"lokasi-khusus-{election.code}",
    )
    return table.download() or render_template("sidalih/moves/places.html", table=table, election=election)


@bp.route("/lokasi-khusus/baru", methods=["GET", "POST"])
@requires(COMPILE)
def new_place() -> Any:
    """Open a polling station in a special place."""
    election = chosen_election()
    form = PlaceForm()
    if form.validate_on_submit():
        try:
            made = open_place(
                election,
                form.village.data or "",
                kind=form.kind.data,
                name=form.name.data or "",
                body=form.body.data or "",
                address=form.address.data or "",
                cap=form.cap.data,
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Lokasi khusus dibuka. Masukkan penghuninya menurut daftar lembaganya."), "success")
            return redirect(url_for("sidalih.place", election=election.code, tps=made.tps_code))
    return render_template("sidalih/moves/new_place.html", form=form, election=election), form.status


@bp.get("/lokasi-khusus/<election>/<tps>")
@requires(READ, load=load_place)
def place(loaded: Place) -> Any:
    """One special place: who is registered there, who comes as DPTb."""
    return _page(loaded, _people_form(loaded[0]), [])


def _people_form(election: Election) -> PlacedForm:
    form = PlacedForm()
    form.reason_code.choices = pick(((e.code, e.label) for e in queries.reasons(election.id)), empty=True)
    return form


def _page(loaded: Place, form: PlacedForm, results: list[Any]) -> Any:
    election, found, station = loaded
    table = Table(
        listed.voters_in(election, found.tps_code).where(Voter.tps_code == found.tps_code),
        [
            Column("nama", _l("Nama"), lambda row: row[0].name, sort=Voter.name),
            Column("jk", _l("L/P"), lambda row: row[0].sex, sort=Voter.sex),
            Column("keadaan", _l("Keadaan"), lambda row: VOTER.state_label(row[0].state), sort=Voter.state),
        ],
        caption=_l("Terdaftar di lokasi ini"),
        empty=_l("Belum ada pemilih terdaftar di lokasi ini. Tempelkan daftar NIK penghuninya di bawah."),
        search=(Voter.name,),
        name=f"lokasi-khusus-{found.tps_code}",
    )
    if download := table.download():
        return download
    rooms = queries.rooms(election.id, station.village_code)
    return render_template(
        "sidalih/moves/place.html",
        place=found,
        station=station,
        election=election,
        kind=PLACE_WORDS[found.kind],
        words=queries.place_words(election, [found.tps_code])[found.tps_code],
        room=next((s.room for s in rooms if s.tps.code == found.tps_code), None),
        registered=queries.how_many(
            listed.voters_in(election, found.tps_code).where(Voter.tps_code == found.tps_code)
        ),
        table=table,
        form=form,
        results=results,
        may_edit=can(current_user, EDIT, Scope(found.tps_code, election=election.id)),
    ), form.status


@bp.post("/lokasi-khusus/<election>/<tps>/penghuni")
@requires(EDIT, load=load_place)
def place_residents(loaded: Place) -> Any:
    """Bring people to the place by a list of NIK, which travels in the form alone."""
    election, found, _station = loaded
    form = _people_form(election)
    results: list[Any] = []
    if form.validate_on_submit():
        niks = [line.strip() for line in (form.niks.data or "").split() if line.strip()]
        try:
            results = place_people(
                election, found, niks, reason_code=form.reason_code.data or "", actor=current_actor()
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            form.niks.data = ""
    return _page(load_place(election.code, found.tps_code)[0], form, results)
