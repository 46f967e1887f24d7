"""Coklit at the office: progress by area, who visits which station, the papers of a station."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import or_, select

from electsys.db import db
from electsys.devices import queries as devices
from electsys.devices.kinds import KINDS
from electsys.devices.permissions import MANAGE
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, can, requires
from electsys.identity.models import Account
from electsys.regions import queries as regions
from electsys.regions.models import Tps
from electsys.regions.rules import zone_of
from electsys.web.formats import ZONES, title_region
from modules.sidalih import visit_papers
from modules.sidalih.field import KIND
from modules.sidalih.forms.visits import GiveStationForm
from modules.sidalih.models import VoterRoll
from modules.sidalih.operations.visits import give_station
from modules.sidalih.permissions import ASSIGN, READ, RECORD, VISIT
from modules.sidalih.queries import visits as queries
from modules.sidalih.queries.rolls import current_election
from modules.sidalih.views import bp, visit_tables
from modules.sidalih.views.loading import RollArea, election_of, load_area


class Station(NamedTuple):
    """A polling station of a roll."""

    roll: VoterRoll
    election: Election
    tps: Tps


def load_station(roll_id: int, code: str) -> tuple[Station, Scope]:
    """A polling station inside a roll; 404 where there is none."""
    area, scope = load_area(roll_id, code)
    election = election_of(area.roll)
    tps = db.session.get(Tps, (election.id, code[:2], code)) if len(code) == 13 else None
    if tps is None:
        abort(404)
    return Station(area.roll, election, tps), scope


@bp.get("/coklit")
@requires(ASSIGN)
def visit_start() -> Any:
    """The areas of the reader: the only one is opened at once."""
    election = current_election() or abort(404)
    held = sorted({scope.region or "" for scope in grants.scopes(current_user, ASSIGN)})
    rolls = db.session.scalars(
        select(VoterRoll)
        .where(
            VoterRoll.election_id == election.id,
            or_(*(VoterRoll.region.startswith(code[:4]) for code in held)),
        )
        .order_by(VoterRoll.region)
    ).all()
    by_region = {roll.region: roll for roll in rolls}
    small = [code for code in held if len(code) > 4 and code[:4] in by_region]
    whole = [roll.region for roll in rolls if any(roll.region.startswith(code) for code in held)]
    areas = [(by_region[code[:4]], code) for code in [*whole, *small]]
    if len(areas) == 1:
        [(roll, code)] = areas
        return redirect(area_address(roll, code))
    named = regions.names([code[:10] for _roll, code in areas], election.map_id)
    table = visit_tables.places_table(areas, named, area_address)
    return table.download() or render_template("sidalih/visits/start.html", table=table, election=election)


def area_address(roll: VoterRoll, code: str) -> str:
    """The page of an area or a station."""
    endpoint = "sidalih.visit_station" if len(code) == 13 else "sidalih.visit_area"
    return url_for(endpoint, roll_id=roll.id, code=code)


@bp.get("/coklit/<int:roll_id>/<code>")
@requires(ASSIGN, load=load_area)
def visit_area(loaded: RollArea) -> Any:
    """How far coklit is in a kab/kota, kecamatan or village."""
    if len(loaded.code) == 13:
        abort(404)
    election = election_of(loaded.roll)
    rows: Any
    if len(loaded.code) == 10:
        rows = db.session.execute(queries.progress(election.id, [Scope(loaded.code)], loaded.code)).all()
        named = {tps.code: tps.name for tps in queries.stations_of(election.id, loaded.code)}
        table = visit_tables.stations_table(loaded.roll, loaded.code, rows, named)
        given, stations = sum(row.account_id is not None for row in rows), len(rows)
        waiting = sum(int(row.potensial) for row in rows)
    else:
        rows = queries.areas_progress(election.id, loaded.code)
        named = regions.names([row.code for row in rows], election.map_id)
        table = visit_tables.areas_table(loaded.roll, loaded.code, rows, named)
        given, stations = sum(row.given for row in rows), sum(row.stations for row in rows)
        waiting = sum(row.waiting for row in rows)
    return table.download() or render_template(
        "sidalih/visits/area.html",
        roll=loaded.roll,
        election=election,
        region=loaded.region,
        path=area_path(loaded.roll, loaded.code),
        table=table,
        houses=sum(row.houses for row in rows),
        visited=sum(min(row.visited, row.houses) for row in rows),
        voters=sum(row.voters for row in rows),
        waiting=waiting,
        given=given,
        stations=stations,
        conflicts=_conflicts(loaded.roll, loaded.code),
        activates=can(current_user, MANAGE, Scope(loaded.code, election=election.id)),
    )


def _conflicts(roll: VoterRoll, code: str) -> int | None:
    """How many conflicts wait in an area; None for who may not decide them."""
    scope = Scope(code, election=roll.election_id)
    if not can(current_user, RECORD, scope):
        return None
    return queries.conflicts_waiting(roll.election_id, [scope])[0]


def station_address(station: Station) -> str:
    """The page of a station."""
    return area_address(station.roll, station.tps.code)


def area_path(roll: VoterRoll, code: str) -> list[tuple[str, str]]:
    """(address, name) of the areas above one that the reader may open."""
    above = [
        code[:n]
        for n in (4, 6, 10)
        if n < len(code) and can(current_user, ASSIGN, Scope(code[:n], election=roll.election_id))
    ]
    named = regions.names(above)
    return [(area_address(roll, each), title_region(named.get(each, each))) for each in above]


@bp.route("/coklit/<int:roll_id>/tps/<code>", methods=["GET", "POST"])
@requires(ASSIGN, load=load_station)
def visit_station(station: Station) -> Any:
    """One station: its Pantarlih and phone, the houses, the days, the papers; give it to somebody."""
    election, tps = station.election, station.tps
    task = queries.visitor_of(election.id, tps.code)
    held = queries.visitors_at(election.id, tps.code, VISIT)
    form = GiveStationForm()
    form.offer(held, task.account_id if task else None)
    if form.validate_on_submit():
        account = db.session.get(Account, int(form.akun.data)) or abort(404)
        try:
            give_station(election, tps.code, account, actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("%(tps)s dibagi kepada %(name)s.", tps=tps.name, name=account.name), "success")
            return redirect(area_address(station.roll, tps.code))
    houses = queries.houses(election.id, tps.code)
    scope = Scope(tps.code, election=election.id)
    records = can(current_user, RECORD, scope) and station.roll.state == "coklit"
    sources = queries.sources_of(election.id, tps.code)
    table = visit_tables.houses_table(station.roll, tps.code, houses, sources, records=records)
    if found := table.download():
        return found
    mine = [g for g in held if task and g.account_id == task.account_id]
    page = render_template(
        "sidalih/visits/station.html",
        station=station,
        roll=station.roll,
        path=area_path(station.roll, tps.code),
        form=form,
        held=held,
        task=task,
        visitor=db.session.get(Account, task.account_id) if task else None,
        phone=_phone(mine),
        table=table,
        houses=len(houses),
        visited=sum(house.visited for house in houses),
        voters=sum(len(house.voters) for house in houses),
        days=queries.visits_by_day(election.id, tps.code, str(ZONES[zone_of(tps.code)])),
        reads=can(current_user, READ, scope),
        next_house=queries.following(houses, 0) if records else None,
        conflicts=_conflicts(station.roll, tps.code),
        activates=can(current_user, MANAGE, Scope(tps.code[:10], election=election.id)),
    )
    return page, form.status


def _phone(held: list[Any]) -> tuple[str, str] | None:
    """How the Pantarlih's phone stands (``perangkat``, ``kode``, ``belum``), and where it is activated."""
    if not held:
        return None
    standing = devices.standing(KINDS[KIND], held)
    best = min(held, key=lambda g: ("perangkat", "kode", "belum").index(standing[g.id]))
    return standing[best.id], url_for("devices.activate", kind=KIND, grant_id=best.id)


# --- papers ----------------------------------------------------------------------------------------


@bp.get("/coklit/<int:roll_id>/tps/<code>/stiker.pdf")
@requires(READ, load=load_station)
def visit_stickers(station: Station) -> Response:
    """A-Stiker Coklit for every house of the station."""
    return _pdf(visit_papers.stickers(station.election, station.tps), f"stiker-{station.tps.code}")


@bp.get("/coklit/<int:roll_id>/tps/<code>/tanda-bukti.pdf")
@requires(READ, load=load_station)
def visit_receipts(station: Station) -> Response:
    """A-Tanda Bukti Coklit for every house of the station."""
    return _pdf(visit_papers.receipts(station.election, station.tps), f"tanda-bukti-{station.tps.code}")


@bp.get("/coklit/<int:roll_id>/tps/<code>/laporan.pdf")
@requires(ASSIGN, load=load_station)
def visit_report(station: Station) -> Response:
    """A-Laporan Hasil Coklit of the station's Pantarlih."""
    return _pdf(visit_papers.report(station.election, station.tps), f"laporan-coklit-{station.tps.code}")


def _pdf(content: bytes, name: str) -> Response:
    response = Response(content, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=f"{name}.pdf")
    response.headers["Cache-Control"] = "no-store"
    return response
