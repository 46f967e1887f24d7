"""Tables of the recap's pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import Select

from electsys.elections.models import Election
from electsys.web.formats import title_region
from electsys.web.tables import Column, Table
from modules.sirekap import recap_words as words
from modules.sirekap.models import RecapCorrection
from modules.sirekap.queries.plenaries import Child, Progress
from modules.sirekap.workflow import RECAP


def children_table(
    election: Election,
    rows: Sequence[Child],
    kinds: Sequence[str],
    progress: Sequence[Progress],
    *,
    endpoint: str = "rekap.plenary",
) -> Table:
    """The plenaries below, with the state of each contest."""
    called = {p.kind: p.contest for p in progress}

    def state(kind: str) -> Column:
        return Column(
            kind,
            called[kind],
            lambda child: RECAP.state_label(child.states[kind]) if kind in child.states else None,
            cell=lambda child: words.badge(child.states[kind]) if kind in child.states else "–",
            sort=True,
        )

    return Table(
        rows,
        [
            Column(
                "wilayah",
                _l("Wilayah"),
                lambda child: title_region(child.name),
                sort=True,
                head=True,
                link=lambda child: url_for(endpoint, election=election.code, code=child.code),
            ),
            Column("kode", _l("Kode"), "code", sort=True, hidden=True),
            *(state(kind) for kind in kinds),
        ],
        caption=_l("Pleno di bawahnya"),
        empty=_l("Tidak ada pleno di bawah wilayah ini; kolomnya langsung dari TPS."),
        search=True,
        size=50,
        name="rekap",
    )


def corrections_table(statement: Select[Any, *tuple[Any, ...]], *, public: bool = False) -> Table:
    """Corrections, newest first; ``statement`` selects (correction, recap, contest)."""
    endpoint = "rekap.public_form" if public else "rekap.form"
    return Table(
        statement,
        [
            Column(
                "nomor",
                _l("Nomor"),
                "RecapCorrection.id",
                sort=RecapCorrection.id,
                head=True,
                link=lambda row: (
                    url_for(endpoint, recap_id=row.Recap.id) + f"#pembetulan-{row.RecapCorrection.id}"
                ),
            ),
            Column("waktu", _l("Waktu"), "RecapCorrection.at", kind="moment", sort=RecapCorrection.at),
            Column("pemilihan", _l("Pemilihan"), "Contest.name"),
            Column("tps", _l("Kode TPS"), "RecapCorrection.unit", sort=RecapCorrection.unit),
            Column(
                "alasan",
                _l("Alasan"),
                lambda row: str(words.REASONS[row.RecapCorrection.reason_code]),
                sort=RecapCorrection.reason_code,
            ),
            Column("suara", _l("Suara sebelum dan sesudah"), _plain_change, cell=_struck),
            Column("putusan", _l("Putusan"), "RecapCorrection.ruling", hidden=True),
        ],
        caption=_l("Pembetulan dalam rekapitulasi"),
        empty=_l("Belum ada pembetulan di wilayah ini."),
        search=(RecapCorrection.unit, RecapCorrection.reason),
        sort="-nomor",
        name="pembetulan",
    )


def _pairs(made: RecapCorrection) -> list[tuple[int, int | None, int]]:
    """Positions whose votes changed."""
    before: Sequence[int | None] = made.before_votes or [None] * len(made.after_votes)
    return [
        (at, old, new)
        for at, (old, new) in enumerate(zip(before, made.after_votes, strict=True), 1)
        if old != new
    ]


def _plain_change(row: Any) -> str:
    return "; ".join(
        f"{at}: {'-' if old is None else old} > {new}" for at, old, new in _pairs(row.RecapCorrection)
    )


def _struck(row: Any) -> Markup:
    parts = [
        Markup("<del>{}</del> <strong>{}</strong>").format("–" if old is None else old, new)
        for _at, old, new in _pairs(row.RecapCorrection)[:4]
    ]
    return Markup(", ").join(parts) if parts else Markup("–")
