"""Silon: lists in the menu, on the task lists, in the inbox and in the trail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys import notices
from electsys.identity import grants
from electsys.ledger.wording import name_subject, name_verb
from electsys.web import navigation, tasks
from modules.silon.permissions import APPROVE, EDIT, READ, RECEIVE
from modules.silon.queries.deadlines import Deadlines

VERBS = {
    "silon:list:approve": _l("Menyetujui daftar calon atas nama pimpinan pusat"),
    "silon:list:revoke": _l("Menarik persetujuan daftar calon"),
    "silon:submission:submit": _l("Menyegel isi pengajuan calon"),
    "silon:submission:accept": _l("Menerima pengajuan calon"),
    "silon:submission:return": _l("Menerbitkan pengembalian pengajuan calon"),
}
#: States in which those who put up have work before them.
OPEN = ("persiapan", "dikembalikan", "perbaikan")


def join(app: Flask) -> None:
    """Register pages, words, notices and what waits."""
    from modules.silon import demo  # noqa: F401  (its part of the demo is declared)
    from modules.silon.views import approvals, candidates, lists, submissions, versions  # noqa: F401

    for verb, label in VERBS.items():
        name_verb(verb, label)
    name_subject("nomination_submission", _l("pengajuan calon"))
    for kind, title, text in (
        (
            "pengajuan",
            _l("Pengajuan calon menunggu pemeriksaan"),
            _l("%(who)s mengajukan calon di %(where)s. Periksa."),
        ),
        ("perbaikan", _l("Perbaikan calon diajukan"), _l("%(who)s mengajukan perbaikan calon di %(where)s.")),
        (
            "penggantian_dcs",
            _l("Pengganti calon diajukan"),
            _l("%(who)s mengajukan pengganti calon di %(where)s."),
        ),
        (
            "penggantian_dct",
            _l("Pengganti calon diajukan"),
            _l("%(who)s mengajukan pengganti calon di %(where)s."),
        ),
    ):
        notices.kind(f"silon.submission.{kind}", title=title, text=text, level="tugas")
    notices.kind(
        "silon.submission.accepted",
        title=_l("Pengajuan calon diterima"),
        text=_l("Pengajuan %(who)s di %(where)s lengkap. Verifikasi administrasi dimulai."),
    )
    notices.kind(
        "silon.submission.returned",
        title=_l("Pengajuan calon dikembalikan"),
        text=_l("Pengajuan %(who)s di %(where)s dikembalikan. Baca alasannya, perbaiki, lalu ajukan lagi."),
        level="penting",
    )
    notices.kind(
        "silon.list.approved",
        title=_l("Daftar calon disetujui pimpinan pusat"),
        text=_l("Daftar %(contest)s di %(dapil)s disetujui pimpinan pusat. Anda dapat mengajukannya."),
    )
    navigation.entry(_l("Daftar calon"), "silon.start", permission=READ, order=56, icon="people")
    navigation.entry(_l("Setujui daftar calon"), "silon.approvals", permission=APPROVE, order=57)
    navigation.entry(_l("Pengajuan calon"), "silon.submissions", permission=RECEIVE, order=58)
    tasks.source(EDIT, own_lists)
    tasks.source(APPROVE, to_approve)
    tasks.source(RECEIVE, waiting)


def own_lists(account: Any) -> Iterable[tasks.Task]:
    """Lists of somebody's own bodies that are not submitted yet, while their stage is open."""
    from modules.silon.queries.lists import newest_election, own_open

    election = newest_election()
    found = own_open(election.id, grants.scopes(account, EDIT), OPEN) if election else {}
    if not election or not found:
        return
    read = Deadlines(election.id, {region for regions in found.values() for region in regions})
    for state, words in (
        ("persiapan", _("Lengkapi dan ajukan daftar calon")),
        ("dikembalikan", _("Ajukan lagi daftar calon yang dikembalikan")),
        ("perbaikan", _("Perbaiki calon yang belum memenuhi syarat")),
    ):
        ends = {region: read.of("daftar", state, region) for region in found.get(state, {})}
        opened = {region: end.closes for region, end in ends.items() if end is not None and end.open}
        if opened:
            yield tasks.Task(
                words,
                url_for("silon.start", status=state),
                count=sum(found[state][region] for region in opened),
                deadline=min(opened.values()),
                order=56,
            )


def to_approve(account: Any) -> Iterable[tasks.Task]:
    """Lists that the centre of the account's party has not approved as they stand."""
    from modules.silon.queries.lists import count_awaiting, newest_election

    election = newest_election()
    if election is None:
        return
    for party in {s.party for s in grants.scopes(account, APPROVE) if s.party is not None}:
        if n := count_awaiting(election.id, party):
            yield tasks.Task(_("Setujui daftar calon"), url_for("silon.approvals"), count=n, order=57)


def waiting(account: Any) -> Iterable[tasks.Task]:
    """Submissions that the account's body has to receive or return."""
    from modules.silon.queries.submissions import count_waiting

    n = count_waiting(grants.scopes(account, RECEIVE))
    if n:
        yield tasks.Task(
            _("Terima atau kembalikan pengajuan calon"), url_for("silon.submissions"), count=n, order=58
        )
