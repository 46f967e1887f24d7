"""The tables of rulings: what may be reopened, whom one may restore, what was applied."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import Select

from electsys.elections.models import Election
from electsys.web.formats import title_region
from electsys.web.tables import Column, Filter, Table
from modules.silon.forms.rulings import ACTIONS
from modules.silon.models import Candidate, Nomination
from modules.silon.operations.rulings import RESTORABLE
from modules.silon.queries.rulings import REOPENABLE
from modules.silon.workflow import CANDIDATE, flow_of
from modules.silon.workflow.nominations import LABELS
from modules.sipol import participants

#: What an act did, in a word for the public.
DONE = ACTIONS | {"restore": _l("Calon dipulihkan")}


def who() -> Callable[[Nomination], str]:
    """Who put up a nomination; the parties of an election are read once a table."""
    known: dict[int, dict[int, str]] = {}

    def name(row: Nomination) -> str:
        if row.party_id is None:
            return row.label
        if row.election_id not in known:
            known[row.election_id] = {p.party_id: p.name for p in participants(row.election_id)}
        return known[row.election_id].get(row.party_id) or _("Partai nomor %(n)s", n=row.number or "-")

    return name


def place(row: Nomination) -> str:
    """The dapil of a list, else the code of its region."""
    return title_region(row.dapil.name) if row.dapil else (row.region or _("Seluruh Indonesia"))


def reopenable_table(statement: Select[Any], elections: Sequence[Election]) -> Table:
    """Nominations that a ruling may reopen."""
    name = who()
    return Table(
        statement,
        [
            Column(
                "pengusul",
                _l("Pengusul"),
                lambda r: name(r.Nomination),
                head=True,
                link=lambda r: url_for("silon.reopen", nomination_id=r.Nomination.id),
            ),
            Column("pemilu", _l("Pemilu"), "election"),
            Column("pemilihan", _l("Pemilihan"), "Nomination.contest.name"),
            Column("daerah", _l("Daerah"), lambda r: place(r.Nomination)),
            Column(
                "keadaan",
                _l("Keadaan"),
                lambda r: flow_of(r.Nomination).state_label(r.Nomination.state),
                sort=Nomination.state,
            ),
        ],
        caption=_l("Pencalonan yang dapat dibuka kembali oleh putusan"),
        empty=_l(
            "Tidak ada pencalonan yang gugur, ditarik, atau dikembalikan di wilayah Anda. Calon perorangan "
            "dalam daftar dipulihkan lewat “Calon yang dapat dipulihkan”."
        ),
        filters=[
            _elections(elections, Nomination.election_id),
            Filter(
                "keadaan",
                _l("Keadaan"),
                [(state, LABELS[state]) for state in REOPENABLE],
                lambda q, state: q.where(Nomination.state == state),
            ),
        ],
        size=50,
        name="pencalonan-putusan",
    )


def restorable_table(statement: Select[Any], elections: Sequence[Election]) -> Table:
    """Candidates whom a ruling may find fit."""
    name = who()
    return Table(
        statement,
        [
            Column(
                "nama",
                _l("Nama"),
                "Candidate.name",
                sort=Candidate.name,
                head=True,
                link=lambda r: url_for("silon.restore_by_ruling", candidate_id=r.Candidate.id),
            ),
            Column("nomor", _l("No."), "Candidate.number", kind="number"),
            Column("pengusul", _l("Pengusul"), lambda r: name(r.Candidate.nomination)),
            Column("pemilu", _l("Pemilu"), "election"),
            Column("pemilihan", _l("Pemilihan"), "Candidate.nomination.contest.name"),
            Column("daerah", _l("Daerah"), lambda r: place(r.Candidate.nomination)),
            Column(
                "keadaan",
                _l("Keadaan"),
                lambda r: CANDIDATE.state_label(r.Candidate.state),
                sort=Candidate.state,
                cell=lambda r: Markup('<span class="state state-stop">{}</span>').format(
                    CANDIDATE.state_label(r.Candidate.state)
                ),
            ),
        ],
        caption=_l("Calon yang dapat dipulihkan oleh putusan"),
        empty=_l("Tidak ada calon yang dinyatakan tidak memenuhi syarat di wilayah Anda."),
        filters=[
            _elections(elections, Candidate.election_id),
            Filter(
                "keadaan",
                _l("Keadaan"),
                [(state, CANDIDATE.labels[state]) for state in RESTORABLE],
                lambda q, state: q.where(Candidate.state == state),
            ),
        ],
        search=(Candidate.name,),
        search_hint=_l("Cari nama"),
        size=50,
        name="calon-putusan",
    )


def applied_table(statement: Select[Any]) -> Table:
    """What rulings reopened and restored, for everybody: never a name that is on no public list."""
    name = who()
    return Table(
        statement,
        [
            Column("putusan", _l("Putusan"), lambda r: r.Act.details.get("number", ""), head=True),
            Column("tanggal", _l("Tanggal"), "Act.at", kind="moment"),
            Column("pemilu", _l("Pemilu"), "election"),
            Column("pemilihan", _l("Pemilihan"), "Nomination.contest.name"),
            Column("daerah", _l("Daerah"), lambda r: place(r.Nomination)),
            Column("pengusul", _l("Pengusul"), lambda r: name(r.Nomination)),
            Column("akibat", _l("Akibat"), lambda r: _done(r.Act.details)),
            Column("amar", _l("Amar dan alasan"), lambda r: r.Act.reason or ""),
        ],
        caption=_l("Putusan yang dilaksanakan dalam pencalonan"),
        empty=_l("Belum ada putusan yang membuka kembali pencalonan atau memulihkan calon."),
        size=50,
        name="putusan-pencalonan",
    )


def _done(details: dict[str, Any]) -> str:
    words = str(DONE.get(details.get("action", ""), ""))
    place = details.get("place")
    return f"{words} ({_('nomor urut %(n)s', n=place)})" if place else words


def _elections(elections: Sequence[Election], column: Any) -> Filter:
    return Filter(
        "pemilu",
        _l("Pemilu"),
        [(each.code, each.name) for each in elections],
        lambda q, code: q.where(column == next((each.id for each in elections if each.code == code), None)),
    )
