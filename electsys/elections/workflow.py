"""The way of an election, as data: prepared, under way, closed."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys.elections.models import Election
from electsys.elections.wording import STATES
from electsys.identity.access import Scope
from electsys.workflow import Transition, Workflow

EDIT = "elections:election:edit"

ELECTION = Workflow(
    "elections_election",
    Election,
    "state",
    (
        Transition("persiapan", "start", "berjalan", EDIT, label=_l("Mulai pemilu"), reason=True),
        Transition("berjalan", "finish", "selesai", EDIT, label=_l("Tutup pemilu"), reason=True),
        Transition("selesai", "reopen", "berjalan", EDIT, label=_l("Buka pemilu kembali"), reason=True),
    ),
    scope=lambda row: Scope(election=row.id),
    label=_l("Pemilu"),
    labels=STATES,
)
