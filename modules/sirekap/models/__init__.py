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
    "RecapReading",
    "RecapSignature",
    "RecapVersion",
    "WitnessMandate",
]
