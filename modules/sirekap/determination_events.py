"""What a determination tells."""

from __future__ import annotations

from dataclasses import dataclass

from electsys.events import Event


@dataclass(frozen=True, kw_only=True)
class ResultDetermined(Event):
    """The outcome of a contest in an area is decided, or decided anew, by the decision ``source``."""

    determination_id: int
    election_id: int
    contest_id: int
    area: str
    version: int
    source: str
