"""Which digit is likely wrong: the one-digit change that would mend the sums of a form. Pure functions.

People misread one glyph and swap two (117 and 617, 38 and 83); a form whose sums fail almost always becomes
right again by one such change. The hint says where to look; it never changes a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from modules.situng.rules import RELATIONS, VOTES, Cells, Relation, dpt_is_known

#: Names of places, the last digit first; a number of a form has at most this many.
PLACES = ("satuan", "puluhan", "ratusan", "ribuan", "puluhan_ribu", "ratusan_ribu")


@dataclass(frozen=True)
class Mend:
    """One change that would mend: the number, its place (``tukar``: two digits change places), values."""

    name: str
    place: str
    now: int
    then: int
    #: How many of the broken rules it mends, and whether it breaks none.
    mends: int


def likely(
    cells: Cells,
    votes: Mapping[str, int | None],
    *,
    most: int = 3,
    parties: Sequence[Relation] = (),
) -> list[Mend]:
    """Changes of one digit after which the broken equalities hold and no other breaks, the best first.

    Empty where nothing is broken, or where no single change mends anything. ``parties`` are the sums of a
    ballot of parties (F.108); ``cells`` then holds those sums, too.
    """
    values: dict[str, int | None] = {**cells, **votes}
    rules = (*RELATIONS, *parties)
    before = broken(values, votes, rules)
    if not before:
        return []
    found: dict[tuple[str, int], Mend] = {}
    for relation in before:
        if relation.op != "=":
            continue
        left, right = _names(relation.left, votes), _names(relation.right, votes)
        gap = _sum(values, right) - _sum(values, left)
        for name in (*left, *right):
            now = values[name] or 0
            then = now + gap if name in left else now - gap
            place = one_digit(now, then)
            if place is None or (name, then) in found:
                continue
            after = broken({**values, name: then}, votes, rules)
            if set(after) - set(before):
                continue
            found[name, then] = Mend(name, place, now, then, len(before) - len(after))
    return sorted(found.values(), key=lambda m: (-m.mends, m.place == "tukar", m.name))[:most]


def broken(
    values: Cells, votes: Mapping[str, int | None], rules: Sequence[Relation] = RELATIONS
) -> list[Relation]:
    """The linear rules that these numbers break."""
    known = dict(values)
    if not dpt_is_known(values):
        known |= {f"pemilih_dpt_{c}": None for c in "lpj"}

    def fails(relation: Relation) -> bool:
        left, right = _names(relation.left, votes), _names(relation.right, votes)
        if any(known.get(name) is None for name in (*left, *right)):
            return False
        a, b = _sum(known, left), _sum(known, right)
        return a != b if relation.op == "=" else a > b

    return [relation for relation in rules if fails(relation)]


def one_digit(now: int, then: int) -> str | None:
    """The place in which two numbers differ, ``tukar`` for two neighbours swapped; None otherwise."""
    if then < 0 or now == then or max(now, then) >= 10 ** len(PLACES):
        return None
    width = max(len(str(now)), len(str(then)))
    a, b = f"{now:0{width}}"[::-1], f"{then:0{width}}"[::-1]
    at = [i for i in range(width) if a[i] != b[i]]
    if len(at) == 1:
        return PLACES[at[0]]
    if len(at) == 2 and at[1] == at[0] + 1 and a[at[0]] == b[at[1]] and a[at[1]] == b[at[0]]:
        return "tukar"
    return None


def _names(side: Sequence[str], votes: Mapping[str, int | None]) -> tuple[str, ...]:
    return tuple(name for part in side for name in (votes if part == VOTES else (part,)))


def _sum(values: Mapping[str, int | None], names: Sequence[str]) -> int:
    return sum(values.get(name) or 0 for name in names)
