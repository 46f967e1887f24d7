"""What the documents of a nomination add up to now, what keeps it from being concluded, and its past."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select

from electsys.db import db
from electsys.verification.models import VerificationItem
from modules.silon.checking import facts_of
from modules.silon.finding_words import FLAG_WORDS
from modules.silon.models import Candidate, CandidateDocument, CandidateEvent, Nomination
from modules.silon.queries.documents import in_force, kinds_for, kinds_of, standing
from modules.silon.queries.judging import QUEUES
from modules.silon.queries.rounds import round_of
from modules.silon.rules.documents import Kind
from modules.silon.rules.lists import Finding, judge_list
from modules.silon.rules.verdicts import (
    REPAIRED,
    Facts,
    Judged,
    Outcome,
    conclude,
    move_of,
    outcome_of,
    waits,
)

Item = VerificationItem
JUDGED = ("ms", "bms", "tms")


@dataclass(frozen=True)
class Row:
    """A candidate (None: the nomination itself) with its documents as judged and what they add up to."""

    candidate: Candidate | None
    facts: Facts
    outcome: Outcome
    documents: Mapping[str, CandidateDocument]

    @property
    def move(self) -> str | None:
        """What the conclusion does to the candidate's state."""
        return move_of(self.candidate.state, self.outcome) if self.candidate is not None else None


@dataclass(frozen=True)
class Outlook:
    """A nomination as a plenary would find it now."""

    nomination: Nomination
    round: int
    repaired: bool
    own: Row
    candidates: tuple[Row, ...]
    #: What the list breaks with those who would stand on it afterwards.
    findings: tuple[Finding, ...]
    outcome: str
    #: Documents that nobody judged; second looks that wait; looks that disagree.
    waiting: int
    second: int
    disagree: int

    @property
    def ready(self) -> bool:
        """Whether nothing waits."""
        return not (self.waiting or self.second or self.disagree)

    @property
    def counts(self) -> dict[str, int]:
        """Candidates by what would be concluded."""
        found = Counter(row.outcome.state for row in self.candidates)
        return {state: found[state] for state in JUDGED}


def outlook(nomination: Nomination) -> Outlook | None:
    """The nomination as it stands in the step that runs; None where no administrative step does."""
    round_ = round_of(nomination)
    if nomination.state not in REPAIRED or round_ is None:
        return None
    repaired = REPAIRED[nomination.state]
    rows = rows_of(nomination, repaired=repaired)
    own, candidates = rows[0], rows[1:]
    staying = [r.candidate for r in candidates if r.candidate and (r.outcome.met or not repaired)]
    findings = _breaks(nomination, staying)
    waiting, second, disagree = _open(nomination, round_)
    return Outlook(
        nomination,
        round_,
        repaired,
        own,
        tuple(candidates),
        tuple(findings),
        outcome_of(
            nomination.kind,
            own.outcome,
            [row.outcome for row in candidates],
            repaired=repaired,
            breaks=any(f.severity != "peringatan" for f in findings),
        ),
        waiting or sum(waits(row.facts) for row in rows),
        second,
        disagree,
    )


def rows_of(nomination: Nomination, *, repaired: bool) -> list[Row]:
    """The nomination's own documents, then each candidate with theirs, by number."""
    kinds, filed = kinds_of(nomination.election_id), in_force(nomination)
    notes = notes_of([doc for each in filed.values() for doc in each.values()])
    return [
        _row(nomination, who, kinds, filed.get(who.id if who is not None else None, {}), notes, repaired)
        for who in (None, *standing(nomination))
    ]


def _row(
    nomination: Nomination,
    candidate: Candidate | None,
    kinds: Sequence[Kind],
    filed: Mapping[str, CandidateDocument],
    notes: Mapping[int, str],
    repaired: bool,
) -> Row:
    judged = []
    for kind in kinds_for(nomination, candidate, kinds):
        found = filed.get(kind.code)
        judged.append(
            Judged(kind.code, kind.need, None)
            if found is None
            else Judged(kind.code, kind.need, found.state, found.reason, notes.get(found.id))
        )
    facts = Facts(tuple(judged), tuple(candidate.flags) if candidate is not None else ())
    return Row(candidate, facts, conclude(facts, repaired=repaired), filed)


def _breaks(nomination: Nomination, rows: Sequence[Candidate]) -> list[Finding]:
    """What the rules of lists find in these names, but for what was found of single persons."""
    if nomination.kind != "daftar":
        return []
    return [f for f in judge_list(facts_of(nomination, rows)) if f.code not in FLAG_WORDS]


def items_of(nomination_id: int, round_: int | None = None) -> list[Any]:
    """The items of a nomination's documents, as clauses."""
    subjects = select(func.concat("candidate_document:", CandidateDocument.id)).where(
        CandidateDocument.nomination_id == nomination_id
    )
    found: list[Any] = [Item.queue.in_(QUEUES), Item.subject.in_(subjects)]
    return found if round_ is None else [*found, Item.round == round_]


def _open(nomination: Nomination, round_: int) -> tuple[int, int, int]:
    """Items that wait, second looks that wait, and looks that disagree."""
    row = db.session.execute(
        select(
            func.count().filter(Item.state == "menunggu"),
            func.count().filter(and_(Item.second_look, Item.second_state.is_(None), Item.state.in_(JUDGED))),
            func.count().filter(
                and_(
                    Item.second_state.is_not(None),
                    Item.second_state != Item.state,
                    Item.settled_at.is_(None),
                )
            ),
        ).where(*items_of(nomination.id, round_))
    ).one()
    return row[0], row[1], row[2]


def notes_of(documents: Sequence[CandidateDocument]) -> dict[int, str]:
    """The note of the verifier that stands with the verdict on each document."""
    keys = {f"candidate_document:{doc.id}": doc for doc in documents if doc.state in ("bms", "tms")}
    if not keys:
        return {}
    rows = db.session.execute(
        select(Item.subject, Item.round, Item.note).where(
            Item.queue.in_(QUEUES), Item.subject.in_(keys), Item.note.is_not(None)
        )
    )
    return {keys[s].id: note for s, round_, note in rows if note and keys[s].round == round_}


def progress_of(nomination: Nomination, round_: int) -> tuple[int, int]:
    """Documents judged in a round, and all of it."""
    row = db.session.execute(
        select(
            func.count().filter(Item.state.in_(JUDGED)), func.count().filter(Item.state != "ditarik")
        ).where(*items_of(nomination.id, round_))
    ).one()
    return row[0], row[1]


def events_of(ids: Sequence[int]) -> dict[int, list[CandidateEvent]]:
    """What happened to candidates, by id, the newest first."""
    found: dict[int, list[CandidateEvent]] = defaultdict(list)
    if ids:
        for event in db.session.scalars(
            select(CandidateEvent)
            .where(CandidateEvent.candidate_id.in_(ids))
            .order_by(CandidateEvent.candidate_id, CandidateEvent.id.desc())
        ):
            found[event.candidate_id].append(event)
    return found


def documents_of(candidate: Candidate) -> list[tuple[CandidateDocument, list[Item]]]:
    """Every document of a candidate, old versions too, with the items that judged it; the newest first."""
    rows = db.session.scalars(
        select(CandidateDocument)
        .where(CandidateDocument.candidate_id == candidate.id)
        .order_by(CandidateDocument.kind, CandidateDocument.id.desc())
    ).all()
    items: dict[str, list[Item]] = defaultdict(list)
    for item in db.session.scalars(
        select(Item)
        .where(Item.queue.in_(QUEUES), Item.subject.in_([f"candidate_document:{r.id}" for r in rows]))
        .order_by(Item.round)
    ):
        items[item.subject].append(item)
    return [(row, items[f"candidate_document:{row.id}"]) for row in rows]


def findings_now(nomination: Nomination) -> list[Finding]:
    """What the list breaks as a whole with those who stand on it now."""
    return _breaks(nomination, standing(nomination))
