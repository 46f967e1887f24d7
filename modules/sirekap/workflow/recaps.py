"""A D.Hasil from its opening to its lock, and an objection to its outcome (PKPU 5/2024; domain.md 6.7)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import Boolean, ColumnElement, literal_column

from electsys.identity.access import Scope
from electsys.workflow import Transition, Workflow
from electsys.workflow.scoping import within
from modules.sirekap.models import Objection, Recap
from modules.sirekap.permissions import CLOSE, ENTER

STAGE = "rekapitulasi"


def nothing_is_left() -> ColumnElement[bool]:
    """Every child is locked, every column is there, everything was read, no objection waits for an answer."""
    return literal_column(
        """(
        not exists (select from recap c where c.parent_id = recap.id and c.state <> 'disahkan')
        and exists (select from recap_column k
                    where k.province = recap.province and k.recap_id = recap.id)
        and not exists (select from recap_reading g where g.recap_id = recap.id and g.read_at is null)
        and not exists (select from recap_objection o where o.recap_id = recap.id and o.state = 'diajukan')
        and not exists (
            select from recap c where c.parent_id = recap.id
            and not exists (select from recap_column k where k.province = recap.province
                            and k.recap_id = recap.id and k.unit = c.region))
        and (recap.tier not in ('kecamatan', 'ppln') or not exists (
            select from tps t
            where t.election_id = recap.election_id and t.province = recap.province and t.state = 'aktif'
            and t.code >= recap.region and t.code < recap.region || '~'
            and (recap.dapil_id is null or exists (
                select from dapil_village m
                where m.dapil_id = recap.dapil_id and m.village_code = t.village_code))
            and not exists (select from recap_column k where k.province = recap.province
                            and k.recap_id = recap.id and k.unit = t.code)))
        )""",
        Boolean,
    )


RECAP = Workflow(
    "sirekap_recap",
    Recap,
    "state",
    (
        Transition("belum", "open", "dibuka", ENTER, stage=STAGE, label=_l("Buka pembacaan")),
        Transition(
            "dibuka",
            "close",
            "ditutup",
            CLOSE,
            stage=STAGE,
            guard=nothing_is_left,
            label=_l("Tutup rekapitulasi"),
            refusal=_l("Masih ada yang belum selesai pada rekapitulasi ini."),
        ),
        Transition("ditutup", "reopen", "dibuka", CLOSE, stage=STAGE, reason=True, label=_l("Buka kembali")),
        Transition(
            "ditutup",
            "lock",
            "disahkan",
            CLOSE,
            stage=STAGE,
            document="D.Hasil",
            label=_l("Sahkan dan kunci"),
        ),
    ),
    scope=lambda row: Scope(region=row.region, election=row.election_id),
    scope_clause=within(region=Recap.region, election=Recap.election_id),
    place=lambda: (Recap.election_id, Recap.region),
    label=_l("Rekapitulasi"),
    labels={
        "belum": _l("belum dibuka"),
        "dibuka": _l("sedang dibacakan"),
        "ditutup": _l("ditutup, menunggu pengesahan"),
        "disahkan": _l("disahkan"),
    },
)


def _scope(row: Objection) -> Scope:
    from electsys.db import db

    recap = db.session.get_one(Recap, row.recap_id)
    return Scope(region=recap.region, election=recap.election_id)


OBJECTION = Workflow(
    "sirekap_objection",
    Objection,
    "state",
    (
        Transition(
            "diajukan",
            "accept",
            "diterima_langsung_diperbaiki",
            ENTER,
            guard=lambda: literal_column(
                "exists (select from recap_correction c where c.objection_id = recap_objection.id)", Boolean
            ),
            refusal=_l("Keberatan diterima dengan membetulkan angkanya lebih dahulu."),
            reason=True,
            label=_l("Terima dan perbaiki"),
        ),
        Transition("diajukan", "reject", "ditolak", ENTER, reason=True, label=_l("Tolak")),
        Transition(
            "diajukan", "note", "dicatat", ENTER, reason=True, label=_l("Catat sebagai kejadian khusus")
        ),
    ),
    scope=_scope,
    label=_l("Keberatan"),
    labels={
        "diajukan": _l("diajukan"),
        "diterima_langsung_diperbaiki": _l("diterima, langsung diperbaiki"),
        "ditolak": _l("ditolak"),
        "dicatat": _l("dicatat"),
    },
)
