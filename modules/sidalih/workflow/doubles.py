"""States of a pair that may be one voter. A decision can be taken back; nothing is asked twice."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys.identity.access import Scope
from electsys.workflow import Transition, Workflow
from electsys.workflow.scoping import within
from modules.sidalih.models.doubles import DoubleCase
from modules.sidalih.permissions import DECIDE_DOUBLES

DOUBLE = Workflow(
    "sidalih_double",
    DoubleCase,
    "state",
    (
        Transition(
            "terbuka", "keep", "sama", DECIDE_DOUBLES, label=_l("Satu pemilih: pertahankan satu baris")
        ),
        Transition(
            "terbuka", "part", "berbeda", DECIDE_DOUBLES, label=_l("Dua pemilih: pertahankan keduanya")
        ),
        Transition("sama", "undo", "terbuka", DECIDE_DOUBLES, label=_l("Batalkan putusan")),
        Transition("berbeda", "undo", "terbuka", DECIDE_DOUBLES, label=_l("Batalkan putusan")),
        # A later search, or a change of a row, ends or revives a question that nobody has answered.
        Transition("terbuka", "vanish", "hilang", None, label=_l("Tidak ditemukan lagi")),
        Transition("hilang", "return", "terbuka", None, label=_l("Ditemukan lagi")),
    ),
    scope=lambda case: Scope(region=case.region, election=case.election_id),
    scope_clause=within(region=DoubleCase.region, election=DoubleCase.election_id),
    label=_l("Pasangan ganda"),
    labels={
        "terbuka": _l("belum diputus"),
        "sama": _l("satu pemilih"),
        "berbeda": _l("dua pemilih"),
        "hilang": _l("tidak ditemukan lagi"),
    },
)
