"""How whole families are packed into polling stations: choosing who leaves, and where the rest fits.

Everything here is counted in voters and knows no law; ``tps.py`` says what is asked of it.
"""

from __future__ import annotations

import bisect
import itertools
from collections import Counter
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

#: (voters, cost of leaving).
Item = tuple[int, int]
Rt = tuple[str, str]
#: (id, voters, rank of the address, RT).
Pooled = tuple[int, int, int, Rt | None]

#: Above this many steps the exact cover gives way to its fractional bound, which is lower and nearly as high.
EXACT_STEPS = 60_000
#: So many voters are left to the exact choice when a preference chose the others.
TAIL, TAIL_ITEMS = 12, 80
#: Steps of the search that packs a few families exactly.
SEARCH_STEPS, SEARCH_ITEMS = 20_000, 24
#: By how much of its cap a TPS may depart from even loads for the sake of neighbours: a 20th to cut between
#: two RT, a 10th to take in new voters of an RT that it serves already.
CUT_PART, SERVED_PART = 20, 10


@dataclass(frozen=True)
class Slot:
    """A TPS with the voters that stay there and where, on the walk through the village, it lies."""

    code: str
    cap: int
    load: int
    at: Fraction | None

    @property
    def room(self) -> int:
        """Voters that still fit."""
        return max(0, self.cap - self.load)


# --- who leaves ----------------------------------------------------------------------------------


def cover(items: Sequence[Item], need: int) -> tuple[int, list[int] | None]:
    """The least cost of items that together hold at least ``need`` voters, and their positions.

    Exact where that is cheap to find out; else the cost is the fractional bound (never above the true one)
    and the positions are None.
    """
    if need <= 0:
        return 0, []
    if len(items) * need > EXACT_STEPS:
        return _fractional(items, need), None
    # best[v]: least cost of covering v voters or more; None is out of reach.
    best: list[int | None] = [0] + [None] * need
    taken: list[dict[int, int]] = []
    for voters, cost in items:
        changed: dict[int, int] = {}
        for v in range(need, 0, -1):
            before = best[max(0, v - voters)]
            here = best[v]
            if before is not None and (here is None or before + cost < here):
                changed[v] = before + cost
        # Written after the scan: each item counts once.
        for v, value in changed.items():
            best[v] = value
        taken.append(changed)
    least = best[need]
    if least is None:
        raise ValueError("the items do not hold so many voters")
    chosen, v = [], need
    for i in range(len(items) - 1, -1, -1):
        if v > 0 and v in taken[i]:
            chosen.append(i)
            v = max(0, v - items[i][0])
    return least, chosen[::-1]


def _fractional(items: Sequence[Item], need: int) -> int:
    """The least cost if families could be cut: never above that of whole families."""
    cost = Fraction(0)
    for voters, price in sorted(items, key=lambda item: Fraction(item[1], item[0])):
        part = min(voters, need)
        cost += Fraction(price * part, voters)
        need -= part
        if not need:
            break
    return -(-cost.numerator // cost.denominator)


def choose_leavers(items: Sequence[Item], excess: int, allowed: int) -> list[int]:
    """Positions of items that free ``excess`` voters for a cost of at most ``allowed``.

    Items come in the order in which they had better leave. Where following it costs too much, the
    cheapest leave. (The cheapest of all is returned where even that is above ``allowed``.)
    """
    by_price = sorted(range(len(items)), key=lambda i: (Fraction(items[i][1], items[i][0]), i))
    tries: list[Callable[[], list[int] | None]] = [
        lambda: _greedy(items, range(len(items)), excess),
        lambda: _greedy(items, by_price, excess),
        lambda: cover(items, excess)[1],
    ]
    found: list[tuple[int, list[int]]] = []
    for attempt in tries:
        chosen = attempt()
        if chosen is None:
            continue
        cost = sum(items[i][1] for i in chosen)
        if cost <= allowed:
            return chosen
        found.append((cost, chosen))
    return min(found)[1]


def _greedy(items: Sequence[Item], order: Sequence[int], excess: int) -> list[int]:
    """Take items in order; the last few voters are made up by the cheapest exact choice among the next."""
    chosen: list[int] = []
    queue = list(order)
    while queue and excess > TAIL:
        i = queue.pop(0)
        chosen.append(i)
        excess -= items[i][0]
    if excess <= 0:
        return chosen
    for size in (TAIL_ITEMS, len(queue)):
        rest = queue[:size]
        if sum(items[i][0] for i in rest) >= excess:
            _cost, found = cover([items[i] for i in rest], excess)
            if found is not None:
                return chosen + [rest[j] for j in found]
    return chosen + queue


# --- where the rest fits -------------------------------------------------------------------------


def place(
    items: Sequence[Pooled],
    slots: Sequence[Slot],
    served: Mapping[Rt, Mapping[str, int]],
    parts: Mapping[int, Mapping[str, int]],
) -> dict[int, str] | None:
    """A TPS for each item, no slot over its cap; None where none is found.

    A family that has members in a slot already (``parts``) joins them where it can. New voters of an RT join
    the TPS that serves it, while that stays near even loads; the rest are walked through in the order of
    addresses and cut into one stretch a slot, between two RT where possible. ``served`` says how many voters
    of an RT stay in which TPS.
    """
    if sum(voters for _id, voters, _rank, _rt in items) > sum(s.room for s in slots):
        return None
    united = _join_own(items, slots, parts)
    rest = [item for item in items if item[0] not in united]
    joined = united | _join_served(rest, _loaded(items, slots, united), served)
    for taken in (joined, united, {}):
        rest = [item for item in items if item[0] not in taken]
        left = _loaded(items, slots, taken)
        found = _walk(rest, left) or _pack(rest, left)
        if found is not None:
            return taken | found
    return None


def _loaded(items: Sequence[Pooled], slots: Sequence[Slot], taken: Mapping[int, str]) -> list[Slot]:
    """The slots with the items in them that are placed already."""
    load = Counter({s.code: s.load for s in slots})
    for family, voters, _rank, _rt in items:
        if family in taken:
            load[taken[family]] += voters
    return [Slot(s.code, s.cap, load[s.code], s.at) for s in slots]


def _join_own(
    items: Sequence[Pooled], slots: Sequence[Slot], parts: Mapping[int, Mapping[str, int]]
) -> dict[int, str]:
    """Items that go where they have the most members already, those first that save the most."""
    room = {s.code: s.room for s in slots}
    joined: dict[int, str] = {}
    saving = sorted((-n, family, code) for family, part in parts.items() for code, n in part.items())
    size = {family: voters for family, voters, _rank, _rt in items}
    for _n, family, code in saving:
        if family in size and family not in joined and room.get(code, -1) >= size[family]:
            joined[family] = code
            room[code] -= size[family]
    return joined


def _join_served(
    items: Sequence[Pooled], slots: Sequence[Slot], served: Mapping[Rt, Mapping[str, int]]
) -> dict[int, str]:
    """Items that go where their RT already is, as long as the TPS stays within a tenth of its cap of even."""
    level = _level(slots, sum(voters for _id, voters, _rank, _rt in items))
    load = {s.code: s.load for s in slots}
    most = {s.code: min(s.cap, level + s.cap // SERVED_PART) for s in slots}
    joined: dict[int, str] = {}
    for family, voters, _rank, rt in items:
        if rt is None or rt not in served:
            continue
        for code, _n in sorted(served[rt].items(), key=lambda kv: (-kv[1], kv[0])):
            if load[code] + voters <= most[code]:
                joined[family] = code
                load[code] += voters
                break
    return joined


def _level(slots: Sequence[Slot], mass: int) -> int:
    """The even load: as high as water stands that is poured into the slots."""
    low, high = 0, max((s.cap for s in slots), default=0)
    while low < high:
        middle = (low + high + 1) // 2
        if sum(max(0, min(middle, s.cap) - s.load) for s in slots) <= mass:
            low = middle
        else:
            high = middle - 1
    return low


def _shares(slots: Sequence[Slot], mass: int) -> list[int]:
    """How many voters each slot should take so that loads come out even."""
    level = _level(slots, mass)
    wanted = [max(0, min(level, s.cap) - s.load) for s in slots]
    over = mass - sum(wanted)
    for i, s in enumerate(slots):
        if over > 0 and s.load + wanted[i] == level < s.cap:
            wanted[i] += 1
            over -= 1
    return wanted


def _walk(items: Sequence[Pooled], slots: Sequence[Slot]) -> dict[int, str] | None:
    """Cut the walk through the village into stretches; None where whole families do not allow it.

    Slots stand in the order in which they lie on the walk, so the stretches cross as little as can be: on a
    line, matching in order is the shortest transport.
    """
    if not items:
        return {}
    ordered = sorted(items, key=lambda item: item[2])
    ends = list(itertools.accumulate(voters for _id, voters, _rank, _rt in ordered))
    ranged = _along(slots, ordered, ends)
    wanted = list(itertools.accumulate(_shares(ranged, ends[-1])))
    rooms_after = [sum(s.room for s in ranged[k + 1 :]) for k in range(len(ranged))]
    whole = {i + 1 for i in range(len(ordered) - 1) if ordered[i][3] != ordered[i + 1][3]}
    placed: dict[int, str] = {}
    start = 0
    for k, slot in enumerate(ranged):
        before = ends[start - 1] if start else 0
        lowest = ends[-1] - rooms_after[k]
        highest = before + slot.room
        cut = _cut(ends, start, wanted[k], lowest, highest, whole, slot.cap // CUT_PART)
        if cut is None:
            return None
        placed |= dict.fromkeys((item[0] for item in ordered[start:cut]), slot.code)
        start = cut
    return placed if start == len(ordered) else None


def _cut(
    ends: Sequence[int], start: int, wanted: int, lowest: int, highest: int, whole: set[int], margin: int
) -> int | None:
    """Where a stretch from ``start`` ends: nearest to ``wanted`` voters, between two RT if one is near."""
    first = max(start, bisect.bisect_left(ends, lowest) + 1 if lowest > 0 else 0)
    last = bisect.bisect_right(ends, highest)
    if first > last:
        return None

    def off(cut: int) -> int:
        return abs((ends[cut - 1] if cut else 0) - wanted)

    near = bisect.bisect_left(ends, wanted)
    best = min((min(max(c, first), last) for c in (near, near + 1)), key=lambda c: (off(c), c))
    tidy = (
        [
            c
            for c in range(max(first, bisect.bisect_left(ends, wanted - margin)), last + 1)
            if c in whole and off(c) <= margin
        ]
        if margin
        else []
    )
    return min(tidy, key=lambda c: (off(c), c)) if tidy else best


def _along(slots: Sequence[Slot], ordered: Sequence[Pooled], ends: Sequence[int]) -> list[Slot]:
    """Slots as they lie on the walk; an empty one is put where it has most to take in."""
    empty = [s for s in slots if s.at is None]
    placed: dict[str, Fraction] = {s.code: s.at for s in slots if s.at is not None}
    for k, slot in enumerate(empty):
        middle = Fraction((2 * k + 1) * ends[-1], 2 * len(empty))
        placed[slot.code] = Fraction(ordered[bisect.bisect_left(ends, middle)][2])
    return sorted(slots, key=lambda s: (placed[s.code], s.code))


def _pack(items: Sequence[Pooled], slots: Sequence[Slot]) -> dict[int, str] | None:
    """Pack without regard to neighbours: the largest family first, where it fits best; a few exactly."""
    ordered = sorted(items, key=lambda item: (-item[1], item[2]))
    room = {s.code: s.room for s in slots}
    placed: dict[int, str] = {}
    if len(ordered) <= SEARCH_ITEMS:
        return placed if _search(ordered, 0, room, placed, [SEARCH_STEPS]) else None
    rooms = sorted((n, code) for code, n in room.items())
    for family, voters, _rank, _rt in ordered:
        at = bisect.bisect_left(rooms, (voters, ""))
        if at == len(rooms):
            return None
        left, code = rooms.pop(at)
        placed[family] = code
        bisect.insort(rooms, (left - voters, code))
    return placed


def _search(
    items: Sequence[Pooled],
    at: int,
    room: MutableMapping[str, int],
    placed: MutableMapping[int, str],
    steps: list[int],
) -> bool:
    """Try every way, the tightest fit first, for as long as steps last."""
    if at == len(items):
        return True
    family, voters = items[at][0], items[at][1]
    tried: set[int] = set()
    for code, left in sorted(room.items(), key=lambda kv: (kv[1], kv[0])):
        if left < voters or left in tried or steps[0] <= 0:
            continue
        tried.add(left)
        steps[0] -= 1
        room[code] = left - voters
        placed[family] = code
        if _search(items, at + 1, room, placed, steps):
            return True
        room[code] = left
    placed.pop(family, None)
    return False
