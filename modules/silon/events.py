"""News of Silon for the modules that count on its lists (electsys.events)."""

from __future__ import annotations

from dataclasses import dataclass

from electsys.events import Event


@dataclass(frozen=True, kw_only=True)
class CandidatesFinal(Event):
    """The final list of a body was determined: the ballots of its dapil are frozen.

    In the transaction that determines it. ``ballots`` are ids of electsys.elections.models.Ballot.
    """

    contest_id: int
    #: The body: "" is KPU RI, a province or a kab/kota.
    region: str
    ballots: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class BallotChanged(Event):
    """A ballot got a new version: somebody was struck, or restored by a ruling."""

    contest_id: int
    dapil_id: int | None
    ballot_id: int
    version: int
    #: Candidates whose line changed.
    candidates: tuple[int, ...]
    #: Number of the ruling that made it necessary; None for a death or a withdrawal.
    ruling: str | None
