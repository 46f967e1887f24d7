"""Rows of a voter file on their way into the database: normalised, judged, sealed.

What leaves this file holds no NIK, NKK, birth date or disability in clear: two envelopes, bound to the
keys of the voter's row and of the person that may be made for it, and blind indexes.
:func:`modules.sidalih.claims.columns_of` makes the same of one row; a test holds them together.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Container, Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from electsys.db import db
from electsys.documents.papers import today
from electsys.elections.models import Election
from electsys.intake.cells import bare_number, upper
from electsys.privacy import Sealer, indexer, reserve_ids
from electsys.privacy.rules import WOMEN, check_nkk
from electsys.regions.models import Region
from modules.sidalih.claims import family_of, limits_of
from modules.sidalih.rules.voters import doubts

#: The staged columns. By ``mark`` the contents of two envelopes are compared; it means nothing afterwards.
COLUMNS: dict[str, str] = {
    "person_id": "bigint",
    "voter_id": "bigint",
    "person_sealed": "bytea",
    "sealed": "bytea",
    "nik_index": "bytea",
    "birth_index": "bytea",
    "name_index": "bytea",
    "family": "bigint",
    "mark": "bytea",
    "name": "text",
    "birth_place": "text",
    "birth_year": "smallint",
    "sex": "text",
    "marital_status": "text",
    "address": "text",
    "rt": "text",
    "rw": "text",
    "village_code": "text",
    "tps_code": "text",
    "ktp_el": "text",
    "election_code": "text",
    "doubts": "text[]",
}

#: Marks compare rows of a file with rows of the database while it is applied; nobody keeps them.
_MARK_KEY = secrets.token_bytes(32)

Cells = tuple[Any, ...]


def mark(nkk: str | None, birth_date: str, disability: str | None) -> bytes:
    """Equal for equal NKK, birth date (ISO) and disability; tells nothing else, and only in this process."""
    return hmac.digest(_MARK_KEY, f"{nkk or ''}|{birth_date}|{disability or ''}".encode(), "sha256")


class VoterSealer:
    """Seals the rows of one file; what is the same for all rows is looked up once."""

    def __init__(self, election: Election, region: str) -> None:
        self.limits = limits_of(election)
        self.today = today(region)
        self.regions = frozenset(db.session.scalars(select(Region.code).distinct().where(Region.level < 4)))
        self.voters, self.persons = Sealer("voter"), Sealer("person")
        self.index = indexer()
        # The rows of a family stand together: what is said of its card is said once.
        self.family = lru_cache(4096)(family_of)
        self.card_is_sound = lru_cache(4096)(lambda nkk: not check_nkk(nkk, regions=self.regions))

    def seal(self, rows: Sequence[Cells]) -> Iterable[Cells]:
        """The staged columns of each row and its problems; a number with one is not sealed at all."""
        persons, voters = reserve_ids("person", len(rows)), reserve_ids("voter", len(rows))
        for row, person, voter in zip(rows, persons, voters, strict=True):
            yield self.row(row, person, voter)

    def row(self, row: Cells, person: int, voter: int) -> Cells:
        """One row, with the keys that its voter and its person will have."""
        _number, nkk, nik, name, place, born, sex, marital, address, rt, rw = row[:11]
        village, tps, disability, ktp_el, election = row[11:]
        problems: list[str] = []
        nik, nkk = bare_number("nik", nik, problems), bare_number("nkk", nkk, problems)
        name, place, address = upper(name), upper(place), upper(address)
        rt, rw = unit("rt", rt, problems), unit("rw", rw, problems)
        tps = station(tps, village, problems)
        if born is not None and born > self.today:
            problems.append("tanggal_lahir:birth_future")
        plain = (name, place, born and born.year, sex, marital, address, rt, rw, village, tps, ktp_el)
        if problems or nik is None or born is None or name is None or sex is None or marital is None:
            return (person, voter, *(None,) * 7, *plain, election, [], problems or None)
        if disability == "0":
            disability = None
        birth_date = born.isoformat()
        secret = fields(nik, nkk, birth_date, disability)
        nik_index, birth_index, name_index = self.index(nik, birth_date, name)
        found = doubts(
            nik=None if sound(nik, birth_date, sex, self.regions) else nik,
            nkk=None if nkk is None or self.card_is_sound(nkk) else nkk,
            birth_date=born,
            sex=sex,
            marital_status=marital,
            limits=self.limits,
            today=self.today,
            regions=self.regions,
        )
        return (
            *(person, voter, self.persons.seal(person, secret), self.voters.seal(voter, secret)),
            *(nik_index, birth_index, name_index, self.family(nkk), mark(nkk, birth_date, disability)),
            *(*plain, election, found, None),
        )


def sound(nik: str, birth_date: str, sex: str, regions: Container[str]) -> bool:
    """Whether nothing can be doubted about a NIK: the rule's own answer for nearly every row, but quickly."""
    day = int(birth_date[8:]) + (WOMEN if sex == "P" else 0)
    born = f"{day:02d}{birth_date[5:7]}{birth_date[2:4]}"
    return nik[6:12] == born and nik[12:] != "0000" and nik[:6] in regions


def fields(nik: str, nkk: str | None, birth_date: str, disability: str | None) -> str:
    """What the envelope holds, as ``Sealer.seal_fields`` writes it; digits need no escape."""
    pairs = (("nik", nik), ("nkk", nkk), ("birth_date", birth_date), ("disability", disability))
    return "{" + ", ".join(f'"{key}": "{value}"' for key, value in pairs if value) + "}"


def unit(column: str, written: str | None, problems: list[str]) -> str:
    """RT or RW as three digits; ``000`` where it may be unknown."""
    if written is None:
        return "000"
    digits = written.upper().removeprefix(column.upper()).strip(" .:")
    if digits.isascii() and digits.isdecimal() and len(digits.lstrip("0")) <= 3:
        return digits.lstrip("0").zfill(3)
    if not digits.strip("-"):
        return "000"
    problems.append(f"{column}:rt_form")
    return "000"


def station(written: str | None, village: str | None, problems: list[str]) -> str | None:
    """The 13-digit code of a polling station, from its number or its code; None where none is given."""
    if written is None or village is None:
        return None
    digits = written.upper().removeprefix("TPS").strip(" .:")
    if digits.isascii() and digits.isdecimal():
        if len(digits) == 13 and digits.startswith(village):
            return digits
        if len(digits) <= 3:
            return village + digits.zfill(3) if int(digits) else None
    problems.append("tps:tps_form")
    return None
