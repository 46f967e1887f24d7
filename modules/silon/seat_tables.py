"""The tables of vacant seats: cases of a body, and who holds the seats of the chambers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from electsys.elections.models import Contest, Election, Participant, Standing
from electsys.regions.models import Dapil
from electsys.web.formats import tanggal
from electsys.web.tables import Column, Filter, Table
from modules.silon import seat_words as words
from modules.silon.models.seats import SeatCase
from modules.silon.queries import seats as queries
from modules.silon.workflow.seats import SEAT


def day(value: dt.date) -> str:
    """A day as people read it."""
    return str(tanggal(value))


def body_of(holder: Standing, contest: Contest) -> str:
    """The body that replaces a holder: KPU RI for DPR and DPD, else the body of the chamber."""
    if contest.kind in ("dpr", "dpd"):
        return ""
    return holder.region_code[:2] if contest.kind == "dprd_prov" else holder.region_code[:4]


def cases_table(election: Election, statement: Select[Any]) -> Table:
    """The cases of the reader's bodies, with their clocks."""
    return Table(
        statement,
        [
            Column(
                "kursi",
                _l("Kursi"),
                "holder_name",
                sort=SeatCase.holder_name,
                head=True,
                link=lambda row: url_for("silon.seat_case", case_id=row.id),
            ),
            Column("lembaga", _l("Lembaga"), "contest.name", sort=SeatCase.contest_id),
            Column("dapil", _l("Dapil"), lambda row: row.dapil.name if row.dapil else row.voted_in),
            Column("peserta", _l("Partai atau perseorangan"), "participant.short_name"),
            Column("sebab", _l("Sebab"), lambda row: str(words.CAUSES[row.cause]), sort=SeatCase.cause),
            Column("pengganti", _l("Calon pengganti"), "next_name", sort=SeatCase.next_name),
            Column("batas", _l("Batas waktu"), "due_on", kind="date", sort=SeatCase.due_on),
            Column(
                "status",
                _l("Status"),
                lambda row: SEAT.state_label(row.state),
                sort=SeatCase.state,
                cell=lambda row: words.badge(row.state),
            ),
            Column("surat", _l("Nomor surat"), "letter_number", hidden=True),
        ],
        caption=_("Penggantian antarwaktu, %(election)s", election=election.name),
        empty=_l("Belum ada kasus. Kasus dibuka dari daftar kursi begitu surat pimpinan lembaga diterima."),
        filters=[
            Filter(
                "status",
                _l("Status"),
                list(SEAT.labels.items()),
                lambda q, v: q.where(SeatCase.state == v),
            ),
            Filter(
                "lembaga",
                _l("Lembaga"),
                [(str(c.id), c.name) for c in queries.chambers(election.id)],
                lambda q, v: q.where(SeatCase.contest_id == int(v)) if v.isdecimal() else q,
            ),
        ],
        search=(SeatCase.holder_name, SeatCase.next_name),
    )


def holders_table(
    election: Election, contests: Sequence[Contest], *, pick: Collection[str] | None = None
) -> Table:
    """Who was elected, and who followed them; with ``pick``, the seats of those bodies, to open a case."""
    names = {contest.id: contest.name for contest in contests}
    chains: dict[Any, list[SeatCase]] = {}

    def chain(row: Any) -> str | None:
        if not chains:
            keys = [key_of(each) for each in table.page.rows]
            chains.update(queries.successors(keys))
            chains.setdefault(None, [])
        found = chains.get(key_of(row), [])
        return ", ".join(f"{case.next_name} ({SEAT.state_label(case.state)})" for case in found) or None

    statement = queries.holders_of(list(names))
    if pick is not None:
        statement = statement.where(queries.of_bodies(pick))
    table = Table(
        statement,
        [
            Column(
                "nama",
                _l("Nama"),
                lambda row: row.name or _("Calon nomor %(n)s", n=row.Standing.candidate_number),
                head=True,
                link=None if pick is None else _open,
            ),
            Column(
                "lembaga", _l("Lembaga"), lambda row: names[row.Standing.contest_id], sort=Standing.contest_id
            ),
            Column("dapil", _l("Dapil"), lambda row: row.dapil or row.Standing.region_code, sort=Dapil.code),
            Column("peserta", _l("Partai"), "Participant.short_name", sort=Participant.number),
            Column("nomor", _l("Nomor urut"), "Standing.candidate_number", kind="number"),
            Column("suara", _l("Suara sah"), "Standing.votes", kind="number", sort=Standing.votes),
            Column("pengganti", _l("Digantikan oleh"), chain),
            Column("kunci", _l("Nomor baris"), "Standing.id", sort=Standing.id, hidden=True),
        ],
        caption=_("Pemegang kursi, %(election)s", election=election.name),
        empty=_l("Belum ada hasil yang ditetapkan: kursi dan calon terpilih muncul sesudah penetapan."),
        filters=[
            Filter(
                "lembaga",
                _l("Lembaga"),
                [(str(c.id), c.name) for c in contests],
                lambda q, v: q.where(Standing.contest_id == int(v)) if v.isdecimal() else q,
            ),
        ],
        search=(Participant.name, Dapil.name),
    )
    return table


def _open(row: Any) -> str:
    return url_for("silon.open_case", standing_id=row.Standing.id)


def key_of(row: Any) -> tuple[int, int | None, str, int, int | None]:
    """The seat of a row: contest, dapil, place, participant, number."""
    held = row.Standing
    return (held.contest_id, held.dapil_id, held.region_code, held.participant_id, held.candidate_number)
