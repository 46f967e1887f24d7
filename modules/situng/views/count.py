"""The public running count: nation to TPS, each page with its JSON and CSV twin."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, jsonify, redirect, render_template, request, url_for

from electsys.identity.access import public
from modules.situng import displays, twins, wording
from modules.situng.queries.areas import AreaPage, dapil_page, region_page
from modules.situng.queries.contests import ContestCount, public_contest
from modules.situng.queries.forms import history, tps_form, village_forms
from modules.situng.views import bp, load_contest

COUNT = "/hitung-suara/<election>/<kind>"
NATION = "nasional"


@bp.get("/hitung-suara")
@public
def start() -> Any:
    """Lead to the nation's page of the newest presidential contest."""
    found = public_contest("ppwp")
    if found is None:
        return render_template("situng/nothing.html")
    return redirect(url_for("situng.area", election=found[0], kind=found[1], code=NATION))


@bp.get(f"{COUNT}/<code>")
@public
def area(election: str, kind: str, code: str) -> Any:
    """The running count of a region."""
    count = load_contest(election, kind)
    if len(code) == 13:
        return _station(count, code)
    page = _region(count, code)
    if len(code) == 10:
        table = displays.forms_table(count, village_forms(count, code), f"{kind}-{code}")
    else:
        table = displays.parts_table(page, f"{kind}-{code}")
    return table.download() or render_template(
        "situng/area.html",
        page=page,
        table=table,
        shares=displays.shares(page),
        coverage=displays.coverage(page.area),
        map=displays.map_of(page),
    )


@bp.get(f"{COUNT}/<code>.json")
@public
def area_json(election: str, kind: str, code: str) -> Response:
    """The JSON twin of a region's or TPS's page."""
    count = load_contest(election, kind)
    if len(code) == 13:
        form = tps_form(count, code) or abort(404)
        return _open(jsonify(twins.form_json(count, form, history(count, code))))
    page = _region(count, code)
    data = twins.area_json(page)
    if len(code) == 10:
        data["rincian"] = [
            twins.form_json(count, form, [form.shown] if form.shown else [])
            for form in village_forms(count, code)
        ]
    return _open(jsonify(data))


@bp.get(f"{COUNT}/<code>.csv")
@public
def area_csv(election: str, kind: str, code: str) -> Response:
    """The CSV twin of a region's page; a village gives its TPS in the results format."""
    count = load_contest(election, kind)
    if len(code) == 13:
        form = tps_form(count, code) or abort(404)
        return _csv(twins.forms_csv(count, [form]), f"{kind}-{code}")
    page = _region(count, code)
    if len(code) == 10:
        return _csv(twins.forms_csv(count, village_forms(count, code)), f"{kind}-{code}")
    return _csv(twins.area_csv(page), f"{kind}-{code}")


@bp.get(f"{COUNT}/dapil/<code>")
@public
def dapil(election: str, kind: str, code: str) -> Any:
    """The running count of a dapil."""
    page = dapil_page(load_contest(election, kind), code) or abort(404)
    table = displays.parts_table(page, f"{kind}-dapil-{code}")
    return table.download() or render_template(
        "situng/area.html",
        page=page,
        table=table,
        shares=displays.shares(page),
        coverage=displays.coverage(page.area),
        dapil=True,
    )


@bp.get(f"{COUNT}/dapil/<code>.json")
@public
def dapil_json(election: str, kind: str, code: str) -> Response:
    """The JSON twin of a dapil's page."""
    page = dapil_page(load_contest(election, kind), code) or abort(404)
    return _open(jsonify(twins.area_json(page)))


@bp.get(f"{COUNT}/dapil/<code>.csv")
@public
def dapil_csv(election: str, kind: str, code: str) -> Response:
    """The CSV twin of a dapil's page."""
    page = dapil_page(load_contest(election, kind), code) or abort(404)
    return _csv(twins.area_csv(page), f"{kind}-dapil-{code}")


@bp.get("/hitung-suara/kode")
@public
def codes() -> Any:
    """Every code of an error or warning, with its meaning and article."""
    return render_template("situng/codes.html", entries=wording.catalogue())


def _region(count: ContestCount, code: str) -> AreaPage:
    wanted = "" if code == NATION else code
    if wanted and not (wanted.isascii() and wanted.isdigit()):
        abort(404)
    page = region_page(count, wanted)
    return page or abort(404)


def _station(count: ContestCount, code: str) -> str:
    form = tps_form(count, code)
    village = region_page(count, code[:10])
    if form is None or village is None:
        abort(404)
    versions = history(count, code)
    findings = {
        v.id: wording.explain([*v.faults, *v.warnings], count.model, v.cells, v.votes) for v in versions
    }
    return render_template(
        "situng/station.html", page=village, form=form, versions=versions, findings=findings
    )


def _open(response: Any) -> Any:
    """Anyone may read and embed it; a reader who has it already gets 304."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.cache_control.public = True
    response.cache_control.max_age = 15
    response.add_etag()
    return response.make_conditional(request)


def _csv(body: str, name: str) -> Response:
    response = Response(body, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return _open(response)
