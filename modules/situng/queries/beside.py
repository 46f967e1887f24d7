"""Which contest pages begin with, and to which others of the same place they lead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import exists, false, func, or_, select

from electsys.db import db
from electsys.elections.models import Ballot, Contest, Election
from modules.situng.contest import ContestCount
from modules.situng.models import RegionTotal

#: Whether the count of a contest was opened.
_OPENED = exists().where(RegionTotal.contest_id == Contest.id)


def public_contest() -> tuple[str, str] | None:
    """Election and kind that pages begin with, by their codes; None where no election is prepared.

    Of the newest election that is counted, else of the newest; a rehearsal is none. Its first contest: the
    president, or the first of the regional heads that was set up.
    """
    row = db.session.execute(
        select(Election.code, Contest.kind)
        .join(Contest, Contest.election_id == Election.id)
        .where(Election.kind != "simulasi")
        .order_by(_OPENED.desc(), Election.voting_day.desc(), Contest.id)
        .limit(1)
    ).first()
    return (row.code, row.kind) if row else None


def newest_election() -> int | None:
    """The election that :func:`public_contest` names; its id."""
    found = public_contest()
    return db.session.scalar(select(Election.id).where(Election.code == found[0])) if found else None


def contests_of(regions: Iterable[str]) -> Sequence[Contest]:
    """The contests of that election which any of these regions vote in or hold, in their order."""
    meets = [
        or_(func.starts_with(region, Contest.region_code), func.starts_with(Contest.region_code, region))
        for region in set(regions)
    ]
    found = select(Contest).where(Contest.election_id == newest_election(), or_(false(), *meets))
    return db.session.scalars(found.order_by(Contest.id)).all()


def counted_at(count: ContestCount, code: str) -> list[tuple[str, str]]:
    """The contests of the same election that are counted in a region: (kind, name)."""
    here = exists().where(
        RegionTotal.contest_id == Contest.id,
        RegionTotal.area == "wilayah",
        RegionTotal.code == code,
        RegionTotal.expected > 0,
    )
    rows = db.session.execute(
        select(Contest.kind, Contest.name)
        .where(Contest.election_id == count.election_id, here)
        .order_by(Contest.id)
    )
    return [(row.kind, row.name) for row in rows]


def named(contest: Contest) -> dict[str, Any]:
    """What names a contest in addresses of rooms of work, as :attr:`ContestCount.here`."""
    names = {"election": contest.election.code, "kind": contest.kind}
    return names | {"region": contest.region_code} if contest.region_code else names


def contests_beside(count: ContestCount) -> list[Contest]:
    """The contests of the same election and place that have a ballot, this one among them."""
    return list(
        db.session.scalars(
            select(Contest)
            .where(
                or_(
                    func.starts_with(count.region, Contest.region_code),
                    func.starts_with(Contest.region_code, count.region),
                ),
                Contest.election_id == count.election_id,
                exists().where(Ballot.contest_id == Contest.id),
            )
            .order_by(Contest.id)
        )
    )
