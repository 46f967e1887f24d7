"""The only writer of standings: what was won, kept version by version, and read by the acts that rest on it.

Thresholds of a next election (domain.md 11, X15, X16) and the replacement of seat holders read only this.
Sirekap keeps them as results are determined; results of an election that the house did not count come from a
file (``flask elections standings``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased

from electsys.db import db
from electsys.elections.models import Contest, Standing
from electsys.errors import Refused
from electsys.events import Event, publish
from electsys.ledger import Actor, record

Key = tuple[int | None, str, int, int | None]


@dataclass(frozen=True, kw_only=True)
class StandingsKept(Event):
    """What was won in a contest is known, or known otherwise; ``source`` is the decision."""

    contest_id: int
    source: str


@dataclass(frozen=True)
class Won:
    """What a participant won in a dapil or a region; with ``candidate`` what one of its list won.

    ``valid`` are all valid votes there. ``spread`` counts the areas of each kind in which somebody has votes:
    ``kabko``, ``kecamatan``, ``desa``, ``tps``.
    """

    participant: int
    votes: int
    valid: int
    region: str = ""
    dapil: int | None = None
    candidate: int | None = None
    seats: int | None = None
    rank: int | None = None
    elected: bool = False
    spread: Mapping[str, int] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """Whose it is."""
        return (self.dapil, self.region, self.participant, self.candidate)


class Share(NamedTuple):
    """Votes and seats of a participant in a part of the country, of all that were valid there."""

    votes: int
    valid: int
    seats: int


def in_force() -> ColumnElement[bool]:
    """The condition that a standing is the newest of its kind."""
    newer = aliased(Standing)
    return ~exists().where(
        newer.contest_id == Standing.contest_id,
        newer.dapil_id.is_not_distinct_from(Standing.dapil_id),
        newer.region_code == Standing.region_code,
        newer.participant_id == Standing.participant_id,
        newer.candidate_number.is_not_distinct_from(Standing.candidate_number),
        newer.version > Standing.version,
    )


def keep_standings(contest: Contest, rows: Sequence[Won], *, source: str, actor: Actor) -> int:
    """Keep what was won, by the decision ``source``; how many rows are new. Who may, the caller has checked.

    What stands already is not written again; what differs gets its next version. Refused, and nothing kept,
    where the votes of a place exceed its valid votes, a list's candidates exceed their list, or one stands
    twice.
    """
    if not source.strip():
        raise Refused(_("Sebut keputusan yang menjadi sumber hasil."), field="source")
    _refuse_faults(rows)
    known = {
        (row.dapil_id, row.region_code, row.participant_id, row.candidate_number): row
        for row in db.session.scalars(select(Standing).where(Standing.contest_id == contest.id, in_force()))
    }
    new = [row for row in rows if _differs(row, known.get(row.key))]
    for row in new:
        before = known.get(row.key)
        db.session.add(
            Standing(
                contest_id=contest.id,
                dapil_id=row.dapil,
                region_code=row.region,
                participant_id=row.participant,
                candidate_number=row.candidate,
                version=before.version + 1 if before else 1,
                votes=row.votes,
                valid=row.valid,
                seats=row.seats,
                rank=row.rank,
                elected=row.elected,
                spread=dict(row.spread),
                source=source.strip(),
            )
        )
    db.session.flush()
    if new:
        record(
            "elections:standing:keep",
            f"contest:{contest.id}",
            actor=actor,
            election_id=contest.election_id,
            details={"rows": len(new), "source": source.strip()},
        )
        publish(StandingsKept(actor=actor, contest_id=contest.id, source=source.strip()))
    return len(new)


def shares(contest_id: int, region: str = "") -> dict[int, Share]:
    """What each participant won in a contest inside ``region`` (its places begin with it), by participant.

    The valid votes are those of all its places together: a participant that stood in none of them has none.
    """
    inside = (
        Standing.contest_id == contest_id,
        Standing.candidate_number.is_(None),
        func.starts_with(Standing.region_code, region),
        in_force(),
    )
    place = (Standing.dapil_id, Standing.region_code)
    valid = select(func.max(Standing.valid).label("n")).where(*inside).group_by(*place).subquery()
    total = int(db.session.scalar(select(func.coalesce(func.sum(valid.c.n), 0))) or 0)
    rows = db.session.execute(
        select(Standing.participant_id, func.sum(Standing.votes), func.coalesce(func.sum(Standing.seats), 0))
        .where(*inside)
        .group_by(Standing.participant_id)
    )
    return {row[0]: Share(int(row[1] or 0), total, int(row[2] or 0)) for row in rows}


def _differs(row: Won, known: Standing | None) -> bool:
    return known is None or (
        (row.votes, row.valid, row.seats, row.rank, row.elected, dict(row.spread))
        != (known.votes, known.valid, known.seats, known.rank, known.elected, dict(known.spread))
    )


def _refuse_faults(rows: Iterable[Won]) -> None:
    seen: set[Key] = set()
    places: dict[tuple[int | None, str], tuple[int, int]] = {}
    lists: dict[tuple[int | None, str, int], list[int]] = {}
    for row in rows:
        if row.key in seen:
            raise Refused(_("Satu peserta tercantum dua kali di tempat yang sama."), status=409)
        seen.add(row.key)
        if not 0 <= row.votes <= row.valid:
            raise Refused(
                _("Suara %(n)s melebihi suara sah %(valid)s.", n=row.votes, valid=row.valid), field="votes"
            )
        place = (row.dapil, row.region)
        of_list = lists.setdefault((*place, row.participant), [-1, 0])
        if row.candidate is not None:
            of_list[1] += row.votes
            continue
        of_list[0] = row.votes
        votes, valid = places.get(place, (0, row.valid))
        if valid != row.valid:
            raise Refused(_("Suara sah satu tempat disebut dua kali dengan angka berbeda."), field="valid")
        places[place] = (votes + row.votes, valid)
    for (dapil, region), (votes, valid) in places.items():
        if votes > valid:
            raise Refused(
                _("Jumlah suara peserta di %(place)s (%(votes)s) melebihi suara sahnya (%(valid)s).",
                  place=dapil or region or _("nasional"), votes=votes, valid=valid),
                status=409,
            )  # fmt: skip
    for whole, of_names in lists.values():
        if 0 <= whole < of_names:
            raise Refused(_("Suara calon sebuah partai melebihi suara partai itu."), status=409)
