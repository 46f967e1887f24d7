"""Responses: what the public asks and says, with the guards that keep it from being an oracle.

*Checks* (:mod:`checks`): who knows a NIK and the birth date or name that belong to it learns what the house
knows, on ``/cek/<name>`` and ``POST /api/cek/<name>``; the same answer for an unknown NIK and a wrong pair.
*Responses* (:mod:`kinds`): objections and responses with receipt, secret link, deadline and reason.
*Traces* (:mod:`traces`): who has looked at my data. Before all stands the guard (:mod:`guard`): rate limits
by address and device (:mod:`rates`) and a proof of work (:mod:`work`). Modules register; they bring no page.
"""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys.responses import checks, traces
from electsys.responses.checks import Answer, Question
from electsys.responses.events import ResponseDecided, ResponseReceived
from electsys.responses.kinds import Field, Reason, register
from electsys.responses.models import PublicResponse
from electsys.responses.rates import take

__all__ = [
    "Answer",
    "Field",
    "PublicResponse",
    "Question",
    "Reason",
    "ResponseDecided",
    "ResponseReceived",
    "checks",
    "init_app",
    "register",
    "take",
    "traces",
]


def init_app(app: Flask) -> None:
    """Join the room to the app."""
    from electsys import notices
    from electsys.documents import kinds as files
    from electsys.ledger.wording import name_subject, name_verb
    from electsys.privacy import SealedColumn, declare_sealed
    from electsys.responses import jobs, operations, settings, views, workflow  # noqa: F401  (jobs declares)
    from electsys.responses.guard import TooMany
    from electsys.responses.views.queue import waiting
    from electsys.web import navigation, tasks

    settings.prepare(app)
    traces.declare()
    files.declare(
        operations.FILES,
        label=_l("Bukti tanggapan masyarakat"),
        media=(files.JPEG, files.PNG, files.PDF),
        max_bytes=5 * files.MB,
        max_pages=20,
        max_pixels=50_000_000,
        download=False,
        sealed=True,  # people photograph their KTP-el
    )
    declare_sealed(
        SealedColumn(
            "public_response", _l("Tanggapan masyarakat"), region="region", fields=("nik", "nama", "kontak")
        )
    )
    name_verb("responses:response:receive", _l("Menerima tanggapan masyarakat"))
    name_verb("responses:file:read", _l("Membuka bukti tanggapan masyarakat"))
    name_subject("public_response", _l("tanggapan masyarakat"))
    notices.kind(
        operations.NOTICE,
        title=_l("Ada tanggapan masyarakat baru"),
        text=_l("Tanggapan %(number)s masuk: %(kind)s."),
        level="tugas",
    )
    app.register_blueprint(views.bp)
    app.register_error_handler(TooMany, views.too_many)
    navigation.entry(_l("Cek data"), "responses.every_check", group="publik", order=60)
    navigation.section("responses", _l("Meja kerja"), group="kerja")
    navigation.entry(
        _l("Tanggapan masyarakat"), "responses.queue", permission=workflow.READ, group="kerja", order=60
    )
    tasks.source(workflow.DECIDE, waiting)
