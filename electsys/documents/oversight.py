"""Bawaslu reads everything: each view bears who looked and when, and is an act of the trail (NA-21).

An overseer is an account that reads a module's pages and does no work on them. Nothing here shuts or ends a
page. What is marked is marked at the one place that every answer of a blueprint passes, so that no new file
can forget it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import pypdfium2
from flask import Blueprint, Response, current_app, g, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.http import parse_options_header

from electsys.documents.kinds import JPEG, PDF, PNG
from electsys.documents.watermarks import watermarked
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.ledger import record
from electsys.web.errors import refused
from electsys.web.formats import waktu

#: What can bear words all over it. Lists for programs bear the reader in the name of their file.
MARKED = (JPEG, PNG, PDF)


@dataclass(frozen=True)
class Oversight:
    """The watch over a module's pages: the verb of a look, who is watched, and what a look is about."""

    verb: str
    is_overseer: Callable[[Any], bool]
    #: The subject of the act, from what the address of the page names.
    subject: Callable[[Mapping[str, Any]], str]

    def watch(self, bp: Blueprint) -> None:
        """Mark and note every look at the pages of a blueprint."""
        bp.context_processor(self.watermark)
        bp.after_request(self.note)

    def watched(self) -> bool:
        """Whether this request is an overseer's look at a page that is not everybody's."""
        view = current_app.view_functions.get(request.endpoint or "")
        rule = getattr(view, "access_rule", None)
        return rule is not None and rule.permission is not None and self.is_overseer(current_user)

    def watermark(self) -> dict[str, Any]:
        """What the layout prints under a page that an overseer reads."""
        if not self.watched():
            return {}
        return {"viewed_by": current_user.username, "viewed_at": dt.datetime.now(dt.UTC)}

    def note(self, response: Response) -> Response:
        """The look, in the trail: which page, of what; a refused one is none. A file bears its reader."""
        if response.status_code != 200 or not self.watched():
            return response
        given: dict[str, Any] = {name: str(value)[:60] for name, value in (request.view_args or {}).items()}
        if response.mimetype != "text/html":
            try:
                _mark(response)
            except Refused as refusal:  # it never goes out without its mark
                return refused(refusal)
            given["media"] = response.mimetype
        record(
            self.verb,
            self.subject(given),
            actor=current_actor(),
            details={"page": (request.endpoint or "").partition(".")[2], **given},
        )
        return response


def is_marked_already() -> None:
    """Say that the content of this answer bears its reader: an operation that marks for everybody did it."""
    g.oversight_marked = True


def _mark(response: Response) -> None:
    now = dt.datetime.now(dt.UTC)
    response.headers["Cache-Control"] = "no-store"
    if response.mimetype not in MARKED:
        _name(response, now)
        return
    if g.get("oversight_marked"):
        return
    words = _("Dilihat oleh %(who)s, %(when)s", who=current_user.username, when=waktu(now))
    try:
        response.direct_passthrough = False  # a file that is sent is read whole, to be marked
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
