"""The tables of verification: nominations with how far they are, and roll-ups by party and by dapil."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from electsys.db import db
from electsys.elections.models import Contest, Election
from electsys.identity.access import Scope
from electsys.web.formats import title_region
from electsys.web.tables import Column, Filter, Table
from modules.silon.document_words import canned
from modules.silon.list_tables import state_of
from modules.silon.models import Nomination
from modules.silon.queries import verdict_lists as lists
from modules.silon.workflow import LIST, flow_of
from modules.sipol import participants

__all__ = ["TABLES", "WAYS", "canned", "nominations_table"]

#: How the page may be read: the value of ``menurut`` and its words.
WAYS: Mapping[str, Any] = {"": _l("Pencalonan"), "partai": _l("Partai"), "dapil": _l("Daerah pemilihan")}


def _counts() -> list[Column]:
    return [
        Column("ms", "MS", "ms", kind="number"),
        Column("bms", "BMS", "bms", kind="number"),
        Column("tms", "TMS", "tms", kind="number"),
        Column("baru", _l("Belum disimpulkan"), "baru", kind="number"),
    ]


def nominations_table(election: Election, scopes: Sequence[Scope]) -> Table:
    """Nominations in verification, a row each."""
    parties = participants(election.id)
    names = {p.party_id: p.short_name for p in parties}
    contests = db.session.execute(
        select(Contest.id, Contest.name).where(Contest.election_id == election.id).order_by(Contest.id)
    ).all()

    def who(row: Any) -> str:
        nomination: Nomination = row.Nomination
        return names.get(nomination.party_id or 0, nomination.label)

    return Table(
        lists.nominations(election.id, scopes),
        [
            Column("pemilihan", _l("Pemilihan"), "Nomination.contest.name", sort=Nomination.contest_id),
            Column(
                "dapil",
                _l("Daerah pemilihan"),
                lambda r: title_region(r.Nomination.dapil.name) if r.Nomination.dapil else "",
                sort=Nomination.dapil_id,
            ),
            Column("pengusul", _l("Partai atau calon"), who, head=True, link=_link, sort=Nomination.number),
            Column(
                "status",
                _l("Status"),
                lambda r: flow_of(r.Nomination).state_label(r.Nomination.state),
                cell=lambda r: state_of(r.Nomination),
                sort=Nomination.state,
            ),
            Column("diputus", _l("Dokumen diputus"), "judged", kind="number"),
            Column("dokumen", _l("Dokumen"), "documents", kind="number"),
            *_counts(),
        ],
        caption=_l("Verifikasi pencalonan"),
        empty=_l("Belum ada pencalonan yang diverifikasi. Verifikasi dimulai sesudah pengajuan diterima."),
        filters=[
            Filter(
                "pemilihan",
                _l("Pemilihan"),
                [(str(key), name) for key, name in contests],
                lambda q, v: q.where(Nomination.contest_id == int(v)),
            ),
            Filter(
                "status",
                _l("Status"),
                [(s, LIST.state_label(s)) for s in lists.SUBMITTED],
                lambda q, v: q.where(Nomination.state == v),
            ),
            Filter(
                "partai",
                _l("Partai"),
                [(str(p.party_id), p.short_name) for p in parties],
                lambda q, v: q.where(Nomination.party_id == int(v)),
            ),
        ],
        name=f"verifikasi-calon-{election.code}",
    )


def _link(row: Any) -> str:
    return url_for("silon.verdict", nomination_id=row.Nomination.id)


def parties_table(election: Election, scopes: Sequence[Scope]) -> Table:
    """The roll-up by party."""
    names = {p.party_id: p.name for p in participants(election.id)}

    def link(row: Any) -> str:
        return url_for("silon.verification", election=election.code, partai=row.key)

    return _rolled(
        lists.by_party(election.id, scopes),
        [
            Column("nomor", _l("Nomor"), "number", kind="number"),
            Column("partai", _l("Partai"), lambda r: names.get(r.key, str(r.key)), head=True, link=link),
        ],
        _l("Verifikasi menurut partai"),
        f"verifikasi-partai-{election.code}",
    )


def dapil_table(election: Election, scopes: Sequence[Scope]) -> Table:
    """The roll-up by dapil."""
    return _rolled(
        lists.by_dapil(election.id, scopes),
        [
            Column("pemilihan", _l("Pemilihan"), "contest"),
            Column("dapil", _l("Daerah pemilihan"), lambda r: title_region(r.name), head=True),
            Column("kursi", _l("Kursi"), "seats", kind="number"),
        ],
        _l("Verifikasi menurut daerah pemilihan"),
        f"verifikasi-dapil-{election.code}",
    )


def _rolled(statement: Select[Any], first: list[Column], caption: Any, name: str) -> Table:
    return Table(
        statement,
        [
            *first,
            Column("daftar", _l("Daftar"), "nominations", kind="number"),
            *_counts(),
            Column("perempuan", _l("Perempuan MS"), "women", kind="number"),
        ],
        caption=caption,
        empty=_l("Belum ada daftar yang diverifikasi."),
        name=name,
    )


TABLES: Mapping[str, Callable[[Election, Sequence[Scope]], Table]] = {
    "partai": parties_table,
    "dapil": dapil_table,
}
