"""Walk the public log in the database: every entry, every place, every signed checkpoint."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from electsys.elections.models import Election
from electsys.ledger import log_keys, notes, tree
from electsys.ledger.log_models import Leaf, LogCheckpoint


@dataclass(frozen=True)
class LogFinding:
    """Something in a log that is not as it was signed. ``code`` is worded by the command."""

    code: str  # leaf_edited, leaf_gap, checkpoint_root, checkpoint_signature, checkpoint_ahead
    index: int


class Growing:
    """The root of a growing row of leaves, in the memory of its height."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """One leaf more."""
        running, index = leaf, self.size
        while index & 1:
            running = tree.node_hash(self._peaks.pop(), running)
            index >>= 1
        self._peaks.append(running)
        self.size += 1

    def root(self) -> bytes:
        """The root so far."""
        if not self._peaks:
            return tree.EMPTY
        running = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            running = tree.node_hash(peak, running)
        return running


def verify_log(session: Session, election: Election) -> tuple[int, int, list[LogFinding]]:
    """(leaves, checkpoints, findings) of one election's log, from the bytes of its entries on."""
    findings: list[LogFinding] = []
    checkpoints = {
        row.size: row
        for row in session.scalars(select(LogCheckpoint).where(LogCheckpoint.election_id == election.id))
    }
    verifier = log_keys.signer(election.code).verifier if checkpoints else None
    growing = Growing()
    for index, stored, body in _leaves(session, election.id):
        if index != growing.size:
            findings.append(LogFinding("leaf_gap", growing.size))
            break
        computed = hashlib.sha256(b"\x00" + body).digest()
        if stored != computed:
            findings.append(LogFinding("leaf_edited", index))
        growing.add(computed)
        standing = checkpoints.pop(growing.size, None)
        if standing is not None and verifier is not None:
            findings += _check(standing, growing.root(), verifier)
    findings += [LogFinding("checkpoint_ahead", size) for size in sorted(checkpoints)]
    signed = session.scalars(select(LogCheckpoint.size).where(LogCheckpoint.election_id == election.id)).all()
    return growing.size, len(signed), findings


def _check(standing: LogCheckpoint, root: bytes, verifier: notes.Verifier) -> Iterator[LogFinding]:
    try:
        note = notes.parse(standing.note)
    except notes.NoteError:
        yield LogFinding("checkpoint_signature", standing.size)
        return
    if not note.signed_by(verifier) or note.checkpoint.size != standing.size:
        yield LogFinding("checkpoint_signature", standing.size)
    if not root == standing.root == note.checkpoint.root:
        yield LogFinding("checkpoint_root", standing.size)


def _leaves(session: Session, election_id: int) -> Iterator[tuple[int, bytes, bytes]]:
    rows = session.execute(
        text(
            'select l."index", l.hash, e.body from leaf l join leaf_entry e on e.id = l.entry_id'
            ' where l.election_id = :e order by l."index"'
        ).execution_options(yield_per=5000),
        {"e": election_id},
    )
    for index, stored, body in rows:
        yield index, bytes(stored), bytes(body)


def elections_with_log(session: Session) -> list[Election]:
    """The elections whose log has begun."""
    begun = select(Leaf.election_id).where(Leaf.election_id == Election.id, Leaf.index == 0).exists()
    return list(session.scalars(select(Election).where(begun).order_by(Election.id)))
