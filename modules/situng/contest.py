"""A contest as the count sees it: lines, form, what they count for. Values only; queries find them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

from modules.situng.counting import Width
from modules.situng.layouts import FormModel
from modules.situng.layouts import Line as PrintedLine
from modules.situng.rules import PLAIN, BallotRules, Limits, party_relations
from modules.situng.verdicts import vote_column

#: Contests with a ballot a dapil; the kind of the contest is the chamber of its dapil.
BY_DAPIL = ("dpr", "dpd", "dprd_prov", "dprd_kabko")
#: What stands on a line of the ballot of a contest that has no parties.
ALONE = {"ppwp": "pasangan", "gubernur": "pasangan", "bupati_walikota": "pasangan", "dpd": "perseorangan"}


@dataclass(frozen=True)
class Line:
    """One line of the ballot: a pair, a person, a party, or a candidate of the party ``number``."""

    position: int
    number: int
    name: str
    short_name: str
    color: str
    kpu_id: str
    candidate: int | None = None
    struck: bool = False
    #: Where its participant stands: "" everywhere, "11" a local party of Aceh, a province of the DPD.
    region: str = ""

    def stands_in(self, code: str) -> bool:
        """Whether somebody in a region, or in a part of it, may vote for this line."""
        return code.startswith(self.region) or self.region.startswith(code)

    @property
    def column(self) -> str:
        """Its column in a results file: ``suara_4``, ``suara_4_2``."""
        return vote_column(self.number, self.candidate)

    @property
    def label(self) -> str:
        """Number and name, as a table shows them."""
        if self.candidate is None:
            return f"{self.number:02d} {self.name}"
        return f"{self.number:02d}.{self.candidate} {self.name}"


@dataclass(frozen=True)
class Group:
    """Lines that count together: a party with its candidates, or a pair or person alone."""

    line: Line
    #: Where they stand in ``votes``, from 0.
    at: tuple[int, ...]

    def of(self, votes: Sequence[int | None]) -> int | None:
        """Votes of the group; unknown while any of them is."""
        found = [votes[i] for i in self.at]
        return None if None in found else sum(v for v in found if v is not None)


@dataclass(frozen=True)
class ContestCount:
    """A contest as the count sees it, in one place."""

    contest_id: int
    election_id: int
    election_code: str
    kind: str
    name: str
    map_id: int
    #: None where several dapil count together.
    ballot_id: int | None
    frozen_at: dt.datetime
    lines: tuple[Line, ...]
    model: FormModel
    #: The dapil whose ballot this is: (id, code, name).
    dapil: tuple[int, str, str] | None = None
    #: For each line, the position (from 1) of what it counts for where several dapil count together.
    outer: tuple[int, ...] = ()
    #: How many of those there are.
    parties: int = 0
    #: How regions vote where they do not vote directly, by prefix (setting ``sistem_pemungutan``).
    systems: Mapping[str, str] = field(default_factory=dict)
    #: The settings that warnings use, where they were asked with it (:func:`count_for_entry`).
    limits: Limits | None = None
    #: Where it is held: "" everywhere, else the region whose head is elected. Of that kind there are several.
    region: str = ""

    @property
    def here(self) -> dict[str, Any]:
        """What names it in addresses: election, kind, and the region where it is one of several."""
        named = {"election": self.election_code, "kind": self.kind}
        return named | {"region": self.region} if self.region else named

    def within(self, regions: Sequence[str]) -> list[str]:
        """The parts of these regions where the contest is held; none where they lie elsewhere."""
        found = (
            code if code.startswith(self.region) else self.region
            for code in regions
            if code.startswith(self.region) or self.region.startswith(code)
        )
        return list(dict.fromkeys(found))

    @property
    def by_dapil(self) -> bool:
        """Whether each dapil has its own ballot."""
        return self.kind in BY_DAPIL

    @property
    def width(self) -> Width:
        """Numbers of votes and cells of a form."""
        return Width(len(self.lines), len(self.model.cells))

    @property
    def columns(self) -> list[str]:
        """Columns of a results file, in ballot order."""
        return [line.column for line in self.lines]

    @cached_property
    def printed(self) -> tuple[PrintedLine, ...]:
        """The lines as the form prints them."""
        kind = ALONE.get(self.kind, "partai")
        return tuple(
            PrintedLine(line.number, line.name, kind, line.candidate, line.struck) for line in self.lines
        )

    @cached_property
    def ballot(self) -> BallotRules:
        """What the ballot adds to the rules; nothing where several dapil count together."""
        if self.by_dapil and self.dapil is None:
            return PLAIN
        struck = tuple(line.column for line in self.lines if line.struck and line.candidate is not None)
        return BallotRules(party_relations(self.printed), struck)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Parties with their candidates; every other line alone."""
        lines = enumerate(self.lines)
        return tuple(
            Group(found[0][1], tuple(i for i, _line in found))
            for _number, each in groupby(lines, key=lambda pair: pair[1].number)
            if (found := list(each))
        )

    def joined(self, votes: Sequence[int]) -> tuple[int, ...]:
        """Votes of this dapil as they count where several dapil do: by party; persons have no such sum."""
        if not self.parties:
            return ()
        sums = [0] * self.parties
        for at, value in zip(self.outer, votes, strict=True):
            sums[at - 1] += value
        return tuple(sums)
