"""Tables of Sidalih."""

from modules.sidalih.models.batches import VoterBatch, VoterBatchVillage
from modules.sidalih.models.coktas import LimitedVisit, LimitedVisitVoter
from modules.sidalih.models.copies import CanaryTouch, VoterCanary, VoterCopy
from modules.sidalih.models.doubles import DoubleCase, DoubleEvent, DoubleRun
from modules.sidalih.models.lists import AreaCount, ListEntry, ListMark, VoterList, VoterRecap
from modules.sidalih.models.lookup import VoterLookup
from modules.sidalih.models.rolls import Quarter, Semester, VoterRoll
from modules.sidalih.models.visits import HouseholdVisit, VisitConflict, VisitPhoto, VisitTask
from modules.sidalih.models.voters import Voter, VoterEvent, VoterPast

__all__ = [
    "AreaCount",
    "CanaryTouch",
    "DoubleCase",
    "DoubleEvent",
    "DoubleRun",
    "HouseholdVisit",
    "LimitedVisit",
    "LimitedVisitVoter",
    "ListEntry",
    "ListMark",
    "Quarter",
    "Semester",
    "VisitConflict",
    "VisitPhoto",
    "VisitTask",
    "Voter",
    "VoterBatch",
    "VoterBatchVillage",
    "VoterCanary",
    "VoterCopy",
    "VoterEvent",
    "VoterList",
    "VoterLookup",
    "VoterPast",
    "VoterRecap",
    "VoterRoll",
]
