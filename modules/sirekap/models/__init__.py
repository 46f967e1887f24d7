"""Tables of Sirekap."""

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
