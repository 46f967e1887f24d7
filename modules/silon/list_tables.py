"""The tables of lists: where a party may stand, the lists of a body, what waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import Select

from electsys.elections.models import Contest, Election
from electsys.regions.models import Dapil
from electsys.web.formats import angka, title_region
from electsys.web.tables import Column, Filter, Table
from modules.silon.candidate_words import CANDIDATE_LOOKS, CHAMBERS, LOOKS, SUBMISSIONS
from modules.silon.checking import law_of
from modules.silon.models import Candidate, Nomination, NominationSubmission
from modules.silon.queries.deadlines import Deadlines
from modules.silon.queries.lists import NAMES, WOMEN
from modules.silon.rules.lists import women_needed
from modules.silon.submission_papers import number_of
from modules.silon.workflow import CANDIDATE, LIST, flow_of
from modules.sipol import Standing

BEGUN, NONE = "ada", "belum"


def state(look: str, words: Any) -> Markup:
    """A word with its colour."""
    return Markup('<span class="state state-{}">{}</span>').format(look, words)


def state_of(row: Nomination | None) -> Markup:
    """The state of a list; of a place without one that it has not begun."""
    if row is None:
        return state("none", _("belum dimulai"))
    return state(LOOKS.get(row.state, "wait"), flow_of(row).state_label(row.state))


def candidate_state(row: Candidate) -> Markup:
    """The state of a candidate."""
    return state(CANDIDATE_LOOKS.get(row.state, "stop"), CANDIDATE.state_label(row.state))


def lists_table(
    election: Election,
    statement: Select[Any],
    *,
    parties: Sequence[Standing],
    own: Standing | None,
    may_begin: Callable[[Dapil], bool],
) -> Table:
    """Lists, a row a dapil (of one's own party) or a list (of all): ``statement`` of queries.lists."""
    law = law_of(election.id)
    names = {p.party_id: p.short_name for p in parties}
    read: list[Deadlines] = []

    def deadlines() -> Deadlines:
        if not read:
            read.append(Deadlines(election.id, {r.Dapil.body_code for r in table.page.rows}))
        return read[0]

    def days(row: Any) -> int | None:
        found = deadlines().of(
            "daftar", row.Nomination.state if row.Nomination else "persiapan", row.Dapil.body_code
        )
        return found.days if found and found.open else None

    def link(row: Any) -> str | None:
        if row.Nomination is not None:
            return url_for("silon.list_page", nomination_id=row.Nomination.id)
        if own is None or not may_begin(row.Dapil):
            return None
        return url_for("silon.begin", election=election.code, party=own.party_id, dapil_id=row.Dapil.id)

    def needed(row: Any) -> int:
        return women_needed(row.names or 0, law.quota, law.rounding)

    party = [
        Column(
            "partai",
            _l("Partai"),
            lambda r: names.get(r.Nomination.party_id, str(r.Nomination.party_id)),
            sort=Nomination.number,
        )
    ]
    table = Table(
        statement,
        [
            Column(
                "dapil",
                _l("Dapil"),
                lambda r: title_region(r.Dapil.name),
                head=True,
                link=link,
                sort=Dapil.code,
            ),
            *([] if own else party),
            Column(
                "pemilihan", _l("Pemilihan"), lambda r: str(CHAMBERS[r.Dapil.chamber]), sort=Dapil.chamber
            ),
            Column("kode", _l("Kode dapil"), "Dapil.code", sort=Dapil.code, hidden=True),
            Column("kursi", _l("Kursi"), "Dapil.seats", kind="number", sort=Dapil.seats),
            Column(
                "calon", _l("Calon"), lambda r: r.names if r.Nomination else None, kind="number", sort=NAMES
            ),
            Column(
                "perempuan",
                _l("Perempuan"),
                lambda r: r.women if r.Nomination else None,
                cell=lambda r: (
                    _("%(n)s dari %(all)s", n=angka(r.women), all=angka(needed(r))) if r.Nomination else "–"
                ),
                kind="number",
                sort=WOMEN,
            ),
            Column(
                "temuan",
                _l("Harus dibetulkan"),
                lambda r: r.Nomination.gaps if r.Nomination else None,
                kind="number",
                sort=Nomination.gaps,
            ),
            Column(
                "status",
                _l("Status"),
                lambda r: LIST.state_label(r.Nomination.state) if r.Nomination else _("belum dimulai"),
                cell=lambda r: state_of(r.Nomination),
                sort=Nomination.state,
            ),
            Column(
                "disetujui",
                _l("Disetujui pusat"),
                lambda r: r.Nomination.approved_at if r.Nomination else None,
                kind="moment",
                sort=Nomination.approved_at,
                hidden=True,
            ),
            Column(
                "sisa",
                _l("Sisa hari"),
                days,
                kind="number",
            ),
        ],
        caption=_("Daftar calon %(party)s", party=own.short_name) if own else _l("Daftar calon partai"),
        empty=_l("Belum ada daftar calon. Daftar muncul di sini begitu partai memulainya."),
        filters=[
            Filter(
                "pemilihan", _l("Pemilihan"), list(CHAMBERS.items()), lambda q, v: q.where(Dapil.chamber == v)
            ),
            *(
                []
                if own
                else [
                    Filter(
                        "partai",
                        _l("Partai"),
                        [(str(p.party_id), p.short_name) for p in parties],
                        lambda q, v: q.where(Nomination.party_id == int(v)),
                    )
                ]
            ),
            Filter(
                "status",
                _l("Status"),
                [*([(NONE, _l("belum dimulai"))] if own else []), *LIST.labels.items()],
                lambda q, v: q.where(Nomination.id.is_(None) if v == NONE else Nomination.state == v),
            ),
            Filter(
                "temuan",
                _l("Temuan"),
                [(BEGUN, _l("ada yang harus dibetulkan")), (NONE, _l("tidak ada"))],
                lambda q, v: q.where(Nomination.gaps > 0 if v == BEGUN else Nomination.gaps == 0),
            ),
            Filter(
                "persetujuan",
                _l("Persetujuan pusat"),
                [(BEGUN, _l("sudah disetujui")), (NONE, _l("belum disetujui"))],
                lambda q, v: q.where(
                    Nomination.approved_at.is_not(None)
                    if v == BEGUN
                    else Nomination.id.is_not(None) & Nomination.approved_at.is_(None)
                ),
            ),
        ],
        search=(Dapil.name, Dapil.code),
        search_hint=_l("Cari nama atau kode dapil"),
        name=f"daftar-calon-{own.short_name if own else election.code}".lower(),
    )
    return table


def waiting_table(statement: Any, parties: Iterable[Standing]) -> Table:
    """Submissions that wait for KPU; ``statement`` selects (submission, nomination)."""
    names = {p.party_id: p.short_name for p in parties}
    return Table(
        statement,
        [
            Column(
                "nomor",
                _l("Nomor pengajuan"),
                lambda r: number_of(r.NominationSubmission),
                head=True,
                sort=NominationSubmission.id,
                link=lambda r: url_for("silon.submission", submission_id=r.NominationSubmission.id),
            ),
            Column(
                "pengaju",
                _l("Yang mengajukan"),
                lambda r: names.get(r.Nomination.party_id) or r.Nomination.label,
                sort=Nomination.number,
            ),
            Column(
                "pemilihan", _l("Pemilihan"), lambda r: r.Nomination.contest.name, sort=Nomination.contest_id
            ),
            Column(
                "dapil",
                _l("Dapil"),
                lambda r: title_region(r.Nomination.dapil.name) if r.Nomination.dapil else "–",
            ),
            Column("jenis", _l("Jenis"), lambda r: str(SUBMISSIONS[r.NominationSubmission.kind])),
            Column(
                "ke",
                _l("Pengajuan ke"),
                "NominationSubmission.sequence",
                kind="number",
                sort=NominationSubmission.sequence,
            ),
            Column(
                "calon", _l("Calon"), lambda r: r.NominationSubmission.counts.get("candidates"), kind="number"
            ),
            Column(
                "diajukan",
                _l("Diajukan"),
                "NominationSubmission.submitted_at",
                kind="moment",
                sort=NominationSubmission.submitted_at,
            ),
        ],
        caption=_l("Pengajuan yang menunggu"),
        empty=_l("Tidak ada pengajuan yang menunggu. Yang baru muncul di sini begitu diajukan."),
        filters=[
            Filter(
                "pemilihan",
                _l("Pemilihan"),
                list(CHAMBERS.items()),
                lambda q, v: q.join(Contest, Contest.id == Nomination.contest_id).where(Contest.kind == v),
            )
        ],
        name="pengajuan-calon",
    )
