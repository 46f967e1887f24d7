"""Files, numbers and papers: what the house is given, and what it issues.

Files are checked by their content, cleaned, and kept under their SHA-256 (:func:`store_file`,
:func:`open_file`); a large one may arrive in pieces (resumable upload). Papers are typeset by typst
(:func:`render_pdf`), numbered from gap-free sequences (:func:`issue_number`) after the template of
their era, and issued as :class:`OfficialDocument` (:func:`issue_document`) with a QR that leads to a
public page confirming number, date and hash.
"""

from __future__ import annotations

from flask import Flask

from electsys.documents import models  # noqa: F401  (completes the metadata)
from electsys.documents.models import OfficialDocument, StoredFile
from electsys.documents.operations.files import open_file, store_file
from electsys.documents.operations.numbers import cancel_number, issue_number, reserve_number, use_number
from electsys.documents.pdf import qr_svg, render_pdf

__all__ = [
    "OfficialDocument",
    "StoredFile",
    "cancel_number",
    "init_app",
    "issue_number",
    "open_file",
    "qr_svg",
    "render_pdf",
    "reserve_number",
    "store_file",
    "use_number",
]


def init_app(app: Flask) -> None:
    """Join the room to the app."""
