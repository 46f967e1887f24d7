"""Members in the menu, on the task list, in trails, in notices and on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, url_for
from flask.cli import AppGroup
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys import notices
from electsys.events import subscribe
from electsys.identity import grants
from electsys.ledger.wording import name_subject, name_verb
from electsys.web import navigation, tasks
from modules.sidalih import ListDetermined, VotersImported
from modules.sipol.permissions import HEAR_MEMBERS, READ_MEMBERS

VERBS = {
    "sipol:member:import": _l("Mengimpor berkas anggota partai"),
    "sipol:member:add": _l("Menambah anggota partai"),
    "sipol:member:change": _l("Mengubah data anggota partai"),
    "sipol:member:recheck": _l("Mencocokkan NIK anggota partai dengan daftar pemilih"),
    "sipol:statement:upload": _l("Mengunggah surat pernyataan anggota"),
    "sipol:statement:decide": _l("Memutus surat pernyataan anggota"),
    "sipol:double:settle": _l("Menyelesaikan kegandaan antarpartai"),
    "sipol:clarification:open": _l("Memanggil anggota untuk klarifikasi"),
    "sipol:clarification:close": _l("Mencatat hasil klarifikasi anggota"),
}


def join(app: Flask) -> None:
    """Register the pages, words, notices, jobs, menu entries, tasks and the command of this part."""
    from modules.sipol import cli, jobs
    from modules.sipol.imports import deliveries
    from modules.sipol.operations.clarifications import CALLED, SETTLED
    from modules.sipol.operations.flags import SPOILED
    from modules.sipol.operations.statements import DECIDED
    from modules.sipol.views import hearings, members  # noqa: F401  (add their routes)

    deliveries.offer()
    for verb, label in VERBS.items():
        name_verb(verb, label)
    name_subject("party_member_statement", _l("surat pernyataan anggota"))
    name_subject("party_clarification", _l("klarifikasi anggota"))
    notices.kind(
        SPOILED,
        title=_l("Anggota partai Anda diragukan kembali"),
        text=_l(
            "%(count)s anggota yang sudah memenuhi syarat diragukan kembali karena tercatat pula di partai"
            " lain."
        ),
        level="tugas",
    )
    notices.kind(
        SETTLED,
        title=_l("Kegandaan anggota diselesaikan"),
        text=_l(
            "Kegandaan antarpartai diselesaikan: %(kept)s anggota dinyatakan memenuhi syarat, %(struck)s"
            " dicoret."
        ),
        level="penting",
    )
    notices.kind(
        CALLED,
        title=_l("Hadirkan anggota untuk klarifikasi"),
        text=_l("Hadirkan anggota yang tercatat ganda di kantor KPU kabupaten/kota dalam %(days)s hari."),
        level="tugas",
    )
    notices.kind(
        DECIDED,
        title=_l("Surat pernyataan anggota diputus"),
        text=_l("Surat pernyataan anggota nomor %(member)s: %(state)s."),
    )
    subscribe(VotersImported, jobs.on_voters)
    subscribe(ListDetermined, jobs.on_list)
    navigation.entry(_l("Berkas anggota"), "sipol.member_batches", permission=READ_MEMBERS, order=44)
    navigation.entry(
        _l("Klarifikasi anggota ganda"), "sipol.hearings_start", permission=READ_MEMBERS, order=45
    )
    tasks.source(HEAR_MEMBERS, called)
    group = app.cli.commands.get("sipol")
    if isinstance(group, AppGroup):
        for command in cli.sipol.commands.values():
            group.add_command(command)
    else:
        app.cli.add_command(cli.sipol)


def called(account: Any) -> Iterable[tasks.Task]:
    """People who are called to a hearing in the account's regions."""
    from modules.sipol.queries.members import waiting_hearings

    n = waiting_hearings(grants.scopes(account, HEAR_MEMBERS))
    if n:
        yield tasks.Task(
            _("Dengar anggota yang dipanggil untuk klarifikasi"),
            url_for("sipol.hearings_start"),
            count=n,
            order=45,
        )
