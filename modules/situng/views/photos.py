"""Photos of forms: to the people who enter them, and to everyone once their numbers are published."""

from __future__ import annotations

from typing import Any

from flask import abort, request
from flask_login import current_user

from electsys.db import db
from electsys.documents import StoredFile
from electsys.documents.views import send_stored
from electsys.identity.access import Scope, can, public
from modules.situng.models import Capture, FormPhoto, MachineReading
from modules.situng.views import bp
from modules.situng.workflow import ENTER, READ, SETTLE, capture_scope


@bp.get("/hitung-suara/foto/<province>/<int:photo_id>")
@public
def photo(province: str, photo_id: int) -> Any:
    """One photo. Before its numbers are published it is for those who enter, settle and oversee them.

    ``lurus`` gives the picture that a machine has set straight, where there is one.
    """
    row = db.session.get(FormPhoto, (province, photo_id))
    if row is None:
        abort(404)
    capture = db.session.get_one(Capture, (row.province, row.contest_id, row.tps_code, row.round))
    if capture.version_id is None and not _may(capture_scope(capture)):
        abort(404)
    stored = row.file
    if "lurus" in request.args:
        reading = db.session.get(MachineReading, (province, photo_id))
        if reading is not None and reading.picture_id is not None:
            stored = db.session.get_one(StoredFile, reading.picture_id)
    ending = "png" if stored.media_type == "image/png" else "jpg"
    response = send_stored(stored, name=f"{row.tps_code}-{row.page}.{ending}", inline=True)
    if capture.version_id is not None:
        response.cache_control.public = True
        response.cache_control.max_age = 86_400
    else:
        response.cache_control.private = True
        response.cache_control.max_age = 600
    return response


def _may(scope: Scope) -> bool:
    return any(can(current_user, permission, scope) for permission in (ENTER, SETTLE, READ))
