"""What modules hear of responses: ids and codes only; the content is read by :func:`queries.contents`."""

from __future__ import annotations

from dataclasses import dataclass

from electsys.events import Event


@dataclass(frozen=True, kw_only=True)
class ResponseReceived(Event):
    """Somebody has sent a response of ``kind`` about ``subject`` (the module's own code, or None)."""

    response_id: int
    kind: str
    subject: str | None
    region: str | None
    election_id: int | None
    party_id: int | None


@dataclass(frozen=True, kw_only=True)
class ResponseDecided(Event):
    """A response was decided: ``accepted`` says whether the module has to act on it."""

    response_id: int
    kind: str
    subject: str | None
    region: str | None
    election_id: int | None
    party_id: int | None
    accepted: bool
