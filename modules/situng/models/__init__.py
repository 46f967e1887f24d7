"""Tables of Situng: results (batches, versions, forms, totals), captures, and photos of forms."""

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
    "TotalDelta",
]
