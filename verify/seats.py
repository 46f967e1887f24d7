"""Ambang batas dan kursi: bilangan pembagi ganjil (Sainte-Lague), hitungan pecahan tanpa pembulatan."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

Votes = dict[str, int]


def reaching(dapil: list[Votes], limit: Fraction) -> list[str]:
    """Partai yang mencapai ambang batas dari seluruh suara sah."""
    total: Counter[str] = Counter()
    for votes in dapil:
        total.update(votes)
    return sorted(party for party, n in total.items() if n >= limit * total.total())


def allocate(votes: Votes, seats: int, drawn: list[str]) -> tuple[Votes, list[str]]:
    """Kursi setiap partai, dan partai dengan hasil bagi sama yang berebut kursi terakhir.

    ``drawn`` adalah yang mendapat kursi itu menurut urutan undang-undang atau undian; ia harus di antara
    yang berebut dan tepat sebanyak kursinya.
    """
    quotients = sorted(
        ((Fraction(n, 2 * k + 1), p) for p, n in votes.items() if n for k in range(seats)), reverse=True
    )
    if len(quotients) <= seats:
        return Counter(p for _, p in quotients), []
    last = quotients[seats - 1][0]
    won = Counter(p for q, p in quotients if q > last)
    rivals = [p for q, p in quotients if q == last]
    left = seats - won.total()
    if len(rivals) == left:
        return won + Counter(rivals), []
    if len(drawn) != left or not set(drawn) <= set(rivals):
        return won, rivals
    return won + Counter(drawn), []


def closest(votes: Votes, won: Votes) -> tuple[str, str, int] | None:
    """Pemilik kursi terakhir, partai yang paling sedikit kekurangannya, dan kekurangan itu."""
    last = sorted((Fraction(votes[p], 2 * n - 1), p) for p, n in won.items() if n)
    best = None
    for party in sorted(votes):
        holder = next(((q, p) for q, p in last if p != party), None)
        if holder is not None:
            lack = int(holder[0] * (2 * won.get(party, 0) + 1)) - votes[party] + 1
            if best is None or lack < best[2]:
                best = (holder[1], party, lack)
    return best
