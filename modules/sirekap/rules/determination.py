"""A contest's official votes into its outcome: seats, elected, ranks, winner, and the ties that are left.

Pure: plain values in, plain values out. Nothing is guessed: a tie that the law's strategies do not separate
comes back as a :class:`Tie`, and everything that hangs on it stays without an outcome.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from modules.sirekap.rules.elected import Ranked, rank_list, rank_persons, with_plenary
from modules.sirekap.rules.offices import Decision, PresidentLaw, president, regional_head
from modules.sirekap.rules.seats import Allocation, Pair, Threshold, allocate, threshold
from modules.sirekap.rules.ties import Contender, Step, UnresolvedTie

#: Contests that give seats to lists of parties; of these only the DPR has a threshold.
CHAMBERS = ("dpr", "dprd_prov", "dprd_kabko")
HEADS = ("gubernur", "bupati_walikota")
Spread = Mapping[str, int]


@dataclass(frozen=True)
class Line:
    """A line of a ballot with its official votes: a party's own, a candidate's, a pair's or a person's.

    A ``struck`` candidate is printed but may not be elected: the votes are the party's. The ``blank`` column
    beside a single pair is nobody's.
    """

    participant: int
    number: int
    candidate: int | None
    name: str
    votes: int
    sex: str | None = None
    struck: bool = False
    blank: bool = False
    spread: Spread = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """A dapil, or the area that votes as one: its lines and the seats to give."""

    key: str
    name: str
    lines: tuple[Line, ...]
    dapil: int | None = None
    region: str = ""
    seats: int | None = None
    #: Spread of a party, its candidates included.
    parties: Mapping[int, Spread] = field(default_factory=dict)
    #: Votes of pairs by province (president), by participant.
    provinces: Mapping[str, Mapping[int, int]] = field(default_factory=dict)

    @property
    def valid(self) -> int:
        """All valid votes."""
        return sum(line.votes for line in self.lines)


@dataclass(frozen=True)
class Law:
    """What the settings of the election say; see electsys/elections/data."""

    kind: str
    threshold: Fraction | None = None
    divisors: tuple[int, ...] = ()
    seat_ties: tuple[str, ...] = ()
    name_ties: tuple[str, ...] = ()
    president: PresidentLaw | None = None
    #: Of a regional head: the share that is needed to win at once, None for plurality.
    majority: Fraction | None = None
    #: Of a single pair: more than this share of the valid votes wins against the blank column.
    alone: Fraction = Fraction(1, 2)
    second_round: bool = False


@dataclass(frozen=True)
class Tie:
    """A tie that waits for a plenary: ``places`` for ``tied``, in ``place`` (``kursi:1101``, ...)."""

    place: str
    tied: tuple[str, ...]
    places: int
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Won:
    """What a participant, or a candidate of its list, won in a part."""

    participant: int
    candidate: int | None
    name: str
    votes: int
    seats: int | None = None
    rank: int | None = None
    elected: bool = False
    spread: Spread = field(default_factory=dict)


@dataclass(frozen=True)
class PartOutcome:
    """The outcome of a part; without ``rows`` for what a tie leaves open."""

    part: Part
    rows: tuple[Won, ...]
    allocation: Allocation | None = None
    #: Who is next to the last seat, and the votes that were lacking.
    closest: Pair | None = None
    #: Ties that were settled, by place.
    steps: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    #: Seats for which a list has no name left, by participant.
    vacant: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """The outcome of a contest in an area."""

    parts: tuple[PartOutcome, ...]
    ties: tuple[Tie, ...]
    threshold: Threshold | None = None
    decision: Decision | None = None


Plenary = Mapping[str, Sequence[str]]


def determine(parts: Sequence[Part], law: Law, plenary: Plenary | None = None) -> Outcome:
    """Apply the law to official votes; ``plenary`` holds what plenaries decided, by place.

    Raises ValueError for a kind of contest that is none, and where a part has no seats or no votes.
    """
    decided = plenary or {}
    if law.kind in CHAMBERS:
        return _chamber(parts, law, decided)
    if law.kind == "dpd":
        ties: list[Tie] = []
        return Outcome(tuple(_persons(part, law, decided, ties) for part in parts), tuple(ties))
    if law.kind == "ppwp" or law.kind in HEADS:
        return _office(parts[0], law, decided)
    raise ValueError(law.kind)


# --- chambers -------------------------------------------------------------------------------------


def _chamber(parts: Sequence[Part], law: Law, decided: Plenary) -> Outcome:
    totals: dict[str, int] = {}
    for part in parts:
        for party, votes in _party_votes(part).items():
            totals[party] = totals.get(party, 0) + votes
    bar = None if law.threshold is None else threshold(totals, law.threshold)
    taking_part = set(totals) if bar is None else set(bar.passed)
    ties: list[Tie] = []
    return Outcome(
        tuple(_dapil(part, law, taking_part, decided, ties) for part in parts), tuple(ties), threshold=bar
    )


def _party_votes(part: Part) -> dict[str, int]:
    votes: dict[str, int] = {}
    for line in part.lines:
        votes[str(line.participant)] = votes.get(str(line.participant), 0) + line.votes
    return votes


def _dapil(part: Part, law: Law, taking_part: set[str], decided: Plenary, ties: list[Tie]) -> PartOutcome:
    votes = _party_votes(part)
    place = f"kursi:{part.key}"
    chain, order = _chain(law.seat_ties, decided, place)
    numbers = {str(line.participant): line.number for line in part.lines}
    parties = with_plenary(
        [Contender(p, n, numbers[p], spread=part.parties.get(int(p), {})) for p, n in votes.items()], order
    )
    if not part.seats:
        raise ValueError(part.key)
    steps: dict[str, tuple[Step, ...]] = {}
    try:
        found = allocate(
            {p: n for p, n in votes.items() if p in taking_part},
            part.seats,
            divisors=law.divisors or None,
            strategies=chain,
            parties={who.key: who for who in parties},
        )
    except UnresolvedTie as tie:
        ties.append(Tie(place, tie.tied, tie.places, tie.steps))
        return PartOutcome(part, ())
    if found.steps:
        steps[place] = found.steps
    rows: list[Won] = []
    vacant: dict[int, int] = {}
    for party, count in votes.items():
        own = [line for line in part.lines if str(line.participant) == party]
        seats = found.seats.get(party, 0)
        head = next((line for line in own if line.candidate is None), own[0])
        rows.append(Won(int(party), None, head.name, count, seats, spread=part.parties.get(int(party), {})))
        ranked = _list(part, party, own, seats, law, decided, ties)
        if ranked is None:
            continue
        if ranked.steps:
            steps[f"calon:{part.key}:{numbers[party]}"] = ranked.steps
        if ranked.vacant:
            vacant[int(party)] = ranked.vacant
        rows += _names(ranked, {str(line.candidate): line for line in own})
    return PartOutcome(part, tuple(rows), found, found.closest, steps, vacant)


def _list(
    part: Part,
    party: str,
    own: Sequence[Line],
    seats: int,
    law: Law,
    decided: Plenary,
    ties: list[Tie],
) -> Ranked | None:
    place = f"calon:{part.key}:{own[0].number}"
    chain, order = _chain(law.name_ties, decided, place)
    names = with_plenary([_name(line) for line in own if line.candidate is not None], order)
    try:
        return rank_list(names, seats, chain, barred={str(line.candidate) for line in own if line.struck})
    except UnresolvedTie as tie:
        ties.append(Tie(place, tie.tied, tie.places, tie.steps))
        return None


def _name(line: Line) -> Contender:
    number = line.candidate or 0
    return Contender(str(line.candidate), line.votes, number, line.sex, line.spread)


def _names(ranked: Ranked, lines: Mapping[str, Line]) -> list[Won]:
    return [
        Won(
            line.participant,
            line.candidate,
            line.name,
            line.votes,
            rank=place.rank,
            elected=place.elected,
            spread=line.spread,
        )
        for place in ranked.places
        for line in (lines[place.who.key],)
    ]


# --- persons and pairs ----------------------------------------------------------------------------


def _persons(part: Part, law: Law, decided: Plenary, ties: list[Tie]) -> PartOutcome:
    place = f"dpd:{part.key}"
    chain, order = _chain(law.name_ties, decided, place)
    lines = {str(line.participant): line for line in part.lines}
    people = with_plenary(
        [Contender(key, li.votes, li.number, li.sex, li.spread) for key, li in lines.items()], order
    )
    if not part.seats or not part.valid:
        raise ValueError(part.key)
    barred = {key for key, line in lines.items() if line.struck}
    try:
        ranked = rank_persons(people, part.seats, chain, barred=barred)
    except UnresolvedTie as tie:
        ties.append(Tie(place, tie.tied, tie.places, tie.steps))
        return PartOutcome(part, ())
    rows = [replace(row, seats=int(row.elected)) for row in _names(ranked, lines)]
    vacant = {0: ranked.vacant} if ranked.vacant else {}
    steps = {place: ranked.steps} if ranked.steps else {}
    return PartOutcome(part, tuple(rows), None, _nearest(ranked, barred), steps, vacant)


def _nearest(ranked: Ranked, barred: Collection[str]) -> Pair | None:
    """The last who is elected, and the first who could have been."""
    inside = [place.who for place in ranked.places if place.elected]
    outside = [
        place.who
        for place in ranked.places
        if not place.elected and place.who.votes and place.who.key not in barred
    ]
    if not inside or not outside:
        return None
    last, first = inside[-1], outside[0]
    return Pair(last.key, first.key, last.votes - first.votes + 1)


def _office(part: Part, law: Law, decided: Plenary) -> Outcome:
    place = f"{law.kind}:{part.key}"
    chain, order = _chain(law.name_ties, decided, place)
    lines = {str(line.participant): line for line in part.lines}
    if not part.valid:
        raise ValueError(part.key)
    pairs = with_plenary(
        [Contender(k, li.votes, li.number, None, li.spread) for k, li in lines.items() if not li.blank], order
    )
    blank = next((line.votes for line in part.lines if line.blank), None)
    try:
        if law.kind == "ppwp":
            if law.president is None:
                raise ValueError("no law of the president")
            provinces = {
                code: {str(who): n for who, n in votes.items()} for code, votes in part.provinces.items()
            }
            decision = president(
                pairs, provinces, replace(law.president, strategies=chain), second_round=law.second_round
            )
        else:
            decision = regional_head(
                pairs,
                majority=law.majority,
                blank=blank,
                alone=law.alone,
                strategies=chain,
                second_round=law.second_round,
            )
    except UnresolvedTie as tie:
        return Outcome((PartOutcome(part, ()),), (Tie(place, tie.tied, tie.places, tie.steps),))
    rows = [
        Won(line.participant, None, line.name, line.votes, elected=key == decision.winner, spread=line.spread)
        for key, line in lines.items()
    ]
    ranks = {key: 1 + sum(other.votes > line.votes for other in part.lines) for key, line in lines.items()}
    ranked = [replace(row, rank=ranks[str(row.participant)]) for row in rows]
    steps = {place: decision.steps} if decision.steps else {}
    return Outcome((PartOutcome(part, tuple(ranked), steps=steps),), (), decision=decision)


def _chain(strategies: Sequence[str], decided: Plenary, place: str) -> tuple[tuple[str, ...], Sequence[str]]:
    """The strategies of the law, and after them what a plenary decided about this place."""
    order = decided.get(place, ())
    return (*strategies, "pleno") if order else tuple(strategies), order
