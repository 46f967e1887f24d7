"""Frozen lists and plenaries: A-Rekap of every area, the lines of a polling station, their papers."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, can, requires
from electsys.regions import queries as regions
from electsys.web.formats import title_region
from electsys.web.forms import ButtonForm, demand_button
from modules.sidalih import displays, papers
from modules.sidalih.models import AreaCount, VoterRecap
from modules.sidalih.operations.minutes import stage_name
from modules.sidalih.operations.recaps import CALENDAR, determine_recap
from modules.sidalih.permissions import DETERMINE, READ, READ_LISTS
from modules.sidalih.queries import lists as queries
from modules.sidalih.queries import recaps as recap_queries
from modules.sidalih.queries.rolls import current_election
from modules.sidalih.queries.statistics import area_page
from modules.sidalih.views import bp
from modules.sidalih.views.loading import (
    ListArea,
    election_of,
    load_list,
    load_list_area,
    load_recap,
    load_station,
)
from modules.sidalih.wording import STAGES


@bp.get("/daftar/<int:list_id>")
@requires(READ_LISTS, load=load_list)
def frozen(loaded: ListArea) -> Any:
    """A frozen list: its numbers by kecamatan, its digest, its minutes."""
    return _area(loaded)


@bp.get("/daftar/<int:list_id>/wilayah/<code>")
@requires(READ_LISTS, load=load_list_area)
def frozen_area(loaded: ListArea) -> Any:
    """The same for a kecamatan or village."""
    if len(loaded.code) == 13:
        abort(404)
    return _area(loaded)


def _area(loaded: ListArea) -> Any:
    election = election_of(loaded.roll)
    rows = queries.counts_in(loaded.list.id, loaded.code)
    codes = [row.code for row in rows]
    named = (
        displays.station_names(election, codes)
        if len(loaded.code) == 10
        else regions.names(codes, election.map_id)
    )
    marked = queries.marked_in(loaded.list.id, loaded.code) if loaded.list.stage == "dpt" else {}
    table = displays.counts_table(
        loaded.list.id, rows, named, marked, f"rekap-{loaded.list.stage}-{loaded.code}"
    )
    return table.download() or render_template(
        "sidalih/list/area.html",
        **_frame(loaded),
        whole=db.session.get(AreaCount, (loaded.list.id, loaded.code)),
        marked=sum(marked.values()),
        table=table,
        letter_opens=can(current_user, "jdih:letter:read", Scope(loaded.roll.region)),
    )


def _frame(loaded: ListArea) -> dict[str, Any]:
    return {
        "frozen": loaded.list,
        "roll": loaded.roll,
        "code": loaded.code,
        "region": loaded.region,
        "election": election_of(loaded.roll),
        "called": stage_name(loaded.list.stage, loaded.list.sequence),
        "path": [
            (
                url_for("sidalih.frozen", list_id=loaded.list.id)
                if n == 4
                else url_for("sidalih.frozen_area", list_id=loaded.list.id, code=loaded.code[:n]),
                title_region(name),
            )
            for n in (4, 6, 10)
            if n < len(loaded.code)
            for name in [regions.names([loaded.code[:n]]).get(loaded.code[:n])]
        ],
    }


@bp.get("/daftar/<int:list_id>/tps/<tps_code>")
@requires(READ, load=load_station)
def station(loaded: ListArea) -> Any:
    """The lines of a polling station as the list holds them, with the marks that stand."""
    election = election_of(loaded.roll)
    rows = queries.lines(loaded.list, loaded.code, election.voting_day)
    name = f"{loaded.list.stage}-{loaded.code}"
    table = displays.lines_table(rows, name, opens=True)
    return table.download() or render_template(
        "sidalih/list/station.html",
        **_frame(loaded),
        table=table,
        whole=db.session.get(AreaCount, (loaded.list.id, loaded.code)),
        name=displays.station_names(election, [loaded.code]).get(loaded.code, loaded.code),
    )


@bp.get("/daftar/<int:list_id>/tps/<tps_code>.pdf")
@requires(READ, load=load_station)
def station_pdf(loaded: ListArea) -> Response:
    """The paper of a polling station: A-Daftar Pemilih, or A-KabKo Daftar Pemilih of the DPT."""
    return pdf(
        papers.station_paper(loaded.list, loaded.roll, loaded.code), f"{loaded.list.stage}-{loaded.code}"
    )


@bp.get("/daftar/<int:list_id>/rekap/<code>.pdf")
@requires(READ_LISTS, load=load_list_area)
def recap_pdf(loaded: ListArea) -> Response:
    """A-Rekap of a kab/kota, kecamatan or village."""
    if len(loaded.code) == 13:
        abort(404)
    rows = queries.counts_in(loaded.list.id, loaded.code)
    paper = papers.recap_paper(
        election_of(loaded.roll), loaded.list.stage, loaded.list.sequence, loaded.code, rows
    )
    return pdf(paper, f"rekap-{loaded.list.stage}-{loaded.code}")


def pdf(content: bytes, name: str) -> Response:
    """A paper as the browser shows it; nothing keeps it on the way."""
    response = Response(content, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=f"{name}.pdf")
    response.headers["Cache-Control"] = "no-store"
    return response


# --- plenaries above the kab/kota ------------------------------------------------------------------


@bp.get("/rekap")
@requires(READ_LISTS)
def recaps() -> Any:
    """What a province or the nation has recapitulated, and what is missing."""
    election = current_election() or abort(404)
    held = sorted({(scope.region or "")[:2] for scope in grants.scopes(current_user, READ_LISTS)})
    region = request.args.get("region", held[0] if held else "")[:2]
    if region not in held and "" not in held:
        abort(403)
    pages = {stage: area_page(election, stage, region) for stage in CALENDAR}
    if None in pages.values():
        abort(404)
    scope = Scope(region, election=election.id)
    return render_template(
        "sidalih/list/recaps.html",
        election=election,
        region=region,
        name=pages["dpt"].area.name,  # type: ignore[union-attr]
        pages=pages,
        made={stage: recap_queries.newest_recap(election.id, region, stage) for stage in CALENDAR},
        stages=STAGES,
        form=ButtonForm(),
        may=can(current_user, DETERMINE, scope),
        below=sorted({c for c in held if c}),
    )


def _load_stage(region: str, stage: str) -> tuple[tuple[Election, str, str], Scope]:
    election = current_election() or abort(404)
    code = "" if region == "nasional" else region
    if stage not in CALENDAR or len(code) not in (0, 2):
        abort(404)
    return (election, code, stage), Scope(code, election=election.id)


@bp.post("/rekap/<region>/<stage>")
@requires(DETERMINE, load=_load_stage)
def determine(loaded: tuple[Election, str, str]) -> Any:
    """The plenary of a province or the nation."""
    demand_button()
    election, region, stage = loaded
    try:
        recap = determine_recap(election, region, stage, actor=current_actor())
    except Refused as refusal:
        db.session.rollback()
        flash(" ".join(filter(None, (refusal.message, refusal.hint))), "danger")
        return redirect(url_for("sidalih.recaps", region=region))
    flash(_("Rekapitulasi ditetapkan dan berita acaranya disusun."), "success")
    return redirect(url_for("sidalih.recap", recap_id=recap.id))


@bp.get("/rekap/<int:recap_id>")
@requires(READ_LISTS, load=load_recap)
def recap(loaded: VoterRecap) -> Any:
    """One recapitulation."""
    election = db.session.get_one(Election, loaded.election_id)
    page = area_page(election, loaded.stage, loaded.region) or abort(404)
    return render_template(
        "sidalih/list/recap.html",
        recap=loaded,
        election=election,
        name=page.area.name,
        page=page,
        called=stage_name(loaded.stage, loaded.sequence),
        letter_opens=can(current_user, "jdih:letter:read", Scope(loaded.region)),
    )
