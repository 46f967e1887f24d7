"""States of Sirekap's acts, as data."""

from modules.sirekap.workflow.audits import AUDITING
from modules.sirekap.workflow.determinations import DETERMINATION
from modules.sirekap.workflow.recaps import OBJECTION, RECAP

__all__ = ["AUDITING", "DETERMINATION", "OBJECTION", "RECAP"]
