"""Sipol: parties register, KPU verifies, the public can check.

Access -> entry -> submission -> administrative verification and repair -> factual verification and repair ->
determination -> draw of numbers -> semester updates (UU 7/2017 art. 172-179; PKPU 4/2022). A party enters its
data once and always sees what is missing; no state changes without an event that says why; nobody is counted
as a member against their word.
"""

from __future__ import annotations

from flask import Flask

from modules.sipol.events import NumbersDrawn, PartiesDetermined
from modules.sipol.queries.standing import (
    Liaison,
    Membership,
    Officer,
    Standing,
    liaisons,
    member_of,
    memberships,
    officers,
    participants,
)

__all__ = [
    "Liaison",
    "Membership",
    "NumbersDrawn",
    "Officer",
    "PartiesDetermined",
    "Standing",
    "init_app",
    "liaisons",
    "member_of",
    "memberships",
    "officers",
    "participants",
]


def init_app(app: Flask) -> None:
    """Join the module to the app."""
    from modules.sipol import joining

    joining.join(app)
