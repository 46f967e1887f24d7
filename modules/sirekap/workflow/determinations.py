"""A result from its computation to the decision (UU 7/2017 art. 413-426; PKPU 6/2024)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys.identity.access import Scope
from electsys.workflow import Transition, Workflow
from electsys.workflow.scoping import within
from modules.sirekap.models import Determination
from modules.sirekap.permissions import DETERMINE, PREPARE

DETERMINATION = Workflow(
    "sirekap_determination",
    Determination,
    "state",
    (
        Transition("konsep", "submit", "pleno", PREPARE, label=_l("Ajukan ke pleno")),
        Transition(
            "pleno", "return", "konsep", DETERMINE, reason=True, label=_l("Kembalikan untuk dihitung")
        ),
        Transition(
            "pleno",
            "determine",
            "ditetapkan",
            DETERMINE,
            guard=lambda: Determination.open_ties == 0,
            refusal=_l("Masih ada suara atau hasil bagi yang sama; pleno memutuskannya dahulu."),
            document="Kpt",
            label=_l("Tetapkan hasil"),
        ),
        *(
            Transition(source, "drop", "dibatalkan", DETERMINE, reason=True, label=_l("Batalkan konsep"))
            for source in ("konsep", "pleno")
        ),
    ),
    scope=lambda row: Scope(region=row.area, election=row.election_id),
    scope_clause=within(region=Determination.area, election=Determination.election_id),
    place=lambda: (Determination.election_id, Determination.area),
    label=_l("Penetapan hasil"),
    labels={
        "konsep": _l("konsep"),
        "pleno": _l("dalam pleno"),
        "ditetapkan": _l("ditetapkan"),
        "dibatalkan": _l("dibatalkan"),
    },
)
