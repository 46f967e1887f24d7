"""Verification of supporters: the desk's queue, kinds of samples, papers, menu, tasks, jobs and words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys import jobs, verification
from electsys.db import db
from electsys.documents import kinds
from electsys.identity import grants
from electsys.ledger.wording import name_subject, name_verb
from electsys.verification import Queue
from electsys.verification.queries.desk import CAP, newest_election, waiting_count
from electsys.verification.sampling import SampleKind, register_kind
from electsys.web import navigation, tasks
from electsys.web.formats import angka
from modules.silon import support_field_words as field_words
from modules.silon import support_words as words
from modules.silon.menu.documents import LIMITS
from modules.silon.models import Nomination
from modules.silon.operations import support_factual, support_judging
from modules.silon.oversight import is_overseer
from modules.silon.permissions import ASSIGN_VISITS, CONCLUDE, READ, VERIFY, VISIT
from modules.silon.queries import support_factual as visits
from modules.silon.queries import support_judging as shows

VERBS = {
    "silon:paper:attach": _l("Menempelkan dokumen pendukung"),
    "silon:paper:read": _l("Membuka dokumen pendukung"),
    "silon:support:open_round": _l("Membuka putaran verifikasi pendukung"),
    "silon:support:draw": _l("Menarik sampel pendukung"),
    "silon:support:close_area": _l("Menutup verifikasi faktual dukungan di wilayah"),
}


def join(app: Flask) -> None:
    """Register everything with the ground floor."""
    from modules.silon.views import support_factual as _f  # noqa: F401  (the pages register)
    from modules.silon.views import support_people as _p  # noqa: F401
    from modules.silon.views import supporters as _s  # noqa: F401

    for verb, label in VERBS.items():
        name_verb(verb, label)
    name_subject("supporter_paper", _l("dokumen pendukung"))
    kinds.declare(
        words.PAPER_PURPOSE,
        label=_l("Dokumen pendukung"),
        media=(kinds.PDF, kinds.JPEG, kinds.PNG),
        download=False,
        sealed=True,
        **LIMITS,
    )
    verification.register(
        Queue(
            shows.QUEUE,
            _l("Pendukung calon perseorangan"),
            permission=VERIFY,
            read=READ,
            settle=CONCLUDE,
            reasons=words.DESK_REASONS,
            show=shows.show_supporter,
            person=shows.person_of,
            overseer=is_overseer,
            decided=support_judging.decide,
            undone=support_judging.undo,
            order=22,
        )
    )
    for name in visits.KINDS:
        register_kind(
            SampleKind(
                name,
                field_words.KINDS[name],
                ASSIGN_VISITS,
                VISIT,
                "supporter",
                method=visits.METHODS[name],
                attempts="kontak_verfak_dukungan",
                methods=field_words.METHODS,
            )
        )
    navigation.entry(_l("Verifikasi faktual dukungan"), "silon.support_field", permission=READ, order=66)
    tasks.source(VERIFY, waiting)
    tasks.source(VISIT, to_visit)


def waiting(account: Any) -> Iterable[tasks.Task]:
    """Supporters that wait at the desk in the account's regions."""
    election, scopes = newest_election((shows.QUEUE,)), grants.scopes(account, VERIFY)
    queue = verification.find(shows.QUEUE)
    if election is None or not scopes or queue is None:
        return
    if n := waiting_count(queue, election, scopes):
        link = url_for("verification.desk", queue=shows.QUEUE)
        yield tasks.Task(_("Verifikasi: %(queue)s", queue=queue.label), link, count=min(n, CAP), order=62)


def to_visit(account: Any) -> Iterable[tasks.Task]:
    """Supporters whom the account has still to visit."""
    if n := visits.waiting_for(account.id):
        yield tasks.Task(_("Datangi pendukung calon"), url_for("silon.support_own"), count=n, order=63)


@jobs.task(support_judging.OPEN_ROUND, label=_l("Membuka putaran verifikasi pendukung"))
def open_round(job: jobs.JobHandle, *, nomination_id: int) -> None:
    """Open the items of the administrative step that runs for a list."""
    made = support_judging.open_round(db.session.get_one(Nomination, nomination_id), actor=job.actor)
    job.result(_("%(n)s pendukung dibuka di meja verifikasi.", n=angka(made)))


@jobs.task(support_factual.DRAW, label=_l("Menarik sampel pendukung"))
def draw(job: jobs.JobHandle, *, nomination_id: int) -> None:
    """Draw the samples of every area of a list."""
    nomination = db.session.get_one(Nomination, nomination_id)
    drawn = support_factual.draw(nomination, actor=job.actor, tell=job.progress)
    job.result(
        _(
            "%(samples)s sampel ditarik, %(people)s orang didatangi. Berita acaranya dikonsepkan di JDIH.",
            samples=angka(len(drawn.samples)),
            people=angka(drawn.people),
        )
    )
