"""Tables of Situng: results (batches, versions, forms, totals), captures, photos, checks of the set-up."""

from modules.situng.models.captures import Capture, CaptureDraft
from modules.situng.models.photos import FormPhoto, MachineReading
from modules.situng.models.results import (
    Code,
    FormPrint,
    FormPrintPart,
    RegionTotal,
    ResultBatch,
    ResultForm,
    ResultVersion,
    TotalDelta,
)
from modules.situng.models.setup import SetupCheck

__all__ = [
    "Capture",
    "CaptureDraft",
    "Code",
    "FormPhoto",
    "FormPrint",
    "FormPrintPart",
    "MachineReading",
    "RegionTotal",
    "ResultBatch",
    "ResultForm",
    "ResultVersion",
    "SetupCheck",
    "TotalDelta",
]
