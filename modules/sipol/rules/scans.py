"""Which scan of which member a file is, told from its name: ``<nomor_kta>_kta.jpg``, ``<nomor_kta>_ktp.jpg``.

A name lies in clear and is read by many; so it never holds a NIK (UU 27/2022 art. 35, 39). Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from electsys.privacy.rules import parse_nik

#: Purpose of the files (electsys.documents.kinds).
PURPOSE = "party_member_scan"
KTA, KTP = "kta", "ktp"
KINDS = (KTA, KTP)
#: What stands in card numbers beside letters and digits, and names of files need not bear.
MARKS = " ./\\-_,:;()#"
#: How names end -> the kind of scan.
_ENDING = re.compile(r"^(?P<card>.+?)[\s._-]*(?P<kind>kta|ktp[\s._-]?el|e[\s._-]?ktp|ktp)$", re.IGNORECASE)
_RUN = re.compile(r"(?<!\d)\d{16}(?!\d)")
_PARTED = re.compile(r"\d(?:[\s._-]?\d)*")
#: The last ending of a name, dot included.
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{2,5}$")


@dataclass(frozen=True)
class Named:
    """What a name says: the card number as it stands there, and the kind of scan."""

    card: str
    kind: str


@dataclass(frozen=True)
class Match:
    """The member and kind of one file; else ``problem``.

    ``nik_in_name``; ``name_unknown`` (not of the form); ``card_unknown`` (``detail``: the card);
    ``card_twice`` (several members bear that card); ``twice`` (another file of the drop has the place).
    """

    name: str
    kind: str | None = None
    member: int | None = None
    problem: str | None = None
    detail: str = ""


def holds_nik(name: str) -> bool:
    """Whether a name holds what can be a NIK: 16 digits, in one piece or parted, with a date that can be.

    >>> [holds_nik(name) for name in ("1201014101900001_ktp.jpg", "1201-0141-0190-0001.jpg", "KTA-9.jpg")]
    [True, True, False]
    """
    found = [*_RUN.findall(name), *(re.sub(r"\D", "", each) for each in _PARTED.findall(name))]
    return any(len(digits) == 16 and parse_nik(digits).date_possible for digits in found)


def read_name(name: str) -> Named | None:
    """The card number and the kind of scan that a file's name says; None where it is not of the form.

    >>> read_name("KTA-000123_ktp.jpg")
    Named(card='KTA-000123', kind='ktp')
    """
    found = _ENDING.match(_EXTENSION.sub("", name.strip()))
    if found is None or not bare(found["card"]):
        return None
    return Named(found["card"].strip(), KTA if found["kind"].casefold() == KTA else KTP)


def bare(card: str) -> str:
    """A card number without what does not count: ``KTA/12.01`` and ``kta-1201`` are one."""
    return card.casefold().translate(dict.fromkeys(map(ord, MARKS)))


def match_scans(names: Sequence[str], cards: Mapping[str, Iterable[int]]) -> list[Match]:
    """Names -> members; ``cards`` has, for each bare card number, the members who bear it."""
    taken: set[tuple[int, str]] = set()
    return [_match(name, cards, taken) for name in names]


def _match(name: str, cards: Mapping[str, Iterable[int]], taken: set[tuple[int, str]]) -> Match:
    if holds_nik(name):
        return Match(name, problem="nik_in_name")
    said = read_name(name)
    if said is None:
        return Match(name, problem="name_unknown")
    members = list(cards.get(bare(said.card), ()))
    if len(members) != 1:
        return Match(name, said.kind, None, "card_twice" if members else "card_unknown", said.card)
    if (members[0], said.kind) in taken:
        return Match(name, said.kind, members[0], "twice", said.card)
    taken.add((members[0], said.kind))
    return Match(name, said.kind, members[0])
