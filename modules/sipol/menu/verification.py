"""Verification of parties: the queues of the desk, the menu, the task list, the job and the words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys import jobs, verification
from electsys.db import db
from electsys.identity import grants
from electsys.ledger.wording import name_subject, name_verb
from electsys.notices import kind
from electsys.verification import Queue
from electsys.verification.queries.desk import CAP, newest_election, waiting_count
from electsys.web import navigation, tasks
from electsys.web.formats import angka
from modules.sipol import verdict_words as words
from modules.sipol.models import PartyRegistration
from modules.sipol.operations import judging
from modules.sipol.operations.verdicts import CONCLUDED
from modules.sipol.oversight import is_overseer
from modules.sipol.permissions import CONCLUDE, READ, READ_MEMBERS, VERIFY
from modules.sipol.queries import judging as shows
from modules.sipol.queries.verdict_items import BOARDS, DOCUMENTS, MEMBERS, OFFICES, QUEUES, STATEMENTS
from modules.sipol.views import verdicts as _pages  # noqa: F401  (the pages register)

VERBS = {
    "sipol:round:open": _l("Membuka putaran verifikasi partai"),
    "sipol:verdict:conclude": _l("Menyimpulkan verifikasi partai"),
}


def join(app: Flask) -> None:
    """Register queues, words, menu entries, tasks and the job."""
    for verb, label in VERBS.items():
        name_verb(verb, label)
    name_subject("party_verdict", _l("kesimpulan verifikasi partai"))
    for queue in queues():
        verification.register(queue)
    navigation.entry(_l("Verifikasi partai"), "sipol.verification_start", permission=READ, order=48)
    tasks.source(VERIFY, waiting)
    kind(
        CONCLUDED,
        title=_l("Hasil verifikasi sudah disimpulkan"),
        text=_l(
            "Hasil verifikasi partai Anda di wilayah %(region)s sudah disimpulkan. Baca hasil dan alasannya."
        ),
    )


def queues() -> list[Queue]:
    """The five queues of Sipol."""
    common: dict[str, Any] = {
        "permission": VERIFY,
        "settle": CONCLUDE,
        "owners": shows.party_names,
        "owner_label": _l("Partai"),
        "overseer": is_overseer,
    }
    rows: dict[str, Any] = {"decided": judging.decide_row, "undone": judging.undo_row, "read": READ}
    return [
        Queue(
            DOCUMENTS,
            _l("Dokumen partai"),
            reasons=words.DOCUMENT_REASONS,
            show=shows.show_document,
            order=10,
            **common,
            **rows,
        ),
        Queue(
            BOARDS,
            _l("Kepengurusan partai"),
            reasons=words.BOARD_REASONS,
            show=shows.show_board,
            order=11,
            **common,
            **rows,
        ),
        Queue(
            OFFICES,
            _l("Kantor partai"),
            reasons=words.OFFICE_REASONS,
            show=shows.show_office,
            order=12,
            **common,
            **rows,
        ),
        Queue(
            MEMBERS,
            _l("Anggota partai"),
            reasons=words.MEMBER_REASONS,
            show=shows.show_member,
            decided=judging.decide_member,
            undone=judging.undo_member,
            read=READ_MEMBERS,
            order=13,
            **common,
        ),
        Queue(
            STATEMENTS,
            _l("Surat pernyataan anggota"),
            reasons=words.STATEMENT_REASONS,
            show=shows.show_statement,
            decided=judging.decide_paper,
            undone=judging.undo_paper,
            read=READ_MEMBERS,
            order=14,
            **common,
        ),
    ]


def waiting(account: Any) -> Iterable[tasks.Task]:
    """Items that wait in the account's regions, a line a queue."""
    election = newest_election(QUEUES)
    scopes = grants.scopes(account, VERIFY)
    if election is None or not scopes:
        return
    for name in QUEUES:
        queue = verification.find(name)
        n = waiting_count(queue, election, scopes) if queue is not None else 0
        if n and queue is not None:
            link = url_for("verification.desk", queue=name)
            yield tasks.Task(_("Verifikasi: %(queue)s", queue=queue.label), link, count=min(n, CAP), order=47)


@jobs.task("sipol.open_round", label=_l("Membuka putaran verifikasi partai"))
def open_round(job: jobs.JobHandle, *, registration_id: int, step: str) -> None:
    """Open the items of a step for a party."""
    registration = db.session.get_one(PartyRegistration, registration_id)
    made = judging.open_round(registration, step, actor=job.actor)
    job.result(_("%(n)s butir dibuka di meja verifikasi.", n=angka(sum(made.values()))))
