"""What becomes of a candidate (domain.md 4.2). Every move carries an event: the database demands it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys.identity.access import Scope
from electsys.workflow import Transition, Workflow
from electsys.workflow.scoping import within
from modules.silon.models import Candidate as Row
from modules.silon.permissions import CONCLUDE, EDIT

#: How somebody leaves the provisional list, by action (PKPU 10/2023 art. 71-75).
LEFT_DCS = {"fail_dcs": "dcs_tms", "resign": "mengundurkan_diri", "die": "meninggal"}

CANDIDATE = Workflow(
    "silon_candidate",
    Row,
    "state",
    (
        # Taken off by those who put them up, in the windows of the calendar (operations.access).
        *(
            Transition(source, "withdraw", "ditarik", EDIT, reason=True, label=_l("Tarik calon"))
            for source in ("baru", "ms", "bms", "tms")
        ),
        # The conclusion of verification: all documents right and no double candidacy.
        *(
            Transition(source, "accept", "ms", CONCLUDE, label=_l("Memenuhi syarat"))
            for source in ("baru", "bms")
        ),
        Transition("baru", "defer", "bms", CONCLUDE, reason=True, label=_l("Belum memenuhi syarat")),
        *(
            Transition(source, "refuse", "tms", CONCLUDE, reason=True, label=_l("Tidak memenuhi syarat"))
            for source in ("baru", "bms", "ms")
        ),
        Transition("ms", "list", "dcs", None, label=_l("Masuk DCS")),
        *(
            Transition("dcs", action, target, None, reason=True, label=label)
            for (action, target), label in zip(
                LEFT_DCS.items(),
                (_l("Tidak memenuhi syarat sesudah DCS"), _l("Mengundurkan diri"), _l("Meninggal dunia")),
                strict=True,
            )
        ),
        *(
            Transition(source, "replace", "diganti", None, reason=True, label=_l("Diganti"))
            for source in ("dcs", "dcs_tms", "mengundurkan_diri", "meninggal", "ms")
        ),
        *(Transition(source, "finalise", "dct", None, label=_l("Masuk DCT")) for source in ("dcs", "ms")),
        Transition("dct", "strike", "dicoret", None, reason=True, label=_l("Dicoret dari DCT")),
        # A ruling (UU 7/2017 art. 466-471), or a name that was struck by mistake.
        Transition("dicoret", "restore", "dct", None, reason=True, label=_l("Dipulihkan ke DCT")),
        *(
            Transition(source, "restore", "ms", None, reason=True, label=_l("Dipulihkan"))
            for source in ("tms", "dcs_tms")
        ),
    ),
    scope=lambda row: Scope(region=row.region, party=row.party_id, election=row.election_id),
    scope_clause=within(region=Row.region, party=Row.party_id, election=Row.election_id),
    label=_l("Calon"),
    labels={
        "baru": _l("belum diverifikasi"),
        "ms": _l("memenuhi syarat"),
        "bms": _l("belum memenuhi syarat"),
        "tms": _l("tidak memenuhi syarat"),
        "ditarik": _l("ditarik"),
        "dcs": _l("dalam DCS"),
        "dcs_tms": _l("tidak memenuhi syarat sesudah DCS"),
        "mengundurkan_diri": _l("mengundurkan diri"),
        "meninggal": _l("meninggal dunia"),
        "diganti": _l("diganti"),
        "dct": _l("dalam DCT"),
        "dicoret": _l("dicoret dari DCT"),
    },
)
