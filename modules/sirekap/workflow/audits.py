"""An audit from its frame to its end (trust-and-ux.md C4)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys.identity.access import Scope
from electsys.workflow import Transition, Workflow
from electsys.workflow.scoping import within
from modules.sirekap.models import Audit
from modules.sirekap.permissions import AUDIT

AUDITING = Workflow(
    "sirekap_audit",
    Audit,
    "state",
    (
        Transition("disiapkan", "seed", "diundi", AUDIT, label=_l("Masukkan benih dan undi TPS")),
        Transition("diundi", "confirm", "selesai", AUDIT, label=_l("Tutup: risiko di bawah batas")),
        Transition("diundi", "count_all", "hitung_penuh", AUDIT, reason=True, label=_l("Hitung semua TPS")),
    ),
    scope=lambda row: Scope(region=row.region, election=row.election_id),
    scope_clause=within(region=Audit.region, election=Audit.election_id),
    place=lambda: (Audit.election_id, Audit.region),
    label=_l("Audit hasil"),
    labels={
        "disiapkan": _l("menunggu benih"),
        "diundi": _l("kertas sedang dibaca"),
        "selesai": _l("selesai, hasil dikukuhkan"),
        "hitung_penuh": _l("semua TPS dihitung"),
    },
)
