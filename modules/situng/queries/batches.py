"""Results files as their people see them: lists, one file, and what it would change."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, func, literal_column, or_, select, text, true
from sqlalchemy.orm import aliased

from electsys.db import db
from electsys.identity.access import Scope
from electsys.identity.models import Account
from electsys.regions.models import Tps
from modules.situng.contest import ContestCount
from modules.situng.models import ResultBatch, ResultVersion


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


#: What the forms of a batch may be narrowed to.
CHANGED, FLAGGED, INCOMPLETE, WARNED = "berubah", "anomali", "belum_lengkap", "peringatan"


def changes(count: ContestCount, batch: ResultBatch) -> Select[Any]:
    """The forms of a batch beside the version before it, in the order of their codes.

    Rows have ``code``, ``tps``, ``new`` (this batch's version), ``old_votes`` and ``old_cells`` (None where
    nothing was received before).
    """
    older = aliased(ResultVersion)
    before = (
        select(older.id, older.votes, older.cells)
        .outerjoin(ResultBatch, ResultBatch.id == older.batch_id)
        .where(
            or_(older.batch_id.is_(None), ResultBatch.state == "diterapkan"),
            older.province == ResultVersion.province,
            older.contest_id == ResultVersion.contest_id,
            older.tps_code == ResultVersion.tps_code,
            older.id < ResultVersion.id,
        )
        .order_by(older.id.desc())
        .limit(1)
        .lateral("before")
    )
    return (
        select(
            ResultVersion.tps_code.label("code"),
            Tps.name.label("tps"),
            ResultVersion.row_number,
            ResultVersion.votes,
            ResultVersion.cells,
            ResultVersion.faults,
            ResultVersion.warnings,
            ResultVersion.complete,
            before.c.votes.label("old_votes"),
            before.c.cells.label("old_cells"),
        )
        .select_from(ResultVersion)
        .join(
            Tps,
            and_(
                Tps.election_id == count.election_id,
                Tps.province == ResultVersion.province,
                Tps.code == ResultVersion.tps_code,
            ),
        )
        .outerjoin(before, true())
        .where(ResultVersion.batch_id == batch.id)
    )


def only(statement: Select[Any], what: str) -> Select[Any]:
    """Narrow :func:`changes` to forms that differ from before, break a rule, or lack a number."""
    none: list[str] = []
    conditions = {
        CHANGED: literal_column("before.id").is_not(None),
        FLAGGED: ResultVersion.faults != none,
        INCOMPLETE: and_(ResultVersion.faults == none, ~ResultVersion.complete),
        WARNED: ResultVersion.warnings != none,
    }
    return statement.where(conditions[what])


def how_many(statement: Select[Any]) -> int:
    """Number of rows of a statement."""
    bare = statement.order_by(None).with_only_columns(literal_column("1")).subquery()
    return db.session.scalar(select(func.count()).select_from(bare)) or 0


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
