"""Lists of parties: where one may stand and how each list stands; what waits for the centre of a party."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true

from electsys.db import db
from electsys.elections.models import Contest, Election
from electsys.identity.access import Scope
from electsys.regions.models import Dapil
from electsys.workflow.scoping import within
from modules.silon.models import Candidate, Nomination
from modules.silon.models.candidates import STANDING
from modules.silon.operations.access import OPEN_DURING
from modules.sipol import Standing, participants

#: Chambers in the order of the ballot.
CHAMBERS = ("dpr", "dprd_prov", "dprd_kabko")
_scopes = within(region=Nomination.region, party=Nomination.party_id, election=Nomination.election_id)
_rank = case({chamber: at for at, chamber in enumerate(CHAMBERS)}, value=Dapil.chamber)


def newest_election() -> Election | None:
    """The election that people work on: the newest one with lists that is not over."""
    lists = select(Contest.id).where(Contest.election_id == Election.id, Contest.kind.in_(CHAMBERS)).exists()
    return db.session.scalar(
        select(Election)
        .order_by(~lists, Election.state == "selesai", Election.voting_day.desc(), Election.id)
        .limit(1)
    )


def party_of(election_id: int, party_id: int | None) -> Standing | None:
    """The party as a participant of an election."""
    return next((p for p in participants(election_id) if p.party_id == party_id), None)


def party_region(election_id: int, party_id: int | None) -> str:
    """Where a party's centre lies: "" or, of a local party, "11"."""
    found = party_of(election_id, party_id)
    return found.region if found else ""


def _count(*more: Any) -> Any:
    return (
        select(func.count())
        .where(Candidate.nomination_id == Nomination.id, Candidate.state.in_(STANDING), *more)
        .correlate(Nomination)
        .scalar_subquery()
    )


NAMES = _count()
WOMEN = _count(Candidate.sex == "P")


def own_lists(election: Election, party: Standing, scopes: Sequence[Scope]) -> Select[Any]:
    """Every dapil in which a party may stand and its people work, with its list where there is one.

    Rows (Dapil, Contest, Nomination or None, names, women).
    """
    mine: list[ColumnElement[bool]] = [
        func.starts_with(Dapil.body_code, s.region or "") for s in scopes if s.party in (None, party.party_id)
    ]
    local: ColumnElement[bool] = (
        and_(Dapil.chamber != "dpr", func.starts_with(Dapil.body_code, party.region))
        if party.region
        else true()
    )
    return (
        select(Dapil, Contest, Nomination, NAMES.label("names"), WOMEN.label("women"))
        .select_from(Dapil)
        .join(Contest, and_(Contest.election_id == election.id, Contest.kind == Dapil.chamber))
        .outerjoin(
            Nomination,
            and_(
                Nomination.contest_id == Contest.id,
                Nomination.dapil_id == Dapil.id,
                Nomination.party_id == party.party_id,
                Nomination.state != "ditarik",
            ),
        )
        .where(Dapil.map_id == election.map_id, Dapil.chamber.in_(CHAMBERS), local, or_(*mine))
        .order_by(_rank, Dapil.code)
    )


def lists_in(election: Election, scopes: Sequence[Scope]) -> Select[Any]:
    """The lists of all parties within the scopes: rows as of :func:`own_lists`."""
    return (
        select(Dapil, Contest, Nomination, NAMES.label("names"), WOMEN.label("women"))
        .select_from(Nomination)
        .join(Dapil, Dapil.id == Nomination.dapil_id)
        .join(Contest, Contest.id == Nomination.contest_id)
        .where(
            Nomination.election_id == election.id,
            Nomination.kind == "daftar",
            Nomination.state != "ditarik",
            _scopes(list(scopes)),
        )
        .order_by(_rank, Dapil.code, Nomination.number)
    )


class Progress(NamedTuple):
    """How the lists of one chamber stand: places, begun, submitted (and further), approved."""

    chamber: str
    places: int
    begun: int
    sent: int
    approved: int


def progress_of(statement: Select[Any]) -> list[Progress]:
    """A line for each chamber of a statement of lists, in one statement."""
    rows = db.session.execute(
        statement.with_only_columns(
            Dapil.chamber,
            func.count(),
            func.count(Nomination.id),
            func.count(Nomination.id).filter(Nomination.state.not_in(("persiapan", "dikembalikan"))),
            func.count(Nomination.approved_at),
        )
        .order_by(None)
        .group_by(Dapil.chamber)
    )
    return sorted((Progress(*row) for row in rows), key=lambda row: CHAMBERS.index(row.chamber))


def awaiting_approval(election_id: int, party_id: int) -> Select[Any]:
    """Lists with names that the centre of a party has not approved as they stand: rows (Nomination, names,
    women)."""
    return (
        select(Nomination, NAMES.label("names"), WOMEN.label("women"))
        .where(
            Nomination.election_id == election_id,
            Nomination.party_id == party_id,
            Nomination.kind == "daftar",
            Nomination.state.in_(tuple(OPEN_DURING["daftar"])),
            Nomination.approved_at.is_(None),
            NAMES > 0,
        )
        .order_by(Nomination.contest_id, Nomination.region, Nomination.dapil_id)
    )


def count_awaiting(election_id: int, party_id: int) -> int:
    """How many lists wait for the centre of a party."""
    statement = awaiting_approval(election_id, party_id).with_only_columns(Nomination.id).order_by(None)
    return db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0


def own_open(election_id: int, scopes: Sequence[Scope], states: Sequence[str]) -> dict[str, dict[str, int]]:
    """State -> region -> how many lists of the parties of these scopes their own bodies have in it."""
    bound = [s for s in scopes if s.party is not None]
    found: dict[str, dict[str, int]] = {}
    if not bound:
        return found
    rows = db.session.execute(
        select(Nomination.state, Nomination.region, func.count())
        .where(
            Nomination.election_id == election_id,
            Nomination.kind == "daftar",
            Nomination.state.in_(states),
            Nomination.region.in_({s.region or "" for s in bound}),
            _scopes(bound),
        )
        .group_by(Nomination.state, Nomination.region)
    )
    for state, region, n in rows:
        found.setdefault(state, {})[region] = n
    return found
