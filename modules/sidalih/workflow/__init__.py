"""States of a voter's row, of a roll and of a quarter, as data (design.md, rule 5; domain.md 5.2)."""

from modules.sidalih.workflow.coktas import COKTAS
from modules.sidalih.workflow.doubles import DOUBLE
from modules.sidalih.workflow.moves import DPK, MOVING
from modules.sidalih.workflow.rolls import QUARTER, ROLL
from modules.sidalih.workflow.voters import VOTER

__all__ = ["COKTAS", "DOUBLE", "DPK", "MOVING", "QUARTER", "ROLL", "VOTER"]
