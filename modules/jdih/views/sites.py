"""A site for each satker: the nation, the provinces, their kab/kota."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template

from electsys.identity.access import public
from electsys.regions import queries as regions
from electsys.web.formats import title_region
from modules.jdih.queries import public as queries
from modules.jdih.queries import register, units
from modules.jdih.queries.search import NATION
from modules.jdih.queries.search import search as find
from modules.jdih.views import bp
from modules.jdih.wording import register as wording_register


def load_unit(unit: str) -> str:
    """The region code of a satker's address: the nation, a province, a kab/kota; else 404."""
    if unit == NATION:
        return ""
    if len(unit) not in (2, 4) or not units.exists(unit):
        abort(404)
    return unit


@bp.get("/satker")
@public
def sites() -> Any:
    """The sites of all provinces, with the nation's first."""
    return render_template("jdih/sites.html", satker=queries.satker(None), title_region=title_region)


@bp.get("/satker/<unit>")
@public
def site(unit: str) -> Any:
    """The site of one satker: its newest documents, its kinds, and the satker below it."""
    code = load_unit(unit)
    return render_template(
        "jdih/site.html",
        unit=unit,
        office=units.office_name(code),
        above=[(r.code, r.name) for r in regions.ancestors(code)] if len(code) == 4 else [],
        below=queries.satker(code) if len(code) == 2 else [],
        results=find("", filters={"satker": [unit]}),
        kinds=queries.kinds(),
        statuses=wording_register.STATUSES,
        name_of=register.name_of,
        title_region=title_region,
    )
