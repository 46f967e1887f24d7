"""Tables of Sirekap."""

from modules.sirekap.models.audits import Audit, AuditDraw, AuditEntry, AuditStation
from modules.sirekap.models.determinations import (
    Determination,
    DeterminationPart,
    DeterminationResult,
    DeterminationTie,
)
from modules.sirekap.models.plenaries import (
    Objection,
    RecapAttendance,
    RecapExport,
    RecapSignature,
    WitnessMandate,
)
from modules.sirekap.models.recaps import (
    Recap,
    RecapColumn,
    RecapCorrection,
    RecapProposal,
    RecapReading,
    RecapVersion,
)

__all__ = [
    "Audit",
    "AuditDraw",
    "AuditEntry",
    "AuditStation",
    "Determination",
    "DeterminationPart",
    "DeterminationResult",
    "DeterminationTie",
    "Objection",
    "Recap",
    "RecapAttendance",
    "RecapColumn",
    "RecapCorrection",
    "RecapExport",
    "RecapProposal",
    "RecapReading",
    "RecapSignature",
    "RecapVersion",
    "WitnessMandate",
]
