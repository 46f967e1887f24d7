"""Reads of audits: the frame, the draw, what the paper says, and the risk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, func, select

from electsys.db import db
from electsys.elections.models import Participant
from modules.sirekap.models import Audit, AuditDraw, AuditEntry, AuditStation
from modules.sirekap.rules import audits as rules


def assertion_of(data: dict[str, Any]) -> rules.Assertion:
    """An assertion as it is kept."""
    if data["kind"] == "beats":
        return rules.beats(str(data["who"]), str(data["other"]))
    return rules.exceeds(str(data["who"]), Fraction(data["share"]))


def batches_of(audit: Audit) -> list[rules.Batch]:
    """The stations of the frame, in the order of their codes."""
    names = [str(key) for key in audit.participants]
    rows = db.session.execute(
        select(AuditStation.code, AuditStation.ballots, AuditStation.votes)
        .where(AuditStation.audit_id == audit.id)
        .order_by(AuditStation.code)
    )
    return [rules.Batch(code, ballots, dict(zip(names, votes, strict=True))) for code, ballots, votes in rows]


def frame_of(audit: Audit) -> rules.Frame:
    """The frame that draws."""
    return rules.frame([assertion_of(data) for data in audit.assertions], batches_of(audit))


@dataclass(frozen=True)
class Paper:
    """A drawn station: how often it was drawn, what was published, what the paper says."""

    code: str
    numbers: tuple[int, ...]
    ballots: int
    published: tuple[int, ...]
    #: Votes that two people read alike; None while there are none.
    paper: tuple[int, ...] | None
    #: Accounts that have read it.
    readers: frozenset[int]
    #: Whether two people have read it and differ.
    differs: bool


def papers_of(audit: Audit) -> list[Paper]:
    """The drawn stations in the order of their codes."""
    numbers: dict[str, list[int]] = {}
    for number, code in db.session.execute(
        select(AuditDraw.number, AuditDraw.code)
        .where(AuditDraw.audit_id == audit.id)
        .order_by(AuditDraw.number)
    ):
        numbers.setdefault(code, []).append(number)
    stations = {
        row.code: row
        for row in db.session.scalars(
            select(AuditStation).where(AuditStation.audit_id == audit.id, AuditStation.code.in_(numbers))
        )
    }
    entries: dict[str, list[AuditEntry]] = {}
    for entry in db.session.scalars(
        select(AuditEntry).where(AuditEntry.audit_id == audit.id).order_by(AuditEntry.id)
    ):
        entries.setdefault(entry.code, []).append(entry)
    found = []
    for code in sorted(numbers):
        station, read = stations[code], entries.get(code, [])
        agreed = _agreed(read)
        readers = frozenset(entry.account_id for entry in read)
        found.append(
            Paper(
                code,
                tuple(numbers[code]),
                station.ballots,
                tuple(station.votes),
                agreed,
                readers,
                agreed is None and len(readers) > 1,
            )
        )
    return found


def _agreed(entries: Sequence[AuditEntry]) -> tuple[int, ...] | None:
    """The newest votes that two people read alike."""
    for place in range(len(entries) - 1, 0, -1):
        newest = entries[place]
        for other in entries[:place]:
            if other.account_id != newest.account_id and list(other.votes) == list(newest.votes):
                return tuple(newest.votes)
    return None


@dataclass(frozen=True)
class Standing:
    """How far an audit is: draws that are read from the first on, the risk after them."""

    read: int
    draws: int
    #: None where a station hid all that it could: everything is counted.
    risk: Fraction | None
    #: Stations whose paper differs from what was published.
    differing: int

    @property
    def complete(self) -> bool:
        """Whether every draw is read."""
        return self.read == self.draws


def standing_of(audit: Audit, papers: Iterable[Paper]) -> Standing:
    """The risk after the draws that are read, in their order up to the first that is not."""
    rows = list(papers)
    by_number = {number: paper for paper in rows for number in paper.numbers}
    taints: list[Fraction] = []
    if any(paper.paper is not None for paper in rows):
        scale = _Scale(audit)
        for number in range(1, audit.draws + 1):
            paper = by_number[number]
            if paper.paper is None:
                break
            taints.append(scale.taint(paper))
    differing = sum(paper.paper is not None and paper.paper != paper.published for paper in rows)
    return Standing(len(taints), audit.draws, rules.risk(Fraction(audit.total), taints), differing)


class _Scale:
    """Taints from the published sums of the frame, without loading its stations."""

    def __init__(self, audit: Audit) -> None:
        self.names = [str(key) for key in audit.participants]
        sums = [
            func.coalesce(func.sum(AuditStation.votes[place]), 0) for place in range(1, len(self.names) + 1)
        ]
        row = db.session.execute(
            select(func.sum(AuditStation.ballots), *sums).where(AuditStation.audit_id == audit.id)
        ).one()
        whole = rules.Batch("", int(row[0]), {n: int(v) for n, v in zip(self.names, row[1:], strict=True)})
        self.frame = rules.frame([assertion_of(data) for data in audit.assertions], [whole])

    def taint(self, paper: Paper) -> Fraction:
        published = rules.Batch(
            paper.code, paper.ballots, dict(zip(self.names, paper.published, strict=True))
        )
        return self.frame.taint(published, dict(zip(self.names, paper.paper or (), strict=True)))


def participants_of(audit: Audit) -> list[Participant]:
    """The participants in the order of the votes."""
    rows = {
        row.id: row
        for row in db.session.scalars(select(Participant).where(Participant.id.in_(audit.participants)))
    }
    return [rows[key] for key in audit.participants]


def audits_in(election_id: int) -> Select[Any]:
    """The audits of an election, the newest first."""
    return select(Audit).where(Audit.election_id == election_id).order_by(Audit.id.desc())


def stations_in(audit_id: int) -> Select[Any]:
    """The frame, station by station."""
    return select(AuditStation).where(AuditStation.audit_id == audit_id).order_by(AuditStation.code)
