"""What the law says of a member's row by itself, and of a person whom several parties claim (domain.md 3.5).

UU 2/2008 art. 14 (age), UU 7/2017 art. 280 (occupations), PKPU 4/2022 art. 38-39 (doubles between parties).
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

#: Rows that a party claims now and that say something to the rows of others.
ACTIVE = ("baru", "ms", "bms")
#: Flags that a row has of itself, in the order in which they are stored.
OWN = ("usia", "pekerjaan", "nik")
#: Flags that a signed statement can answer; a row that stands twice in one party is cured by withdrawing one.
ANSWERABLE = ("potensi_ganda", "ganda_eksternal", "usia", "pekerjaan", "nik")
#: Doubts of electsys.privacy.rules that make a NIK an invalid one. Others (a birth date that differs) are
#: errors that the civil registry itself made for life.
INVALID_NIK = frozenset(("nik_region_unknown", "nik_date_impossible", "nik_serial_zero"))


def is_under_age(born: date, marital_status: str, *, on: date, age: int) -> bool:
    """Whether somebody was younger than ``age`` on a day and never married (UU 2/2008 art. 14(1)).

    ``marital_status`` is B (never), S or P. Who is born on 29 February comes of age on 1 March.
    """
    if marital_status != "B":
        return False
    years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return years < age


def own_flags(*, under_age: bool, barred: bool, nik_unknown: bool) -> list[str]:
    """The flags of a row by itself, in the stored order."""
    found = zip(OWN, (under_age, barred, nik_unknown), strict=True)
    return [flag for flag, raised in found if raised]


def with_own(flags: Iterable[str], own: Sequence[str]) -> list[str]:
    """All flags of a row after those of itself became ``own``: what others say to it stays."""
    return [flag for flag in flags if flag not in OWN] + list(own)


def is_cured(flags: Iterable[str], answered: Container[str]) -> bool:
    """Whether every flag is answered by a statement that was accepted."""
    return all(flag in answered for flag in flags)


@dataclass(frozen=True)
class Claim:
    """One party's claim to a person: ``statement`` is that of its newest statement, if it brought one."""

    party: int
    statement: Literal["menunggu", "diterima", "ditolak"] | None = None


@dataclass(frozen=True)
class Settlement:
    """What becomes of a double: ``keeps`` is the party that keeps the person, 0 is none."""

    kind: Literal["selesai", "klarifikasi", "menunggu", "bukan_ganda"]
    keeps: int = 0


def settle(claims: Iterable[Claim]) -> Settlement:
    """What PKPU 4/2022 art. 38(4) and 39 say of a person whom several parties claim.

    Exactly one party brought a statement: it keeps the person. Two or more: the person is heard. None: no
    party keeps the person. While a statement waits for its decision, nothing is settled.
    """
    held: dict[int, set[str | None]] = {}
    for claim in claims:
        held.setdefault(claim.party, set()).add(claim.statement)
    if len(held) < 2:
        return Settlement("bukan_ganda")
    if any("menunggu" in statements for statements in held.values()):
        return Settlement("menunggu")
    brought = [party for party, statements in sorted(held.items()) if "diterima" in statements]
    if len(brought) > 1:
        return Settlement("klarifikasi")
    return Settlement("selesai", brought[0] if brought else 0)


def settle_heard(chosen: int | None, parties: Container[int]) -> Settlement:
    """After a hearing: the chosen party keeps the person; if none was chosen, none does (art. 39)."""
    if chosen is None:
        return Settlement("selesai")
    if chosen not in parties:
        raise ValueError("a person chooses one of the parties that claim them")
    return Settlement("selesai", chosen)


def match_files(names: Sequence[str], cards: Mapping[str, int]) -> dict[str, int]:
    """File name -> member, by the card number in it; what fits none, or several, is left out.

    Only letters and digits count: ``KTA 0012/34.pdf`` and ``kta-0012-34.pdf`` are one. The longest card
    number that is in a name wins, so that 1234 does not take what belongs to 12345.
    """
    bare = {_bare(card): member for card, member in cards.items() if _bare(card)}
    found: dict[str, int] = {}
    for name in names:
        text = _bare(name.rsplit(".", 1)[0])
        fits = sorted((card for card in bare if card in text), key=len, reverse=True)
        if fits and (len(fits) == 1 or all(other in fits[0] for other in fits[1:])):
            found[name] = bare[fits[0]]
    return found


def _bare(text: str) -> str:
    return "".join(re.findall(r"[^\W_]+", text.casefold()))
