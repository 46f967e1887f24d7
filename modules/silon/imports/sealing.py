"""Rows of a file of candidates on their way into the database: normalised, judged, sealed.

What leaves this file holds no NIK and no birth date in clear: envelopes, bound to the keys of the candidate's
row, of its first version and of the person that may be made for it, and blind indexes.
:func:`modules.silon.claims.columns_of` makes the same of one row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from electsys.db import db
from electsys.documents.papers import today as today_in
from electsys.elections.models import Contest, Election
from electsys.intake.cells import bare_number, one_line, upper
from electsys.privacy import Sealer, identity_indexer, indexer, reserve_ids
from electsys.regions.models import Region
from modules.silon.claims import CandidateClaim
from modules.silon.operations.links import Judge, all_regions
from modules.silon.rules.persons import strange_sign

#: The staged columns.
COLUMNS: dict[str, str] = {
    "person_id": "bigint",
    "candidate_id": "bigint",
    "version_id": "bigint",
    "person_sealed": "bytea",
    "sealed": "bytea",
    "version_sealed": "bytea",
    "nik_index": "bytea",
    "birth_index": "bytea",
    "name_index": "bytea",
    "identity_index": "bytea",
    "dapil_code": "text",
    "party_number": "integer",
    "number": "integer",
    "name": "text",
    "sex": "text",
    "birth_place": "text",
    "birth_year": "smallint",
    "marital_status": "text",
    "occupation": "text",
    "address": "text",
    "village_code": "text",
    "residence": "text",
    "own_flags": "text[]",
}

Cells = tuple[Any, ...]


class CandidateSealer:
    """Seals the rows of one file; what is the same for all rows is looked up once."""

    def __init__(self, contest: Contest) -> None:
        self.judge = Judge(contest, all_regions())
        self.today = today_in("")
        self.candidates, self.persons = Sealer("candidate"), Sealer("person")
        self.versions = Sealer("candidate_version")
        self.index = indexer()
        self.identity = identity_indexer()
        self.regencies = Regencies(contest.election_id)
        blank = CandidateClaim("", "", "", "", None, marital_status="")
        #: What a version says of a candidate of whom nothing else is known.
        self.blank = asdict(blank) | {"photo_id": None}

    def seal(self, rows: Sequence[Cells]) -> Iterable[Cells]:
        """The staged columns of each row and its problems; a row with one is not sealed at all."""
        persons, candidates, versions = (
            reserve_ids(table, len(rows)) for table in ("person", "candidate", "candidate_version")
        )
        for row, keys in zip(rows, zip(persons, candidates, versions, strict=True), strict=True):
            yield self.row(row, keys)

    def row(self, row: Cells, keys: tuple[int, int, int]) -> Cells:
        """One row, with the keys that its person, its candidate and its first version will have."""
        _n, dapil, party, number, name, sex, nik, place, born, home, marital, occupation, address = row
        problems: list[str] = []
        # Numbers come as text where every cell of the column is one.
        party, number = (int(n) if n is not None else None for n in (party, number))
        nik = bare_number("nik", nik, problems)
        name, place, home = one_line(name), upper(place) or "", one_line(home) or ""
        occupation, address = upper(occupation) or "", upper(address) or ""
        if name and strange_sign(name):
            problems.append("nama:name_sign")
        if born is not None and born > self.today:
            problems.append("tanggal_lahir:birth_future")
        elif nik is not None and born is None:
            problems.append("tanggal_lahir:birth_missing")
        code, residence = self.regencies.find(home)
        plain = (
            *(dapil, party, number, name, sex, place, born and born.year, marital, occupation, address),
            *(code, residence),
        )
        if problems or name is None or sex is None or number is None:
            return (*keys, *(None,) * 7, *plain, [], problems or None)
        birth_date = born.isoformat() if born else None
        secret = json.dumps({k: v for k, v in (("nik", nik), ("birth_date", birth_date)) if v})
        person, candidate, version = keys
        indexes = self.index(nik, birth_date, name) if nik and birth_date else (None, None, None)
        identity = self.identity(name, birth_date) if birth_date else None
        told = self.blank | {
            "nik": nik or "",
            "name": name,
            "sex": sex,
            "birth_place": place,
            "birth_date": birth_date,
            "marital_status": marital or "",
            "occupation": occupation,
            "address": address,
            "residence_code": code,
            "residence": residence,
            "ballot_name": name,
            "number": number,
        }
        own = self.judge.own(nik, born, sex, occupation)
        return (
            *(*keys, self.persons.seal(person, secret) if birth_date else None),
            *(self.candidates.seal(candidate, secret), self.versions.seal(version, json.dumps(told))),
            *(*indexes, identity, *plain, own, None),
        )


class Regencies:
    """Kab/kota by what a file calls them: the code, or the name with or without its kind."""

    def __init__(self, election_id: int) -> None:
        map_id = db.session.get_one(Election, election_id).map_id
        rows: Any = db.session.execute(
            select(Region.code, Region.name).where(Region.map_id == map_id, Region.level == 2)
        )
        self._names: dict[str, str] = dict(rows.all())
        self._codes: dict[str, set[str]] = {}
        for code, name in self._names.items():
            self._codes.setdefault(_plain(name), set()).add(code)

    def find(self, written: str) -> tuple[str | None, str]:
        """The code (None where the name is nobody's, or of two) and the name as it is published."""
        if written in self._names:
            name = self._names[written]
            return written, name if name.startswith("KOTA ") else f"KAB. {name}"
        found = self._codes.get(_plain(written), set())
        return (min(found) if len(found) == 1 else None), written.upper()


def _plain(name: str) -> str:
    """A name without signs and without the word for a kabupaten; a kota keeps its word."""
    words = re.sub(r"[^\w ]+", " ", name.upper()).split()
    return " ".join(words[1:] if words[:1] in (["KAB"], ["KABUPATEN"]) else words)
