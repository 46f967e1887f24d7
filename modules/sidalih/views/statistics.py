"""Statistics of the voter lists, for everybody: from frozen lists alone, counts and never a person."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for
from flask_login import current_user

from electsys.db import db
from electsys.elections import settings
from electsys.elections.models import Election
from electsys.elections.queries import by_code, codes
from electsys.identity.access import Scope, can, public
from electsys.regions.rules import parent_of
from electsys.web.formats import title_region
from modules.sidalih import figures, papers
from modules.sidalih.models.lists import STAGES as ORDER
from modules.sidalih.permissions import READ_LISTS
from modules.sidalih.queries import statistics as queries
from modules.sidalih.views import bp
from modules.sidalih.wording import STAGES

NATION = "nasional"


@bp.get("/statistik")
@public
def statistics_start() -> Any:
    """Lead to the newest list of the nation, or of what ``wilayah`` names."""
    election = queries.newest_election()
    if election is None:
        return render_template("sidalih/statistics/nothing.html")
    shown = [stage for stage in queries.stages_of(election.id) if stage in queries.PUBLIC]
    code = request.args.get("wilayah") or NATION
    return redirect(url_for("sidalih.statistics", election=election.code, stage=shown[-1], code=code))


@bp.get("/statistik/<election>/<stage>/<code>")
@public
def statistics(election: str, stage: str, code: str) -> Any:
    """The numbers of an area in a stage: sex, age, disability, first voters, parts, map."""
    page, stages = _load(election, stage, code)
    found = page.election

    def link(part: str) -> str | None:
        if len(part) == 13:
            return None
        return url_for("sidalih.statistics", election=election, stage=stage, code=part)

    table = figures.parts_table(page, link)
    if (made := table.download()) is not None:
        return made
    labels = {
        row.code: row.label for row in db.session.scalars(codes(found.id).filter_by(table_code="disabilitas"))
    }
    before = _before(page, stages)
    kind = request.args.get("peta", "pemilih")
    kind = kind if kind in figures.MAPS and (kind != "perubahan" or before) else "pemilih"
    return render_template(
        "sidalih/statistics/area.html",
        page=page,
        stages=stages,
        words=STAGES,
        table=table,
        pyramid=figures.pyramid(page.area, sorted(settings.value(found.id, "kelompok_umur"))),
        disabilities=figures.disabilities(page.area, labels, _siblings(page)),
        few=figures.few,
        map=figures.map_of(page, kind, before),
        maps={k: v for k, v in figures.MAPS.items() if k != "perubahan" or before},
        map_kind=kind,
        before=before,
        signed=figures.signed,
        code=page.area.code or NATION,
    )


@bp.get("/statistik/<election>/banding/<code>")
@public
def comparison(election: str, code: str) -> Any:
    """The same area in DPS, DPSHP and DPT, with the differences."""
    found = by_code(election) or abort(404)
    area = _code(code)
    stages = [s for s in queries.stages_of(found.id, area) if s in queries.PUBLIC]
    pages = {stage: queries.area_page(found, stage, area) or abort(404) for stage in stages}
    if not pages:
        abort(404)

    def link(part: str) -> str | None:
        return None if len(part) == 13 else url_for("sidalih.comparison", election=election, code=part)

    table = figures.comparison_table(pages, STAGES, link)
    first = next(iter(pages.values()))
    return table.download() or render_template(
        "sidalih/statistics/comparison.html",
        election=found,
        pages=pages,
        page=first,
        words=STAGES,
        table=table,
        signed=figures.signed,
        code=code,
    )


@bp.get("/statistik/<election>/<stage>/<code>.pdf")
@public
def statistics_pdf(election: str, stage: str, code: str) -> Response:
    """A-Rekap of an area as a paper."""
    page, _stages = _load(election, stage, code)
    content = papers.recap_paper(page.election, stage, 1, page.area.code, page.parts)
    response = Response(content, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=f"rekap-{stage}-{code}.pdf")
    return response


def _load(election: str, stage: str, code: str) -> tuple[queries.AreaPage, list[str]]:
    """The page of an area, and the stages that the reader may see there; 404 for what there is not."""
    found: Election = by_code(election) or abort(404)
    area = _code(code)
    office = can(current_user, READ_LISTS, Scope(area, election=found.id))
    stages = [s for s in queries.stages_of(found.id, area) if office or s in queries.PUBLIC]
    if stage not in ORDER or (stage not in queries.PUBLIC and not office):
        abort(404)
    page = queries.area_page(found, stage, area)
    if page is None:
        abort(404)
    page.area.name = title_region(page.area.name)
    return page, stages


def _code(code: str) -> str:
    """The region code of an address; "" is the nation."""
    if code == NATION:
        return ""
    if len(code) not in (2, 4, 6, 10) or not code.isalnum() or not code.isascii():
        abort(404)
    return code


def _siblings(page: queries.AreaPage) -> list[queries.Numbers]:
    """The parts of the area above, this one among them; none for the nation."""
    if not page.area.code:
        return []
    above = queries.area_page(page.election, page.stage, parent_of(page.area.code) or "")
    return above.parts if above else []


def _before(page: queries.AreaPage, stages: list[str]) -> queries.AreaPage | None:
    """The same area in the stage before."""
    earlier = [s for s in stages if ORDER.index(s) < ORDER.index(page.stage)]
    return queries.area_page(page.election, earlier[-1], page.area.code) if earlier else None
