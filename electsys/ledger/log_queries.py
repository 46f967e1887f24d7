"""Reads of the public log: a subject's place and proof, checkpoints and witnesses for the pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from electsys.db import db
from electsys.elections.models import Election
from electsys.ledger import log, tree
from electsys.ledger.log_models import Cosignature, Leaf, LeafEntry, LogCheckpoint, Witness


@dataclass(frozen=True)
class Place:
    """Where an entry stands: None as ``index`` while it waits for the next integration."""

    subject: str
    seq: int
    hash: bytes
    index: int | None


@dataclass(frozen=True)
class Receipt:
    """An entry, its proof, and the signed checkpoint that the proof leads to."""

    election: str
    place: Place
    body: bytes
    proof: tuple[bytes, ...]
    checkpoint: LogCheckpoint
    note: str


def places(election_id: int, subject: str) -> list[Place]:
    """The entries of a subject, oldest first."""
    return _places(election_id, LeafEntry.subject == subject)


def places_below(election_id: int, prefix: str) -> dict[str, Place]:
    """The newest entry of every subject that begins so."""
    return {each.subject: each for each in _places(election_id, LeafEntry.subject.startswith(prefix))}


def _places(election_id: int, condition: Any) -> list[Place]:
    rows = db.session.execute(
        select(LeafEntry.subject, LeafEntry.seq, LeafEntry.hash, Leaf.index)
        .outerjoin(Leaf, Leaf.entry_id == LeafEntry.id)
        .where(LeafEntry.election_id == election_id, condition)
        .order_by(LeafEntry.subject, LeafEntry.seq)
    )
    return [Place(*row) for row in rows]


def newest_checkpoint(election_id: int) -> LogCheckpoint | None:
    """The last checkpoint that was signed."""
    return db.session.scalar(
        select(LogCheckpoint)
        .where(LogCheckpoint.election_id == election_id)
        .order_by(LogCheckpoint.size.desc())
        .limit(1)
    )


def receipt(election_id: int, index: int) -> Receipt | None:
    """The proof that leaf ``index`` stands in the newest checkpoint; None where it does not yet."""
    from electsys.ledger.tiles import signed_note

    checkpoint = newest_checkpoint(election_id)
    if checkpoint is None or not 0 <= index < checkpoint.size:
        return None
    entry = db.session.execute(
        select(LeafEntry)
        .join(Leaf, Leaf.entry_id == LeafEntry.id)
        .where(Leaf.election_id == election_id, Leaf.index == index)
    ).scalar_one()
    proof = tree.prove_inclusion(log.nodes(db.session, election_id), index, checkpoint.size)
    return Receipt(
        db.session.scalars(select(Election.code).where(Election.id == election_id)).one(),
        Place(entry.subject, entry.seq, entry.hash, index),
        bytes(entry.body),
        tuple(proof),
        checkpoint,
        signed_note(db.session, checkpoint),
    )


def checkpoints(election_id: int) -> Any:
    """Every checkpoint of a log, newest first, with how many witnesses cosigned it (a SELECT)."""
    cosigned = (
        select(func.count())
        .where(Cosignature.election_id == LogCheckpoint.election_id, Cosignature.size == LogCheckpoint.size)
        .scalar_subquery()
    )
    return (
        select(LogCheckpoint.size, LogCheckpoint.root, LogCheckpoint.signed_at, cosigned.label("witnesses"))
        .where(LogCheckpoint.election_id == election_id)
        .order_by(LogCheckpoint.size.desc())
    )


def witnesses() -> list[tuple[Witness, int, dt.datetime | None]]:
    """Who watches: the witness, the largest size that it cosigned, and when."""
    rows = db.session.execute(
        select(Witness, func.coalesce(func.max(Cosignature.size), 0), func.max(Cosignature.at))
        .outerjoin(Cosignature, Cosignature.witness_id == Witness.id)
        .group_by(Witness.id)
        .order_by(Witness.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]
