"""What programs fetch: Atom, the map of the site, robots.txt, and the feed for JDIHN."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Response, abort, current_app, jsonify, render_template, request, send_file, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _

from electsys.errors import Refused
from electsys.identity.access import public
from modules.jdih import feed
from modules.jdih.queries import public as queries
from modules.jdih.queries import register, units
from modules.jdih.queries.search import NATION
from modules.jdih.rules import words
from modules.jdih.twins import opened
from modules.jdih.views import bp
from modules.jdih.views.sites import load_unit


@bp.get("/atom.xml")
@public
def atom() -> Any:
    """The documents that changed last, of all satker."""
    return _atom(None, _("Produk hukum KPU"), "jdih.atom")


@bp.get("/satker/<unit>/atom.xml")
@public
def site_atom(unit: str) -> Any:
    """The documents of one satker that changed last."""
    code = load_unit(unit)
    title = _("Produk hukum %(office)s", office=units.office_name(code))
    return _atom(code, title, "jdih.site_atom", unit=unit)


def _atom(code: str | None, title: str, endpoint: str, **values: Any) -> Any:
    documents = queries.newest(code)
    body = render_template(
        "jdih/atom.xml",
        title=title,
        own=_absolute(endpoint, **values),
        page=_absolute("jdih.site", unit=code or NATION) if code is not None else _absolute("jdih.search"),
        updated=max((d.changed_at for d in documents), default=dt.datetime(2000, 1, 1, tzinfo=dt.UTC)),
        documents=documents,
        absolute=_absolute,
        title_of=queries.title_of,
        name_of=register.name_of,
        printable=words.printable,
    )
    return _xml(body, "application/atom+xml")


@bp.get("/sitemap.xml")
@public
def sitemap() -> Any:
    """The parts of the map of the site."""
    return _xml(render_template("jdih/sitemap.xml", parts=queries.map_parts(), absolute=_absolute))


@bp.get("/sitemap-<int:part>.xml")
@public
def sitemap_part(part: int) -> Any:
    """One part of the map: the pages of documents."""
    if not 1 <= part <= queries.map_parts():
        abort(404)
    return _xml(
        render_template("jdih/sitemap_part.xml", documents=queries.map_part(part), absolute=_absolute)
    )


@public
def robots() -> Response:
    """Who may look where: everything public but the pages of single papers, which a QR leads to."""
    lines = ["User-agent: *", "Disallow: /dokumen/", "Disallow: /masuk", "Disallow: /jdih/cari.json"]
    return Response("\n".join([*lines, f"Sitemap: {_absolute('jdih.sitemap')}", ""]), mimetype="text/plain")


@public
def document_feed() -> Response:
    """The feed for JDIHN; with ``since`` the documents that changed at or after a moment."""
    said = request.args.get("since")
    try:
        if said is not None:
            return opened(jsonify(list(feed.rows(feed.since(said)))))
        response = send_file(feed.current(), mimetype="application/json", conditional=True)
    except Refused as refusal:
        response = jsonify(title=refusal.message, detail=refusal.hint, status=refusal.status)
        response.status_code = refusal.status
        response.mimetype = "application/problem+json"
    return opened(response)


def _at_the_root(state: BlueprintSetupState) -> None:
    """Two addresses are fixed by others: that of robots.txt, and that of the feed (domain.md 8.2)."""
    state.app.add_url_rule("/robots.txt", "jdih.robots", robots)
    state.app.add_url_rule("/feed/document.json", "jdih.feed", document_feed)


bp.record(_at_the_root)


def _xml(body: str, kind: str = "application/xml") -> Any:
    response = Response(body, mimetype=kind)
    response.headers["Cache-Control"] = "public, max-age=300"
    response.add_etag()
    return response.make_conditional(request)


def _absolute(endpoint: str, **values: Any) -> str:
    return str(current_app.config["BASE_URL"]) + url_for(endpoint, **values)
