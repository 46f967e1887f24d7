"""Resumable upload over HTTP, modelled on tus 1.0, and the page of one's own uploads.

``POST`` begins (201, ``Location``), ``HEAD`` or ``GET`` tells how far it is, ``PATCH`` appends at
``Upload-Offset``, ``DELETE`` forgets. All belong to the account that began; for others it does not exist.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Response, abort, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from electsys.db import db
from electsys.documents import kinds, queries
from electsys.documents.models import StoredFile, Upload
from electsys.documents.operations import uploads as operations
from electsys.documents.operations.files import key_of
from electsys.documents.views import bp, send_stored
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import SIGNED_IN, Scope, requires
from electsys.web.formats import ukuran
from electsys.web.tables import Column, Table

STREAM = "application/offset+octet-stream"
_SHA256 = re.compile(r"[0-9a-f]{64}")


def load_upload(token: str) -> tuple[Upload, Scope]:
    """One's own upload."""
    upload = queries.own_upload(token, current_user.id)
    if upload is None:
        abort(404)
    return upload, Scope()


def load_own_file(file_id: int) -> tuple[StoredFile, Scope]:
    """A file that one has uploaded."""
    stored = db.session.get(StoredFile, file_id)
    if stored is None or stored.account_id != current_user.id or stored.origin != "unggahan":
        abort(404)
    return stored, Scope()


@bp.post("/unggahan")
@requires(SIGNED_IN)
def begin_upload() -> Any:
    """Begin: JSON with kind, name, length and, if known, sha256."""
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        abort(400)
    kind, name, length, digest = (asked.get(k) for k in ("kind", "name", "length", "sha256"))
    if kind not in kinds.ALL or not isinstance(name, str) or type(length) is not int:
        abort(400)
    if digest is not None and not (isinstance(digest, str) and _SHA256.fullmatch(digest)):
        abort(400)
    upload = operations.begin_upload(
        kind=kind, name=name, length=length, expected_sha256=digest, actor=current_actor()
    )
    response = _status(upload, 0)
    response.status_code = 201
    response.headers["Location"] = url_for("documents.upload", token=upload.token)
    return response


@bp.get("/unggahan/<token>")
@requires(SIGNED_IN, load=load_upload)
def upload(loaded: Upload) -> Any:
    """How far it is; ``HEAD`` gives the headers alone."""
    return _status(loaded, operations.offset_of(loaded))


@bp.patch("/unggahan/<token>")
@requires(SIGNED_IN, load=load_upload)
def append(loaded: Upload) -> Any:
    """Append the body at ``Upload-Offset``; with the last byte the file is checked and stored."""
    if request.mimetype != STREAM:
        abort(415)
    at = request.headers.get("Upload-Offset", "")
    if not at.isdecimal():
        abort(400)
    if loaded.file_id is not None:
        return _status(loaded, loaded.length)
    if int(at) + (request.content_length or 0) > loaded.length:
        raise Refused(_("Kiriman melebihi ukuran yang dijanjikan."), status=413)
    token, length, key, actor = loaded.token, loaded.length, key_of(loaded), current_actor()
    operations.keep_alive(loaded)
    db.session.commit()  # a slow sender must not hold a connection to the database
    try:
        offset = operations.append(token, length, request.stream, at=int(at), key=key)
    except operations.WrongOffset as wrong:
        return _problem(wrong, **{"Upload-Offset": str(wrong.offset)})
    upload = queries.own_upload(token, actor.account_id or 0)
    if upload is None:
        abort(404)
    if offset < length:
        return _status(upload, offset)
    operations.finish_upload(upload, actor=actor)
    response = _status(upload, length)
    # After the commit, when the row says that the file is kept; then there is no app to ask for the path.
    part = operations.part_of(token)
    response.call_on_close(lambda: part.unlink(missing_ok=True))
    return response


@bp.delete("/unggahan/<token>")
@requires(SIGNED_IN, load=load_upload)
def cancel(loaded: Upload) -> Any:
    """Forget an upload."""
    operations.cancel_upload(loaded)
    return Response(status=204)


def _status(upload: Upload, offset: int) -> Response:
    stored = upload.file
    response = jsonify(
        token=upload.token,
        offset=offset,
        length=upload.length,
        file=None
        if stored is None
        else {"receipt": stored.receipt, "sha256": stored.sha256, "received_sha256": stored.received_sha256},
    )
    response.headers["Upload-Offset"] = str(offset)
    response.headers["Upload-Length"] = str(upload.length)
    response.headers["Cache-Control"] = "no-store"
    return response


def _problem(refusal: Refused, **headers: str) -> Response:
    response = jsonify(title=refusal.message, status=refusal.status)
    response.status_code = refusal.status
    response.mimetype = "application/problem+json"
    response.headers.update(headers)
    return response


@bp.get("/unggahan-saya")
@requires(SIGNED_IN)
def own_uploads() -> Any:
    """Receipts of all that one has uploaded."""
    table = Table(
        queries.files_of(current_user.id),
        [
            Column("tanda-terima", _l("Tanda terima"), "receipt", link=_receipt_link, head=True),
            Column("berkas", _l("Berkas"), "name", sort=StoredFile.name),
            Column("untuk", _l("Untuk"), lambda f: kind_label(f.kind)),
            Column("ukuran", _l("Ukuran"), lambda f: ukuran(f.size), sort=StoredFile.size),
            Column("waktu", _l("Diterima"), "created_at", kind="moment", sort=StoredFile.created_at),
            Column("sha256", "SHA-256", "received_sha256", hidden=True),
        ],
        caption=_l("Unggahan saya"),
        empty=_l("Anda belum mengunggah berkas. Setiap unggahan mendapat tanda terima di sini."),
        search=(StoredFile.name, StoredFile.received_sha256),
        search_hint=_l("Cari nama berkas atau SHA-256"),
        name="unggahan-saya",
    )
    return table.download() or render_template(
        "documents/uploads.html", table=table, under_way=_under_way(), kind_label=kind_label
    )


@bp.get("/unggahan-saya/<int:file_id>")
@requires(SIGNED_IN, load=load_own_file)
def receipt(loaded: StoredFile) -> Any:
    """One receipt: number, time, both hashes."""
    return render_template(
        "documents/receipt.html",
        file=loaded,
        kind_label=kind_label(loaded.kind),
        may_download=_downloads(loaded),
    )


@bp.get("/unggahan-saya/<int:file_id>/unduh")
@requires(SIGNED_IN, load=load_own_file)
def download_own(loaded: StoredFile) -> Any:
    """Fetch one's own file again, where its purpose allows it."""
    if not _downloads(loaded):
        abort(403)
    return send_stored(loaded)


def kind_label(name: str) -> str:
    """What people call the purpose of a file; an old one that no code declares is its name."""
    return str(kinds.ALL[name].label) if name in kinds.ALL else name


def _downloads(stored: StoredFile) -> bool:
    return stored.kind in kinds.ALL and kinds.ALL[stored.kind].download


def _receipt_link(stored: StoredFile) -> str:
    return url_for("documents.receipt", file_id=stored.id)


def _under_way() -> list[tuple[Upload, int]]:
    return [(u, operations.offset_of(u)) for u in queries.uploads_under_way(current_user.id)]
