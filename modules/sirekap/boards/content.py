"""The numbers of every board, in questions that ask for all regions at once: none reads a form of a TPS."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, text

from electsys.db import db
from electsys.elections.models import Contest, Election
from electsys.regions.queries import names

#: Digits of the codes of the regions that have a board: nation, province, kab/kota, kecamatan.
LENGTHS = (0, 2, 4, 6)
STATES = ("belum", "dibuka", "ditutup", "disahkan")
#: Newest corrections on a board.
NEWEST = 10

_LEVELS = "(values (0), (2), (4), (6)) as level (digits)"
_INSIDE = f"""
    from recap r cross join {_LEVELS}
    where r.election_id = :e and length(r.region) >= level.digits
"""

#: D.Hasil of each region and below, by contest, tier and state.
_FORMS = f"""
    select left(r.region, level.digits) as code, r.contest_id, r.tier, r.state, count(*) as n
    {_INSIDE} group by 1, 2, 3, 4
"""
#: The D.Hasil of the region itself; of several (dapil) each state counts.
_OWN = """
    select region as code, contest_id, state, count(*) as n from recap
    where election_id = :e group by 1, 2, 3
"""
#: What was read out, of the plenaries that are open or over.
_READ = """
    select r.region as code, r.contest_id, count(*) as units, count(g.read_at) as done
    from recap r join recap_reading g on g.recap_id = r.id where r.election_id = :e group by 1, 2
"""
#: Columns of the plenaries that sit now and have TPS as columns: an index alone answers.
_FILLED = """
    select r.region as code, r.contest_id, count(distinct k.unit) as n
    from recap r join recap_column k on k.province = r.province and k.recap_id = r.id
    where r.election_id = :e and r.state = 'dibuka' and r.tier in ('kecamatan', 'ppln') group by 1, 2
"""
#: A contest that one region holds has no count above it: there it is told as a whole.
_COUNTED = f"""
    select t.code, t.contest_id, t.expected, t.received, t.entered, t.accepted, t.flagged
    from region_total t join contest c on c.id = t.contest_id
    where c.election_id = :e and t.area = 'wilayah' and length(t.code) <= 6
    union all
    select left(t.code, level.digits), t.contest_id, t.expected, t.received, t.entered, t.accepted, t.flagged
    from region_total t join contest c on c.id = t.contest_id and c.region_code = t.code
    cross join {_LEVELS}
    where c.election_id = :e and t.area = 'wilayah' and level.digits < length(t.code)
"""
_OBJECTIONS = f"""
    select left(r.region, level.digits) as code, o.state, count(*) as n
    from recap_objection o join recap r on r.id = o.recap_id cross join {_LEVELS}
    where r.election_id = :e and length(r.region) >= level.digits group by 1, 2
"""
_CORRECTIONS = f"""
    select left(k.unit, level.digits) as code, count(*) as n,
           count(*) filter (where r.state = 'disahkan') as public
    from recap_correction k join recap r on r.id = k.recap_id cross join {_LEVELS}
    where r.election_id = :e group by 1
"""
_NEWEST = f"""
    select * from (
        select left(k.unit, level.digits) as code, k.id, k.recap_id, k.unit, r.contest_id, k.reason_code,
               k.ruling, k.at, r.state,
               row_number() over (partition by level.digits, left(k.unit, level.digits), r.state = 'disahkan'
                                  order by k.id desc) as place
        from recap_correction k join recap r on r.id = k.recap_id cross join {_LEVELS}
        where r.election_id = :e
    ) as newest where place <= {NEWEST} order by code, id desc
"""
#: D.Hasil that were locked, hour by hour; and the minutes that a plenary took from its opening to its lock.
_LOCKED = f"""
    select left(r.region, level.digits) as code, date_trunc('hour', r.locked_at) as hour, count(*) as n
    {_INSIDE} and r.locked_at is not null group by 1, 2 order by 1, 2
"""
_PACE = f"""
    select left(r.region, level.digits) as code,
           percentile_cont(0.5) within group (
               order by extract(epoch from r.locked_at - r.opened_at)) as seconds
    {_INSIDE} and r.locked_at is not null group by 1
"""
#: Files of plenaries offline that are still out.
_OUTSIDE = f"""
    select left(r.region, level.digits) as code, count(*) as n
    from recap_export x join recap r on r.id = x.recap_id cross join {_LEVELS}
    where r.election_id = :e and length(r.region) >= level.digits
      and x.returned_at is null and r.state = 'dibuka' group by 1
"""


def _states() -> dict[str, int]:
    return dict.fromkeys(STATES, 0)


def _tree() -> dict[str, dict[str, int]]:
    return defaultdict(_states)


@dataclass
class Count:
    """TPS of a region and contest, as Situng counts them."""

    expected: int
    received: int
    entered: int
    accepted: int
    flagged: int


@dataclass
class Tally:
    """Everything that one region's boards say, before it is worded."""

    code: str
    name: str = ""
    #: contest -> tier -> state -> D.Hasil in the region and below.
    forms: dict[int, dict[str, dict[str, int]]] = field(default_factory=lambda: defaultdict(_tree))
    #: contest -> state -> D.Hasil of the region itself.
    own: dict[int, dict[str, int]] = field(default_factory=lambda: defaultdict(_states))
    #: contest -> (read out, all) of the region's own plenary.
    read: dict[int, tuple[int, int]] = field(default_factory=dict)
    #: contest -> columns of the region's own plenary, while it sits.
    filled: dict[int, int] = field(default_factory=dict)
    counts: dict[int, Count] = field(default_factory=dict)
    objections: dict[str, int] = field(default_factory=dict)
    corrections: int = 0
    public_corrections: int = 0
    newest: list[Any] = field(default_factory=list)
    locked: list[tuple[str, int]] = field(default_factory=list)
    #: Seconds from the opening of a plenary to its lock: the median.
    pace: float | None = None
    outside: int = 0
    children: list[str] = field(default_factory=list)

    def total(self, name: str) -> int:
        """A number of the count over all contests: forms, not TPS."""
        return sum(getattr(count, name) for count in self.counts.values())

    @property
    def states(self) -> dict[str, int]:
        """D.Hasil in the region and below by state, over all contests and tiers."""
        sums = dict.fromkeys(STATES, 0)
        for tiers in self.forms.values():
            for states in tiers.values():
                for state, n in states.items():
                    sums[state] += n
        return sums


@dataclass(frozen=True)
class Tallies:
    """The tallies of an election: every region that has a board, by its code."""

    election: Election
    contests: list[Contest]
    regions: dict[str, Tally]

    def way_to(self, code: str) -> list[tuple[str, str]]:
        """The regions above, the nation first."""
        return [(code[:n], self.regions[code[:n]].name) for n in LENGTHS if n < len(code)]


def tallies(election: Election) -> Tallies:
    """Ask for everything; the number of questions does not depend on the number of regions."""
    found: dict[str, Tally] = {}

    def at(code: str) -> Tally:
        return found.setdefault(code, Tally(code))

    for row in _rows(_FORMS, election):
        at(row.code).forms[row.contest_id][row.tier][row.state] += row.n
    for row in _rows(_OWN, election):
        at(row.code).own[row.contest_id][row.state] += row.n
    for row in _rows(_READ, election):
        at(row.code).read[row.contest_id] = (row.done, row.units)
    for row in _rows(_FILLED, election):
        at(row.code).filled[row.contest_id] = row.n
    for row in _rows(_COUNTED, election):
        at(row.code).counts[row.contest_id] = Count(
            row.expected, row.received, row.entered, row.accepted, row.flagged
        )
    for row in _rows(_OBJECTIONS, election):
        at(row.code).objections[row.state] = row.n
    for row in _rows(_CORRECTIONS, election):
        at(row.code).corrections, at(row.code).public_corrections = row.n, row.public
    for row in _rows(_NEWEST, election):
        at(row.code).newest.append(row)
    for row in _rows(_LOCKED, election):
        at(row.code).locked.append((row.hour.isoformat(), row.n))
    for row in _rows(_PACE, election):
        at(row.code).pace = float(row.seconds)
    for row in _rows(_OUTSIDE, election):
        at(row.code).outside = row.n
    contests = list(
        db.session.scalars(select(Contest).where(Contest.election_id == election.id).order_by(Contest.id))
    )
    if found:
        _join(found, election)
    return Tallies(election, contests, found)


def _join(found: dict[str, Tally], election: Election) -> None:
    """Names, and who is below whom; a region whose parent has no board gets one above it.

    The count knows every region of the map; one without a TPS and without a D.Hasil has nothing to say.
    """
    for code in [code for code, tally in found.items() if not tally.forms and not tally.total("expected")]:
        del found[code]
    for code in list(found):
        for n in LENGTHS:
            if n < len(code):
                found.setdefault(code[:n], Tally(code[:n]))
    called = names(found, election.map_id)
    for code, tally in sorted(found.items()):
        tally.name = called.get(code, code) if code else "Indonesia"
        if code:
            above = max(n for n in LENGTHS if n < len(code))
            found[code[:above]].children.append(code)


def _rows(statement: str, election: Election) -> Iterator[Any]:
    return iter(db.session.execute(text(statement), {"e": election.id}))
