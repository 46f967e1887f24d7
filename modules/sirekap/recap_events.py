"""What the recap tells: a D.Hasil was locked, a column was corrected."""

from __future__ import annotations

from dataclasses import dataclass

from electsys.events import Event


@dataclass(frozen=True, kw_only=True)
class RecapLocked(Event):
    """A D.Hasil is locked; from now on only a correction changes it."""

    recap_id: int
    election_id: int
    contest_id: int
    dapil_id: int | None
    tier: str
    region: str
    version: int
    #: SHA-256 of the canonical JSON of the form.
    sha256: str
    #: Whether the contest stops at this tier: its votes here are final.
    last: bool


@dataclass(frozen=True, kw_only=True)
class RecapCorrected(Event):
    """A TPS column was corrected; ``locked`` are the D.Hasil that got a new version by it."""

    correction_id: int
    recap_id: int
    election_id: int
    contest_id: int
    dapil_id: int | None
    tps: str
    ruling: str | None
    locked: tuple[int, ...] = ()
