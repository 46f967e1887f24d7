"""The public log as static files: C2SP tlog-tiles, only what is new, the checkpoint last.

``log/tile/<L>/<N>`` holds 256 hashes of subtrees of ``256**L`` leaves, ``log/tile/entries/<N>`` 256
entries, each after its length in two bytes. The last tile of a row is partial: ``<N>.p/<W>``. A partial
tile stays until the next publication, for readers who hold the checkpoint before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from electsys.elections.models import Election
from electsys.ledger import log, log_keys, notes, tree
from electsys.ledger.log_models import Cosignature, Leaf, LeafEntry, LogCheckpoint, Witness
from electsys.publishing import Target

FOLDER = "log"


def tile_path(level: int | str, index: int, width: int = tree.WIDTH) -> str:
    """Where a tile lies: ``tile/0/x001/x234/067``, and ``.p/<W>`` for one of ``width`` < 256."""
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03d}")
    partial = f".p/{width}" if width < tree.WIDTH else ""
    return f"tile/{level}/{'/'.join(groups)}{partial}"


def tiles_of(size: int, known: int = 0) -> Iterator[tuple[int, int, int]]:
    """``(level, index, width)`` of every tile of a tree of ``size`` that a tree of ``known`` has not."""
    level = 0
    while size:
        for index in range(known // tree.WIDTH, -(-size // tree.WIDTH)):
            width = min(tree.WIDTH, size - index * tree.WIDTH)
            if index * tree.WIDTH + width > known:
                yield level, index, width
        level, size, known = level + 1, size // tree.WIDTH, known // tree.WIDTH


def signed_note(session: Session | scoped_session[Any], checkpoint: LogCheckpoint) -> str:
    """A checkpoint with every cosignature that witnesses have brought for it."""
    lines = session.scalars(
        select(Cosignature.line)
        .where(Cosignature.election_id == checkpoint.election_id, Cosignature.size == checkpoint.size)
        .order_by(Cosignature.witness_id)
    )
    return checkpoint.note + "".join(lines)


def publish_log(
    session: Session | scoped_session[Any], election_id: int, target: Target, *, folder: str = FOLDER
) -> LogCheckpoint | None:
    """Write what the target lacks of an election's log up to its newest checkpoint; return that.

    :class:`ValueError` where the target holds a log that is not ours, or is ahead of it: nothing is
    written over it.
    """
    checkpoint = log.sign(session, election_id)
    if checkpoint is None:
        return None
    code = session.scalars(select(Election.code).where(Election.id == election_id)).one()
    verifier = log_keys.signer(code).verifier
    known = _published(session, election_id, target, folder, verifier)
    nodes = log.nodes(session, election_id)
    for level, index, width in tiles_of(checkpoint.size, known):
        hashes = nodes(level, index * tree.WIDTH, width)
        if level == 0:
            target.write(
                f"{folder}/{tile_path('entries', index, width)}",
                _entries(session, election_id, index * tree.WIDTH, width),
            )
        target.write(f"{folder}/{tile_path(level, index, width)}", b"".join(hashes))
    target.write(f"{folder}/key", f"{verifier}\n".encode())
    keys = session.scalars(select(Witness.key).order_by(Witness.id))
    target.write(f"{folder}/witnesses", "".join(f"{key}\n" for key in keys).encode())
    target.settle()
    target.write(f"{folder}/checkpoint", signed_note(session, checkpoint).encode())
    target.settle()
    _forget_partial(target, folder, known)
    return checkpoint


def _published(
    session: Session | scoped_session[Any],
    election_id: int,
    target: Target,
    folder: str,
    verifier: notes.Verifier,
) -> int:
    """The size that the target already has, after proof that it is a beginning of ours."""
    raw = target.read(f"{folder}/checkpoint")
    if raw is None:
        return 0
    note = notes.parse(raw.decode())
    there = note.checkpoint
    ours = tree.root(log.nodes(session, election_id), there.size) if there.size else tree.EMPTY
    if not note.signed_by(verifier) or ours != there.root:
        raise ValueError(f"{folder}/checkpoint at the target is of another log: {there.origin}, {there.size}")
    return there.size


def _entries(session: Session | scoped_session[Any], election_id: int, first: int, count: int) -> bytes:
    rows = session.execute(
        select(LeafEntry.body)
        .join(Leaf, Leaf.entry_id == LeafEntry.id)
        .where(Leaf.election_id == election_id, Leaf.index >= first, Leaf.index < first + count)
        .order_by(Leaf.index)
    )
    return b"".join(len(body).to_bytes(2, "big") + bytes(body) for (body,) in rows)


def _forget_partial(target: Target, folder: str, known: int) -> None:
    """Of the tiles that were partial before, keep the one that the last checkpoint spoke of."""
    level: int | str
    for level, size in ((0, known), ("entries", known), (1, known // 256), (2, known // 256**2)):
        if width := size % tree.WIDTH:
            place = f"{folder}/{tile_path(level, size // tree.WIDTH, width)}".rpartition("/")[0]
            for name in target.names(place):
                if name.isdigit() and int(name) < width:
                    target.remove(f"{place}/{name}")
