"""Files, numbers and papers: what the house is given, and what it issues.

Files are checked by their content, cleaned, and kept under their SHA-256 (:func:`store_file`,
:func:`open_file`); a large one may arrive in pieces (resumable upload). Papers are typeset by typst
(:func:`render_pdf`), numbered from gap-free sequences (:func:`issue_number`) after the template of
their era, and issued as :class:`OfficialDocument` (:func:`issue_document`) with a QR that leads to a
public page confirming number, date and hash.
"""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys.documents import models  # noqa: F401  (completes the metadata)
from electsys.documents.models import OfficialDocument, StoredFile
from electsys.documents.operations.files import open_file, store_file
from electsys.documents.operations.numbers import (
    cancel_number,
    insert_number,
    issue_number,
    reserve_number,
    use_number,
)
from electsys.documents.operations.papers import attach_scan, cancel_document, issue_document, number_text
from electsys.documents.papers import date_in_words, date_text
from electsys.documents.pdf import qr_svg, render_pdf
from electsys.identity.access import SIGNED_IN

__all__ = [
    "OfficialDocument",
    "StoredFile",
    "attach_scan",
    "cancel_document",
    "cancel_number",
    "date_in_words",
    "date_text",
    "init_app",
    "insert_number",
    "issue_document",
    "issue_number",
    "number_text",
    "open_file",
    "qr_svg",
    "render_pdf",
    "reserve_number",
    "store_file",
    "use_number",
]


VERBS_HERE = {
    "documents:file:store": _l("menyimpan berkas"),
    "documents:number:reserve": _l("memesan nomor dokumen"),
    "documents:number:issue": _l("menerbitkan nomor dokumen"),
    "documents:number:insert": _l("menyisipkan nomor dokumen"),
    "documents:number:cancel": _l("membatalkan nomor dokumen"),
    "documents:document:issue": _l("menerbitkan dokumen resmi"),
    "documents:document:cancel": _l("membatalkan dokumen resmi"),
    "documents:template:edit": _l("mengubah pola nomor dokumen"),
    "documents:limit:edit": _l("mengubah batas berkas"),
}


def init_app(app: Flask) -> None:
    """Join the room to the app."""
    from electsys.documents import jobs, signing, views  # noqa: F401  (the jobs declare their beat)
    from electsys.documents.cli import cli
    from electsys.documents.receiving import SealedRequest
    from electsys.ledger.wording import VERBS
    from electsys.privacy import SealedColumn, declare_sealed
    from electsys.web import navigation

    VERBS.update(VERBS_HERE)
    app.request_class = SealedRequest
    # No field of these can be revealed: the envelope holds the key of a file, for the house alone.
    declare_sealed(SealedColumn("stored_file", _l("Berkas tersegel"), fields=()))
    declare_sealed(SealedColumn("upload", _l("Unggahan tersegel"), fields=()))
    signing.prepare(app)
    app.register_blueprint(views.bp)
    app.cli.add_command(cli)
    navigation.entry(
        _l("Unggahan saya"), "documents.own_uploads", permission=SIGNED_IN, group="akun", order=50
    )
    navigation.entry(
        _l("Dokumen resmi"), "documents.documents", permission=views.READ, group="kelola", order=59
    )
    navigation.entry(
        _l("Penomoran"), "documents.number_templates", permission=views.EDIT, group="kelola", order=60
    )
    navigation.entry(
        _l("Batas berkas"), "documents.file_limits", permission=views.EDIT, group="kelola", order=61
    )
