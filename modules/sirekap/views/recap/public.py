"""The public D.Hasil: per region, with twins for programs and corrections struck through."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, jsonify, redirect, render_template, url_for
from sqlalchemy import select

from electsys.db import db
from electsys.documents import OfficialDocument
from electsys.elections.models import Election
from electsys.identity.access import public
from electsys.regions.queries import ancestors
from modules.sirekap import recap_papers, recap_tables, recap_twins
from modules.sirekap import recap_words as words
from modules.sirekap.models import Recap, RecapVersion
from modules.sirekap.queries import plenaries as queries
from modules.sirekap.queries.recaps import LEAVES, Sheet, sheet, version_of
from modules.sirekap.views.recap import NATION, address, bp, election_of, region_of
from modules.sirekap.views.recap.forms import common
from modules.sirekap.views.recap.plenaries import name_of


@bp.get("/rekapitulasi")
@public
def public_start() -> Any:
    """The nation, in the newest election."""
    election = queries.newest_election()
    if election is None:
        return render_template("sirekap/recap/nothing.html")
    return redirect(url_for("rekap.public_region", election=election.code, code=NATION))


@bp.get("/rekapitulasi/<election>/<code>")
@public
def public_region(election: str, code: str) -> Any:
    """The D.Hasil of a region and the regions below it."""
    found, region = election_of(election), region_of(code)
    rows = queries.progress(found, region)
    if not rows:
        abort(404)
    kinds = list(dict.fromkeys(row.kind for row in rows))
    table = recap_tables.children_table(
        found, queries.children(found, region), kinds, rows, endpoint="rekap.public_region"
    )
    return table.download() or render_template(
        "sirekap/recap/public_region.html",
        election=found,
        code=region,
        name=name_of(found, region),
        above=[(a.code, a.title) for a in ancestors(region, found.map_id)] if region else [],
        rows=rows,
        table=table,
        words=words,
        address=address,
    )


@bp.get("/rekapitulasi/<election>/<code>/pembetulan")
@public
def public_corrections(election: str, code: str) -> Any:
    """Every correction of locked forms in a region, newest first."""
    found, region = election_of(election), region_of(code)
    statement = queries.corrections_in(found.id, region).where(Recap.state == "disahkan")
    table = recap_tables.corrections_table(statement, public=True)
    return table.download() or render_template(
        "sirekap/recap/public_corrections.html",
        election=found,
        code=region,
        name=name_of(found, region),
        table=table,
        address=address,
    )


def _locked(recap_id: int) -> tuple[Sheet, Election, RecapVersion]:
    recap = db.session.get(Recap, recap_id) or abort(404)
    version = version_of(recap)
    if recap.state != "disahkan" or version is None:
        abort(404)
    return sheet(recap), db.session.get_one(Election, recap.election_id), version


@bp.get("/rekapitulasi/d/<int:recap_id>")
@public
def public_form(recap_id: int) -> Any:
    """A locked D.Hasil: its table, its parts, its corrections, its document."""
    shown, election, version = _locked(recap_id)
    recap = shown.recap
    below = (
        {}
        if recap.tier in LEAVES
        else {r.region: r.id for r in db.session.scalars(select(Recap).where(Recap.parent_id == recap.id))}
    )
    return render_template(
        "sirekap/recap/public_form.html",
        **common(recap),
        form=shown,
        version=version,
        columns=recap_papers.main_columns(shown, election),
        groups=shown.grouped() if recap.tier == "kecamatan" else [],
        below=below,
        corrections=[(made, recap_papers.changed_rows(shown, made)) for made in queries.corrections(recap)],
        document=db.session.get(OfficialDocument, recap.document_id) if recap.document_id else None,
    )


@bp.get("/rekapitulasi/d/<int:recap_id>.json")
@public
def public_form_json(recap_id: int) -> Response:
    """The D.Hasil for programs."""
    shown, election, version = _locked(recap_id)
    return jsonify(recap_twins.form_json(shown, election, version, queries.corrections(shown.recap)))


@bp.get("/rekapitulasi/d/<int:recap_id>.csv")
@public
def public_form_csv(recap_id: int) -> Response:
    """The D.Hasil for spreadsheets."""
    shown, _election, _version = _locked(recap_id)
    return Response(
        recap_twins.form_csv(shown),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="d-hasil-{recap_id}.csv"'},
    )
