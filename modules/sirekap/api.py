"""Sirekap's public JSON paths of 2024 for the presidential contest, at the root of the site."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response, abort, jsonify, request

from electsys.identity.access import public
from modules.sirekap import shapes
from modules.situng import (
    AreaPage,
    ContestCount,
    contest_by_code,
    contest_count,
    public_contest,
    region_page,
    tps_form,
    village_forms,
)

bp = APIBlueprint("sirekap", __name__, tag="Sirekap 2024")

#: Lengths of the codes on the way down a path: province, kab/kota, kecamatan, village.
LENGTHS = (2, 4, 6, 10)


def _ppwp() -> ContestCount:
    """The presidential contest of the newest election that is no rehearsal."""
    found = public_contest("ppwp")
    contest = contest_by_code(*found) if found else None
    if contest is None:
        abort(404)
    return contest_count(contest.id)


def _is_code(code: str) -> bool:
    """Whether these are plain digits; anything else (a NUL, digits of another script) is no code."""
    return code.isascii() and code.isdigit()


def _last_code(way: str) -> str:
    """The code at the end of a path such as ``12/1201/120101``; 404 unless each is in the next."""
    codes = way.split("/")
    if len(codes) > len(LENGTHS):
        abort(404)
    for code, length in zip(codes, LENGTHS, strict=False):
        if len(code) != length or not _is_code(code) or not codes[-1].startswith(code):
            abort(404)
    return codes[-1]


def _page(count: ContestCount, code: str) -> AreaPage:
    page = region_page(count, code)
    if page is None:
        abort(404)
    return page


def _publish(data: Any) -> Response:
    response = jsonify(data)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag()
    response.cache_control.public = True
    response.cache_control.max_age = 15
    response.make_conditional(request)
    return response


@bp.get("/pemilu/ppwp.json")
@public
def candidates() -> Response:
    """The pairs of candidates, keyed by their id."""
    return _publish(shapes.candidates(_ppwp()))


@bp.get("/wilayah/pemilu/ppwp/0.json")
@public
def provinces() -> Response:
    """The provinces, overseas included."""
    return _regions("")


@bp.get("/wilayah/pemilu/ppwp/<path:way>.json")
@public
def regions_below(way: str) -> Response:
    """The regions one level below the last code of the path; below a village its TPS."""
    return _regions(_last_code(way))


def _regions(code: str) -> Response:
    count = _ppwp()
    page = _page(count, code)
    if len(code) == LENGTHS[-1]:
        rows = [(form.name, form.kpu_id, form.code, 5) for form in village_forms(count, code)]
    else:
        rows = [(part.name, part.kpu_id, part.code, part.level) for part in page.parts]
    return _publish(shapes.regions(rows))


@bp.get("/pemilu/hhcw/ppwp.json")
@public
def nation() -> Response:
    """The count of the nation by province."""
    return _publish(shapes.aggregate(_page(_ppwp(), "")))


@bp.get("/pemilu/hhcw/ppwp/<path:way>.json")
@public
def area(way: str) -> Response:
    """The count of a region by its parts, or of one TPS."""
    count = _ppwp()
    above, _, last = way.rpartition("/")
    if len(last) == 13:
        if not _is_code(last) or above.count("/") != 3 or _last_code(above) != last[:10]:
            abort(404)
        form = tps_form(count, last) or abort(404)
        return _publish(shapes.station(count, form))
    code = _last_code(way)
    page = _page(count, code)
    if len(code) == LENGTHS[-1]:
        return _publish(shapes.village(page, village_forms(count, code)))
    return _publish(shapes.aggregate(page))
