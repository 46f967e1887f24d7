"""The public log: leave an entry, give entries their place, sign how far the log has come.

:func:`log_leaf` is called inside the transaction of what it tells; a writer takes no lock and sees no
other writer. One beat integrates: it gives every committed entry the next index, keeps the hashes of
full subtrees, and signs a checkpoint. Horizons are transaction numbers, as of the trail's sealer, but a
long transaction holds nobody up: entries above the horizon are integrated as soon as they are seen.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import rfc8785
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, scoped_session

from electsys.db import db
from electsys.elections.models import Election
from electsys.ledger import log_keys, notes, tree
from electsys.ledger.actor import Actor
from electsys.ledger.log_models import Leaf, LeafEntry, LogCheckpoint

#: One integrator at a time: "leaf".
LOCK = 0x6C656166
#: Entries that one transaction integrates.
BATCH = 65536


def log_leaf(
    kind: str,
    election_id: int,
    body: Mapping[str, Any],
    *,
    subject: str,
    actor: Actor,
    session: Session | scoped_session[Any] | None = None,
) -> LeafEntry:
    """Leave one entry in the caller's transaction; it stands or falls with what it reports.

    ``kind`` becomes ``form_type`` (``C.Hasil``, ``D.Kec``, ``correction``, ``decision``, ``notice`` ...);
    ``subject`` is what the entry tells of (``kind:contest:code``), its entries are numbered and each names
    the hash of the one before. ``body`` is what the public reads: numbers, codes, hashes; no name, no NIK,
    no text that somebody typed. Who acted stands as a role and a pseudonym. Two writers of one subject in
    the same moment: the second is refused by the database and may try again.
    """
    from electsys.privacy import scrub

    to = session or db.session
    facts = dict(body)
    if scrub.masked(facts) != facts:
        raise ValueError("an entry of the public log carries no number of a person")
    last = to.execute(
        select(LeafEntry.seq, LeafEntry.hash)
        .where(LeafEntry.election_id == election_id, LeafEntry.subject == subject)
        .order_by(LeafEntry.seq.desc())
        .limit(1)
    ).first()
    seq = last.seq + 1 if last else 1
    whole = {
        "v": 1,
        "election": to.scalars(select(Election.code).where(Election.id == election_id)).one(),
        "form_type": kind,
        "seq": seq,
        "prev_leaf": last.hash.hex() if last else None,
        "ts": stamp(datetime.now(UTC)),
        "entered_by": pseudonym(election_id, actor.account_id),
        "entered_by_role": role_of(actor, session=to),
    }
    if clash := whole.keys() & facts.keys():
        raise ValueError(f"the log itself writes {', '.join(sorted(clash))}")
    entry = LeafEntry(election_id=election_id, subject=subject, seq=seq, body=rfc8785.dumps(whole | facts))
    to.add(entry)
    to.flush()
    return entry


def stamp(moment: datetime) -> str:
    """A moment as entries carry it: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def pseudonym(election_id: int, account_id: int | None) -> str | None:
    """An account in one election's log: always the same 16 characters, and no way back to the account."""
    if account_id is None:
        return None
    from electsys.privacy.keys import keyring

    key = keyring().index_key("public log")
    return hmac.digest(key, f"{election_id}:{account_id}".encode(), "sha256")[:8].hex()


def role_of(actor: Actor, *, session: Session | scoped_session[Any]) -> str:
    """The role in which somebody acts: of the grant, else of the newest one; a job's own name."""
    if actor.account_id is None:
        return actor.name
    found = session.execute(
        text(
            "select r.name from account_grant g join role r on r.id = g.role_id"
            " where g.account_id = :account order by (g.id = :grant) desc nulls last, g.id desc limit 1"
        ),
        {"account": actor.account_id, "grant": actor.grant_id},
    ).scalar()
    return found or "tanpa_peran"


# --- integration ----------------------------------------------------------------------------------


def integrate(*, batch: int = BATCH) -> int:
    """Give every committed entry its place; sign each log that grew. Returns how many entries.

    Commits batch by batch; run by one job. Whatever dies in between, the next run goes on.
    """
    done = 0
    with Session(db.engine) as session:
        while count := _integrate_some(session, batch):
            session.commit()
            done += count
        session.commit()
        for election_id in session.scalars(select(Leaf.election_id).where(Leaf.index == 0)).all():
            sign(session, election_id)
            session.commit()
    return done


def _integrate_some(session: Session, limit: int) -> int:
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    horizons = session.execute(text(_HORIZONS)).all()
    waiting: list[Any] = []
    for cluster, low, _high in horizons:
        waiting += session.execute(
            text(_WAITING), {"cluster": cluster, "low": low, "limit": limit - len(waiting)}
        ).all()
    grown: dict[int, list[bytes]] = {}
    rows = []
    sizes: dict[int, int] = {}
    for entry in waiting:
        if entry.election_id not in sizes:
            sizes[entry.election_id] = size_of(session, entry.election_id)
        size = sizes[entry.election_id]
        rows.append({"e": entry.election_id, "i": size, "n": entry.id, "h": entry.hash})
        sizes[entry.election_id] += 1
        grown.setdefault(entry.election_id, []).append(entry.hash)
    if rows:
        _copy(
            session, "leaf", ("election_id", "index", "entry_id", "hash"), [tuple(r.values()) for r in rows]
        )
        for election_id, hashes in grown.items():
            _grow_nodes(session, election_id, sizes[election_id] - len(hashes), sizes[election_id])
    if len(waiting) < limit:
        for cluster, low, high in horizons:
            if high > low:
                session.execute(
                    text("insert into log_horizon (cluster, horizon) values (:c, :h)"),
                    {"c": cluster, "h": high},
                )
    return len(rows)


#: Of each server that entries came from: how far they are integrated, and up to where no transaction runs.
#: An idle log moves no horizon. Of another server nothing runs any more: its entries came by a restore.
_HORIZONS = """
with recursive c(n) as (
    select min(cluster) from leaf_entry
    union all select (select min(cluster) from leaf_entry where cluster > c.n) from c where c.n is not null
), known as (
    select n as cluster, coalesce((select max(horizon) from log_horizon h where h.cluster = c.n), 0) as low,
           (select max(xid) from leaf_entry e where e.cluster = c.n) as last
    from c where n is not null
)
select cluster, low,
       least(last + 1, case when cluster = (pg_control_system()).system_identifier
                            then pg_snapshot_xmin(pg_current_snapshot())::text::bigint else last + 1 end)
from known where last >= low
"""
_WAITING = """
select e.id, e.election_id, e.hash from leaf_entry e
where e.cluster = :cluster and e.xid >= :low and not exists (select from leaf l where l.entry_id = e.id)
order by e.id limit :limit
"""


def _copy(session: Session, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    raw: Any = session.connection().connection.driver_connection
    names = ", ".join(f'"{name}"' for name in columns)
    with raw.cursor().copy(f"copy {table} ({names}) from stdin") as out:
        for row in rows:
            out.write_row(row)


def _grow_nodes(session: Session, election_id: int, before: int, after: int) -> None:
    """Keep the hash of every subtree that became full between two sizes."""
    read = nodes(session, election_id)
    level, whole = 1, tree.WIDTH
    while after // whole:
        fresh = [
            (election_id, level, index, tree.fold(read(level - 1, index * tree.WIDTH, tree.WIDTH)))
            for index in range(before // whole, after // whole)
        ]
        _copy(session, "log_node", ("election_id", "level", "index", "hash"), fresh)
        level, whole = level + 1, whole * tree.WIDTH


def size_of(session: Session | scoped_session[Any], election_id: int) -> int:
    """How many leaves an election's log has."""
    last = session.scalar(select(func.max(Leaf.index)).where(Leaf.election_id == election_id))
    return 0 if last is None else int(last) + 1


def nodes(session: Session | scoped_session[Any], election_id: int) -> tree.Nodes:
    """The tree of an election as :mod:`electsys.ledger.tree` reads it."""

    def read(level: int, first: int, count: int) -> list[bytes]:
        table, where = ("log_node", "and level = :level") if level else ("leaf", "")
        rows = session.execute(
            text(
                f"select hash from {table} where election_id = :e {where}"
                ' and "index" >= :low and "index" < :high order by "index"'
            ),
            {"e": election_id, "level": level, "low": first, "high": first + count},
        )
        found = [bytes(row.hash) for row in rows]
        if len(found) != count:
            raise LookupError(f"the log lacks nodes {first}..{first + count} of level {level}")
        return found

    return read


# --- checkpoints ----------------------------------------------------------------------------------


def sign(session: Session | scoped_session[Any], election_id: int) -> LogCheckpoint | None:
    """Sign how far a log has come; the newest checkpoint where it did not grow. None for an empty log.

    :class:`Refused` where the key is missing: the log goes on growing, unsigned.
    """
    size = size_of(session, election_id)
    if size == 0:
        return None
    if standing := session.get(LogCheckpoint, (election_id, size)):
        return standing
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))  # a publication and the job may sign at once
    if standing := session.get(LogCheckpoint, (election_id, size)):
        return standing
    signer = log_keys.signer(session.scalars(select(Election.code).where(Election.id == election_id)).one())
    root = tree.root(nodes(session, election_id), size)
    body = notes.Checkpoint(signer.name, size, root).body
    checkpoint = LogCheckpoint(
        election_id=election_id, size=size, root=root, note=f"{body}\n{signer.line(body)}"
    )
    session.add(checkpoint)
    session.flush()
    return checkpoint
