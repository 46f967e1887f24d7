"""Who comes next: by votes, and where they tie by the strategies of the law, in their order (PKPU 3/2025).

A strategy leaves the best of those who tie. One that lacks a number for somebody decides nothing, and the
chain ends there unresolved: what follows might have been decided otherwise before. Nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

#: Outcomes of a step.
DECIDED, STILL_TIED, UNKNOWN = "memutus", "masih_sama", "belum_dinilai"


@dataclass(frozen=True)
class Contender:
    """A candidate of a list: number on it, votes, sex, and in how many areas of each kind it has votes."""

    number: int
    votes: int
    sex: str | None = None
    spread: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One strategy at work: what it compared (by number), what came of it, and who remained."""

    strategy: str
    values: tuple[tuple[int, str], ...]
    outcome: str
    remaining: tuple[int, ...]


@dataclass(frozen=True)
class Ranking:
    """The order of those who come next. ``tied`` holds those between whom nothing decides; then ``first``
    is None."""

    first: int | None
    votes: int | None
    tied: tuple[int, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def unknown(self) -> str | None:
        """The strategy that could not be judged for want of numbers."""
        last = self.steps[-1] if self.steps else None
        return last.strategy if last and last.outcome == UNKNOWN else None


#: What a strategy compares: the greater value wins; None where it is not known.
Measure = Callable[[Contender], int | None]


def _spread(kind: str) -> Measure:
    return lambda who: who.spread.get(kind)


def _woman(who: Contender) -> int | None:
    return None if who.sex is None else int(who.sex == "P")


STRATEGIES: Mapping[str, Measure] = {
    "sebaran_kabko": _spread("kabko"),
    "sebaran_kecamatan": _spread("kecamatan"),
    "sebaran_desa": _spread("desa"),
    "sebaran_tps": _spread("tps"),
    "perempuan": _woman,
    "nomor_dct": lambda who: -who.number,
}


def next_in_rank(contenders: Iterable[Contender], strategies: Sequence[str]) -> Ranking:
    """The one with the most votes; of those who tie, the one whom the strategies leave.

    Nobody, or nobody with a vote, gives no first. Raises KeyError for a strategy that is none.
    """
    best = _with_most_votes(contenders)
    if not best:
        return Ranking(None, None)
    steps: list[Step] = []
    for name in strategies:
        if len(best) == 1:
            break
        measure = STRATEGIES[name]
        values = tuple((who.number, _written(name, measure(who))) for who in best)
        known = [value for who in best if (value := measure(who)) is not None]
        if len(known) < len(best):
            steps.append(Step(name, values, UNKNOWN, tuple(who.number for who in best)))
            break
        best = [who for who in best if measure(who) == max(known)]
        outcome = DECIDED if len(best) == 1 else STILL_TIED
        steps.append(Step(name, values, outcome, tuple(who.number for who in best)))
    if len(best) > 1:
        return Ranking(None, best[0].votes, tuple(who.number for who in best), tuple(steps))
    return Ranking(best[0].number, best[0].votes, (), tuple(steps))


def _with_most_votes(contenders: Iterable[Contender]) -> list[Contender]:
    rows = sorted((who for who in contenders if who.votes > 0), key=lambda who: who.number)
    most = max((who.votes for who in rows), default=0)
    return [who for who in rows if who.votes == most]


def _written(strategy: str, value: int | None) -> str:
    if value is None:
        return "?"
    if strategy == "perempuan":
        return "P" if value else "L"
    return str(-value if strategy == "nomor_dct" else value)
