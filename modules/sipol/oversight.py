"""Bawaslu reads everything: each view bears who looked and when, and is an act of the trail (NA-21).

An overseer is an account that reads parties and does no work on them. Nothing here shuts or ends a page. What
is marked is marked at the one place that every answer of Sipol passes, so that no new file can forget it.
"""

from __future__ import annotations

import datetime as dt
from pathlib import PurePath
from typing import Any

import pypdfium2
from flask import Response, current_app, g, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.http import parse_options_header

from electsys.documents.kinds import JPEG, PDF, PNG
from electsys.documents.watermarks import watermarked
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.ledger import record
from electsys.web.errors import refused
from electsys.web.formats import waktu
from modules.sipol import permissions as rights
from modules.sipol.views import bp

WORK = (
    *(rights.EDIT, rights.SUBMIT, rights.OPEN, rights.RECEIVE, rights.VERIFY, rights.CONCLUDE),
    *(rights.DETERMINE, rights.EDIT_MEMBERS, rights.HEAR_MEMBERS, rights.ASSIGN_VISITS, rights.VISIT),
    rights.RESPOND,
)
VIEWED = "sipol:oversight:view"
#: What can bear words all over it. Lists for programs bear the reader in the name of their file.
MARKED = (JPEG, PNG, PDF)


def is_overseer(account: Any) -> bool:
    """Whether an account reads parties and does no work on them."""
    if not getattr(account, "is_authenticated", False) or not grants.can(account, rights.READ):
        return False
    return not any(grants.can(account, right) for right in WORK)


def watched() -> bool:
    """Whether this request is an overseer's look at a page that is not everybody's."""
    view = current_app.view_functions.get(request.endpoint or "")
    rule = getattr(view, "access_rule", None)
    return rule is not None and rule.permission is not None and is_overseer(current_user)


@bp.context_processor
def watermark() -> dict[str, Any]:
    """What the layout prints under a page that an overseer reads."""
    return {"viewed_by": current_user.username, "viewed_at": dt.datetime.now(dt.UTC)} if watched() else {}


def is_marked_already() -> None:
    """Say that the content of this answer bears its reader: an operation that marks for everybody did it."""
    g.sipol_marked = True


@bp.after_request
def note(response: Response) -> Response:
    """The look, in the trail: which page, of which party; a refused one is none. A file bears its reader."""
    if response.status_code != 200 or not watched():
        return response
    given: dict[str, Any] = {name: str(value)[:60] for name, value in (request.view_args or {}).items()}
    if response.mimetype != "text/html":
        try:
            _mark(response)
        except Refused as refusal:  # it never goes out without its mark
            return refused(refusal)
        given["media"] = response.mimetype
    record(
        VIEWED,
        f"party:{given.get('party', '*')}",
        actor=current_actor(),
        details={"page": (request.endpoint or "").partition(".")[2], **given},
    )
    return response


def _mark(response: Response) -> None:
    now = dt.datetime.now(dt.UTC)
    response.headers["Cache-Control"] = "no-store"
    if response.mimetype not in MARKED:
        _name(response, now)
        return
    if g.get("sipol_marked"):
        return
    words = _("Dilihat oleh %(who)s, %(when)s", who=current_user.username, when=waktu(now))
    try:
        response.set_data(watermarked(response.get_data(), response.mimetype, words))
    except (pypdfium2.PdfiumError, OSError) as problem:
        raise Refused(
            _("Berkas ini tidak dapat diberi tanda air, sehingga tidak dapat dibuka untuk pengawas."),
            hint=_("Laporkan berkas ini kepada pengelola sistem; aslinya tetap tersimpan."),
            status=422,
        ) from problem


def _name(response: Response, now: dt.datetime) -> None:
    """A list as a file: who took it and when, in its name."""
    kind, options = parse_options_header(response.headers.get("Content-Disposition", ""))
    if options.get("filename"):
        path = PurePath(options["filename"])
        name = f"{path.stem}-{current_user.username}-{now:%Y%m%dT%H%M%SZ}{path.suffix}"
        response.headers.set("Content-Disposition", kind, filename=name)
