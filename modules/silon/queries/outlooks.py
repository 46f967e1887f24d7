"""What a plenary would find: lists that are ready, lists that are under way, rules that would be broken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import lazyload

from electsys.db import db
from electsys.elections.models import Contest
from modules.silon.checking import facts_of, law_of, party_regions
from modules.silon.models import Candidate, CandidateDocument, Nomination
from modules.silon.operations.publishing import participant_names
from modules.silon.queries.documents import kinds_of
from modules.silon.rules.documents import LATE, asked_of
from modules.silon.rules.lists import Finding, judge_list

#: Kinds of nominations that pass DCS and DCT; pairs are set by their own plenary.
LISTED = ("daftar", "perseorangan")
#: Not judged yet: such a candidate holds up the final list.
UNJUDGED = ("baru", "bms")
#: Names that a refusal gives.
NAMED = 8


@dataclass(frozen=True)
class Step:
    """A plenary: from which state, by which moves, to which list."""

    source: str
    action: str
    move: str
    target: str
    #: States of candidates that enter the list.
    enter: tuple[str, ...]
    stage: str
    #: Nominations that are not ready yet.
    under_way: tuple[str, ...]


PLENARIES = {
    "dcs": Step(
        *("rancangan_dcs", "announce", "list", "dcs", ("ms",), "penetapan_dcs"),
        ("diajukan", "vermin", "perbaikan", "vermin_perbaikan"),
    ),
    "dct": Step(
        *("rancangan_dct", "determine", "finalise", "dct", ("dcs", "ms"), "penetapan_dct"),
        ("dcs", "tanggapan", "klarifikasi", "penggantian"),
    ),
}


@dataclass(frozen=True)
class Broken:
    """A list that would be determined although a rule on it is broken."""

    nomination: Nomination
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Outlook:
    """What a plenary would do."""

    ready: tuple[Nomination, ...]
    #: Lists without anybody left: they are excluded.
    empty: tuple[Nomination, ...]
    under_way: tuple[Nomination, ...]
    #: Candidates that nobody has judged yet, by nomination.
    unjudged: Mapping[int, int]
    broken: tuple[Broken, ...]
    #: Candidates whose late document is not there, or not found right; asked before the final list only.
    late: tuple[Candidate, ...]
    candidates: int
    women: int


def outlook(contest: Contest, region: str, kind: str) -> Outlook:
    """What the plenary for ``kind`` (dcs, dct) of a body would find."""
    step = PLENARIES[kind]
    rows = db.session.scalars(
        of_body(contest, region)
        .where(Nomination.state.in_((step.source, *step.under_way)))
        .order_by(Nomination.region, Nomination.dapil_id, Nomination.number, Nomination.id)
    ).all()
    at_step = [row for row in rows if row.state == step.source]
    people = standing_of(at_step, (*step.enter, *UNJUDGED))
    entering = {key: [c for c in found if c.state in step.enter] for key, found in people.items()}
    ready = [row for row in at_step if entering.get(row.id)]
    return Outlook(
        ready=tuple(ready),
        empty=tuple(row for row in at_step if not entering.get(row.id)),
        under_way=tuple(row for row in rows if row.state != step.source),
        unjudged={key: n for key, found in people.items() if (n := sum(c.state in UNJUDGED for c in found))},
        broken=tuple(_broken(ready, entering)),
        late=tuple(_without_late(ready, entering)) if kind == "dct" else (),
        candidates=sum(len(found) for found in entering.values()),
        women=sum(c.sex == "P" for found in entering.values() for c in found),
    )


def of_body(contest: Contest, region: str) -> Any:
    """The lists and persons of a body."""
    return select(Nomination).where(clause(contest, region))


def clause(contest: Contest, region: str) -> ColumnElement[bool]:
    """The same as a condition."""
    return (Nomination.contest_id == contest.id) & (Nomination.region == region) & Nomination.kind.in_(LISTED)


def standing_of(rows: Sequence[Nomination], states: Sequence[str]) -> dict[int, list[Candidate]]:
    """The candidates of nominations in these states, by nomination and number."""
    found: dict[int, list[Candidate]] = {}
    for row in db.session.scalars(
        select(Candidate)
        .options(lazyload(Candidate.nomination))  # they are there: a body has thousands of candidates
        .where(Candidate.nomination_id.in_([r.id for r in rows]), Candidate.state.in_(states))
        .order_by(Candidate.nomination_id, Candidate.number)
    ):
        found.setdefault(row.nomination_id, []).append(row)
    return found


def names_of(rows: Sequence[Nomination]) -> str:
    """The first of them in words."""
    called = participant_names(rows[:NAMED])
    shown = ", ".join(
        f"{called[row.id]}{f' ({row.dapil.name})' if row.dapil else ''}" for row in rows[:NAMED]
    )
    more = len(rows) - NAMED
    return shown + (_(", dan %(n)s lainnya", n=more) if more > 0 else "")


def people_of(rows: Sequence[Candidate]) -> str:
    """The first of some candidates in words."""
    more = len(rows) - NAMED
    shown = ", ".join(f"{row.number}. {row.name}" for row in rows[:NAMED])
    return shown + (_(", dan %(n)s lainnya", n=more) if more > 0 else "")


def _without_late(rows: Sequence[Nomination], people: Mapping[int, Sequence[Candidate]]) -> list[Candidate]:
    """Whoever lacks a document that may come until the final list, such as ``sk_pemberhentian``."""
    if not rows:
        return []
    late = [kind for kind in kinds_of(rows[0].election_id) if kind.need == LATE and not kind.of_nomination]
    asked = {
        candidate: {kind.code for kind in asked_of(late, nomination=row.kind, contest=row.contest.kind,
                                                   conditions=candidate.conditions)}
        for row in rows
        for candidate in people[row.id]
        if candidate.conditions
    }  # fmt: skip
    asked = {candidate: kinds for candidate, kinds in asked.items() if kinds}
    right = {
        (key, kind)
        for key, kind in db.session.execute(
            select(CandidateDocument.candidate_id, CandidateDocument.kind).where(
                CandidateDocument.candidate_id.in_([c.id for c in asked]),
                CandidateDocument.current,
                CandidateDocument.state == "ms",
            )
        )
    }
    return [c for c, kinds in asked.items() if any((c.id, kind) not in right for kind in kinds)]


def _broken(rows: Sequence[Nomination], people: Mapping[int, Sequence[Candidate]]) -> list[Broken]:
    """Lists that break a rule on women or size with those who are left."""
    lists = [row for row in rows if row.kind == "daftar"]
    if not lists:
        return []
    law, regions = law_of(lists[0].election_id), party_regions(lists[0].election_id)
    found = []
    for row in lists:
        findings = judge_list(facts_of(row, people[row.id], law=law, regions=regions))
        kept = tuple(f for f in findings if f.code in ("kuota_perempuan", "zipper", "melebihi_kursi"))
        if kept:
            found.append(Broken(row, kept))
    return found
