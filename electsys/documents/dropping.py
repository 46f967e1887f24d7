"""Many files at once, dropped on a page or chosen in one form: matched by name, placed, or left to wait.

What a name means, and where a file is placed, is the module's: it hands in ``match`` and ``settle``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import Response, abort, jsonify, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import MultipleFileField

from electsys.db import db
from electsys.documents.forms import take_upload
from electsys.documents.models import StoredFile
from electsys.documents.operations.files import store_file
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.web.formats import waktu
from electsys.web.forms import Form

#: Most names that are matched in one request; a page with more asks several times.
MOST = 500
#: Longest name that is matched, in characters.
LONGEST = 300

Match = TypeVar("Match")


class DropForm(Form):
    """Many files at once, without JavaScript."""

    files = MultipleFileField(_l("Berkas"))

    def given(self) -> list[FileStorage]:
        """The files that have content."""
        return [f for f in (self.files.data or []) if isinstance(f, FileStorage) and f.filename]


def drop_words() -> dict[str, str]:
    """What the page's script says beside the words of uploads."""
    return {
        "placed": _("Ditempatkan:"),
        "by_hand": _("Perlu ditempatkan sendiri:"),
        "queue": _("Menunggu giliran"),
        "all": _("%(done)s dari %(total)s berkas selesai", done="{done}", total="{total}"),
        "refused": _("Ditolak:"),
        "receipt": _("Tanda terima"),
        "leave": _("Masih ada berkas yang belum selesai diunggah."),
    }


def take_dropped(
    form: DropForm,
    kind: str,
    match: Callable[[list[str]], Sequence[Match]],
    settle: Callable[[StoredFile, Match], Any],
) -> tuple[int, int]:
    """Store the files of a form; how many found their place, and how many wait.

    ``settle`` places a file and returns its document, or lets it wait and returns None. A file that is
    refused is a complaint of the form; the others are kept all the same.
    """
    given = form.given() if form.validate_on_submit() else []
    if not given:
        form.refuse(Refused(_("Pilih satu atau beberapa berkas."), field="files"))
    placed = waits = 0
    for file, found in zip(given, match([f.filename or "" for f in given]), strict=True):
        try:
            with db.session.begin_nested():
                name = file.filename or ""
                stored = store_file(file.stream, name=name, kind=kind, actor=current_actor())
                done = settle(stored, found) is not None
        except Refused as refusal:
            form.refuse(Refused(f"{file.filename}: {refusal.message}", hint=refusal.hint, field="files"))
        else:
            placed, waits = placed + done, waits + (not done)
    if form.complaints() and placed + waits:
        db.session.commit()  # what was right is kept, with its receipts
    return placed, waits


def names_asked() -> list[str]:
    """Names that the page's script wants matched before it sends the files; 400 for anything else."""
    asked = request.get_json(silent=True)
    names = asked.get("names") if isinstance(asked, dict) else None
    if not isinstance(names, list) or len(names) > MOST or not all(isinstance(n, str) for n in names):
        abort(400)
    return [name[:LONGEST] for name in names]


def upload_asked(kind: str) -> tuple[StoredFile, dict[str, Any]]:
    """The finished upload that the page's script wants placed, and all it said; 400 without its token."""
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict) or not isinstance(asked.get("token"), str):
        abort(400)
    return take_upload(asked["token"], kind=kind, actor=current_actor()), asked


def receipt_of(stored: StoredFile, document: str | None) -> Response:
    """The receipt of a file for the page's script, with the page of its document once it is placed."""
    return jsonify(
        receipt=stored.receipt,
        sha256=stored.received_sha256,
        at=waktu(stored.created_at),
        document=document,
        placed=document is not None,
    )
