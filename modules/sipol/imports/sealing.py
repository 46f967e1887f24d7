"""Rows of a member file on their way into the database: normalised, judged, sealed.

What leaves this file holds no NIK and no birth date in clear: two envelopes, bound to the keys of the
member's row and of the person that may be made for it, and blind indexes.
:func:`modules.sipol.claims.columns_of` makes the same of one row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from electsys.elections.models import Election
from electsys.intake.cells import bare_number, upper
from electsys.privacy import Sealer, identity_indexer, indexer, reserve_ids
from modules.sipol.claims import Judge

#: The staged columns.
COLUMNS: dict[str, str] = {
    "person_id": "bigint",
    "member_id": "bigint",
    "person_sealed": "bytea",
    "sealed": "bytea",
    "nik_index": "bytea",
    "birth_index": "bytea",
    "name_index": "bytea",
    "identity_index": "bytea",
    "name": "text",
    "sex": "text",
    "birth_place": "text",
    "birth_year": "smallint",
    "marital_status": "text",
    "occupation": "text",
    "address": "text",
    "village_code": "text",
    "card_number": "text",
    "card_date": "date",
    "own_flags": "text[]",
}

Cells = tuple[Any, ...]


class MemberSealer:
    """Seals the rows of one file; what is the same for all rows is looked up once."""

    def __init__(self, election: Election, region: str) -> None:
        self.judge = Judge(election, region)
        self.members, self.persons = Sealer("party_member"), Sealer("person")
        self.index = indexer()
        self.identity = identity_indexer()

    def seal(self, rows: Sequence[Cells]) -> Iterable[Cells]:
        """The staged columns of each row and its problems; a number with one is not sealed at all."""
        persons, members = reserve_ids("person", len(rows)), reserve_ids("party_member", len(rows))
        for row, person, member in zip(rows, persons, members, strict=True):
            yield self.row(row, person, member)

    def row(self, row: Cells, person: int, member: int) -> Cells:
        """One row, with the keys that its member and its person will have."""
        _number, nik, name, sex, place, born, marital, occupation, address, village, card, card_date = row
        problems: list[str] = []
        nik = bare_number("nik", nik, problems)
        name, place, address, occupation = upper(name), upper(place), upper(address), upper(occupation)
        card = upper(card)
        if born is not None and born > self.judge.today:
            problems.append("tanggal_lahir:birth_future")
        if card_date is not None and card_date > self.judge.today:
            problems.append("tanggal_kta:card_future")
        plain = (
            *(name, sex, place, born and born.year, marital, occupation, address),
            *(village, card, card_date),
        )
        if problems or nik is None or born is None or name is None or sex is None or marital is None:
            return (person, member, *(None,) * 6, *plain, [], problems or None)
        birth_date = born.isoformat()
        secret = f'{{"nik": "{nik}", "birth_date": "{birth_date}"}}'
        nik_index, birth_index, name_index = self.index(nik, birth_date, name)
        identity = self.identity(name, birth_date)
        own = self.judge.own_flags(nik, born, sex, marital, occupation or "")
        return (
            *(person, member, self.persons.seal(person, secret), self.members.seal(member, secret)),
            *(nik_index, birth_index, name_index, identity, *plain, own, None),
        )
