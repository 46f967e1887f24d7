"""Tables of verification."""

from electsys.verification.models.desk import SecondDraw, VerificationEvent, VerificationItem
from electsys.verification.models.samples import Contact, ContactPhoto, Sample, SampleMember, SampleSeed

__all__ = [
    "Contact",
    "ContactPhoto",
    "Sample",
    "SampleMember",
    "SampleSeed",
    "SecondDraw",
    "VerificationEvent",
    "VerificationItem",
]
