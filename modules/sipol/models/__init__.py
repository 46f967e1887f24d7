"""Tables of Sipol."""

from modules.sipol.models.boards import PartyAccount, PartyBoard, PartyOffice, PartyOfficer
from modules.sipol.models.documents import PartyDocument
from modules.sipol.models.factual import FactualCheck, FactualPhoto
from modules.sipol.models.lookup import PartyLookup, PartyLookupDue, PartyNumbers
from modules.sipol.models.members import MemberEvent, MemberFlagEvent, PartyBatch, PartyMember
from modules.sipol.models.parties import Party, PartyDraw, PartyRegistration, PartySubmission, PartyUpdate
from modules.sipol.models.progress import PartyProgress
from modules.sipol.models.scans import MemberScan
from modules.sipol.models.statements import MemberClarification, MemberStatement
from modules.sipol.models.uploads import PartyUpload
from modules.sipol.models.verdicts import PartyVerdict

__all__ = [
    "FactualCheck",
    "FactualPhoto",
    "MemberClarification",
    "MemberEvent",
    "MemberFlagEvent",
    "MemberScan",
    "MemberStatement",
    "Party",
    "PartyAccount",
    "PartyBatch",
    "PartyBoard",
    "PartyDocument",
    "PartyDraw",
    "PartyLookup",
    "PartyLookupDue",
    "PartyMember",
    "PartyNumbers",
    "PartyOffice",
    "PartyOfficer",
    "PartyProgress",
    "PartyRegistration",
    "PartySubmission",
    "PartyUpdate",
    "PartyUpload",
    "PartyVerdict",
]
