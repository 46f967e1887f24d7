"""Coklit from paper: one screen a household, with the phone's outcomes and the phone's checks."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import ValidationError

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.identity.models import Account
from electsys.privacy import unseal_fields
from electsys.privacy.masks import mask_nik
from modules.sidalih.displays import voter_badge
from modules.sidalih.field import Household, visit_of
from modules.sidalih.forms.visits import HouseForm
from modules.sidalih.models import Voter
from modules.sidalih.operations.visits import Outdated, stage_days, take_visit
from modules.sidalih.permissions import ASSIGN, RECORD, VISIT
from modules.sidalih.queries import visits as queries
from modules.sidalih.rules.voters import age_on
from modules.sidalih.views import bp
from modules.sidalih.views.visits import Station, area_path, load_station, station_address


class Door(NamedTuple):
    """A household of a station."""

    station: Station
    house: queries.House
    houses: list[queries.House]


def load_house(roll_id: int, code: str, house: int) -> tuple[Door, Scope]:
    """A household of a polling station; 404 where there is none."""
    station, scope = load_station(roll_id, code)
    houses = queries.houses(station.election.id, code)
    found = next((h for h in houses if h.id == house), None)
    if found is None:
        abort(404)
    return Door(station, found, houses), scope


@bp.route("/coklit/<int:roll_id>/tps/<code>/rumah/<int(signed=True):house>", methods=["GET", "POST"])
@requires(RECORD, load=load_house)
def visit_house(door: Door) -> Any:
    """Enter what a paper says of one household; then the next one of the route that nobody visited."""
    form = _form(door)
    adding = "tambah" in request.form
    if adding:
        form.baru.append_entry({"address": door.house.address, "rt": door.house.rt, "rw": door.house.rw})
        _offer(form, door)
    elif form.validate_on_submit():
        try:
            _take(form, door)
        except Outdated as outdated:
            db.session.rollback()
            _renew(form, door, outdated)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("%(address)s tersimpan (dari kertas).", address=door.house.address), "success")
            return redirect(_next(door))
    return _page(door, form, adding), form.status, {"Cache-Control": "no-store"}


def _form(door: Door) -> HouseForm:
    """The form as posted, or with a blank part for each voter and the visitor of the sheet before."""
    station = door.station
    if request.method == "POST":
        form = HouseForm()
    else:
        before = queries.last_paper(station.election.id, station.tps.code, current_user.id)
        task = queries.visitor_of(station.election.id, station.tps.code)
        holder = db.session.get(Account, task.account_id) if task else None
        form = HouseForm(
            visitor=before.visitor if before else holder.name if holder else "",
            visited_on=before.visited_on if before else None,
            pemilih=[{"voter": v.id, "version": v.version, "state": v.state} for v in door.house.voters],
        )
    _offer(form, door)
    return form


def _offer(form: HouseForm, door: Door) -> None:
    election, tps = door.station.election, door.station.tps
    form.offer(
        {v.id: v.name for v in door.house.voters},
        [row for row in queries.codes_of(election.id, "tms") if row["kode"] != "8"],
        queries.codes_of(election.id, "disabilitas"),
        [(s.code, s.name) for s in queries.stations_of(election.id, tps.village_code) if s.code != tps.code],
    )


def _take(form: HouseForm, door: Door) -> None:
    """Write the visit by the phone's own model and operation."""
    payload = form.payload(door.station.tps.code, door.house.id)
    try:
        visit = visit_of(
            Household.model_validate(payload),
            source="kertas",
            permission=RECORD,
            visitor=" ".join((form.visitor.data or "").split()),
            visited_on=form.visited_on.data,
        )
    except (ValidationError, ValueError):
        raise Refused(
            _("Ada isian yang tidak dapat dibaca."), hint=_("Periksa angka dan tanggal, lalu simpan lagi.")
        ) from None
    known = {v.id for v in door.house.voters}
    if others := [f.voter_id for f in visit.findings if f.voter_id not in known]:
        raise Outdated(others)
    take_visit(door.station.election, visit, actor=current_actor())


def _renew(form: HouseForm, door: Door, outdated: Outdated) -> None:
    """Say which voters changed since the page was opened; what was typed stays, to be looked at again."""
    rows = {v.id: v for v in door.house.voters}  # read again: the transaction was rolled back
    for entry in [*form.pemilih]:
        voter = rows.get(int(entry.form.voter.data or 0))
        if voter is None or voter.id in outdated.voters:
            entry.form.hasil.errors = [
                *entry.form.hasil.errors,
                _(
                    "Data %(name)s berubah sejak halaman ini dibuka. Periksa lagi.",
                    name=entry.form.voter_name,
                ),
            ]
        if voter is not None:
            entry.form.version.data, entry.form.state.data = str(voter.version), voter.state


def _next(door: Door) -> str:
    station = door.station
    found = queries.following(door.houses, door.house.id)
    if found is None:
        return station_address(station)
    return url_for("sidalih.visit_house", roll_id=station.roll.id, code=station.tps.code, house=found.id)


def _page(door: Door, form: HouseForm, adding: bool) -> str:
    station = door.station
    voters = {str(v.id): _shown(v, station.election) for v in door.house.voters}
    opens, closes = stage_days(station.election, station.tps.code)
    left = sum(not h.visited for h in door.houses)
    return render_template(
        "sidalih/visits/house.html",
        door=door,
        station=station,
        roll=station.roll,
        path=_path(station),
        form=form,
        adding=adding,
        voters=voters,
        visits=queries.visits_of(station.election.id, station.tps.code, door.house.id),
        others=queries.visitors_at(station.election.id, station.tps.code, VISIT),
        place=[h.id for h in door.houses].index(door.house.id) + 1,
        left=left,
        opens=opens,
        closes=closes,
        skip=_next(door) if left else None,
    )


def _path(station: Station) -> list[tuple[str, str]]:
    path = area_path(station.roll, station.tps.code)
    if can(current_user, ASSIGN, Scope(station.tps.code, election=station.election.id)):
        path.append((station_address(station), station.tps.name))
    return path


def _shown(voter: Voter, election: Election) -> dict[str, Any]:
    """What the paper has beside the name: no number in full and no birth date."""
    secret = unseal_fields(bytes(voter.sealed), table="voter", row=voter.id)
    born = dt.date.fromisoformat(secret["birth_date"])
    return {
        "name": voter.name,
        "sex": voter.sex,
        "age": age_on(born, election.voting_day),
        "nik": mask_nik(secret.get("nik")),
        "badge": voter_badge(voter.state),
        "struck": voter.state == "tms",
    }
