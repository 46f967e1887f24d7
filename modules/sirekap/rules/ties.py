"""Who goes before whom: by votes, and where they tie by the strategies of the law, in their order.

A strategy that lacks a number for somebody who ties decides nothing, and the chain ends there: what follows
might have been decided otherwise before. Those whom nothing separates stay together; nobody is drawn or
guessed (domain.md 7.1; PKPU 6/2024).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

#: Outcomes of a step.
DECIDED, STILL_TIED, UNKNOWN = "memutus", "masih_sama", "belum_dinilai"


@dataclass(frozen=True)
class Contender:
    """Somebody who was voted for: a party, a pair, a person or a candidate of a list.

    ``number`` is the ballot number or the place in the list; ``spread`` counts the areas of each kind
    (``provinsi``, ``kabko``, ``kecamatan``, ``desa``, ``tps``) in which there are votes; ``plenary`` is the
    place that a plenary gave among those who tied, 1 is first.
    """

    key: str
    votes: int
    number: int = 0
    sex: str | None = None
    spread: Mapping[str, int] = field(default_factory=dict)
    plenary: int | None = None


@dataclass(frozen=True)
class Step:
    """One strategy at work: whom it compared, by which value (None: not known), and what came of it."""

    strategy: str
    values: tuple[tuple[str, int | None], ...]
    outcome: str


@dataclass(frozen=True)
class Order:
    """Contenders from first to last in tiers; a tier of more than one holds those whom nothing separates."""

    tiers: tuple[tuple[Contender, ...], ...]
    steps: tuple[Step, ...] = ()

    def first(self, places: int) -> tuple[Contender, ...]:
        """Those who take the first ``places``; fewer where there are no more.

        Raises UnresolvedTie where a tier would have to be cut.
        """
        taken: list[Contender] = []
        for tier in self.tiers:
            if len(taken) + len(tier) > places > len(taken):
                raise UnresolvedTie(tuple(c.key for c in tier), places - len(taken), self.steps)
            if len(taken) == places:
                break
            taken += tier
        return tuple(taken)


class UnresolvedTie(Exception):
    """``places`` are left for ``tied``, who are more, and no strategy separates them: a plenary decides."""

    def __init__(self, tied: Sequence[str], places: int, steps: Sequence[Step] = ()):
        super().__init__(f"{places} for {', '.join(tied)}")
        self.tied = tuple(tied)
        self.places = places
        self.steps = tuple(steps)


#: What a strategy compares: the greater value goes first; None where it is not known.
Measure = Callable[[Contender], int | None]


def _spread(kind: str) -> Measure:
    return lambda who: who.spread.get(kind)


STRATEGIES: Mapping[str, Measure] = {
    "suara": lambda who: who.votes,
    **{f"sebaran_{kind}": _spread(kind) for kind in ("provinsi", "kabko", "kecamatan", "desa", "tps")},
    "perempuan": lambda who: None if who.sex is None else int(who.sex == "P"),
    "nomor": lambda who: -who.number,
    "pleno": lambda who: None if who.plenary is None else -who.plenary,
}


def order(contenders: Iterable[Contender], strategies: Sequence[str]) -> Order:
    """Everybody by votes, ties by ``strategies``. Raises KeyError for a strategy that is none."""
    tiers: list[tuple[Contender, ...]] = []
    steps: list[Step] = []
    ranked = sorted(contenders, key=lambda who: (-who.votes, who.number, who.key))
    for _, group in groupby(ranked, key=lambda who: who.votes):
        tiers += separate(tuple(group), strategies, steps)
    return Order(tuple(tiers), tuple(steps))


def separate(
    tied: tuple[Contender, ...], strategies: Sequence[str], steps: list[Step]
) -> list[tuple[Contender, ...]]:
    """Those who tie, from first to last, in tiers; each comparison is added to ``steps``."""
    if len(tied) < 2 or not strategies:
        return [tied]
    name, measure = strategies[0], STRATEGIES[strategies[0]]
    values = [(who, measure(who)) for who in tied]
    seen = tuple((who.key, value) for who, value in values)
    if any(value is None for _, value in values):
        steps.append(Step(name, seen, UNKNOWN))
        return [tied]
    ranked = sorted(values, key=lambda pair: -(pair[1] or 0))
    parts = [tuple(who for who, _ in group) for _, group in groupby(ranked, key=lambda pair: pair[1])]
    steps.append(Step(name, seen, DECIDED if len(parts) == len(tied) else STILL_TIED))
    return [tier for part in parts for tier in separate(part, strategies[1:], steps)]
