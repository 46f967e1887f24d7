"""Decisions whose entry is in the log, read once for their files: who decided what, on which D.Hasil."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select, text

from electsys.db import db
from electsys.elections.models import Contest, Participant
from electsys.privacy import scrub
from modules.sirekap import determination_words as words
from modules.sirekap.leaves import form_subject, tie_keys
from modules.sirekap.models import Determination, DeterminationPart, Recap
from modules.sirekap.publication.site import way
from modules.sirekap.publication.snapshot import Snapshot
from modules.sirekap.queries import determinations as queries


@dataclass(frozen=True)
class Decided:
    """A decision of the log, with the version before it where a ruling demanded another."""

    taken: Snapshot
    row: Determination
    #: The number of its entry.
    entry: int
    before: Determination | None

    @property
    def kind(self) -> str:
        """The kind of its contest."""
        return self.row.contest.kind

    @property
    def base(self) -> str:
        """The way to its files, inside the folder of its contest."""
        return f"{way(self.row.area)}/" if self.row.area else ""

    @cached_property
    def parties(self) -> dict[int, Participant]:
        """The participants of the contest by id."""
        return queries.participants_of(self.row.contest_id)

    @cached_property
    def number(self) -> dict[int, str]:
        """The ballot number of each participant."""
        return {key: str(who.number) for key, who in self.parties.items()}

    @cached_property
    def parts(self) -> list[DeterminationPart]:
        """Dapil, or the area that votes as one."""
        return list(self.row.parts)

    @cached_property
    def struck(self) -> dict[int | None, list[tuple[int, int | None]]]:
        """Lines that are printed but may not be elected, by dapil."""
        return queries.struck_lines(self.row)

    @cached_property
    def places(self) -> dict[int | None, int]:
        """By dapil, the entry of the D.Hasil that the decision rests on, in the version that it rests on."""
        found = {}
        for recap_id, version in self.row.recaps:
            recap = db.session.get_one(Recap, recap_id)
            for index, body in db.session.execute(
                text(
                    'select l."index", e.body from leaf_entry e join leaf l on l.entry_id = e.id'
                    " where e.election_id = :e and e.subject = :s"
                ),
                {"e": self.taken.election.id, "s": form_subject(recap)},
            ):
                if json.loads(bytes(body))["version"] == version:
                    found[recap.dapil_id] = int(index)
        return found

    def head(self) -> dict[str, Any]:
        """What every file of a decision begins with."""
        ruling = self.row.ruling
        return {
            "pemilu": self.taken.election.code,
            "pemilihan": self.kind,
            "wilayah": self.row.area,
            "keputusan": self.row.decision_number,
            "catatan_keputusan": self.entry,
            "versi": self.row.version,
            "putusan": scrub.mask(words.ruling(ruling)) if ruling else None,
        }

    def ties(self, part: DeterminationPart, kind: str) -> list[dict[str, Any]]:
        """How equal votes of a part were separated, step by step: by what, and the value of each."""
        found = []
        for place, steps in part.trace.get("settled", {}).items():
            if place.startswith(kind):
                key = tie_keys(place, self.number)
                found += [
                    {
                        "tempat": place,
                        "cara": step["strategy"],
                        "nilai": {key(who): value for who, value in step["values"]},
                    }
                    for step in steps
                ]
        return found


def place_of(subject: str) -> tuple[str, str]:
    """The kind of contest and the area that a subject of the log names."""
    _form, kind, area = subject.split(":")
    return kind, "" if area == "nasional" else area


def newest(taken: Snapshot, subject: str) -> Decided:
    """The decision that the newest entry of a subject tells of."""
    kind, area = place_of(subject)
    index, body = db.session.execute(
        text(
            'select l."index", e.body from leaf_entry e join leaf l on l.entry_id = e.id'
            ' where e.election_id = :e and e.subject = :s and l."index" < :as_of order by e.seq desc limit 1'
        ),
        {"e": taken.election.id, "s": subject, "as_of": taken.as_of},
    ).one()
    version = int(json.loads(bytes(body))["version"])
    row = db.session.scalars(
        select(Determination)
        .join(Contest, Contest.id == Determination.contest_id)
        .where(
            Contest.election_id == taken.election.id,
            Contest.kind == kind,
            Determination.area == area,
            Determination.version == version,
        )
    ).one()
    return Decided(taken, row, int(index), queries.decided_before(row.contest_id, area, version))
