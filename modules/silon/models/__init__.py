"""Tables of Silon."""

from modules.silon.models.approvals import NominationApproval
from modules.silon.models.batches import CandidateBatch
from modules.silon.models.candidates import (
    Candidate,
    CandidateEvent,
    CandidateFlagEvent,
    CandidateVersion,
)
from modules.silon.models.documents import CandidateDocument
from modules.silon.models.listings import Listing, ListingEntry
from modules.silon.models.nominations import Nomination, NominationLiaison, NominationSubmission
from modules.silon.models.pairs import NominationParty, PairDraw
from modules.silon.models.seats import SeatCase, SeatEvent
from modules.silon.models.stages import (
    CandidateClarification,
    CandidatePortrait,
    ListingPaper,
    ListingReview,
)
from modules.silon.models.supporters import (
    Supporter,
    SupporterBatch,
    SupporterEvent,
    SupporterFlagEvent,
    SupporterPaper,
    SupportStep,
)
from modules.silon.models.verdicts import CandidateUpload, NominationVerdict

__all__ = [
    "Candidate",
    "CandidateBatch",
    "CandidateClarification",
    "CandidateDocument",
    "CandidateEvent",
    "CandidateFlagEvent",
    "CandidatePortrait",
    "CandidateUpload",
    "CandidateVersion",
    "Listing",
    "ListingEntry",
    "ListingPaper",
    "ListingReview",
    "Nomination",
    "NominationApproval",
    "NominationLiaison",
    "NominationParty",
    "NominationSubmission",
    "NominationVerdict",
    "PairDraw",
    "SeatCase",
    "SeatEvent",
    "SupportStep",
    "Supporter",
    "SupporterBatch",
    "SupporterEvent",
    "SupporterFlagEvent",
    "SupporterPaper",
]
