"""The public running count: nation to TPS, each page with its JSON and CSV twin."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, jsonify, redirect, render_template, request, url_for
from flask_login import current_user

from electsys.identity.access import Scope, can, public
from electsys.regions.picker import LEVEL_NAMES
from electsys.regions.queries import search
from electsys.regions.views import CHAMBERS
from modules.situng import displays, lists, twins, wording
from modules.situng.contest import ContestCount
from modules.situng.queries import listing
from modules.situng.queries.areas import AreaPage, dapil_page, is_opened, region_page
from modules.situng.queries.beside import counted_at, public_contest
from modules.situng.queries.captures import rounds
from modules.situng.queries.contests import Ambiguous, count_by_code
from modules.situng.queries.forms import history, photos_of, tps_form, village_forms
from modules.situng.reports import report_address
from modules.situng.views import bp, code_in, load_contest
from modules.situng.workflow import CORRECT, ENTER, OPEN_ROUND

COUNT = "/hitung-suara/<election>/<kind>"
NATION = "nasional"
#: More than this no name of a region has.
LONGEST = 100


@bp.get("/hitung-suara")
@public
def start() -> Any:
    """Lead to the contest that pages begin with: the nation, or what ``wilayah`` or ``dapil`` names."""
    found = public_contest()
    if found is None or not is_opened(*found):
        return render_template("situng/nothing.html")
    if dapil := request.args.get("dapil"):
        return redirect(url_for("situng.dapil", election=found[0], kind=found[1], code=dapil))
    code = request.args.get("wilayah") or NATION
    return redirect(url_for("situng.area", election=found[0], kind=found[1], code=code))


@bp.get(f"{COUNT}/cari")
@bp.get(f"{COUNT}/<region>/cari")
@public
def find(election: str, kind: str, region: str = "") -> Any:
    """Find a region or TPS by name or code; the whole code of a TPS leads straight to it."""
    count = load_contest(election, kind, region)
    asked = request.args.get("q", "").strip()[:LONGEST]
    digits = asked.replace(".", "").replace(" ", "")
    if len(digits) == 13 and digits.isascii() and digits.isdigit() and tps_form(count, digits):
        return redirect(url_for("situng.area", election=election, kind=kind, code=digits))
    found = search(asked, map_id=count.map_id, within=count.region, limit=50) if asked else []
    return render_template("situng/find.html", count=count, q=asked, found=found, levels=LEVEL_NAMES)


@bp.get(f"{COUNT}/<code>/formulir")
@public
def forms(election: str, kind: str, code: str) -> Any:
    """Every TPS of a region with its form, or those in one state: flagged (and why), missing."""
    page = _region(load_contest(election, kind, code), code)
    state = request.args.get("status", "")
    if state and state not in listing.STATES:
        abort(404)
    table = lists.public_forms(page.count, page.area.code, state)
    return table.download() or render_template("situng/forms.html", page=page, table=table, state=state)


@bp.get(f"{COUNT}/<code>")
@public
def area(election: str, kind: str, code: str) -> Any:
    """The running count of a region."""
    count = load_contest(election, kind, code)
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
        others=_beside(count, page.area.code, code),
    )


@bp.get(f"{COUNT}/<code>.json")
@public
def area_json(election: str, kind: str, code: str) -> Response:
    """The JSON twin of a region's or TPS's page."""
    count = load_contest(election, kind, code)
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
    count = load_contest(election, kind, code)
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
    page = _dapil(election, kind, code)
    table = displays.parts_table(page, f"{kind}-dapil-{code}")
    return table.download() or render_template(
        "situng/area.html",
        page=page,
        table=table,
        shares=displays.shares(page),
        coverage=displays.coverage(page.area),
        chamber=CHAMBERS[page.chamber or ""],
    )


@bp.get(f"{COUNT}/dapil/<code>.json")
@public
def dapil_json(election: str, kind: str, code: str) -> Response:
    """The JSON twin of a dapil's page."""
    page = _dapil(election, kind, code)
    return _open(jsonify(twins.area_json(page)))


@bp.get(f"{COUNT}/dapil/<code>.csv")
@public
def dapil_csv(election: str, kind: str, code: str) -> Response:
    """The CSV twin of a dapil's page."""
    page = _dapil(election, kind, code)
    return _csv(twins.area_csv(page), f"{kind}-dapil-{code}")


@bp.get("/hitung-suara/kode")
@public
def codes() -> Any:
    """Every code of an error or warning, with its meaning and article."""
    return render_template("situng/codes.html", entries=wording.catalogue())


def _dapil(election: str, kind: str, code: str) -> AreaPage:
    try:
        return dapil_page(count_by_code(election, kind), code) or abort(404)
    except Ambiguous:  # whoever elects the head of a region has no dapil
        abort(404)


def _region(count: ContestCount, code: str) -> AreaPage:
    wanted = code_in(code)
    page = region_page(count, wanted) if wanted is not None else None
    return page or abort(404)


def _beside(count: ContestCount, region: str, code: str) -> list[tuple[str, str, bool]]:
    """The contests that are counted in a region: (address of the page ``code``, name, whether it is this)."""
    return [
        (
            url_for("situng.area", election=count.election_code, kind=kind, code=code),
            name,
            kind == count.kind,
        )
        for kind, name in counted_at(count, region)
    ]


def _station(count: ContestCount, code: str) -> str:
    form = tps_form(count, code)
    village = region_page(count, code[:10])
    if form is None or village is None:
        abort(404)
    versions = history(count, code)
    scope = Scope(code, election=count.election_id)
    findings = {
        v.id: wording.explain(
            [*v.faults, *v.warnings], count.model, v.cells, v.votes, numbers=v.numbers(count)
        )
        for v in versions
    }
    return render_template(
        "situng/station.html",
        page=village,
        form=form,
        versions=versions,
        findings=findings,
        photos=photos_of(count, code),
        notes=displays.place_notes(count, form),
        rounds=rounds(count.contest_id, code),
        others=_beside(count, village.area.code, code),
        report=report_address(count, code),
        may_correct=bool(versions) and can(current_user, CORRECT, scope),
        may_enter=can(current_user, ENTER, scope),
        may_open=can(current_user, OPEN_ROUND, scope),
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
