"""Proposals of dapil: maps that keep the law and do well by the seven principles; the same each time.

For each likely number of dapil a start is cut from the walk through the units (and from the dapil of today),
then mended unit by unit: a move is taken while it lessens the faults or raises the mean mark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from modules.sidalih.rules.dapil import Council, Plan

#: So many numbers of dapil are tried, and so many moves of a unit are made at most.
COUNTS, MOVES = 6, 120
#: A dapil of about so many seats is usual; numbers of dapil near it are tried first.
USUAL_SEATS = 8


def present_plan(council: Council) -> Plan | None:
    """The dapil of today, judged by the same marks; None where a unit's is not known."""
    old = sorted({u.present for u in council.units.values()})
    if not old or "" in old:
        return None
    return council.judge([[c for c, u in council.units.items() if u.present == name] for name in old])


def propose(
    council: Council, *, limit: int = 5, progress: Callable[[int, int], None] = lambda done, total: None
) -> list[Plan]:
    """The best plans that keep the law, the best first; none where no map of whole units keeps it.

    Maps without faults are proposed: 3 to 12 seats (for the DPR 3 to 10) and no dapil in pieces. Where a map
    shows that there is none (a small town inside a kab/kota that fills a dapil alone), those with lawful
    seats and the fewest pieces are; they bear their fault. ``progress`` hears how many numbers of dapil are
    tried, of how many.
    """
    counts = _counts(council)
    found = _search(council, counts, _worth, progress)
    if not any(not plan.faults for plan in found) and council.mapped:
        found = _search(council, counts, _seats_first, progress)
        return [plan for plan in found if not plan.out_of_range][:limit]
    return [plan for plan in found if not plan.faults][:limit]


Worth = Callable[[Plan], tuple[int, int, Fraction, Fraction, tuple[tuple[str, ...], ...]]]


def _search(
    council: Council, counts: Sequence[int], worth: Worth, progress: Callable[[int, int], None]
) -> list[Plan]:
    """The plans that mending ends with, the best first."""
    found: dict[tuple[tuple[str, ...], ...], Plan] = {}
    for done, count in enumerate(counts):
        progress(done, len(counts))
        for start in _starts(council, count):
            plan = _mend(council, start, worth)
            found[tuple(g.units for g in plan.groups)] = plan
    return sorted(found.values(), key=worth)


def _worth(plan: Plan) -> tuple[int, int, Fraction, Fraction, tuple[tuple[str, ...], ...]]:
    return plan.faults, 0, -plan.mark, plan.price_ratio, tuple(g.units for g in plan.groups)


def _seats_first(plan: Plan) -> tuple[int, int, Fraction, Fraction, tuple[tuple[str, ...], ...]]:
    """Lawful seats before anything, then few pieces."""
    return plan.out_of_range, plan.broken, -plan.mark, plan.price_ratio, tuple(g.units for g in plan.groups)


def _counts(council: Council) -> list[int]:
    """Numbers of dapil, the likely ones first: as many as today, then near the usual size."""
    fewest = -(-council.seats // council.most)
    most = min(council.seats // council.fewest, len(council.units))
    today = len({u.present for u in council.units.values() if u.present})
    usual = Fraction(council.seats, USUAL_SEATS)
    ranked = sorted(range(fewest, most + 1), key=lambda n: (n != today, abs(n - usual), n))
    return ranked[:COUNTS]


def _starts(council: Council, count: int) -> Iterator[list[list[str]]]:
    codes = list(council.units)
    today = present_plan(council)
    if today is not None and len(today.groups) == count:
        yield [list(g.units) for g in today.groups]
    yield _cut(council, codes, count)
    yield _cut(council, _walk(council), count)


def _walk(council: Council) -> list[str]:
    """Units in the order in which one reaches them from the edge, those with few ways out first."""
    left = dict.fromkeys(sorted(council.units, key=lambda c: (len(council.near[c]), c)))
    order: list[str] = []
    while left:
        border = [next(iter(left))]
        del left[border[0]]
        while border:
            code = border.pop(0)
            order.append(code)
            for other in sorted(council.near[code] & left.keys(), key=lambda c: (len(council.near[c]), c)):
                del left[other]
                border.append(other)
    return order


def _cut(council: Council, order: Sequence[str], count: int) -> list[list[str]]:
    """The walk cut into ``count`` stretches of about equal people."""
    groups: list[list[str]] = [[] for _ in range(count)]
    before = 0
    for at, code in enumerate(order):
        people = council.units[code].population
        k = (2 * before + people) * count // (2 * council.people) if council.people else 0
        k = max(min(k, count - 1, at), count - (len(order) - at))
        groups[k].append(code)
        before += people
    # A stretch that a large unit jumped over takes the last unit of the one before it.
    for k, group in enumerate(groups):
        if not group:
            donor = max(groups, key=len)
            group.append(donor.pop())
            groups[k] = group
    return groups


def _mend(council: Council, groups: list[list[str]], worth: Worth) -> Plan:
    """Move single units to neighbouring dapil, and exchange two, while the plan gets better."""
    best = council.judge(groups)
    for _step in range(MOVES):
        found = min(
            (council.judge(changed) for changed in _neighbours(council, best)), key=worth, default=best
        )
        if worth(found) >= worth(best):
            break
        best = found
    return best


def _neighbours(council: Council, plan: Plan) -> Iterator[list[tuple[str, ...]]]:
    """Plans that differ by one unit that goes to a dapil beside it, without cutting its own in pieces."""
    groups = [g.units for g in plan.groups]
    home = {code: k for k, g in enumerate(groups) for code in g}
    for code, k in home.items():
        rest = tuple(c for c in groups[k] if c != code)
        if not rest or council.pieces(rest) > council.pieces(groups[k]):
            continue
        beside = {home[other] for other in council.near[code]} - {k}
        # A unit without neighbours (an island by itself) may join any dapil.
        for target in sorted(beside or (set(range(len(groups))) - {k} if not council.near[code] else set())):
            changed = list(groups)
            changed[k] = rest
            changed[target] = (*groups[target], code)
            yield changed
