"""The public page behind each QR, and the list of one's own unit."""

from __future__ import annotations

from typing import Any

from flask import abort, jsonify, render_template, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from electsys.documents import confirming, guards, papers, queries, statements
from electsys.documents.forms import CompareForm
from electsys.documents.models import OfficialDocument
from electsys.documents.views import READ, bp, send_stored
from electsys.identity import grants
from electsys.identity.access import Scope, public, requires
from electsys.web.people import may
from electsys.web.tables import Column, Filter, Table

STATES = {"terbit": _l("Berlaku"), "batal": _l("Dibatalkan")}

#: How a copy compares with the document on record, in words.
LIKENESSES = {
    "same": (_l("Sama."), _l("Berkas Anda sama persis dengan yang terdaftar.")),
    "scan": (_l("Sama."), _l("Berkas Anda adalah pindaian bertanda tangan yang terdaftar.")),
    "longer": (
        _l("Berbeda."),
        _l("Berkas Anda berawal dari yang terdaftar, tetapi ada yang ditambahkan sesudahnya."),
    ),
    "other": (_l("Berbeda."), _l("Berkas Anda bukan yang terdaftar, atau sudah diubah.")),
}


def load(token: str) -> OfficialDocument:
    """The document of a QR; 404 where there is none."""
    document = queries.by_token(token)
    if document is None:
        abort(404)
    return document


def readable(document: OfficialDocument) -> bool:
    """Whether the reader may see more than that it exists."""
    if document.public:
        return True
    return may(READ, Scope(region=document.unit)) and guards.is_open(document, current_user.id)


@bp.get("/dokumen/<token>")
@public
def confirm(token: str) -> Any:
    """Confirm number, title, date and hash of a document."""
    return _page(load(token), CompareForm())


@bp.get("/dokumen/<token>.json")
@public
def confirm_json(token: str) -> Any:
    """The same for programs."""
    document = load(token)
    shown, state = readable(document), confirming.state_of(document)
    return jsonify(
        kind=document.kind_row.name,
        number=document.number,
        title=document.title if shown else None,
        unit=document.unit,
        date=document.date.isoformat(),
        status=document.status,
        sha256=document.file.sha256,
        size=document.file.size,
        content_sha256=document.content_sha256,
        note=document.note if shown else None,
        whole=state.whole,
        signatures=[
            {
                "name": s.name if shown else None,
                "time": s.time.isoformat() if s.time else None,
                "valid": s.valid,
                "test": s.test,
                "problem": s.problem,
            }
            for s in state.signatures
        ],
        scans=confirming.scans_of(document),
        statements=[{"text": s.text, "tone": s.tone, "url": s.url} for s in statements.about(document)],
        file=url_for("documents.download", token=token) if shown else None,
    )


@bp.post("/dokumen/<token>/periksa")
@public
def compare(token: str) -> Any:
    """Compare a PDF with the one on record, for browsers that do not do it themselves. Nothing is kept."""
    document, form = load(token), CompareForm()
    verdict = None
    if form.validate_on_submit():
        verdict = confirming.compare(document, form.file.data.stream)
    return _page(document, form, verdict=verdict), form.status


@bp.get("/dokumen/<token>/unduh")
@public
def download(token: str) -> Any:
    """The PDF, if it is public or lies in the reader's region."""
    document = load(token)
    if not readable(document):
        abort(403)
    name = f"{document.kind}-{document.number}".replace("/", "-").replace(" ", "-") + ".pdf"
    return send_stored(document.file, name=name)


def _page(document: OfficialDocument, form: CompareForm, **more: Any) -> str:
    return render_template(
        "documents/confirm.html",
        document=document,
        body=papers.letterhead(document.unit),
        readable=readable(document),
        states=STATES,
        likenesses=LIKENESSES,
        state=confirming.state_of(document),
        statements=statements.about(document),
        scans=confirming.scans_of(document),
        form=form,
        **more,
    )


@bp.get("/dokumen")
@requires(READ)
def documents() -> Any:
    """Documents of the reader's own units."""
    kinds = queries.kinds_of_documents()
    names = {k.code: k.name for k in kinds}
    table = Table(
        queries.documents_in(grants.scopes(current_user, READ)).where(guards.open_to(current_user.id)),
        [
            Column("nomor", _l("Nomor"), "number", head=True, link=_link, sort=OfficialDocument.number),
            Column("jenis", _l("Jenis"), lambda d: names[d.kind]),
            Column("judul", _l("Tentang"), "title", sort=OfficialDocument.title),
            Column("satker", _l("Satker"), "unit", sort=OfficialDocument.unit),
            Column("tanggal", _l("Tanggal"), "date", kind="date", sort=OfficialDocument.date),
            Column("status", _l("Status"), lambda d: STATES[d.status], sort=OfficialDocument.status),
        ],
        caption=_l("Dokumen resmi"),
        empty=_l("Belum ada dokumen yang diterbitkan di wilayah Anda."),
        search=(OfficialDocument.number, OfficialDocument.title),
        search_hint=_l("Cari nomor atau judul"),
        filters=[
            Filter(
                "jenis",
                _l("Jenis"),
                [(k.code, k.name) for k in kinds],
                lambda q, value: q.where(OfficialDocument.kind == value),
            ),
            Filter(
                "status",
                _l("Status"),
                list(STATES.items()),
                lambda q, value: q.where(OfficialDocument.status == value),
            ),
        ],
        name="dokumen",
    )
    return table.download() or render_template("documents/documents.html", table=table)


def _link(document: OfficialDocument) -> str:
    return url_for("documents.confirm", token=document.token)
