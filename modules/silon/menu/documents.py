"""Documents of candidates: purpose of the files, queues of the desk, pages, words, tasks, the jobs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys import jobs, verification
from electsys.db import db
from electsys.documents import kinds
from electsys.events import subscribe
from electsys.identity import grants
from electsys.ledger.wording import name_subject, name_verb
from electsys.notices import kind
from electsys.verification import Queue
from electsys.verification.queries.desk import CAP, newest_election, waiting_count
from electsys.web import navigation, tasks
from electsys.web.formats import angka
from modules.silon.document_words import REASONS
from modules.silon.list_events import RoundBegins
from modules.silon.models import Nomination
from modules.silon.operations import judging
from modules.silon.operations.conclusions import CONCLUDED
from modules.silon.oversight import VIEWED, is_overseer
from modules.silon.permissions import CONCLUDE, READ, VERIFY
from modules.silon.queries import judging as shows
from modules.silon.queries import verdict_lists
from modules.silon.rules.documents import PURPOSE

#: They show KTP-el and health letters: sealed on every disk, and given back to nobody without a watermark.
LIMITS: dict[str, Any] = {"max_bytes": 10 * kinds.MB, "max_pages": 100, "max_pixels": 50_000_000}
VERBS = {
    "silon:document:file": _l("Menempatkan dokumen calon"),
    "silon:document:discard": _l("Membuang unggahan yang belum ditempatkan"),
    "silon:document:read": _l("Membuka dokumen calon"),
    VIEWED: _l("Melihat pencalonan sebagai pengawas"),
    "silon:round:open": _l("Membuka putaran verifikasi calon"),
    "silon:verdict:conclude": _l("Menyimpulkan verifikasi pencalonan"),
}
#: What those who put up are told of a conclusion; the page behind names every reason.
NOTICES: dict[str, tuple[Any, Any, str]] = {
    "clear": (
        _l("Verifikasi calon sudah disimpulkan"),
        _l("%(met)s dari %(all)s calon %(who)s di %(where)s memenuhi syarat. Tahap berikutnya dimulai."),
        "info",
    ),
    "defer": (
        _l("Pencalonan perlu diperbaiki"),
        _l(
            "%(met)s dari %(all)s calon %(who)s di %(where)s memenuhi syarat."
            " Buka halaman perbaikan: setiap hal yang kurang disebut dengan alasannya."
        ),
        "penting",
    ),
    "fail": (
        _l("Pencalonan tidak memenuhi syarat"),
        _l("Pencalonan %(who)s di %(where)s tidak memenuhi syarat. Baca alasannya."),
        "penting",
    ),
}


def join(app: Flask) -> None:
    """Register pages, words and what waits."""
    from modules.silon.views import documents, verdicts  # noqa: F401  (the pages register)

    for verb, label in VERBS.items():
        name_verb(verb, label)
    name_subject("nomination_verdict", _l("kesimpulan verifikasi pencalonan"))
    kinds.declare(
        PURPOSE,
        label=_l("Dokumen calon"),
        media=(kinds.PDF, kinds.JPEG, kinds.PNG),
        download=False,
        sealed=True,
        **LIMITS,
    )
    for queue in queues():
        verification.register(queue)
    for outcome, (title, text, level) in NOTICES.items():
        kind(f"{CONCLUDED}.{outcome}", title=title, text=text, level=level)
    subscribe(RoundBegins, judging.on_round)
    navigation.entry(_l("Verifikasi calon"), "silon.verification_start", permission=READ, order=60)
    tasks.source(VERIFY, waiting)
    tasks.source(CONCLUDE, to_conclude)


def queues() -> list[Queue]:
    """The two queues of documents."""
    common: dict[str, Any] = {
        "permission": VERIFY,
        "read": READ,
        "settle": CONCLUDE,
        "owners": shows.party_names,
        "owner_label": _l("Partai"),
        "reasons": REASONS,
        "show": shows.show_document,
        "person": shows.person_of,
        "overseer": is_overseer,
        "decided": judging.decide_document,
        "undone": judging.undo_document,
    }
    return [
        Queue(shows.OWN, _l("Dokumen pencalonan"), order=20, **common),
        Queue(shows.DOCUMENTS, _l("Dokumen calon"), order=21, **common),
    ]


def waiting(account: Any) -> Iterable[tasks.Task]:
    """Documents that wait in the account's regions, a line a queue."""
    election = newest_election(shows.QUEUES)
    scopes = grants.scopes(account, VERIFY)
    if election is None or not scopes:
        return
    for name in shows.QUEUES:
        queue = verification.find(name)
        n = waiting_count(queue, election, scopes) if queue is not None else 0
        if n and queue is not None:
            link = url_for("verification.desk", queue=name)
            yield tasks.Task(_("Verifikasi: %(queue)s", queue=queue.label), link, count=min(n, CAP), order=60)


def to_conclude(account: Any) -> Iterable[tasks.Task]:
    """Nominations of the own body whose documents are all judged."""
    n = verdict_lists.to_conclude(grants.scopes(account, CONCLUDE))
    if n:
        link = url_for("silon.verification_start")
        yield tasks.Task(_("Simpulkan verifikasi pencalonan dalam pleno"), link, count=n, order=61)


@jobs.task("silon.open_round", label=_l("Membuka putaran verifikasi calon"))
def open_round(job: jobs.JobHandle, *, nomination_id: int) -> None:
    """Open the items of the round that runs for a nomination."""
    nomination = db.session.get_one(Nomination, nomination_id)
    made = judging.open_round(nomination, actor=job.actor)
    job.result(_("%(n)s dokumen dibuka di meja verifikasi.", n=angka(sum(made.values()))))
