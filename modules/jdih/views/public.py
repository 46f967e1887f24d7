"""The public's pages: search, document, citation, files. No log-in; each page has a JSON twin."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from flask import Response, abort, current_app, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wsgi import wrap_file

from electsys.documents import qr_svg
from electsys.documents.operations.files import open_file
from electsys.identity.access import public
from modules.jdih import graph, twins
from modules.jdih.models.register import LawDocument
from modules.jdih.queries import public as queries
from modules.jdih.queries import register, units
from modules.jdih.queries.search import EVERY, FILTERS, NATION, SIZE, Results
from modules.jdih.queries.search import search as find
from modules.jdih.rules.metadata import fields_of
from modules.jdih.views import bp
from modules.jdih.wording import register as wording_register
from modules.jdih.wording import search as wording_search

#: Values of a facet that are shown before the rest is folded away.
OPEN = 7
#: How long a page of the register may be kept by whoever asks, in seconds.
FRESH = "public, max-age=60"


def load(stem: str) -> LawDocument:
    """A document that is or was published; 404 where there is none."""
    return queries.document(stem) or abort(404)


def asked(*, whole: bool = False) -> Results:
    """What the address asks the search for: a page of it, or the ``whole``."""
    page = "1" if whole else request.args.get("halaman", "")
    return find(
        request.args.get("cari", ""),
        filters={name: request.args.getlist(name) for name in FILTERS},
        page=int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1,
        size=EVERY if whole else SIZE,
    )


@bp.get("/", endpoint="search")
@public
def search_page() -> Any:
    """The search of all published documents; without words the newest, and ways into the register."""
    if (kind := request.args.get("unduh")) is not None:
        if kind not in ("csv", "xlsx"):
            abort(404)
        return twins.results_file(kind, asked(whole=True))
    results = asked()
    return render_template(
        "jdih/search.html",
        results=results,
        home=not results.asked and not results.narrowed and results.page == 1,
        facets=facets(results),
        link=link,
        offices=units.office_names(h.document.unit for h in results.hits),
        statuses=wording_register.STATUSES,
        file_name=passage_file,
        title_of=queries.title_of,
        name_of=register.name_of,
    )


@bp.get("/cari.json", endpoint="search_json")
@public
def search_json() -> Response:
    """The same for programs."""
    return twins.opened(jsonify(twins.results_json(asked())))


@bp.get("/dokumen/<stem>")
@public
def document(stem: str) -> Any:
    """One document: metadata, status, relations, files, versions, how to cite it."""
    found = load(stem)
    cited = request.args.get("pasal", "")[:20]
    related = register.related(found)
    gone = found.state == "ditarik"
    page = render_template(
        "jdih/document.html",
        document=found,
        gone=gone,
        office=units.office_name(found.unit),
        name=register.name_of(found),
        short=register.short_name(found),
        title=queries.title_of(found),
        fields=[] if gone else metadata(found),
        status=wording_register.STATUSES.get(found.legal_status or ""),
        groups=graph.grouped(related),
        graph=graph.drawn(register.short_name(found), related),
        files=[] if gone else files(found),
        article=queries.article(found, cited) if cited and not gone else None,
        cited=cited,
        versions=register.versions_of(found),
        cite=citation(found),
        address=absolute("jdih.document", stem=found.stem),
        official=found.official if found.official and found.official.public else None,
        qr=code_of(found),
    )
    return page, 410 if gone else 200


@bp.get("/dokumen/<stem>.json")
@public
def document_json(stem: str) -> Response:
    """The same for programs."""
    return twins.opened(jsonify(twins.document_json(load(stem))))


@bp.get("/kutipan")
@public
def cite() -> Any:
    """Lead from a citation (``dasar=PKPU 10/2023:8(2)``) to the document and the article in it."""
    said = request.args.get("dasar", "")[:200]
    found = register.by_citation(said)
    if found is None:
        results = find(said)
        exact = [hit.document for hit in results.hits if hit.exact]
        if len(exact) == 1 and results.citation is not None:
            found = exact[0], results.citation.article
    if found is None:
        return redirect(url_for("jdih.search", cari=said))
    document, article = found
    if article is None:
        return redirect(url_for("jdih.document", stem=document.stem))
    return redirect(url_for("jdih.document", stem=document.stem, pasal=article, _anchor="pasal"))


@bp.get("/dokumen/<stem>/<name>")
@public
def download(stem: str, name: str) -> Any:
    """A file of a published document under its own name. Parts of it may be asked for (Range)."""
    found = load(stem)
    ids = {n: i for i, n in queries.file_names(found).items()}
    if found.state != "terbit" or name not in ids:
        abort(404)
    stored = next(f.file for f in found.files if f.file_id == ids[name])
    response = Response(
        wrap_file(request.environ, open_file(stored)), mimetype=stored.media_type, direct_passthrough=True
    )
    response.content_length = stored.size
    inline = stored.origin == "sistem"  # only what this house has made itself opens in the browser
    response.headers.set("Content-Disposition", "inline" if inline else "attachment", filename=name)
    response.headers["Cache-Control"] = FRESH
    response.set_etag(stored.sha256)
    return response.make_conditional(request, accept_ranges=True, complete_length=stored.size)


# --- what the pages show -------------------------------------------------------------------------


def facets(results: Results) -> list[dict[str, Any]]:
    """The facets in words: each value with its number, the address that chooses or drops it."""
    kinds = queries.kinds()
    offices = units.office_names(
        "" if v == NATION else v
        for v in {v for v, _n in results.facets["satker"]} | set(results.filters["satker"])
    )
    words: dict[str, Any] = {
        "tipe": lambda v: wording_register.TYPES.get(v, v),
        "jenis": lambda v: kinds[v].name if v in kinds else v,
        "status": lambda v: (
            wording_register.STATUSES[v][0] if v in wording_register.STATUSES else _("Tanpa status")
        ),
        "satker": lambda v: offices["" if v == NATION else v],
    }
    shown = []
    for name, label in wording_search.FACETS.items():
        counted = dict(results.facets[name])
        for value in results.filters[
            name
        ]:  # what is chosen stays to be dropped, even where it counts nothing
            counted.setdefault(value, 0)
        values = [
            {
                "words": words.get(name, str)(value),
                "n": n,
                "chosen": value in results.filters[name],
                "link": link(**{name: toggled(results.filters[name], value)}),
            }
            for value, n in counted.items()
        ]
        if len(values) > 1 or results.filters[name]:
            shown.append({"name": name, "label": label, "values": values, "open": OPEN})
    return shown


def toggled(chosen: Iterable[str], value: str) -> list[str]:
    """The choice with a value more, or without it."""
    kept = list(chosen)
    return [v for v in kept if v != value] if value in kept else [*kept, value]


def link(**changed: Any) -> str:
    """The search with some parameters changed (a list is several values; None drops); from its first page."""
    kept = {k: request.args.getlist(k) for k in ("cari", *FILTERS)}
    kept |= {k: v if isinstance(v, list) else [v] for k, v in changed.items() if v is not None}
    for name in [k for k, v in changed.items() if v is None]:
        kept.pop(name, None)
    pairs = [(k, v) for k, values in kept.items() for v in values if v != ""]
    address = url_for("jdih.search")
    return f"{address}?{urlencode(pairs)}" if pairs else address


def passage_file(found: LawDocument, file_id: int) -> str | None:
    """The name of the file in which a passage stands."""
    return queries.file_names(found).get(file_id)


def metadata(found: LawDocument) -> list[tuple[str, Any, str]]:
    """(label, value, key) of the fields of its type that have a value; the abstract stands elsewhere."""
    shown = []
    for f in fields_of(found.kind_row.type):
        value = getattr(found, f.name)
        if value and f.name not in ("title", "abstract", "subjects", "ruling_kinds", "ruling_regions"):
            shown.append((f.label(found.kind_row.type), value, f.name))
    return shown


def files(found: LawDocument) -> list[dict[str, Any]]:
    """The files with their names, and whether their text can be searched."""
    names, read = queries.file_names(found), queries.readings(found)
    return [
        {
            "name": names[f.file_id],
            "label": f.label,
            "role": wording_register.ROLES[f.role],
            "file": f.file,
            "text": read[f.file_id].characters > 0 if f.file_id in read else None,
        }
        for f in found.files
    ]


def citation(found: LawDocument) -> str:
    """How the document is cited in a text."""
    source = f", {found.source}" if found.source else ""
    return f"{found.heading}. {queries.title_of(found)}{source}. {absolute('jdih.document', stem=found.stem)}"


def code_of(found: LawDocument) -> Markup | None:
    """The QR that is printed on the paper, where this house has issued it for everybody."""
    if found.official is None or not found.official.public:
        return None
    drawn = qr_svg(absolute("documents.confirm", token=found.official.token))
    # A picture of modules has a size of its own; as a view box it takes the size of its place.
    return Markup(re.sub(r'width="(\d+)" height="(\d+)"', r'viewBox="0 0 \1 \2"', drawn, count=1))  # noqa: S704


def absolute(endpoint: str, **values: Any) -> str:
    """A page's address for texts that leave the house."""
    return str(current_app.config["BASE_URL"]) + url_for(endpoint, **values)
