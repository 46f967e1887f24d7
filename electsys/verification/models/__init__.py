"""Tables of verification."""

from electsys.verification.models.desk import SecondDraw, VerificationEvent, VerificationItem
from electsys.verification.models.samples import Contact, Sample, SampleMember

__all__ = ["Contact", "Sample", "SampleMember", "SecondDraw", "VerificationEvent", "VerificationItem"]
