"""Who of a list, and who of the persons of a province, is elected; who comes next.

UU 7/2017 art. 422, 423 (DPR, DPRD), 424 (DPD: the four with the most votes); PKPU 6/2024.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from modules.sirekap.rules.ties import Contender, Order, Step, UnresolvedTie, order


@dataclass(frozen=True)
class Place:
    """Somebody's place: ``rank`` 1 is first; those whom nothing separates share one."""

    who: Contender
    rank: int
    elected: bool


@dataclass(frozen=True)
class Ranked:
    """Everybody of a list, elected and in reserve, and how ties among them were settled.

    ``vacant`` seats have nobody who may take them: the list has too few names.
    """

    places: tuple[Place, ...]
    steps: tuple[Step, ...]
    vacant: int

    @property
    def elected(self) -> tuple[Contender, ...]:
        """Those who take a seat."""
        return tuple(place.who for place in self.places if place.elected)


def rank_list(
    candidates: Iterable[Contender],
    seats: int,
    strategies: Sequence[str],
    *,
    barred: Collection[str] = (),
) -> Ranked:
    """Rank the candidates of a party in a dapil by their own votes and give them the party's ``seats``.

    Those without any vote follow in the order of the list. ``barred`` are named but may not be elected: they
    have died, withdrawn or are no longer qualified; they come last. Raises UnresolvedTie where a tie would
    decide who is elected; a tie in reserve only shares a place.
    """
    everybody = list(candidates)
    allowed = [who for who in everybody if who.key not in barred]
    voted = order((who for who in allowed if who.votes), strategies)
    unvoted = sorted((who for who in allowed if not who.votes), key=lambda who: who.number)
    ranking = Order(voted.tiers + tuple((who,) for who in unvoted), voted.steps)
    return _ranked(ranking, seats, [who for who in everybody if who.key in barred])


def rank_persons(
    persons: Iterable[Contender],
    seats: int,
    strategies: Sequence[str],
    *,
    barred: Collection[str] = (),
) -> Ranked:
    """Rank the candidates for the DPD of a province: ``seats`` (four) with the most votes are elected.

    Nobody is elected without a vote. Raises UnresolvedTie where a tie would decide who is elected.
    """
    everybody = list(persons)
    ranking = order((who for who in everybody if who.key not in barred), strategies)
    voted = Order(tuple(tier for tier in ranking.tiers if tier[0].votes), ranking.steps)
    rest = [who for tier in ranking.tiers if not tier[0].votes for who in tier]
    return _ranked(voted, seats, rest + [who for who in everybody if who.key in barred])


def _ranked(ranking: Order, seats: int, last: Sequence[Contender]) -> Ranked:
    elected = {who.key for who in ranking.first(seats)}
    places: list[Place] = []
    for tier in ranking.tiers:
        rank = len(places) + 1
        places += [Place(who, rank, who.key in elected) for who in tier]
    behind = len(places) + 1
    places += [Place(who, behind, False) for who in sorted(last, key=lambda who: who.number)]
    return Ranked(tuple(places), ranking.steps, seats - len(elected))


def with_plenary(contenders: Iterable[Contender], decided: Sequence[str]) -> list[Contender]:
    """The contenders with the places that a plenary gave to those who tied."""
    places = {key: place for place, key in enumerate(decided, 1)}
    return [replace(who, plenary=places.get(who.key)) for who in contenders]


__all__ = ["Place", "Ranked", "UnresolvedTie", "rank_list", "rank_persons", "with_plenary"]
