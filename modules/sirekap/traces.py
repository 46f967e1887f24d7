"""Outcomes as data: what pages, papers, CSV and JSON print of how a result came about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from modules.sirekap.rules.determination import Outcome, PartOutcome
from modules.sirekap.rules.ties import Step


def steps_trace(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Each strategy with what it compared (by key) and what came of it."""
    return [
        {"strategy": step.strategy, "values": [list(pair) for pair in step.values], "outcome": step.outcome}
        for step in steps
    ]


def part_trace(found: PartOutcome) -> dict[str, Any]:
    """The trace of a part: quotients ``[rank, party, votes, divisor, seat, tied]``, parties by their id.

    ``closest`` is [winner, loser, votes needed]; ``settled`` the ties that the law's strategies separated;
    ``provinces`` the votes of each pair by province.
    """
    trace: dict[str, Any] = {}
    if found.allocation is not None:
        trace["quotients"] = [
            [q.rank, int(q.party), q.votes, q.divisor, q.seat, q.tied] for q in found.allocation.quotients
        ]
    if pair := found.closest:
        trace["closest"] = [int(pair.winner), int(pair.loser), pair.needed]
    if found.steps:
        trace["settled"] = {place: steps_trace(steps) for place, steps in found.steps.items()}
    if found.vacant:
        trace["vacant"] = {str(who): n for who, n in found.vacant.items()}
    return trace


def summary_of(outcome: Outcome) -> dict[str, Any]:
    """What stands above the parts: threshold, seats of each party, the test of a president."""
    summary: dict[str, Any] = {}
    if bar := outcome.threshold:
        summary["threshold"] = {
            "share": str(bar.share),
            "valid": bar.valid,
            "needed": bar.needed,
            "parties": [
                [int(party), votes, bar.margin(party), bar.passes(party)]
                for party, votes in bar.votes.items()
            ],
        }
    seats: dict[int, int] = {}
    for part in outcome.parts:
        for won in part.rows:
            if won.candidate is None and won.seats is not None and part.allocation is not None:
                seats[won.participant] = seats.get(won.participant, 0) + won.seats
    if seats:
        summary["seats"] = [[party, n] for party, n in sorted(seats.items(), key=lambda p: (-p[1], p[0]))]
    if found := outcome.decision:
        summary["decision"] = {
            "kind": found.kind,
            "winner": int(found.winner) if found.winner else None,
            "runoff": [int(key) for key in found.runoff],
            "needed": found.provinces_needed,
            "blank": found.blank,
            "tests": [
                {
                    "pair": int(test.key),
                    "votes": test.votes,
                    "valid": test.valid,
                    "majority": test.majority,
                    "reached": test.reached,
                    "provinces": [[p.province, p.votes, p.valid, p.reached] for p in test.provinces],
                }
                for test in found.tests
            ],
        }
    return summary
