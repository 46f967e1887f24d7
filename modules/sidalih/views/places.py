"""Special places: prisons, dormitories, mines, hospitals with a polling station of their own."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import select

from electsys.db import db
from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.regions.models import Tps
from electsys.web.tables import Column, Filter, Table
from modules.sidalih.forms.moves import PLACE_WORDS, DescribeForm, PlacedForm, PlaceForm, ReasonForm, pick
from modules.sidalih.models import Voter
from modules.sidalih.models.moves import VoterPlace
from modules.sidalih.operations.abroad import place_people
from modules.sidalih.operations.moves import open_place
from modules.sidalih.operations.places import describe_place, send_back
from modules.sidalih.permissions import COMPILE, EDIT, READ
from modules.sidalih.queries import abroad as listed
from modules.sidalih.queries import moves as queries
from modules.sidalih.queries.places import came_from
from modules.sidalih.queries.places import places as all_places
from modules.sidalih.views import bp
from modules.sidalih.views.moves import chosen_election, own_scopes
from modules.sidalih.workflow import VOTER

#: Most rows of who came to a place that its page shows.
SHOWN = 200


class Place(NamedTuple):
    """A special polling station, and what it is, where somebody said it."""

    election: Election
    found: VoterPlace | None
    station: Tps

    @property
    def name(self) -> str:
        """The name of the place, or of its polling station."""
        return self.found.name if self.found else self.station.name


def load_place(election: str, tps: str) -> tuple[Place, Scope]:
    """A special place of an election; 404 where there is none."""
    asked = by_code(election) or abort(404)
    station = db.session.get(Tps, (asked.id, tps[:2], tps))
    if station is None or station.kind != "khusus":
        abort(404)
    return Place(asked, db.session.get(VoterPlace, (asked.id, tps)), station), Scope(tps, election=asked.id)


@bp.get("/lokasi-khusus")
@requires(READ)
def places() -> Any:
    """The special places of the caller's regions, those without words too."""
    election = chosen_election()
    scopes = own_scopes(READ)
    table = Table(
        all_places(scopes, election.id),
        [
            Column(
                "nama",
                _l("Lokasi"),
                lambda row: row[1].name if row[1] else _("%(tps)s, belum bernama", tps=row[0].name),
                sort=VoterPlace.name,
                head=True,
                link=lambda row: url_for("sidalih.place", election=election.code, tps=row[0].code),
            ),
            Column(
                "jenis",
                _l("Jenis"),
                lambda row: str(PLACE_WORDS[row[1].kind]) if row[1] else None,
                sort=VoterPlace.kind,
            ),
            Column("tps", _l("Kode TPS"), lambda row: row[0].code, sort=Tps.code),
            Column("alamat", _l("Alamat"), lambda row: row[0].address),
            Column(
                "lembaga",
                _l("Penanggung jawab"),
                lambda row: row[1].body if row[1] else None,
                hidden=True,
            ),
            Column("batas", _l("Batas pemilih"), lambda row: row[0].cap, kind="number", sort=Tps.cap),
        ],
        caption=_l("Lokasi khusus"),
        empty=_l("Belum ada lokasi khusus di wilayah Anda."),
        empty_action=(_l("Tambah lokasi khusus"), url_for("sidalih.new_place", pemilu=election.code)),
        filters=[
            Filter(
                "jenis",
                _l("Jenis"),
                [*PLACE_WORDS.items(), ("-", _l("belum dilengkapi"))],
                lambda q, v: q.where(VoterPlace.kind.is_(None) if v == "-" else VoterPlace.kind == v),
            )
        ],
        search=(VoterPlace.name, VoterPlace.body, Tps.code),
        name=f"lokasi-khusus-{election.code}",
    )
    return table.download() or render_template("sidalih/moves/places.html", table=table, election=election)


@bp.route("/lokasi-khusus/baru", methods=["GET", "POST"])
@requires(COMPILE)
def new_place() -> Any:
    """Open a polling station in a special place."""
    election = chosen_election()
    form = PlaceForm()
    if request.method == "GET":
        form.village.data = request.args.get("desa", "")
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
    """One special place: who is registered there, who came from where, who comes as DPTb."""
    return _page(loaded, _people_form(loaded.election), [])


def _people_form(election: Election) -> PlacedForm:
    form = PlacedForm()
    form.reason_code.choices = pick(((e.code, e.label) for e in queries.reasons(election.id)), empty=True)
    return form


def _page(
    loaded: Place,
    form: PlacedForm,
    results: list[Any],
    *,
    words: DescribeForm | None = None,
    back: ReasonForm | None = None,
) -> Any:
    election, found, station = loaded
    residents = listed.voters_in(election, station.code).where(Voter.tps_code == station.code)
    table = Table(
        residents,
        [
            Column("nama", _l("Nama"), lambda row: row[0].name, sort=Voter.name),
            Column("jk", _l("L/P"), lambda row: row[0].sex, sort=Voter.sex),
            Column("keadaan", _l("Keadaan"), lambda row: VOTER.state_label(row[0].state), sort=Voter.state),
        ],
        caption=_l("Terdaftar di lokasi ini"),
        empty=_l("Belum ada pemilih terdaftar di lokasi ini. Tempelkan daftar NIK penghuninya di bawah.")
        if found
        else _l("Belum ada pemilih terdaftar di lokasi ini."),
        search=(Voter.name,),
        name=f"lokasi-khusus-{station.code}",
    )
    if download := table.download():
        return download
    scope = Scope(station.code, election=election.id)
    rooms = queries.rooms(election.id, station.village_code)
    moved = db.session.execute(listed.transfers(election, station.code).limit(SHOWN)).all()
    near = _near(loaded)
    codes = {station.code} | {t.home_tps for t, _voter in moved if t.home_tps} | {tps for _v, tps in near}
    if words is None:
        facts = {"kind": found.kind, "name": found.name, "body": found.body} if found else {}
        words = DescribeForm(formdata=None, address=station.address, **facts)
    back = back or ReasonForm(formdata=None)
    return render_template(
        "sidalih/moves/place.html",
        loaded=loaded,
        place=found,
        station=station,
        election=election,
        kind=PLACE_WORDS[found.kind] if found else None,
        words=queries.place_words(election, codes),
        room=next((s.room for s in rooms if s.tps.code == station.code), None),
        registered=queries.how_many(residents),
        table=table,
        moved=moved,
        near=near,
        form=form,
        describe=words,
        back=back,
        results=results,
        may_edit=can(current_user, EDIT, scope),
        may_describe=can(current_user, COMPILE, scope),
    ), max(form.status, words.status, back.status)


def _near(loaded: Place) -> list[tuple[Voter, str]]:
    """Who was placed here from another TPS of the same village, with the code of that TPS."""
    came = came_from(loaded.election, loaded.station.code)
    if not came:
        return []
    voters = db.session.scalars(
        select(Voter)
        .where(Voter.province == loaded.station.province, Voter.id.in_(sorted(came)[:SHOWN]))
        .order_by(Voter.name, Voter.id)
    )
    return [(voter, came[voter.id]) for voter in voters]


@bp.post("/lokasi-khusus/<election>/<tps>/penghuni")
@requires(EDIT, load=load_place)
def place_residents(loaded: Place) -> Any:
    """Bring people to the place by a list of NIK, which travels in the form alone."""
    form = _people_form(loaded.election)
    results: list[Any] = []
    if form.validate_on_submit():
        niks = [line.strip() for line in (form.niks.data or "").split() if line.strip()]
        try:
            if loaded.found is None:
                raise Refused(_("Lengkapi dulu nama dan penanggung jawab lokasi ini."), status=409)
            results = place_people(
                loaded.election,
                loaded.found,
                niks,
                reason_code=form.reason_code.data or "",
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            form.niks.data = ""
    return _page(load_place(loaded.election.code, loaded.station.code)[0], form, results)


@bp.post("/lokasi-khusus/<election>/<tps>/keterangan")
@requires(COMPILE, load=load_place)
def describe(loaded: Place) -> Any:
    """Say what a special polling station is."""
    form = DescribeForm()
    if form.validate_on_submit():
        try:
            describe_place(
                loaded.election,
                loaded.station,
                kind=form.kind.data,
                name=form.name.data or "",
                body=form.body.data or "",
                address=form.address.data or "",
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Keterangan lokasi disimpan."), "success")
            return redirect(url_for("sidalih.place", election=loaded.election.code, tps=loaded.station.code))
    return _page(loaded, _people_form(loaded.election), [], words=form)


def _load_resident(election: str, tps: str, voter_id: int) -> tuple[tuple[Place, Voter], Scope]:
    loaded, scope = load_place(election, tps)
    voter = db.session.scalars(
        select(Voter).where(Voter.id == voter_id, Voter.election_id == loaded.election.id)
    ).one_or_none()
    if voter is None or voter.village_code != loaded.station.village_code:
        abort(404)
    return (loaded, voter), scope


@bp.post("/lokasi-khusus/<election>/<tps>/kembalikan/<int:voter_id>")
@requires(EDIT, load=_load_resident)
def send_resident_back(loaded: tuple[Place, Voter]) -> Any:
    """A voter of the same village goes back to the TPS that they came from."""
    found, voter = loaded
    form = ReasonForm()
    if form.validate_on_submit():
        before = send_back(
            found.election, found.station, voter, reason=form.reason.data or "", actor=current_actor()
        )
        flash(_("%(name)s kembali ke TPS %(tps)s.", name=voter.name, tps=before[-3:]), "success")
        return redirect(url_for("sidalih.place", election=found.election.code, tps=found.station.code))
    form.reason.id = f"kembali-{voter.id}"  # the field of this row, among many
    return _page(found, _people_form(found.election), [], back=form)
