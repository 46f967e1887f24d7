"""How an area of a party stands in a step of its verification, and what was concluded from it."""

from __future__ import annotations

from dataclasses import dataclass

from modules.sipol.models import PartyRegistration, PartyVerdict
from modules.sipol.queries.conclusions import sequence_of, verdicts_of
from modules.sipol.queries.requirements import law_of
from modules.sipol.queries.verdict_facts import facts_of
from modules.sipol.queries.verdict_items import Waiting, waiting_in
from modules.sipol.queries.verdict_parts import parts_states, present
from modules.sipol.rules.requirements import Law
from modules.sipol.rules.verdicts import (
    REPAIRED,
    Aspect,
    Parts,
    conclude,
    factual_aspects,
    judge_area,
    parts_of,
    round_of,
)


@dataclass(frozen=True)
class Outlook:
    """One area in a step: as it stands now, or as it was concluded."""

    region: str
    step: str
    sequence: int
    aspects: tuple[Aspect, ...]
    parts: Parts
    end: Aspect
    waiting: tuple[Waiting, ...]
    #: Parts where the party is and that nobody has concluded.
    pending: tuple[str, ...]
    concluded: PartyVerdict | None
    #: Aspects that the factual step has not found yet.
    missing: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether nothing keeps it from being concluded."""
        return not (self.waiting or self.pending or self.missing or self.concluded)


def outlook(registration: PartyRegistration, step: str, region: str, law: Law | None = None) -> Outlook:
    """An area in a step: what was judged there and what it adds up to, or what was concluded."""
    law = law or law_of(registration)
    sequence = sequence_of(registration, step)
    rows = verdicts_of(registration, step, sequence)
    own = rows.get(region, [])
    last = next((row for row in own if row.aspect == "akhir"), None)
    found = tuple(
        Aspect(row.aspect, row.state, row.reason, row.details) for row in own if row.aspect != "akhir"
    )
    digits, root = len(region), region == registration.region
    if not found and step.startswith("vermin"):
        found = judge_area(facts_of(registration, region, law), law, repaired=REPAIRED[step])
    states = parts_states(registration, step, sequence, region, rows) if digits < 4 else {}
    parts = parts_of(law, digits, root, states)
    missing: tuple[str, ...] = ()
    if step.startswith("verfak") and last is None:
        missing = tuple(set(factual_aspects(0 if root else digits)) - {aspect.name for aspect in found})
    end = conclude(found, parts, repaired=REPAIRED[step])
    if last is not None:
        end = Aspect("akhir", last.state, last.reason, last.details)
    return Outlook(
        region,
        step,
        sequence,
        found,
        parts,
        end,
        tuple(waiting_in(registration, region, round_of(step, sequence))) if last is None else (),
        tuple(sorted(code for code in present(registration, region) if states.get(code) is None)),
        last,
        missing,
    )
