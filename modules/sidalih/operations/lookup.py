"""The writers of the projection for public checks: filled when a list is determined, marked afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from electsys.db import as_owner, db
from electsys.ledger import Actor, record
from electsys.privacy import Sealer, blind_index_birth, blind_index_name, indexer, mask_name
from modules.sidalih.claims import claims_of
from modules.sidalih.models import Voter, VoterList, VoterRoll
from modules.sidalih.models.lookup import PAIR, VoterLookup

BATCH = 5000

#: The rows of a frozen list as they stood then: the voter's own, or the one that was kept when it changed.
ENTRIES = """
select e.tps_code, e.number, e.voter_id, coalesce(p.name, v.name), coalesce(p.sealed, v.sealed)
from voter_list_entry e
join voter v on v.id = e.voter_id and v.province = e.province
left join voter_past p on p.voter_id = e.voter_id and p.version = e.version
where e.list_id = :list and e.province = :province
"""


def publish_lookup(
    list_id: int,
    *,
    actor: Actor,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Let the public check answer from this list instead of the roll's earlier one; how many voters.

    A voter without a NIK (abroad, with a passport) is not found by it. Run again it does the same again.
    """
    found = db.session.get_one(VoterList, list_id)
    roll = db.session.get_one(VoterRoll, found.roll_id)
    with as_owner(f"sidalih: public check from list {list_id}") as session:
        session.execute(text("drop table if exists pg_temp.lookup_new"))
        session.execute(
            text("create temporary table lookup_new (like voter_lookup including defaults) on commit drop")
        )
        count = _fill(session, roll, found, progress)
        earlier = text(
            "delete from voter_lookup where list_id in (select id from voter_list where roll_id = :roll)"
        )
        session.execute(earlier, {"roll": roll.id})
        session.execute(text("insert into voter_lookup select * from lookup_new on conflict do nothing"))
        record(
            "sidalih:lookup:publish",
            f"voter_list:{list_id}",
            actor=actor,
            region=roll.region,
            election_id=roll.election_id,
            details={"voters": count},
            session=session,
        )
    return count


def _fill(session: Session, roll: VoterRoll, found: VoterList, progress: Callable[[int, int], None]) -> int:
    raw: Any = session.connection().connection.driver_connection
    wanted = {"list": found.id, "province": roll.region[:2]}
    rows = session.execute(text(ENTRIES), wanted, execution_options={"yield_per": BATCH})
    count = 0
    for batch in rows.partitions(BATCH):
        lines = list(_lines(batch, roll.election_id, found.id))
        # A cursor of its own: the stream above stays open on the same connection.
        with (
            raw.cursor() as cursor,
            cursor.copy(
                "copy lookup_new (pair, election_id, voter_id, list_id, tps_code, number, name) from stdin"
            ) as copy,
        ):
            for line in lines:
                copy.write_row(line)
        count += len(batch)
        progress(count, found.total)
    return count


def _lines(batch: Any, election_id: int, list_id: int) -> Iterator[tuple[Any, ...]]:
    sealer, index = Sealer("voter"), indexer()
    for tps_code, number, voter_id, name, sealed in batch:
        secret = sealer.unseal_fields(voter_id, bytes(sealed))
        nik = secret.get("nik")
        if nik is None:
            continue
        _nik, birth, by_name = index(nik, secret["birth_date"], name)
        rest = (election_id, voter_id, list_id, tps_code, number, mask_name(name))
        yield (birth[:PAIR], *rest)
        yield (by_name[:PAIR], *rest)


def mark_lookup(voter: Voter, mark: str | None) -> None:
    """Show at the public check what became of an entry; None takes the mark away."""
    claims = claims_of(voter)
    if claims.nik is None:
        return
    pairs = [p[:PAIR] for p in pairs_of(claims.nik, claims.birth_date, claims.name)]
    db.session.execute(
        update(VoterLookup)
        .where(VoterLookup.pair.in_(pairs), VoterLookup.voter_id == voter.id)
        .values(mark=mark)
    )


def pairs_of(nik: str, birth_date: date, name: str) -> tuple[bytes, bytes]:
    """The two ways to ask for a voter."""
    return blind_index_birth(nik, birth_date), blind_index_name(nik, name)


def voters_of(pair: bytes) -> list[int]:
    """The voters' rows that a proven pair leads to."""
    return list(db.session.scalars(select(VoterLookup.voter_id).where(VoterLookup.pair == pair[:PAIR])))
