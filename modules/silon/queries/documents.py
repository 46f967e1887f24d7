"""Reads of documents: what the law asks for, what is filed, what is missing, what waits for its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from electsys.db import db
from electsys.elections.models import CodeEntry
from electsys.elections.queries import codes
from modules.silon.models import Candidate, CandidateDocument, Nomination
from modules.silon.models.candidates import STANDING
from modules.silon.rules.documents import EVERYBODY, Kind, asked_of, lacking

#: Code tables of the kinds -> whether they are asked of the nomination as a whole.
TABLES = {"dokumen_calon": False, "dokumen_pencalonan": True}


@dataclass(frozen=True)
class Missing:
    """A document that must be there and is not. ``candidate`` is None for one of the nomination itself."""

    kind: Kind
    candidate: Candidate | None

    @property
    def number(self) -> int | None:
        """The candidate's place on the list."""
        return self.candidate.number if self.candidate is not None else None


def kinds_of(election_id: int) -> list[Kind]:
    """The kinds of documents of an election, those of the nomination last."""
    rows = db.session.scalars(
        codes(election_id)
        .where(CodeEntry.table_code.in_(tuple(TABLES)), CodeEntry.active)
        .order_by(None)
        .order_by(CodeEntry.table_code, CodeEntry.position)
    )
    return [
        Kind(
            row.code,
            row.label,
            frozenset((row.detail or EVERYBODY).split()),
            row.regulation,
            TABLES[row.table_code],
        )
        for row in rows
    ]


def kinds_for(
    nomination: Nomination, candidate: Candidate | None, kinds: Sequence[Kind] | None = None
) -> list[Kind]:
    """What is asked of a candidate, or of the nomination itself (None); optional and late ones included."""
    known = kinds_of(nomination.election_id) if kinds is None else kinds
    return asked_of(
        [kind for kind in known if kind.of_nomination == (candidate is None)],
        nomination=nomination.kind,
        contest=nomination.contest.kind,
        conditions=candidate.conditions if candidate is not None else (),
    )


def standing(nomination: Nomination) -> list[Candidate]:
    """The candidates that stand on a nomination, by their numbers."""
    return list(
        db.session.scalars(
            select(Candidate)
            .where(Candidate.nomination_id == nomination.id, Candidate.state.in_(STANDING))
            .order_by(Candidate.number)
        )
    )


def in_force(nomination: Nomination) -> dict[int | None, dict[str, CandidateDocument]]:
    """The documents in force: candidate (None: the nomination) -> kind -> document, with its file."""
    found: dict[int | None, dict[str, CandidateDocument]] = defaultdict(dict)
    for row in db.session.scalars(
        select(CandidateDocument)
        .where(CandidateDocument.nomination_id == nomination.id, CandidateDocument.current)
        .options(joinedload(CandidateDocument.file))
    ):
        found[row.candidate_id][row.kind] = row
    return found


def missing(
    nomination: Nomination,
    *,
    late: bool = False,
    there: Mapping[int | None, Mapping[str, CandidateDocument]] | None = None,
) -> list[Missing]:
    """The required documents that a nomination lacks, its own first, then by candidate.

    A submission is refused while there are any. ``late`` asks for those too that may come until the final
    list is set (``sk_pemberhentian``).
    """
    kinds = kinds_of(nomination.election_id)
    filed = in_force(nomination) if there is None else there
    found = []
    for candidate in (None, *standing(nomination)):
        asked = kinds_for(nomination, candidate, kinds)
        given = filed.get(candidate.id if candidate is not None else None, {})
        found += [Missing(kind, candidate) for kind in lacking(asked, given, late=late)]
    return found
