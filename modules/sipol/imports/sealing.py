"""Rows of a member file on their way into the database: normalised, judged, sealed.

What leaves this file holds no NIK and no birth date in clear: two envelopes, bound to the keys of the
member's row and of the person that may be made for it, and blind indexes.
:func:`modules.sipol.claims.columns_of` makes the same of one row.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Sequence
from typing import Any

from electsys.elections.models import Election
from electsys.privacy import Sealer, indexer, normalise_name, reserve_ids
from electsys.privacy.keys import keyring
from electsys.privacy.rules import form_problem
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
#: A spreadsheet wrote a long number with an exponent, and lost its last digits.
ROUNDED = re.compile(r"[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+")
#: What people put before a number so that a spreadsheet leaves it alone, and between its groups.
DECORATION = str.maketrans("", "", "'`’ .\u00a0")

Cells = tuple[Any, ...]


class MemberSealer:
    """Seals the rows of one file; what is the same for all rows is looked up once."""

    def __init__(self, election: Election, region: str) -> None:
        self.judge = Judge(election, region)
        self.members, self.persons = Sealer("party_member"), Sealer("person")
        self.index = indexer()
        self.identity_key = keyring().index_key("identity")

    def seal(self, rows: Sequence[Cells]) -> Iterable[Cells]:
        """The staged columns of each row and its problems; a number with one is not sealed at all."""
        persons, members = reserve_ids("person", len(rows)), reserve_ids("party_member", len(rows))
        for row, person, member in zip(rows, persons, members, strict=True):
            yield self.row(row, person, member)

    def row(self, row: Cells, person: int, member: int) -> Cells:
        """One row, with the keys that its member and its person will have."""
        _number, nik, name, sex, place, born, marital, occupation, address, village, card, card_date = row
        problems: list[str] = []
        nik = number(nik, problems)
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
        identity = hmac.digest(self.identity_key, f"{normalise_name(name)}|{birth_date}".encode(), "sha256")[
            :16
        ]
        own = self.judge.own_flags(nik, born, sex, marital, occupation or "")
        return (
            *(person, member, self.persons.seal(person, secret), self.members.seal(member, secret)),
            *(nik_index, birth_index, name_index, identity, *plain, own, None),
        )


def number(written: str | None, problems: list[str]) -> str | None:
    """A NIK without what people put around its digits; None with a problem where it is none."""
    if written is None:
        return None
    if len(written) == 16 and written.isascii() and written.isdecimal():
        return written
    if ROUNDED.fullmatch(written):
        problems.append("nik:number_rounded")
        return None
    bare = written.translate(DECORATION)
    problem = form_problem(bare, "nik")
    if problem is None:
        return bare
    problems.append(f"nik:{problem.code}")
    return None


def upper(written: str | None) -> str | None:
    """A name, place, address or card number in capitals, with single blanks."""
    return " ".join(written.upper().split()) if written else None
