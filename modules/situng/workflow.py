"""States of a batch of results and of a form, as data (design.md, rule 5)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys.identity.access import Scope
from electsys.workflow import Transition, Workflow
from modules.situng.models import ResultBatch

IMPORT = "situng:batch:import"
CONFIRM = "situng:batch:confirm"
READ = "situng:batch:read"
CORRECT = "situng:form:correct"


def batch_scope(batch: ResultBatch) -> Scope:
    """A batch lies in the region that it may touch."""
    return Scope(region=batch.region)


BATCH = Workflow(
    name="situng_batch",
    label=_l("Berkas hasil"),
    model=ResultBatch,
    column="state",
    scope=batch_scope,
    transitions=(
        Transition("dimuat", "refuse", "ditolak", IMPORT, label=_l("Tolak")),
        Transition("dimuat", "submit", "menunggu", IMPORT, label=_l("Ajukan")),
        Transition(
            "menunggu",
            "confirm",
            "dikonfirmasi",
            CONFIRM,
            label=_l("Konfirmasi"),
        ),
        Transition("menunggu", "cancel", "dibatalkan", IMPORT, label=_l("Batalkan")),
        Transition("dikonfirmasi", "apply", "diterapkan", CONFIRM, label=_l("Terapkan")),
    ),
)
