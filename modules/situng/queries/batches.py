"""Results files as their people see them: lists, one file, and what it would change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select, text
from sqlalchemy.orm import aliased

from electsys.db import db
from electsys.identity.access import Scope
from electsys.identity.models import Account
from modules.situng.models import ResultBatch
from modules.situng.queries.contests import ContestCount


def batches_in(scopes: list[Scope]) -> Select[Any, Any, Any]:
    """Batches inside the regions of the caller's grants, newest first, with who brought them."""
    creator, confirmer = aliased(Account), aliased(Account)
    inside = [ResultBatch.region.startswith(scope.region or "") for scope in scopes]
    return (
        select(
            ResultBatch,
            creator.username.label("creator"),
            confirmer.username.label("confirmer"),
        )
        .join(creator, creator.id == ResultBatch.created_by)
        .outerjoin(confirmer, confirmer.id == ResultBatch.confirmed_by)
        .where(or_(*inside) if inside else text("false"))
        .order_by(ResultBatch.id.desc())
    )


def waiting_ahead(batch: ResultBatch) -> list[ResultBatch]:
    """Files of the same contest that came earlier and are not settled: this one waits for them."""
    return list(
        db.session.scalars(
            select(ResultBatch)
            .where(
                ResultBatch.contest_id == batch.contest_id,
                ResultBatch.id < batch.id,
                ResultBatch.state.in_(("dimuat", "dikonfirmasi")),
            )
            .order_by(ResultBatch.id)
        )
    )


@dataclass(frozen=True)
class Change:
    """A form that a batch would change: what counts or stands now, and what the batch says."""

    tps_code: str
    tps_name: str
    old_votes: tuple[int | None, ...] | None
    new_votes: tuple[int | None, ...]
    old_cells: tuple[int | None, ...] | None
    new_cells: tuple[int | None, ...]
    faults: tuple[str, ...]
    warnings: tuple[str, ...]
    complete: bool

    @property
    def is_new(self) -> bool:
        """Whether nothing was received for this form before."""
        return self.old_votes is None


def changes(
    count: ContestCount, batch: ResultBatch, *, only: str | None = None, page: int = 1, size: int = 50
) -> tuple[list[Change], int]:
    """One page of the forms of a batch beside what stood before; how many there are.

    ``only``: ``berubah`` (differs from an earlier version), ``anomali`` or ``peringatan``.
    """
    conditions = {
        None: "true",
        "berubah": "p.id is not null",
        "anomali": "n.faults <> '{}'",
        "peringatan": "n.warnings <> '{}'",
        "belum_lengkap": "n.faults = '{}' and not n.complete",
    }
    source = f"""
        from result_version n
        left join lateral (
            select p.id, p.votes, p.cells from result_version p
            join result_batch b on b.id = p.batch_id and b.state = 'diterapkan'
            where p.province = n.province and p.contest_id = n.contest_id and p.tps_code = n.tps_code
                  and p.id < n.id
            order by p.id desc limit 1
        ) p on true
        where n.batch_id = :batch and {conditions[only]}
    """
    facts = {"batch": batch.id, "election": count.election_id, "size": size, "skip": (page - 1) * size}
    total = db.session.execute(text(f"select count(*) {source}"), facts).scalar_one()
    rows = db.session.execute(
        text(
            f"""
            select q.*, t.name as tps_name
            from (select n.province, n.tps_code, p.votes as old_votes, n.votes as new_votes,
                         p.cells as old_cells, n.cells as new_cells, n.faults, n.warnings, n.complete
                  {source} order by n.tps_code limit :size offset :skip) as q
            join tps t on t.election_id = :election and t.province = q.province and t.code = q.tps_code
            order by q.tps_code
            """
        ),
        facts,
    )
    found = []
    for row in rows:
        values = dict(row._mapping)
        values.pop("province")
        for name in ("old_votes", "new_votes", "old_cells", "new_cells", "faults", "warnings"):
            values[name] = None if values[name] is None else tuple(values[name])
        found.append(Change(**values))
    return found, int(total)


def people(batch: ResultBatch) -> dict[str, str | None]:
    """User names of who brought a batch and who confirmed it."""
    rows = db.session.execute(
        select(Account.id, Account.username).where(Account.id.in_((batch.created_by, batch.confirmed_by)))
    )
    names = {row.id: row.username for row in rows}
    return {
        "creator": names.get(batch.created_by),
        "confirmer": names.get(batch.confirmed_by) if batch.confirmed_by else None,
    }
