"""Public pages of regions and dapil, and the search behind the picker."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, abort, jsonify, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from electsys.db import db
from electsys.identity.access import public
from electsys.regions import queries, rules
from electsys.regions.models import Dapil, Region
from electsys.regions.picker import LEVEL_NAMES, words_for
from electsys.web import navigation
from electsys.web.formats import title_region
from electsys.web.tables import Column, Filter, Table

bp = Blueprint("regions", __name__, url_prefix="/wilayah")

CHAMBERS = {
    "dpr": _l("DPR"),
    "dpd": _l("DPD"),
    "dprd_prov": _l("DPRD Provinsi"),
    "dprd_kabko": _l("DPRD Kabupaten/Kota"),
}
SEATS = {"resmi": _l("resmi"), "dihitung": _l("dihitung")}
KINDS = {
    "reguler": _l("Reguler"),
    "khusus": _l("Khusus"),
    "tpsln": _l("TPSLN"),
    "ksk": _l("Kotak suara keliling"),
    "pos": _l("Pos"),
}
LONGEST = 100


def newest_election() -> tuple[int, str] | None:
    """Id and name of the last election on the map in force: whose TPS the pages show."""
    # Elections stand above regions in the house, hence not their model.
    row = db.session.execute(
        text(
            "select e.id, e.name from election e join region_map m on m.id = e.map_id"
            " where m.valid_to is null order by e.voting_day desc limit 1"
        )
    ).one_or_none()
    return (row.id, row.name) if row else None


@bp.get("/")
@public
def nation() -> Any:
    """The provinces, and the search."""
    return _area("", None)


@bp.get("/<code>")
@public
def area(code: str) -> Any:
    """One area: its way up, its parts or TPS, its dapil."""
    row = queries.region(code)
    if row is None:
        abort(404)
    return _area(code, row)


def _area(code: str, row: Region | None) -> Any:
    election = newest_election()
    village = len(code) == 10
    counts = queries.tps_counts(election[0], code) if election and len(code) in (4, 6) else {}
    if village and election:
        table = Table(
            queries.stations(election[0], code),
            [
                Column("nama", _l("TPS"), "name", head=True),
                Column("kode", _l("Kode"), "code"),
                Column("jenis", _l("Jenis"), lambda t: str(KINDS[t.kind])),
            ],
            caption=_l("TPS di wilayah ini"),
            empty=_l("Data KPU tidak mempunyai daftar TPS untuk tempat ini."),
            name=f"tps-{code}",
            size=100,
        )
    else:
        table = Table(
            queries.children(code),
            [
                Column(
                    "nama", _l("Nama"), lambda r: title_region(r.name), sort=Region.name, head=True, link=_to
                ),
                Column("kode", _l("Kode"), "code", sort=Region.code),
                _people(Region.population)
                if len(code) < 4
                else Column("tps", _l("TPS"), lambda r: counts.get(r.code, 0), kind="number"),
            ],
            caption=_l("Bagian wilayah ini"),
            empty=_l("Wilayah ini tidak mempunyai bagian."),
            search=(Region.name, Region.code),
            name=f"wilayah-{code or 'nasional'}",
            size=100,
        )
    return table.download() or render_template(
        "regions/area.html",
        row=row,
        level=LEVEL_NAMES[rules.LEVELS[len(code)]],
        above=queries.ancestors(code),
        dapil=queries.dapil_of(code) if len(code) >= 4 else [],
        predecessors=queries.predecessors(code) if row else [],
        successors=queries.successors(code) if row else [],
        chambers=CHAMBERS,
        election=election,
        table=table,
    )


def _people(column: Any, hidden: bool = False) -> Column:
    return Column("penduduk", _l("Penduduk"), "population", kind="number", sort=column, hidden=hidden)


def _name(row: Region) -> str:
    return title_region(row.name)


def _to(row: Region) -> str:
    return url_for("regions.area", code=row.code)


@bp.get("/cari")
@public
def search() -> str:
    """The search as a page, which needs no script."""
    asked = request.args.get("q", "").strip()[:LONGEST]
    found = queries.search(asked, limit=50) if asked else []
    return render_template("regions/search.html", q=asked, found=found, levels=LEVEL_NAMES)


@bp.get("/cari.json")
@public
def search_json() -> Any:
    """The search for programs: ``q``; ``level`` (1-4) and ``within`` (a code) narrow it."""
    level = request.args.get("level", type=int)
    within = rules.code_in(request.args.get("within", "")) or ""
    asked = request.args.get("q", "")[:LONGEST]
    found = queries.search(asked, level=level if level in (1, 2, 3, 4) else None, within=within)
    rows = [
        {
            "code": f.code,
            "name": title_region(f.name),
            "level": f.level,
            "above": [title_region(name) for name in f.above],
            "label": words_for(f),
        }
        for f in found
    ]
    return jsonify(rows), {"Cache-Control": "public, max-age=3600"}


@bp.get("/dapil")
@public
def dapil_list() -> Any:
    """Every dapil of every chamber."""
    table = Table(
        queries.all_dapil(),
        [
            Column(
                "dapil",
                _l("Dapil"),
                lambda d: title_region(d.name),
                sort=Dapil.name,
                head=True,
                link=lambda d: url_for("regions.dapil_page", code=d.code),
            ),
            Column("kamar", _l("Lembaga"), lambda d: str(CHAMBERS[d.chamber])),
            Column("kode", _l("Kode"), "code", sort=Dapil.code),
            Column("kursi", _l("Kursi"), "seats", kind="number", sort=Dapil.seats),
            Column("sumber", _l("Sumber kursi"), lambda d: str(SEATS.get(d.seats_source or "", ""))),
            Column(
                "penduduk", _l("Penduduk"), "population", kind="number", sort=Dapil.population, hidden=True
            ),
        ],
        caption=_l("Daerah pemilihan"),
        empty=_l("Belum ada dapil. Muat peta dengan perintah regions load."),
        search=(Dapil.name, Dapil.code),
        filters=[
            Filter("lembaga", _l("Lembaga"), list(CHAMBERS.items()), lambda q, c: q.where(Dapil.chamber == c))
        ],
        name="dapil",
    )
    return table.download() or render_template("regions/dapil_list.html", table=table)


@bp.get("/dapil/<code>")
@public
def dapil_page(code: str) -> str:
    """One dapil: chamber, seats, areas."""
    row = queries.dapil(code)
    if row is None:
        abort(404)
    return render_template(
        "regions/dapil.html",
        row=row,
        chamber=CHAMBERS[row.chamber],
        seats=SEATS.get(row.seats_source or ""),
        areas=queries.areas_of(row),
        body=queries.names([row.body_code]).get(row.body_code),
    )


def init_app(app: Flask) -> None:
    """Register pages and menu entry."""
    app.register_blueprint(bp)
    navigation.entry(_l("Wilayah dan dapil"), "regions.nation", group="publik", order=40)
