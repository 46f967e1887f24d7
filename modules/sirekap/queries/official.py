"""Official votes: what locked D.Hasil say, down to the TPS. Decisions rest on this and on nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flask_babel import gettext as _
from sqlalchemy import select, text

from electsys.db import db
from electsys.elections.models import Contest, Election
from electsys.errors import Refused
from modules.sirekap.models import Recap
from modules.sirekap.queries.recaps import Line, lines_of

Level = Literal["dapil", "provinsi", "kabko", "kecamatan", "desa", "tps"]
_LENGTH: dict[str, int] = {"dapil": 0, "provinsi": 2, "kabko": 4, "kecamatan": 6, "desa": 10, "tps": 13}


@dataclass(frozen=True)
class OfficialVotes:
    """The votes of one area, in the order of ``lines`` of its ballot (:meth:`OfficialResult.lines`)."""

    #: The dapil whose ballot was voted on; None where the contest has one ballot.
    dapil_id: int | None
    #: Region or TPS code; "" for the whole of a dapil, or of the contest.
    area: str
    votes: tuple[int, ...]
    #: Columns (TPS) that the sum has.
    stations: int

    @property
    def valid(self) -> int:
        """All valid votes of the area."""
        return sum(self.votes)


@dataclass(frozen=True)
class OfficialResult:
    """The official votes of a contest, as far as D.Hasil are locked up to its last tier."""

    contest_id: int
    #: The locked D.Hasil at the tier where the contest stops, by (dapil, region): id and version.
    recaps: dict[tuple[int | None, str], tuple[int, int]]
    #: Of the D.Hasil that the contest must have there, those that are not locked yet.
    waiting: tuple[tuple[int | None, str], ...]
    ballots: dict[int | None, int]
    areas: tuple[OfficialVotes, ...]

    @property
    def is_final(self) -> bool:
        """Whether every D.Hasil of the last tier is locked."""
        return bool(self.recaps) and not self.waiting

    def lines(self, dapil_id: int | None) -> tuple[Line, ...]:
        """The lines of a dapil's ballot, in the order of ``votes``."""
        return lines_of(self.ballots[dapil_id])


def official_votes(
    election: str,
    contest: str,
    *,
    level: Level = "dapil",
    dapil_id: int | None = None,
    region: str = "",
    within: str = "",
) -> OfficialResult:
    """The official votes of a contest by its codes (``pemilu-2024``, ``dpr``), an area a row.

    ``within`` is the region of the office, where an election has several of a kind (heads of regions).
    ``level`` is the area: the whole of each dapil (or of the contest, where it has one ballot), or its parts
    down to the TPS: the spread that settles ties. ``dapil_id`` and ``region`` (the start of a code) narrow.
    Only D.Hasil that are locked at the contest's last tier count, with everything below them: what is locked
    at a kecamatan only is not official yet. Overseas (99) stands under its own codes at every level and under
    ``nasional`` sums of its dapil.
    """
    found = db.session.execute(
        select(Contest, Election)
        .join(Election, Election.id == Contest.election_id)
        .where(Election.code == election, Contest.kind == contest, Contest.region_code == within)
    ).first()
    if found is None:
        raise Refused(_("Pemilihan itu tidak ada."), status=404)
    return official_votes_of(found.Contest.id, level=level, dapil_id=dapil_id, region=region)


def official_votes_of(
    contest_id: int, *, level: Level = "dapil", dapil_id: int | None = None, region: str = ""
) -> OfficialResult:
    """The same of a contest by its id."""
    tops = db.session.scalars(
        select(Recap)
        .where(
            Recap.contest_id == contest_id,
            Recap.parent_id.is_(None),
            *([Recap.dapil_id == dapil_id] if dapil_id is not None else []),
        )
        .order_by(Recap.dapil_id, Recap.region)
    ).all()
    locked = {(r.dapil_id, r.region): (r.id, r.version) for r in tops if r.state == "disahkan"}
    rows = db.session.execute(
        text(
            f"""
            with recursive ladder as (
                select id, dapil_id, province, tier from recap where id = any(:tops)
                union all
                select c.id, c.dapil_id, c.province, c.tier from recap c join ladder l on c.parent_id = l.id
            ),
            leaf as (select * from ladder where tier in ('kecamatan', 'ppln'))
            select l.dapil_id, left(k.unit, {_LENGTH[level]}) as area, vote_sum(k.votes) as votes,
                   count(*) as stations
            from leaf l join recap_current k on k.province = l.province and k.recap_id = l.id
            where starts_with(k.unit, :region)
            group by 1, 2 order by 1, 2
            """
        ),
        {"tops": [recap for recap, _version in locked.values()], "region": region},
    )
    return OfficialResult(
        contest_id,
        locked,
        tuple((r.dapil_id, r.region) for r in tops if r.state != "disahkan"),
        {r.dapil_id: r.ballot_id for r in tops},
        tuple(OfficialVotes(r.dapil_id, r.area, tuple(r.votes), r.stations) for r in rows),
    )
