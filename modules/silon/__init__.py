"""Silon: candidates from nomination to the seat's replacement.

Draft -> submission -> verification and repair -> provisional list (DCS) -> public responses -> final list
(DCT) -> the ballot (UU 7/2017 art. 181-189, 221-266; PKPU 10 and 11/2023; PKPU 19/2023; PKPU 8/2024; PKPU
3/2025). A candidate is a member of the party and a registered voter; nobody stands twice; the final list is
the ballot, and a change of it is a new version with its reason.
"""

from __future__ import annotations

from flask import Flask

from modules.silon.events import BallotChanged, CandidatesFinal
from modules.silon.queries.standing import BallotOf, FinalCandidate, LineOf, ballot_of, final_candidates

__all__ = [
    "BallotChanged",
    "BallotOf",
    "CandidatesFinal",
    "FinalCandidate",
    "LineOf",
    "ballot_of",
    "final_candidates",
    "init_app",
]


def init_app(app: Flask) -> None:
    """Join the module to the app."""
    from modules.silon import joining

    joining.join(app)
