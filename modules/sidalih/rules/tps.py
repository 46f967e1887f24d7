"""Building of polling stations (TPS) in one village (UU 7/2017 art. 350; PKPU 7/2022 art. 15).

The law: no more voters than the cap, families not split, villages not joined, easy to reach. A proposal
keeps, in this order: no TPS over the cap; every family whole; at most :data:`MOVE_MARGIN` times the fewest
moves that the present placement forces (:func:`lower_bound`); the fewest new TPS with which that is
possible; neighbours (RW, RT, order of addresses) in one TPS; even loads. The same input gives the same
proposal. The margin is kept wherever each family stands in one TPS. Where members of a family stand in
several, the bound hopes that they can be united in any of them; a TPS that is full may force more moves, and
the score says so.

Special sites (TPS khusus, from 901) are outside all this: who is placed there stays there, whatever the rest
of the family does, and nobody is sent there. A family that no cap can hold is not split and not placed: it is
named (:attr:`Proposal.oversize`) and people decide.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from modules.sidalih.rules.tps_packing import Slot, choose_leavers, cover, place

#: A proposal moves at most so many times the voters that must move.
MOVE_MARGIN = Fraction(11, 10)
#: TPS numbers below are ordinary ones, from here on special sites.
FIRST_SPECIAL = 901


@dataclass(frozen=True, slots=True)
class Family:
    """Voters of one NKK in the village.

    ``present`` says how many of them stand in which TPS now; the rest have none yet. ``order`` is the
    rank of the address inside its RT.
    """

    id: int
    voters: int
    rw: str = ""
    rt: str = ""
    order: int = 0
    present: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Station:
    """A TPS in use: its 13-digit code and the most voters it may have."""

    code: str
    cap: int
    special: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """How good a placement is; every number is voters unless said.

    ``over_cap`` and ``special_over_cap`` count TPS, ``split_families`` families. ``moved`` have a TPS now
    and get another; ``moves_lower_bound`` is the fewest that must. ``spread`` is the largest less the
    smallest ordinary TPS. ``rt_cuts`` counts, for each RT, the TPS beyond its first. ``new_tps`` counts TPS
    beside those there are, ``least_new_tps`` how many the bare sum of voters already demands.
    """

    over_cap: int
    special_over_cap: int
    split_families: int
    outside_village: int
    moved: int
    moves_lower_bound: int
    spread: int
    rt_cuts: int
    unplaced: int
    new_tps: int = 0
    least_new_tps: int = 0

    @property
    def moves_allowed(self) -> int:
        """The most moves that a proposal may make."""
        return math.floor(MOVE_MARGIN * self.moves_lower_bound)


@dataclass(frozen=True)
class Proposal:
    """Where each family would go. ``oversize`` families are in no TPS of it: they stay where they are."""

    placement: dict[int, str]
    new: tuple[Station, ...]
    oversize: tuple[int, ...]
    score: Score
    before: Score


# --- facts of a family ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Seen:
    """A family as the rules see it: voters bound to special sites set aside."""

    family: Family
    rank: int
    #: Voters to be placed together.
    voters: int
    #: Those of them that have a TPS now.
    placed: int
    #: The ordinary TPS of the village that holds most of them ("" for none), and how many.
    home: str
    there: int
    #: The second largest part: what moving there instead of staying would save.
    second: int

    @property
    def leaving(self) -> int:
        """What leaving home costs at least, beyond what uniting the family costs anyway."""
        return self.there - self.second


def rt_of(family: Family) -> tuple[str, str] | None:
    """The family's RT as (RW, RT) without leading noughts; None where it is not known."""
    rw, rt = (part.strip().lstrip("0") for part in (family.rw, family.rt))
    return (rw, rt) if rw or rt else None


def _place_key(family: Family) -> tuple[object, ...]:
    """Neighbours sort beside each other: RW, RT (numbers by their worth), address, then the id."""
    rw, rt = rt_of(family) or ("~", "~")
    return (
        len(rw) if rw.isdecimal() else 99,
        rw,
        len(rt) if rt.isdecimal() else 99,
        rt,
        family.order,
        family.id,
    )


def _seen(families: Sequence[Family], stations: Sequence[Station]) -> list[_Seen]:
    special = {s.code for s in stations if s.special}
    ordinary = {s.code for s in stations if not s.special}
    seen = []
    for rank, family in enumerate(sorted(families, key=_place_key)):
        free = {code: n for code, n in family.present.items() if code not in special and n > 0}
        bound = sum(n for code, n in family.present.items() if code in special)
        parts = sorted(((-n, code) for code, n in free.items() if code in ordinary))
        home, there = (parts[0][1], -parts[0][0]) if parts else ("", 0)
        second = -parts[1][0] if len(parts) > 1 else 0
        seen.append(_Seen(family, rank, family.voters - bound, sum(free.values()), home, there, second))
    return seen


def _holdable(seen: Iterable[_Seen], stations: Sequence[Station], cap: int) -> int:
    """The most voters that any ordinary TPS, an existing or a new one, may have."""
    return max([cap, *(s.cap for s in stations if not s.special)])


# --- the lower bound -----------------------------------------------------------------------------


def lower_bound(families: Sequence[Family], stations: Sequence[Station], cap: int) -> int:
    """Voters that must move at least, in any placement with no TPS over the cap and no family split.

    A family costs at least what uniting it in its largest part costs. A TPS whose families together exceed
    its cap must lose whole families of at least the excess; each costs at least what it would not have
    cost at home. Other families coming in only make it worse, and a family leaves one home, so the sums add.
    """
    seen = _seen(families, stations)
    most = _holdable(seen, stations, cap)
    fit = [s for s in seen if 0 < s.voters <= most]
    base = sum(s.placed - s.there for s in fit)
    return base + sum(cost for cost, _excess, _at in _excesses(fit, stations).values())


def _excesses(fit: Sequence[_Seen], stations: Sequence[Station]) -> dict[str, tuple[int, int, list[_Seen]]]:
    """TPS over its cap -> (least cost of mending it, excess, its families)."""
    at: dict[str, list[_Seen]] = defaultdict(list)
    for s in fit:
        if s.home:
            at[s.home].append(s)
    found = {}
    for station in stations:
        excess = sum(s.voters for s in at[station.code]) - station.cap
        if not station.special and excess > 0:
            items = [(s.voters, s.leaving) for s in at[station.code]]
            found[station.code] = (cover(items, excess)[0], excess, at[station.code])
    return found


# --- measuring -----------------------------------------------------------------------------------


def measure(
    families: Sequence[Family],
    stations: Sequence[Station],
    cap: int,
    placement: Mapping[int, str] | None = None,
    new: Sequence[Station] = (),
) -> Score:
    """Score a placement (without one: the present), counted from its voters and not from how it was made.

    ``cap`` is the election's, for new TPS and for the judgement which family no TPS can hold.
    """
    every = [*stations, *new]
    known = {s.code: s for s in every}
    placement = placement or {}
    loads: Counter[str] = Counter(dict.fromkeys(known, 0))
    served: dict[tuple[str, str], set[str]] = defaultdict(set)
    split = outside = moved = unplaced = 0
    for family in families:
        there = _final(family, placement.get(family.id), known)
        ordinary = {code for code, n in there.items() if n and not (code in known and known[code].special)}
        split += len(ordinary) > 1
        outside += sum(n for code, n in there.items() if code not in known)
        unplaced += family.voters - sum(there.values())
        moved += sum(max(0, n - there.get(code, 0)) for code, n in family.present.items())
        loads.update({code: n for code, n in there.items() if code in known})
        if (rt := rt_of(family)) is not None:
            served[rt] |= ordinary & known.keys()
    usual = [loads[s.code] for s in every if not s.special]
    seen = _seen(families, stations)
    most = _holdable(seen, stations, cap)
    total = sum(s.voters for s in seen if s.voters <= most)
    lacking = total - sum(s.cap for s in stations if not s.special)
    return Score(
        over_cap=sum(not s.special and loads[s.code] > s.cap for s in every),
        special_over_cap=sum(s.special and loads[s.code] > s.cap for s in every),
        split_families=split,
        outside_village=outside,
        moved=moved,
        moves_lower_bound=lower_bound(families, stations, cap),
        spread=max(usual, default=0) - min(usual, default=0),
        rt_cuts=sum(max(0, len(codes) - 1) for codes in served.values()),
        unplaced=unplaced,
        new_tps=len(new),
        least_new_tps=max(0, -(-lacking // cap)),
    )


def _final(family: Family, code: str | None, known: Mapping[str, Station]) -> dict[str, int]:
    """TPS -> voters of the family after the placement."""
    if code is None:
        return dict(family.present)
    bound = {c: n for c, n in family.present.items() if c in known and known[c].special}
    return bound | {code: family.voters - sum(bound.values())}


# --- proposing -----------------------------------------------------------------------------------


def propose(
    families: Sequence[Family], stations: Sequence[Station], *, village: str, cap: int, keep: bool = True
) -> Proposal:
    """A placement of the village's families.

    ``keep`` moves only who must move; without it every family is placed anew in even, contiguous blocks,
    and only the naming of the blocks follows the present placement (many voters may move).
    Raises ValueError for a cap below one voter, a TPS of another village, or two families of one id.
    """
    _refuse_nonsense(families, stations, village, cap)
    seen = _seen(families, stations)
    most = _holdable(seen, stations, cap)
    oversize = tuple(s.family.id for s in seen if s.voters > most)
    fit = [s for s in seen if 0 < s.voters <= most]
    before = measure(families, stations, cap)

    def scored(placement: dict[int, str], new: list[Station]) -> Proposal:
        score = measure(families, stations, cap, placement, new)
        return Proposal(dict(sorted(placement.items())), tuple(new), oversize, score, before)

    if not keep:
        placed, new = _fill(stations, village, cap, [], fit)
        return scored(_renamed(placed, fit, [*stations, *new]), new)

    def kept(hopeful: bool) -> Proposal:
        leaving = _leavers(fit, stations, hopeful)
        stay = [s for s in fit if s.home and s.family.id not in leaving]
        pool = [s for s in fit if not s.home or s.family.id in leaving]
        placed, new = _fill(stations, village, cap, stay, pool)
        return scored({s.family.id: s.home for s in stay} | placed, new)

    # A family that stands in two TPS is cheap to send from one to the other, if there is room. Where there is
    # not, it is judged again as if leaving cost all of it.
    best = kept(hopeful=True)
    if best.score.moved > best.score.moves_allowed:
        best = min(best, kept(hopeful=False), key=lambda p: p.score.moved)
    return best


def _fill(
    stations: Sequence[Station], village: str, cap: int, stay: Sequence[_Seen], pool: Sequence[_Seen]
) -> tuple[dict[int, str], list[Station]]:
    """Where the pool goes, and the fewest new TPS with which it all fits."""
    ordinary = sorted((s for s in stations if not s.special), key=lambda s: s.code)
    room = sum(s.cap for s in ordinary) - sum(s.voters for s in stay)
    lacking = max(0, -(-(sum(s.voters for s in pool) - room) // cap))
    while True:
        new = _new_stations(stations, village, lacking, cap)
        placed = _try([*ordinary, *new], stay, pool)
        if placed is not None:
            return placed, new
        lacking += 1


def _refuse_nonsense(families: Sequence[Family], stations: Sequence[Station], village: str, cap: int) -> None:
    if cap < 1 or any(s.cap < 1 for s in stations):
        raise ValueError("a TPS must be able to hold a voter")
    if strange := [s.code for s in stations if not s.code.startswith(village)]:
        raise ValueError(f"TPS of another village: {strange}")
    if len({f.id for f in families}) != len(families):
        raise ValueError("two families have one id")
    if wrong := [
        f.id for f in families if f.voters < sum(f.present.values()) or min(f.present.values(), default=0) < 0
    ]:
        raise ValueError(f"families with more voters placed than they have: {wrong[:5]}")


def _leavers(fit: Sequence[_Seen], stations: Sequence[Station], hopeful: bool) -> set[int]:
    """Families that leave a TPS over its cap: those least at home in it, within the allowed moves."""
    excesses = _excesses(fit, stations)
    if not excesses:
        return set()
    rt_total: Counter[tuple[str, str] | None] = Counter()
    rt_here: Counter[tuple[tuple[str, str] | None, str]] = Counter()
    for s in fit:
        rt = rt_of(s.family)
        rt_total[rt] += s.voters
        rt_here[rt, s.home] += s.voters
    leaving: set[int] = set()
    for code, (cost, excess, here) in excesses.items():

        def foothold(s: _Seen, code: str = code) -> tuple[Fraction, int, int]:
            """How much of the family's RT lives in this TPS; the smallest foothold is given up first."""
            rt = rt_of(s.family)
            return Fraction(rt_here[rt, code], rt_total[rt]), rt_here[rt, code], s.rank

        ordered = sorted(here, key=foothold)
        items = [(s.voters, s.leaving if hopeful else s.there) for s in ordered]
        chosen = choose_leavers(items, excess, math.floor(MOVE_MARGIN * cost))
        leaving |= {ordered[i].family.id for i in chosen}
    return leaving


def _try(stations: Sequence[Station], stay: Sequence[_Seen], pool: Sequence[_Seen]) -> dict[int, str] | None:
    """Place the pool beside those who stay; None where it does not fit."""
    load: Counter[str] = Counter()
    ranks: Counter[str] = Counter()
    rt_at: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for s in stay:
        load[s.home] += s.voters
        ranks[s.home] += s.voters * s.rank
        if (rt := rt_of(s.family)) is not None:
            rt_at[rt][s.home] += s.voters
    slots = [
        Slot(s.code, s.cap, load[s.code], Fraction(ranks[s.code], load[s.code]) if load[s.code] else None)
        for s in stations
    ]
    items = [(s.family.id, s.voters, s.rank, rt_of(s.family)) for s in pool]
    parts = {s.family.id: s.family.present for s in pool}
    return place(items, slots, rt_at, parts if stay else {})


def _new_stations(stations: Sequence[Station], village: str, count: int, cap: int) -> list[Station]:
    taken = {int(s.code[len(village) :]) for s in stations}
    first = max((n for n in taken if n < FIRST_SPECIAL), default=0) + 1
    if first + count > FIRST_SPECIAL:
        raise ValueError(f"no TPS number left in {village}")
    return [Station(f"{village}{first + k:03d}", cap) for k in range(count)]


def _renamed(placed: Mapping[int, str], fit: Sequence[_Seen], stations: Sequence[Station]) -> dict[int, str]:
    """The same blocks under the codes that most of their voters have now, so that fewer papers change."""
    caps = {s.code: s.cap for s in stations}
    load: Counter[str] = Counter()
    common: Counter[tuple[str, str]] = Counter()
    for s in fit:
        block = placed[s.family.id]
        load[block] += s.voters
        for code, n in s.family.present.items():
            if code in caps:
                common[block, code] += n
    named: dict[str, str] = {}
    for (block, code), _n in sorted(common.items(), key=lambda kv: (-kv[1], kv[0])):
        if block not in named and code not in named.values() and load[block] <= caps[code]:
            named[block] = code
    free = [s.code for s in stations if s.code not in named.values()]
    for block in (s.code for s in stations if s.code not in named):
        fitting = next((c for c in [block, *free] if c in free and load[block] <= caps[c]), None)
        if fitting is None:
            return dict(placed)  # caps differ so that the names cannot be exchanged
        named[block] = fitting
        free.remove(fitting)
    return {family: named[block] for family, block in placed.items()}
