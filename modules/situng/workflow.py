"""States of a batch of results, as data (design.md, rule 5).

A form's own state (``diterima``, ``anomali``, ``belum_lengkap``) is no decision of anybody: it follows
from the rules when its batch is applied, in one statement for the whole batch.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, or_

from electsys.identity.access import Scope
from electsys.workflow import Transition, Workflow
from modules.situng.models import ResultBatch

IMPORT = "situng:batch:import"
CONFIRM = "situng:batch:confirm"
READ = "situng:batch:read"
CORRECT = "situng:form:correct"
PRINT = "situng:form:print"


def batch_scope(batch: ResultBatch) -> Scope:
    """A batch lies in the region that it may touch."""
    return Scope(region=batch.region)


def batch_scopes(scopes: list[Scope]) -> ColumnElement[bool]:
    """The batches inside any of these scopes."""
    return or_(*(ResultBatch.region.startswith(scope.region or "") for scope in scopes))


BATCH = Workflow(
    "situng_batch",
    ResultBatch,
    "state",
    (
        Transition("dimuat", "refuse", "ditolak", IMPORT, label=_l("Tolak berkas")),
        Transition("dimuat", "submit", "menunggu", IMPORT, label=_l("Ajukan untuk konfirmasi")),
        Transition("menunggu", "confirm", "dikonfirmasi", CONFIRM, label=_l("Konfirmasi")),
        Transition("menunggu", "cancel", "dibatalkan", IMPORT, label=_l("Batalkan"), reason=True),
        Transition("dikonfirmasi", "apply", "diterapkan", None, label=_l("Hitung")),
    ),
    scope=batch_scope,
    scope_clause=batch_scopes,
    label=_l("Berkas hasil"),
    labels={
        "dimuat": _l("sedang dibaca"),
        "ditolak": _l("ditolak"),
        "menunggu": _l("menunggu konfirmasi"),
        "dikonfirmasi": _l("sedang dihitung"),
        "diterapkan": _l("dihitung"),
        "dibatalkan": _l("dibatalkan"),
    },
)
