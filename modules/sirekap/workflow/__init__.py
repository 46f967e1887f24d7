"""States of Sirekap's acts, as data."""

from modules.sirekap.workflow.recaps import OBJECTION, RECAP

__all__ = ["OBJECTION", "RECAP"]
