"""The sample of a limited visit: its frame is frozen, then it is drawn once and for all, or given up."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys.identity.access import Scope
from electsys.workflow import Transition, Workflow
from electsys.workflow.scoping import within
from modules.sidalih.models import LimitedVisit
from modules.sidalih.permissions import COMPILE, DETERMINE

COKTAS = Workflow(
    "sidalih_coktas",
    LimitedVisit,
    "state",
    (
        Transition(
            "kerangka", "draw", "ditetapkan", DETERMINE, stage="pdpb", label=_l("Undi dan tetapkan sampel")
        ),
        Transition(
            "kerangka", "discard", "dibuang", COMPILE, stage="pdpb", label=_l("Buang kerangka"), reason=True
        ),
    ),
    scope=lambda visit: Scope(region=visit.region, election=visit.election_id),
    scope_clause=within(region=LimitedVisit.region, election=LimitedVisit.election_id),
    place=lambda: (LimitedVisit.election_id, LimitedVisit.region),
    label=_l("Sampel coktas"),
    labels={"kerangka": _l("kerangka"), "ditetapkan": _l("ditetapkan"), "dibuang": _l("dibuang")},
)
