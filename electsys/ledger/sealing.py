"""The chain: seal finished acts in batches, and find whatever was changed afterwards.

Ids are given out before a transaction commits, so they become visible out of order. The sealer
therefore cuts by transaction: every transaction number below ``pg_snapshot_xmin`` has ended, so the
set of acts written below it is final. Each seal covers one range of numbers and begins where the
last one of that server ended: no act is left out, none is sealed twice, and no writer waits.

A seal writes an act itself (``ledger:batch:seal`` with the hash), which the next seal covers: the
last seal cannot be taken away without a gap that shows. Someone who may rewrite the whole database
can rewrite the whole chain; against that compare ``ledger verify --head`` with a hash that was noted
elsewhere (it is printed, and stands in every backup's manifest).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785
from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from electsys.db import db
from electsys.ledger.actor import Actor
from electsys.ledger.models import Act, ActSeal
from electsys.ledger.operations import record

#: Acts in a batch, about: a batch ends between two transactions, never inside one.
BATCH = 1000
GENESIS = bytes(32)
VERB = "ledger:batch:seal"
LOCK = 0x6C656467  # "ledg": one sealer at a time
COLUMNS = tuple(Act.__table__.c)


def canonical(row: Row[Any]) -> bytes:
    """One act as canonical JSON (RFC 8785), every column of it."""
    return rfc8785.dumps({c.name: plain(v) for c, v in zip(COLUMNS, row, strict=True)})


def leaf(row: Row[Any]) -> bytes:
    """SHA-256 of the canonical JSON of one act."""
    return hashlib.sha256(canonical(row)).digest()


def plain(value: Any) -> Any:
    """A value of the trail as JSON has it: time in UTC, bytes in hexadecimal, wide integers as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, int) and abs(value) >= 2**53:  # JSON numbers are doubles
        return str(value)
    return value


def link(seal: ActSeal) -> bytes:
    """The hash of a seal: over everything it says, the hash before it included."""
    facts = {c.name: plain(getattr(seal, c.name)) for c in ActSeal.__table__.c}
    for derived in ("ids", "leaves", "hash"):
        del facts[derived]
    return hashlib.sha256(rfc8785.dumps(facts)).digest()


def seal_acts(*, batch_size: int = BATCH) -> int:
    """Seal what is finished; return how many acts. Commits after each batch; run by one job.

    An idle system stays silent: acts that only report a seal wait for company.
    """
    sealed = 0
    with Session(db.engine) as session:
        while count := _seal_one(session, batch_size):
            session.commit()
            sealed += count
        session.rollback()
    return sealed


def _seal_one(session: Session, batch_size: int) -> int:
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    here, horizon = session.execute(
        text(
            "select (pg_control_system()).system_identifier,"
            " pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
        )
    ).one()
    for cluster in _clusters(session):
        begin = session.scalar(select(func.max(ActSeal.to_xid)).where(ActSeal.cluster == cluster)) or 0
        final = select(Act).where(Act.cluster == cluster, Act.xid >= begin)
        if cluster == here:  # of another server nothing runs any more: its acts came by a restore
            final = final.where(Act.xid < horizon)
        if not session.scalar(select(final.where(Act.verb != VERB).exists())):
            continue
        end = session.scalar(
            select(
                func.max(
                    final.with_only_columns(Act.xid).order_by(Act.xid).limit(batch_size).subquery().c.xid
                )
            )
        )
        return _write_seal(session, cluster, begin, end + 1)
    return 0


def _clusters(session: Session) -> list[int]:
    """The servers whose acts stand in the trail, one index probe each."""
    return list(
        session.scalars(
            text(
                "with recursive c(n) as (select min(cluster) from act union all"
                " select (select min(cluster) from act where cluster > c.n) from c where c.n is not null)"
                " select n from c where n is not null"
            )
        )
    )


def _write_seal(session: Session, cluster: int, begin: int, end: int) -> int:
    ids, leaves = [], bytearray()
    for row in _acts(session, cluster, begin, end):
        ids.append(row.id)
        leaves += leaf(row)
    last = session.scalar(select(ActSeal).order_by(ActSeal.batch.desc()).limit(1))
    seal = ActSeal(
        batch=last.batch + 1 if last else 1,
        cluster=cluster,
        from_xid=begin,
        to_xid=end,
        first_id=ids[0],
        last_id=ids[-1],
        count=len(ids),
        ids=ids,
        leaves=bytes(leaves),
        digest=hashlib.sha256(leaves).digest(),
        previous=last.hash if last else GENESIS,
        sealed_at=datetime.now(UTC),
    )
    seal.hash = link(seal)
    session.add(seal)
    record(
        VERB,
        f"act_seal:{seal.batch}",
        actor=Actor.system("seal"),
        details={"count": seal.count, "hash": seal.hash.hex()},
        session=session,
    )
    session.flush()
    return len(ids)


def _acts(session: Session, cluster: int, begin: int, end: int) -> Iterator[Row[Any]]:
    """The acts of one range in the order of their ids, as plain rows (no identity map)."""
    return iter(
        session.execute(
            select(*COLUMNS)
            .where(Act.cluster == cluster, Act.xid >= begin, Act.xid < end)
            .order_by(Act.id)
            .execution_options(yield_per=1000)
        )
    )


# --- verification ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """Something in the trail that is not as it was sealed. ``code`` is worded by the command."""

    code: str  # row_edited, row_removed, row_added, seal_edited, seal_removed, head_unknown
    batch: int
    act_id: int | None = None


@dataclass
class Verdict:
    """The outcome of a walk along the chain."""

    batches: int
    acts: int
    waiting: int
    head: str
    findings: list[Finding]


def verify_chain(session: Session, *, head: str | None = None) -> Verdict:
    """Walk the whole chain: every seal, every act. Memory is bounded by one batch.

    ``head`` is a hash (hexadecimal) that was noted earlier; it must still stand in the chain.
    """
    verdict = Verdict(0, 0, 0, GENESIS.hex(), [])
    report = verdict.findings.append
    previous, seen_head = GENESIS, head is None
    ends: dict[int, int] = {}
    last = session.scalar(select(func.max(ActSeal.batch))) or 0
    for batch in range(1, last + 1):
        seal = session.get(ActSeal, batch)
        if seal is None:
            report(Finding("seal_removed", batch))
            previous = b""
            continue
        intact = link(seal) == seal.hash and hashlib.sha256(seal.leaves).digest() == seal.digest
        intact &= len(seal.ids) == seal.count == len(seal.leaves) // 32
        linked = not previous or (seal.previous == previous and ends.get(seal.cluster, 0) == seal.from_xid)
        if not (intact and linked):
            report(Finding("seal_edited", batch))
        for finding in _compare(session, seal):
            report(finding)
        verdict.batches += 1
        verdict.acts += seal.count
        previous, ends[seal.cluster] = seal.hash, seal.to_xid
        seen_head |= seal.hash.hex() == head
        session.expunge(seal)
    verdict.head = previous.hex()
    if not seen_head:
        report(Finding("head_unknown", last))
    for told, act_id in _told_seals(session, last):
        report(Finding("seal_removed", told, act_id))
    verdict.waiting = _count_waiting(session, ends)
    return verdict


def _compare(session: Session, seal: ActSeal) -> Iterator[Finding]:
    """The rows of a sealed range against the leaves that were sealed."""
    sealed = {act_id: seal.leaves[32 * i : 32 * i + 32] for i, act_id in enumerate(seal.ids)}
    for row in _acts(session, seal.cluster, seal.from_xid, seal.to_xid):
        expected = sealed.pop(row.id, None)
        if expected is None:
            yield Finding("row_added", seal.batch, row.id)
        elif expected != leaf(row):
            yield Finding("row_edited", seal.batch, row.id)
    for act_id in sealed:
        moved = session.scalar(select(Act.id).where(Act.id == act_id))
        yield Finding("row_edited" if moved else "row_removed", seal.batch, act_id)


def _told_seals(session: Session, last: int) -> list[tuple[int, int]]:
    """Seals after the last one that stands, of which an act still tells."""
    rows = session.execute(
        select(Act.id, Act.subject).where(Act.verb == VERB).order_by(Act.id.desc()).limit(100)
    )
    told = [(int(subject.partition(":")[2]), act_id) for act_id, subject in rows]
    return sorted(t for t in told if t[0] > last)


def _count_waiting(session: Session, ends: dict[int, int]) -> int:
    """Acts that no seal covers yet."""
    return sum(
        session.scalar(
            select(func.count()).select_from(Act).where(Act.cluster == c, Act.xid >= ends.get(c, 0))
        )
        or 0
        for c in _clusters(session)
    )
