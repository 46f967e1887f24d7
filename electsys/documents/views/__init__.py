"""Pages of documents: public confirmation, own uploads, own unit's documents, administration."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from electsys.documents import kinds
from electsys.documents.models import StoredFile
from electsys.documents.operations.files import CHUNK, open_file

READ = "documents:document:read"
EDIT = "documents:template:edit"

bp = Blueprint("documents", __name__)


def send_stored(stored: StoredFile, *, name: str | None = None, inline: bool = False) -> Response:
    """The content as a download that streams; ``inline`` only for what we made ourselves."""
    file = open_file(stored)

    def pieces() -> Any:
        with file:
            while piece := file.read(CHUNK):
                yield piece

    response = Response(pieces(), mimetype=stored.media_type)
    response.content_length = stored.size
    response.call_on_close(file.close)
    download = name or f"{stored.receipt}{kinds.ENDINGS[stored.media_type]}"
    response.headers.set("Content-Disposition", "inline" if inline else "attachment", filename=download)
    return response


from electsys.documents.views import admin, papers, uploads  # noqa: E402, F401  (they add to bp)
